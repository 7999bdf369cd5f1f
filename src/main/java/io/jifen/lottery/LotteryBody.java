package io.jifen.lottery;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.jifen.platform.Code;
import io.jifen.platform.Nickname;
import io.jifen.platform.Points;
import io.quarkus.runtime.annotations.RegisterForReflection;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** A lottery as admins write and everybody reads it; also how a version is kept. */
@RegisterForReflection
@JsonInclude(JsonInclude.Include.NON_NULL)
@Schema(name = "Lottery", description = "Points for a ticket, and what tickets win")
record LotteryBody(
        @Schema(description = "Required to make a lottery; of an edit, what the path says", examples = "SPRING")
        @Nullable
        @Code
        String code,

        @Schema(description = "For people; the code if left out", examples = "Spring lottery") @Nullable @Nickname
        String name,

        @Schema(description = "Points for one draw", examples = "10", required = true)
        @NotNull(message = REQUIRED)
        @Points
        Long pointsPrice,

        @Schema(description = "Each has a code of its own", required = true)
        @NotNull(message = REQUIRED)
        @Size(min = 1, max = 50, message = "must be from 1 to 50")
        List<@NotNull(message = REQUIRED) @Valid PrizeBody> prizes,

        @Schema(description = "Draws of a user in all; 0: no limit", examples = "10", defaultValue = "0")
        @Nullable
        @Min(value = 0, message = LIMIT)
        @Max(value = 1_000_000, message = LIMIT)
        Integer perUserLimit,

        @Schema(description = "Draws of a user on one day; 0: no limit", examples = "3", defaultValue = "0")
        @Nullable
        @Min(value = 0, message = LIMIT)
        @Max(value = 1_000_000, message = LIMIT)
        Integer dailyLimit,

        @Schema(description = "Days of use of points that are won; 0: for ever", examples = "365", defaultValue = "365")
        @Nullable
        @Min(value = 0, message = DAYS)
        @Max(value = 36_500, message = DAYS)
        Integer validDays,

        @Schema(description = "It begins") @Nullable Instant from,

        @Schema(description = "It is over") @Nullable Instant to,

        @Schema(defaultValue = "ACTIVE") @Nullable Status status,

        @Schema(
                description =
                        "Counts the edits, from 1; each draw names the one it was decided by. Of an edit: the one "
                                + "that was looked at, and if there was another since, this one is refused")
        @Nullable
        Integer version,

        @Schema(description = "Who made this version; for admins", readOnly = true) @Nullable
        String updatedBy,

        @Schema(
                description =
                        "How likely a ticket is of a prize that is out of stock, and wins nothing; with the prizes' "
                                + "odds that makes 1",
                examples = "0",
                readOnly = true)
        @Nullable
        BigDecimal oddsOfNoPrize) {

    static final String REQUIRED = "is required";
    private static final String LIMIT = "must be from 0 to 1000000";
    private static final String DAYS = "must be from 0 to 36500";

    enum Status {
        ACTIVE,
        INACTIVE
    }

    LotteryBody version(String itsCode, int number, String by) {
        return new LotteryBody(
                itsCode,
                name == null ? itsCode : name,
                pointsPrice,
                prizes.stream().map(PrizeBody::kept).toList(),
                perUserLimit == null ? Integer.valueOf(0) : perUserLimit,
                dailyLimit == null ? Integer.valueOf(0) : dailyLimit,
                validDays == null ? Integer.valueOf(365) : validDays,
                from,
                to,
                status == null ? Status.ACTIVE : status,
                number,
                by,
                null);
    }

    /** As it was said, without who said it. */
    LotteryBody anonymous() {
        return new LotteryBody(
                code,
                name,
                pointsPrice,
                prizes,
                perUserLimit,
                dailyLimit,
                validDays,
                from,
                to,
                status,
                version,
                null,
                null);
    }

    LotteryBody shown(List<PrizeBody> itsPrizes, BigDecimal noPrize, boolean forAdmins) {
        return new LotteryBody(
                code,
                name,
                pointsPrice,
                itsPrizes,
                perUserLimit,
                dailyLimit,
                validDays,
                from,
                to,
                status,
                version,
                forAdmins ? updatedBy : null,
                noPrize);
    }
}
