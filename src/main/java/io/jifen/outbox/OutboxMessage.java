package io.jifen.outbox;

import java.time.Instant;

/**
 * What others are to learn once the transaction at hand has committed; it becomes one CloudEvent.
 *
 * @param topic to publish it to
 * @param key of the Kafka message: the user id, so that a user's messages stay in order
 * @param id of the event, unique within the service: receivers recognise a repetition by it
 * @param type such as {@code io.jifen.balance-changed}
 * @param time when it happened, to the millisecond
 * @param data JSON
 */
@SuppressWarnings("ArrayRecordComponent") // bytes to pass on, never compared
public record OutboxMessage(String topic, String key, String id, String type, Instant time, byte[] data) {}
