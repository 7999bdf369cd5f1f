package io.jifen.outbox;

import java.util.Map;

/** CloudEvents 1.0 in Kafka's binary mode: the attributes are headers, the data is the message's value as it is. */
final class CloudEvent {

    private CloudEvent() {}

    static Map<String, String> headers(OutboxMessage message) {
        return Map.of(
                "ce_specversion",
                "1.0",
                "ce_id",
                message.id(),
                "ce_source",
                "/jifen",
                "ce_type",
                message.type(),
                "ce_time",
                message.time().toString(),
                "content-type",
                "application/json");
    }
}
