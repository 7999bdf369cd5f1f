/**
 * What keeps points from being given or taken by one person alone, or by a thief: corrections by hand, approvals (人工审核)
 * for all that is above a threshold, and risk checks before points leave and when many come in.
 *
 * <p>An approval is asked for as a posting that changes nothing and whose companion writes the approval: so it shares the
 * keys, the replays and the account's lock with every other posting. What is approved is posted under the approval's own
 * key; two who click at once, or a crash in between, make one effect.
 *
 * <p>Checks are pure and see circumstances, never a database. The ledger asks them, as its {@link io.jifen.ledger.Guard},
 * under the account's lock and after repeats have been recognised: what is judged is what the posting really takes, once,
 * and the fiftieth posting of an hour is the fiftieth also where thirty come at the same moment. Facts are read for a whole
 * batch, one statement a check, and only for postings that the check looks at and that could reach its limit; a check that
 * is off costs nothing. How many points an event brings in is known only when the rules have been asked, so the facts are
 * read for those that look large, and a batch in which another one turns out to be is rolled back and decided again.
 *
 * <p>What has to be looked at waits as an approval that keeps the request, not the posting: the room that made the one makes
 * the other again from it ({@link io.jifen.risk.Approvable}; this room knows none of them). Points that would leave are held
 * until then, bound to the approval, and the posting that it waited for takes them out of the hold and does its work in one
 * go. The hold ends with the approval, so nothing has to run for points to come back in time.
 *
 * <p>Limits of a day for an address, a device and a user are another matter ({@link io.jifen.risk.Admission}): they are
 * counted in Redis before anything is done for a request, and what is asked for again counts again.
 *
 * <p>Settings and lists are data, kept in memory by every pod and read again when they were edited. Its doors are
 * {@link io.jifen.risk.Approvals}, {@link io.jifen.risk.Risk} and {@link io.jifen.risk.Admission}.
 */
@NullMarked
package io.jifen.risk;

import org.jspecify.annotations.NullMarked;
