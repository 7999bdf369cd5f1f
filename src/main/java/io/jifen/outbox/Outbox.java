package io.jifen.outbox;

import io.jifen.platform.Ids;
import io.jifen.platform.Time;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** The room's door: keeps messages in the caller's transaction and has them published after its commit. */
@ApplicationScoped
public class Outbox {

    private final Ids ids;
    private final Time time;
    private final Relay relay;

    Outbox(Ids ids, Time time, Relay relay) {
        this.ids = ids;
        this.time = time;
        this.relay = relay;
    }

    /**
     * Keeps the messages with the caller's transaction, as one row (several where they have more than a megabyte);
     * nothing where there are none.
     */
    public void append(Connection connection, List<OutboxMessage> messages) throws SQLException {
        List<OutboxSql.Row> rows = new ArrayList<>(1);
        for (byte[] payload : Payload.encode(messages)) {
            rows.add(new OutboxSql.Row(ids.next(), payload));
        }
        OutboxSql.append(connection, rows, time.now());
    }

    /** To be called after the commit: without it the messages go out a little later. Returns at once. */
    public void wake() {
        relay.wake();
    }
}
