package io.jifen.account;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.jifen.ledger.AccountFigures;
import io.jifen.level.LevelStanding;
import java.time.LocalDate;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** An account as clients see it. */
@Schema(name = "Account", description = "An account; points past their last day are left out")
record AccountBody(
        @Schema(examples = "alice") String userId,
        @Schema(examples = "Alice") @Nullable String nickname,

        @Schema(description = "BLOCKED refuses what the user starts, and transfers in")
        Account.Status status,

        @Schema(description = "Points that can be spent", examples = "80")
        long available,

        @Schema(description = "Points reserved by holds", examples = "20")
        long frozen,

        @Schema(description = "Points granted and not active yet", examples = "0")
        long pending,

        @Schema(description = "Points clawed back beyond what was there; repaid by what comes in", examples = "0")
        long arrears,

        @Schema(description = "available + frozen", examples = "100")
        long total,

        @Schema(examples = "150") long totalEarned,
        @Schema(examples = "50") long totalConsumed,
        @Schema(examples = "0") long totalExpired,
        LevelStanding level,

        @JsonInclude(JsonInclude.Include.ALWAYS)
        @Schema(description = "The first points that expire within 30 days; null if none do")
        @Nullable
        ExpiringSoon expiringSoon,

        @Schema(description = "Of the last entry; 0 before the first", examples = "3")
        long version) {

    @Schema(name = "ExpiringSoon")
    record ExpiringSoon(
            @Schema(examples = "80") long points,

            @Schema(description = "The last day on which they can be used", examples = "2026-12-31")
            LocalDate date) {}

    static AccountBody of(Account account, AccountFigures figures, LevelStanding level) {
        AccountFigures.Expiring soonest = figures.soonest();
        return new AccountBody(
                account.userId,
                account.nickname,
                account.status,
                figures.available(),
                figures.frozen(),
                figures.pending(),
                figures.arrears(),
                figures.available() + figures.frozen(),
                figures.totalEarned(),
                figures.totalConsumed(),
                figures.totalExpired(),
                level,
                soonest == null ? null : new ExpiringSoon(soonest.points(), soonest.lastDay()),
                figures.version());
    }
}
