/**
 * The balance room answers the most frequent question, how many points somebody has, from Redis, so that reading never
 * competes with posting for the database. Redis is a copy with a version and an end: it is only overwritten by what is
 * newer, by one script, and past the moment when the account's next points expire nobody answers from it, for from then
 * on it may be wrong without any posting. Three write it: the pod that posted, right after the commit and as far as it
 * can; the consumer of {@code points.balance-changed}, sooner or later and surely; and a reader that had to ask the
 * database. Whatever is absent, past its end, unreadable or not there in time sends the reader to the database: Redis
 * away costs speed, never an answer, and nothing that changes points looks at it. Others call this room over HTTP only.
 */
@NullMarked
package io.jifen.balance;

import org.jspecify.annotations.NullMarked;
