/**
 * What keeps points from being given or taken by one person alone: corrections by hand, and approvals (人工审核) for all
 * that is above a threshold. An approval is asked for as a posting that changes nothing and whose companion writes the
 * approval: so it shares the keys, the replays and the account's lock with every other posting. What is approved is
 * posted under the approval's own key; two who click at once, or a crash in between, make one effect.
 *
 * <p>Rooms that want approvals for postings of their own give a {@link io.jifen.risk.Approvable}, which makes the posting
 * from what was asked for: this room then knows none of them.
 */
@NullMarked
package io.jifen.risk;

import org.jspecify.annotations.NullMarked;
