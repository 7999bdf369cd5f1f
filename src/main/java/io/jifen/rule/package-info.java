/**
 * Rules decide what a deed earns: which rules match, how many points each gives, and until when they can be used. Its
 * door is {@link io.jifen.rule.Earning}, which turns a deed into a posting; the event room and the opening of accounts
 * call it.
 *
 * <p>The arithmetic is a pure function over the rules in force, so that a property test can ask it a thousand questions
 * and a simulation can give the same answer as the grant. It is asked under the account's lock, as a companion of the
 * ledger: what a rule may give will depend on what the account got today, and a number read before the lock is a guess.
 *
 * <p>Rules are few, read with every event and edited a few times a year: each pod keeps all of their versions in memory
 * and reads them again every two seconds, which is simpler than telling pods of an edit and can't be missed. A version
 * is never changed; an edit is a new one, so a batch that decides by what it has in memory decides by something that
 * was true.
 */
@NullMarked
package io.jifen.rule;

import org.jspecify.annotations.NullMarked;
