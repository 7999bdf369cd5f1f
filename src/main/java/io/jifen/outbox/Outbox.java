package io.jifen.outbox;

import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/** The room's door: keeps messages in the caller's transaction and has them published after its commit. */
@ApplicationScoped
public class Outbox {

    /** Keeps the messages with the caller's transaction, as one row; nothing where there are none. */
    public void append(Connection connection, List<OutboxMessage> messages) throws SQLException {
        throw new SQLException("being written");
    }

    /** To be called after the commit: without it the messages go out a little later. Returns at once. */
    public void wake() {}
}
