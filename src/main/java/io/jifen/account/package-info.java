/**
 * Accounts (积分账户) begin here: whoever has none yet is opened one and welcomed with the registration grant, by a request
 * of its own or by a first event. Opening and welcoming are two steps, since the row must exist before the ledger can
 * lock it; what joins them is that an account without an entry is not welcomed yet, so whoever comes next finishes what
 * a crash left, and the grant's own key keeps it from happening twice.
 *
 * <p>This room knows a user's account as it is shown, and puts it together from the ledger's figures and the level's
 * name. It changes no points, and its entity doesn't even map them: what isn't there can't be written back by a flush.
 * Others need it for nothing; they know accounts by id, from the ledger.
 */
@NullMarked
package io.jifen.account;

import org.jspecify.annotations.NullMarked;
