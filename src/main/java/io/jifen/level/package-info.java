/**
 * Levels (等级) are what an account's earned points amount to. This room knows which levels there are and where each
 * begins; reaching one is the ledger's doing, in the posting that earns the points, for a level shown before the points
 * that brought it (or after) would be wrong.
 *
 * <p>So the ledger needs the levels and this room needs the ledger: {@link io.jifen.level.Levels}, the door, implements
 * what the ledger asks for, and the dependency points one way. Levels are few and edited seldom; each pod keeps them in
 * memory and reads them again every few seconds, so that a batch of postings never waits for them.
 *
 * <p>What an account's level hangs on (its basis, and the last day on which it is sure) is in its row, so a posting has it
 * under the lock, and nothing is added up while callers wait. Where levels go by a period, the ledger keeps what was earned
 * by day beside it, and a job takes out by night what has left the period: so the basis may be a night too high, and a
 * posting never has to look at a year of days.
 *
 * <p>An edit of the ladder is followed by a job that ranks everybody anew. It begins when every pod knows of the edit:
 * before, one that does not would go on promoting by the old ladder behind the job's back.
 */
@NullMarked
package io.jifen.level;

import org.jspecify.annotations.NullMarked;
