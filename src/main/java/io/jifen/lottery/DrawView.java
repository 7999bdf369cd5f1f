package io.jifen.lottery;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.jifen.exchange.ExchangeView;
import io.jifen.ledger.PostingResult;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.time.Instant;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** A draw as clients see it. */
@RegisterForReflection
@JsonInclude(JsonInclude.Include.NON_NULL)
@Schema(name = "Draw", description = "A ticket, and what it won")
record DrawView(
        String drawId,
        @Schema(examples = "SPRING") String lotteryCode,
        @Schema(examples = "bob") String userId,

        @Schema(description = "What was won; absent: nothing") @Nullable
        Prize prize,

        @Schema(description = "Of goods that were won: the exchange they are delivered by") @Nullable
        ExchangeView exchange,

        @Schema(description = "The lottery's version, which says how tickets are dealt to prizes", examples = "1")
        int version,

        @Schema(description = "The random value: from 0 on, below `tickets`", examples = "417")
        long ticket,

        @Schema(description = "The sum of the version's weights", examples = "1000")
        long tickets,

        @Schema(
                description = "The prize that the ticket stands for, also where none of it was left",
                examples = "SMALL")
        String prizeOfTicket,

        Instant createdAt,
        PostingResult result) {

    @RegisterForReflection
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @Schema(name = "PrizeWon")
    record Prize(
            @Schema(examples = "SMALL") String code,
            @Schema(examples = "50 points") String name,
            PrizeBody.Kind kind,
            @Schema(examples = "50") @Nullable Long points,
            @Nullable String goodsId) {}
}
