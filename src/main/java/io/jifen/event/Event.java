package io.jifen.event;

import com.fasterxml.jackson.annotation.JsonIgnore;
import io.jifen.ledger.ContentHash;
import io.jifen.platform.Attributes;
import io.jifen.platform.BizNo;
import io.jifen.platform.Code;
import io.jifen.platform.Money;
import io.jifen.platform.Points;
import io.jifen.platform.Reason;
import io.jifen.platform.TraceId;
import io.jifen.platform.UserId;
import io.quarkus.runtime.annotations.RegisterForReflection;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** Something a user did, as a sender says it. The same JSON by REST and on topic {@code points.events}. */
@RegisterForReflection
@Schema(description = "Something a user did: it earns points by the rules, or (action sub) spends them")
record Event(
        @Schema(description = "The sender's idempotency key; the header Idempotency-Key wins", examples = "order-4711")
        @Nullable
        @TraceId
        String traceId,

        @Schema(examples = "bob", required = true) @NotNull(message = REQUIRED) @UserId
        String userId,

        @Schema(description = "What kind of business; its rules decide", examples = "ORDER", required = true)
        @NotNull(message = REQUIRED)
        @Code
        String bizType,

        @Schema(description = "The number of that business: a rule grants once for it", examples = "4711")
        @Nullable
        @BizNo
        String bizNo,

        @Schema(description = "add (default): earns; sub: spends the points", examples = "add")
        @Nullable
        @Pattern(regexp = "add|sub", message = "must be add or sub")
        String action,

        @Schema(description = "Of money, for rules that count it", examples = "99.90") @Nullable @Money
        BigDecimal amount,

        @Schema(description = "Given instead of computed, where the rule allows it; what sub spends") @Nullable @Points
        Long points,

        @Schema(description = "When it happened; default: when it is applied") @Nullable
        Instant occurredAt,

        @Schema(description = "For the conditions of rules; at most 4 KiB") @Nullable @Attributes
        Map<String, Object> attributes,

        @Schema(description = "Shown with the entry", examples = "Order 4711") @Nullable @Reason
        String reason) {

    static final String REQUIRED = "is required";
    private static final String ADD = "add";
    private static final String SUB = "sub";

    /** An event of the compatibility API: given points, for which the rule of that name is shipped. */
    static Event compat(String traceId, String openid, String action, long points, String reason) {
        return new Event(traceId, openid, Compat.BIZ_TYPE, null, action, null, points, null, null, reason);
    }

    Event withTraceId(String key) {
        return new Event(key, userId, bizType, bizNo, action, amount, points, occurredAt, attributes, reason);
    }

    @JsonIgnore
    boolean isSpend() {
        return SUB.equals(action);
    }

    /** Which request this is; the same key with another content is refused. */
    byte[] contentHash() {
        return ContentHash.of("event")
                .with("userId", userId)
                .with("bizType", bizType)
                .with("bizNo", bizNo)
                .with("action", action, ADD)
                .with("amount", amount)
                .with("points", points)
                .with("occurredAt", occurredAt)
                .with("attributes", attributes, Map.of())
                .with("reason", reason)
                .bytes();
    }
}
