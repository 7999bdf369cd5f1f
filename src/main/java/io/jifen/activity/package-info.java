/**
 * Ways to earn that need more than a rule: sign-ins (签到), of which there is one a day and whose streak counts;
 * invitations, which pay two users and each invitee once; tasks. What they earn the rules decide. This room decides
 * whether they happen.
 *
 * <p>Both decisions are made under the account's lock, in the posting's own transaction: a sign-in is a companion that
 * asks room {@code rule} what the day earns, by way of the ledger, and writes its row with the entries. So a morning's
 * peak of sign-ins shares commits like any other postings, and fifty of one user on one day are one and 49 refusals,
 * without a look beforehand that could be wrong afterwards.
 *
 * <p>A sign-in and the payments of an invitation have no idempotency key: their rows are what makes them happen once. A
 * key would give the first answer to the second sign-in of a day, which has to be refused, and would keep a refusal for
 * ever (a blocked account, no rule) that may be none an hour later.
 *
 * <p>An invitation that waits for the invitee's first order can't look for it in what was earned: an order may earn
 * nothing. So orders come by way of {@link io.jifen.activity.Orders}, where invitations wait for them, which notes the
 * first of each user in the order's own transaction. The payment is a posting of its own, as the inviter's account can't
 * be locked in that one any more.
 *
 * <p>A task has no table: it is a rule of bizType TASK with the task's code, and its limits are that rule's.
 */
@NullMarked
package io.jifen.activity;

import org.jspecify.annotations.NullMarked;
