package io.jifen.ledger;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.time.LocalDate;
import java.time.ZoneId;
import org.jspecify.annotations.Nullable;

/**
 * The data of a {@code points.balance-changed} event: an entry, and its account after it.
 *
 * @param available after the entry
 * @param frozen after the entry
 * @param level after the entry's posting
 * @param nextExpiresOn after the entry's posting: no lot with points left expires before this day
 */
@RegisterForReflection
@JsonInclude(JsonInclude.Include.NON_NULL)
record BalanceChanged(
        @JsonUnwrapped EntryView entry,
        String userId,
        long available,
        long frozen,
        String level,
        @Nullable LocalDate nextExpiresOn) {

    static BalanceChanged of(Draft.Booked booked, ZoneId zone) {
        return new BalanceChanged(
                EntryView.of(booked.entry(), zone),
                booked.account().userId,
                booked.entry().afterBalance(),
                booked.frozenAfter(),
                booked.account().levelCode,
                booked.account().nextExpiresOn);
    }
}
