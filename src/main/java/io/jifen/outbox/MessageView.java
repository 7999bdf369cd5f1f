package io.jifen.outbox;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.jifen.platform.Id64;
import java.time.Instant;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** A reliable message as admins and receivers see it: without its body, in which there may be an address. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@Schema(name = "Message", description = "A message that is sent again until its receiver confirms it")
record MessageView(
        @Id64 @Schema(type = SchemaType.STRING) long messageId,
        @Schema(examples = "warehouse.shipping-requests") String topic,
        String key,
        MessageState state,

        @Schema(description = "How often the broker was given it")
        int tries,

        @Schema(description = "While it is WAITING") @Nullable
        Instant nextTryAt,

        @Nullable Instant lastTriedAt,
        Instant createdAt,

        @Schema(description = "When it was confirmed, withdrawn or given up") @Nullable
        Instant settledAt,

        @Nullable String givenUpBy,

        @Schema(description = "Why it was given up") @Nullable
        String reason) {}
