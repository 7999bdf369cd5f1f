/**
 * Reconciliation says whether the books are right, and never makes them so: what it finds are rows, which a person
 * resolves with a reason or with the adjustment that mended it. The accounts are looked at by checkpoint, as the ledger's
 * {@link io.jifen.ledger.AccountCheck} does it, so a night costs what changed since the last one; once a week every
 * account is gone through from its first entry. Each batch is one snapshot, not the run as a whole: a snapshot of an hour would keep
 * every old version of every row, and could not be gone on with after a crash. What belongs together (an account with its
 * entries and lots, a day's entries with its totals) is in one batch, and what is posted while a run goes on is seen by
 * the next one, as the window ends a minute before now.
 *
 * <p>What is compared across rooms (exchanges, shipping orders, messages) is asked here in SQL over their tables, since no
 * one of them knows the others. A room with copies of its own ({@link io.jifen.reconciliation.Copies}) compares them
 * itself. The watch on what is issued and consumed in an hour is here too: it is the same question, asked sooner.
 */
@NullMarked
package io.jifen.reconciliation;

import org.jspecify.annotations.NullMarked;
