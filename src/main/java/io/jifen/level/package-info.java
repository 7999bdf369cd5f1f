/**
 * Levels (等级) are what an account's earned points amount to. This room knows which levels there are and where each
 * begins; reaching one is the ledger's doing, in the posting that earns the points, for a level shown before the points
 * that brought it (or after) would be wrong.
 *
 * <p>So the ledger needs the levels and this room needs the ledger: {@link io.jifen.level.Levels}, the door, implements
 * what the ledger asks for, and the dependency points one way. Levels are few and edited seldom; each pod keeps them in
 * memory and reads them again every few seconds, so that a batch of postings never waits for them.
 */
@NullMarked
package io.jifen.level;

import org.jspecify.annotations.NullMarked;
