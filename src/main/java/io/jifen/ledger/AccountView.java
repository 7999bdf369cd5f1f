package io.jifen.ledger;

import java.time.LocalDate;
import org.jspecify.annotations.Nullable;

/**
 * An account at one version, for those outside the ledger. {@code nextExpiresOn}: no lot with points left expires
 * before this day; null if none ever does.
 */
public record AccountView(
        long id,
        String userId,
        boolean blocked,
        long available,
        long frozen,
        long pending,
        long arrears,
        String level,
        long version,
        @Nullable LocalDate nextExpiresOn) {}
