/**
 * The audit trail (审计): who changed what, when, from where, from what to what, and why. Every change that only an admin
 * may make leaves a row, written in the transaction of the change, so that neither is there without the other. Rows are
 * never changed: this room has no statement that would, and the service's database user no right to (docs/database.md).
 *
 * <p>Rooms describe what happens as an {@link io.jifen.audit.Act} and record it through {@link io.jifen.audit.Audit} on the
 * connection they write on; postings carry theirs along and the ledger records it with their entries. So this room knows
 * nobody but the platform, and everybody may call it.
 *
 * <p>What goes on for longer than a transaction (an import) is recorded before its first change, as begun, and once more
 * with what became of it. What is secret or about a person's whereabouts (codes of coupons, addresses) is never recorded.
 */
@NullMarked
package io.jifen.audit;

import org.jspecify.annotations.NullMarked;
