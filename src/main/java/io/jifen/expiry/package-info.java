/**
 * Expiry (过期): points end with the last day of their lot. That they are gone from then on is the ledger's doing, whoever
 * asks and whenever; what is left to this room is the accounts that nobody uses (a job writes off what they hold), to tell
 * users in time (another one), and to give points back that somebody lost for a bad reason.
 *
 * <p>The job does nothing of its own: it asks the ledger to settle accounts, which writes what remains at that moment,
 * under the account's lock. So a crash, a second run and a spend beside it need no care here: whoever comes second finds
 * nothing left.
 */
@NullMarked
package io.jifen.expiry;

import org.jspecify.annotations.NullMarked;
