package io.jifen.outbox;

import io.jifen.platform.KafkaSender;
import io.jifen.platform.Pauses;
import io.jifen.platform.Sql;
import io.jifen.platform.Time;
import io.jifen.platform.TopicMissingException;
import io.quarkus.logging.Log;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ThreadLocalRandom;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Sends the reliable messages whose turn it is. A message is claimed by setting its next turn, before it is sent: whoever
 * dies in between has sent it late, not twice at once, and of two who are at it each message goes to one. Used by the
 * relay's thread only.
 */
final class MessageSender {

    private static final Map<String, String> HEADERS = Map.of("content-type", "application/json");

    private final DataSource database;
    private final KafkaSender sender;
    private final MessageConfig config;
    private final Pauses pauses;
    private final Time time;
    private final MessageGauges gauges;

    MessageSender(DataSource database, KafkaSender sender, MessageConfig config, Time time, MessageGauges gauges) {
        this.database = database;
        this.sender = sender;
        this.config = config;
        this.pauses = new Pauses(config.retryFirst(), config.retryMax());
        this.time = time;
        this.gauges = gauges;
    }

    /**
     * Sends one page.
     *
     * @return how many it took; 0: none is due
     * @throws io.jifen.platform.BrokerUnavailableException when the broker did not take some; that was no try of theirs
     */
    int send() throws SQLException {
        Instant now = time.now();
        List<MessageSql.Due> page = Sql.transaction(database, connection -> claim(connection, now));
        Map<MessageSql.Due, CompletionStage<Void>> acks = new LinkedHashMap<>();
        for (MessageSql.Due due : page) {
            Messages.Message message = due.message();
            acks.put(due, sender.send(message.topic(), message.key(), message.body(), HEADERS));
        }
        List<Long> notTaken = new ArrayList<>();
        RuntimeException failure = null;
        for (Map.Entry<MessageSql.Due, CompletionStage<Void>> sent : acks.entrySet()) {
            RuntimeException why = await(sent.getKey(), sent.getValue());
            if (why != null) {
                notTaken.add(sent.getKey().message().id());
                failure = why;
            }
        }
        if (failure != null) {
            try (Connection connection = database.getConnection()) {
                MessageSql.notTried(connection, notTaken, now.plus(config.retryFirst()));
            }
            throw failure;
        }
        return page.size();
    }

    private List<MessageSql.Due> claim(Connection connection, Instant now) throws SQLException {
        List<MessageSql.Due> page = MessageSql.claim(connection, now, config.page());
        List<MessageSql.Next> next = new ArrayList<>();
        for (MessageSql.Due due : page) {
            int tries = due.triesBefore() + 1;
            Instant nextTryAt =
                    now.plus(pauses.after(tries, ThreadLocalRandom.current().nextDouble()));
            next.add(new MessageSql.Next(due.message().id(), tries, nextTryAt));
        }
        MessageSql.tried(connection, next, now);
        return page;
    }

    /** Why the broker could take nothing; null when it took it, or will not take just this one. */
    private @Nullable RuntimeException await(MessageSql.Due due, CompletionStage<Void> ack) {
        try {
            ack.toCompletableFuture().join();
            gauges.sent();
            return null;
        } catch (CompletionException e) {
            return switch (e.getCause()) {
                case IllegalArgumentException never -> ofTheMessage(due, never);
                case TopicMissingException missing -> ofTheMessage(due, missing);
                case RuntimeException later -> later;
                case null, default -> e;
            };
        }
    }

    /** It is tried again like one that nobody confirms, and stops no other. */
    private static @Nullable RuntimeException ofTheMessage(MessageSql.Due due, RuntimeException why) {
        Log.warnf(
                "Message %d to %s can't be sent and is tried again: %s",
                due.message().id(), due.message().topic(), why.toString());
        return null;
    }

    void sample(Instant now) throws SQLException {
        try (Connection connection = database.getConnection()) {
            gauges.waiting(
                    MessageSql.count(connection, config.alertTries()),
                    MessageSql.oldest(connection).orElse(null),
                    now);
        }
    }
}
