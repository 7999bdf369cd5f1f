/**
 * Rules decide what a deed earns: which rules match, how many points each gives, and until when they can be used. Its
 * doors are {@link io.jifen.rule.Earning}, which turns a deed into a posting, and {@link io.jifen.rule.Simulations},
 * which only says what would come of it; the event room and the opening of accounts call them.
 *
 * <p>The arithmetic is a pure function over the rules in force, so that a property test can ask it a thousand questions
 * and a simulation can give the same answer as the grant. It is asked under the account's lock, as a companion of the
 * ledger: what a rule may give depends on what the account got today and on what a budget has left, and a number read
 * before the lock is a guess. Usage needs no lock of its own, as the account's is held; a budget is shared by all
 * accounts, so its row is locked after them, and only where a rule or campaign that has one may apply.
 *
 * <p>Rules are few, read with every event and edited a few times a year: each pod keeps all of their versions in memory
 * and reads them again every two seconds, which is simpler than telling pods of an edit and can't be missed. A version
 * is never changed; an edit is a new one, so a batch that decides by what it has in memory decides by something that
 * was true.
 */
@NullMarked
package io.jifen.rule;

import org.jspecify.annotations.NullMarked;
