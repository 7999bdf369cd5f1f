package io.jifen.balance;

import io.quarkus.runtime.annotations.RegisterForReflection;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What this room needs of the data of a {@code points.balance-changed} event. Anybody who may write to the topic could
 * have sent it, so nothing in it is taken for granted.
 *
 * @param last false for an entry that its transaction followed by another one of the same account: what it says was
 *     never true for anybody outside
 */
@RegisterForReflection
record BalanceMessage(
        @Nullable String userId,
        @Nullable Long version,
        @Nullable Long available,
        @Nullable Long frozen,
        @Nullable String level,
        @Nullable LocalDate nextExpiresOn,
        @Nullable Instant createdAt,
        @Nullable Boolean last) {

    /** The balance; empty if something is missing. */
    Optional<KnownBalance> balance(ZoneId zone) {
        return userId == null || version == null || available == null || frozen == null || level == null
                ? Optional.empty()
                : Optional.of(new KnownBalance(
                        userId, available, frozen, version, level, KnownBalance.expiry(nextExpiresOn, zone)));
    }

    boolean isLast() {
        return last == null || last;
    }

    boolean isYoungerThan(Instant moment) {
        return createdAt != null && createdAt.isAfter(moment);
    }
}
