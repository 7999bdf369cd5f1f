package io.jifen.expiry;

import io.quarkus.runtime.annotations.RegisterForReflection;
import java.time.Instant;
import java.time.LocalDate;

/**
 * The data of a {@code points.expiring-soon} event.
 *
 * @param points that the account had left of that day's when this was written
 * @param date the last day on which they can be used
 * @param expireAt from when on they are gone
 * @param daysAhead which of the notices this is: 30, 7 or 1
 * @param daysLeft until the last day; fewer than {@code daysAhead} if the notice is late, 0: it is the last
 */
@RegisterForReflection
record ExpiringSoon(String userId, long points, LocalDate date, Instant expireAt, int daysAhead, long daysLeft) {}
