/**
 * The ledger decides what a posting does to an account and makes it so: exactly once, all or nothing, under
 * concurrency, redelivery and crash. Others describe postings and hand them to {@link io.jifen.ledger.Ledger}, the
 * room's door; nobody else changes balances, lots or entries.
 *
 * <p>Postings are decided by pure code ({@code Decision} over a {@code Book} of facts) and posted in batches: one
 * transaction reads the facts of many postings under the locks of their accounts, decides them one after the other in
 * memory, and writes all rows of a table in one statement. A commit is what a database can do least often, so many
 * postings share one.
 *
 * <p>Balances are written by an upsert of absolute values, not by the design's join with a SELECT per account, which costs
 * both databases twice as much. The row is locked and there, so it is never an insert, and its CHECKs, which are tried on
 * the values as if they were a new row, see the account as it will be. It has two unique keys, so a statement-based binary
 * log would call it unsafe; rows are what both databases log by default.
 *
 * <p>Entries are read by SQL into an immutable record, not through an entity: they are partitioned, archived and never
 * edited, and a row that can't be changed needs no object that could.
 *
 * <p>The archive is here and not in a room of its own: what has left the hot table is still the ledger's, and every reader
 * of entries reads both tables. A reader asks the hot one first; whatever is not there and should be is archived, since an
 * entry is in the archive before it leaves. Questions over all entries at once take the view of both, which shows each
 * entry once at any moment. What a spend took from which lot ({@code lot_use}) stays: a refund may come years later.
 */
@NullMarked
package io.jifen.ledger;

import org.jspecify.annotations.NullMarked;
