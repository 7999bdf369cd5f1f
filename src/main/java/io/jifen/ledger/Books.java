package io.jifen.ledger;

import io.quarkus.runtime.annotations.RegisterForReflection;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.LocalDate;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * What was issued, consumed and expired in some days, and what is owed to the users after them.
 *
 * @param issued granted or activated
 * @param consumed spent or captured, less what was refunded
 * @param expired less what was reinstated
 * @param breakageRate expired ÷ issued, to 4 decimals; null where nothing was issued
 * @param owed available + frozen + pending − arrears of all accounts
 */
@RegisterForReflection
@Schema(
        name = "Books",
        description = "What was issued, consumed and expired in the days looked at, and what is owed now")
public record Books(
        long accounts,

        @Schema(description = "Granted or activated", examples = "500")
        long issued,

        @Schema(description = "Spent or captured, less what was refunded", examples = "120")
        long consumed,

        @Schema(description = "Less what was reinstated", examples = "30")
        long expired,

        @Schema(description = "expired / issued", examples = "0.0600") @Nullable
        BigDecimal breakageRate,

        @Schema(description = "Available + frozen + pending - arrears of all accounts", examples = "350")
        long owed,

        @Schema(description = "Points in lots, by the month at whose end the last of them are gone")
        List<Liability> liability,

        @Schema(description = "Totals by day and type") List<OfDay> days) {

    /** Points that expire within a month; null: that stay. */
    @RegisterForReflection
    @Schema(name = "Liability")
    public record Liability(
            @Schema(examples = "2027-11") @Nullable String month,
            @Schema(examples = "350") long points) {}

    /** What the entries of a type came to on a day. */
    @RegisterForReflection
    @Schema(name = "DayTotal")
    public record OfDay(
            LocalDate day,
            EntryType type,
            long entries,
            long points,
            long frozenChange,
            long pendingChange,
            long arrearsChange) {}

    /** Of all accounts. */
    record Points(long available, long frozen, long pending, long arrears) {}

    static Books of(long accounts, Points points, List<OfDay> days, List<Liability> liability) {
        long issued = 0;
        long consumed = 0;
        long expired = 0;
        for (OfDay day : days) {
            switch (day.type()) {
                case GRANT, ACTIVATE -> issued += day.points();
                case SPEND, REFUND -> consumed -= day.points();
                case CAPTURE -> consumed -= day.frozenChange();
                case EXPIRE, REINSTATE -> expired -= day.points();
                case PENDING, ARREARS_REPAID, HOLD, RELEASE, CLAWBACK, TRANSFER_OUT, TRANSFER_IN, ADJUST -> {
                    // Neither: on its way, within an account, between two, or set right.
                }
            }
        }
        return new Books(
                accounts,
                issued,
                consumed,
                expired,
                issued == 0
                        ? null
                        : BigDecimal.valueOf(expired).divide(BigDecimal.valueOf(issued), 4, RoundingMode.HALF_UP),
                points.available() + points.frozen() + points.pending() - points.arrears(),
                liability,
                days);
    }

    /** The same without its days, for lists. */
    public Books summary() {
        return new Books(accounts, issued, consumed, expired, breakageRate, owed, liability, List.of());
    }
}
