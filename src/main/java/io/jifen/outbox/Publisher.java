package io.jifen.outbox;

import io.jifen.platform.KafkaSender;
import io.quarkus.logging.Log;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Publishes one page of the outbox: sends all of it, waits for the acks, deletes what was confirmed. What is interrupted
 * in between is published again. Used by the relay's thread only.
 */
final class Publisher {

    /** What was there. */
    enum Page {
        EMPTY,
        SHORT,
        FULL
    }

    /** Rows that can't be published wait aside, so that they stop nobody; this many are a defect of ours, no accident. */
    private static final int ASIDE_MAX = 100;

    private final DataSource dataSource;
    private final KafkaSender sender;
    private final int pageRows;
    private final long pageBytes;
    private final OutboxGauges gauges;
    private final Set<Long> aside = new HashSet<>();

    Publisher(DataSource dataSource, KafkaSender sender, OutboxConfig config, OutboxGauges gauges) {
        this.dataSource = dataSource;
        this.sender = sender;
        this.gauges = gauges;
        this.pageRows = config.pageRows();
        this.pageBytes = config.pageBytes().asLongValue();
    }

    /**
     * Publishes the oldest rows.
     *
     * @throws io.jifen.platform.BrokerUnavailableException when some were not confirmed; they stay in the outbox
     */
    Page publish() throws SQLException {
        List<Long> ids = new ArrayList<>();
        List<OutboxSql.Row> rows;
        boolean full;
        // No connection is held while the broker takes its time.
        try (Connection connection = dataSource.getConnection()) {
            full = choose(OutboxSql.oldestSizes(connection, pageRows + aside.size()), ids);
            if (ids.isEmpty()) {
                return Page.EMPTY;
            }
            rows = OutboxSql.rows(connection, ids);
        }
        Acks acks = sendAll(rows).await();
        if (!acks.confirmed.isEmpty()) {
            try (Connection connection = dataSource.getConnection()) {
                OutboxSql.delete(connection, acks.confirmed);
            }
        }
        if (acks.failure != null) {
            throw acks.failure;
        }
        return full ? Page.FULL : Page.SHORT;
    }

    /** Fills in the ids of one page, at least one; true if there is more than that. */
    private boolean choose(List<OutboxSql.Size> oldest, List<Long> ids) {
        long bytes = 0;
        for (OutboxSql.Size row : oldest) {
            if (aside.contains(row.id())) {
                continue;
            }
            bytes += row.bytes();
            if (!ids.isEmpty() && bytes > pageBytes) {
                return true;
            }
            ids.add(row.id());
        }
        return ids.size() == pageRows;
    }

    private Acks sendAll(List<OutboxSql.Row> rows) {
        Acks acks = new Acks();
        for (OutboxSql.Row row : rows) {
            try {
                List<CompletionStage<Void>> ofRow = new ArrayList<>();
                for (OutboxMessage message : Payload.decode(row.payload())) {
                    ofRow.add(sender.send(message.topic(), message.key(), message.data(), CloudEvent.headers(message)));
                }
                acks.awaited.put(row.id(), ofRow);
            } catch (IOException e) {
                acks.setAside(row.id(), e);
            }
        }
        return acks;
    }

    /** What became of the rows of a page. */
    private final class Acks {

        private final Map<Long, List<CompletionStage<Void>>> awaited = new LinkedHashMap<>();
        private final List<Long> confirmed = new ArrayList<>();
        private @Nullable RuntimeException failure;

        Acks await() {
            awaited.forEach(this::await);
            return this;
        }

        private void await(Long id, List<CompletionStage<Void>> acks) {
            try {
                for (CompletionStage<Void> ack : acks) {
                    ack.toCompletableFuture().join();
                }
                confirmed.add(id);
                gauges.published(acks.size());
            } catch (CompletionException e) {
                switch (e.getCause()) {
                    case IllegalArgumentException never -> setAside(id, never);
                    case RuntimeException later -> failure = later;
                    case null, default -> failure = e;
                }
            }
        }

        /** One too many fails the page, once the rows that went out are deleted. */
        void setAside(Long id, Exception why) {
            if (aside.size() == ASIDE_MAX) {
                failure = new IllegalStateException("too many rows of the outbox can't be published", why);
                return;
            }
            aside.add(id);
            Log.errorf(why, "Outbox row %d can't be published and waits until the relay starts again", id);
        }
    }
}
