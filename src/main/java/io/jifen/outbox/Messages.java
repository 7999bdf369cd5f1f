package io.jifen.outbox;

import io.jifen.platform.Sql;
import io.jifen.platform.Time;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import javax.sql.DataSource;

/**
 * The room's door to reliable messages: kept in the caller's transaction, sent after its commit, and sent again until
 * the receiver confirms them.
 */
@ApplicationScoped
public class Messages {

    /**
     * A message to be confirmed.
     *
     * @param id made by {@code Ids}; the receiver confirms by it and recognises a repetition
     * @param key of the Kafka message, at most 64 printable ASCII characters: what has the same key stays in order
     * @param body JSON that has the id as {@code messageId}; kept no longer than until the message is settled
     */
    @SuppressWarnings("ArrayRecordComponent") // bytes to pass on, never compared
    public record Message(long id, String topic, String key, byte[] body) {}

    /** What a confirmation found. */
    public enum Confirmation {
        /** It was the first one, perhaps of a message that an admin had given up. */
        CONFIRMED,
        ALREADY,
        /** Its sender has taken it back before: the receiver must not act on it. */
        WITHDRAWN,
        /** No message of ours. */
        UNKNOWN
    }

    private final DataSource database;
    private final Time time;
    private final Relay relay;

    Messages(DataSource database, Time time, Relay relay) {
        this.database = database;
        this.time = time;
        this.relay = relay;
    }

    /** Keeps the messages with the caller's transaction; nothing where there are none. */
    public void append(Connection connection, List<Message> messages) throws SQLException {
        MessageSql.append(connection, messages, time.now());
    }

    /** To be called after the commit: without it the messages go out a little later. Returns at once. */
    public void wake() {
        relay.wake();
    }

    /** Ends the sending; confirming twice, or late, changes nothing. False: there is no such message. */
    public boolean confirm(long id) throws SQLException {
        return Sql.transaction(database, connection -> confirm(connection, List.of(id)))
                        .get(id)
                != Confirmation.UNKNOWN;
    }

    /**
     * The same in the caller's transaction, so that a receiver who shares the database takes a message and does what it
     * says at once. What is confirmed can't be withdrawn any more, and the other way round.
     */
    public Map<Long, Confirmation> confirm(Connection connection, Collection<Long> ids) throws SQLException {
        TreeSet<Long> inOrder = new TreeSet<>(ids);
        Map<Long, MessageState> states = MessageSql.lock(connection, inOrder);
        Map<Long, Confirmation> found = new HashMap<>();
        List<Long> open = new ArrayList<>();
        for (Long id : inOrder) {
            MessageState state = states.get(id);
            Confirmation confirmation =
                    switch (state) {
                        case null -> Confirmation.UNKNOWN;
                        case WAITING, GIVEN_UP -> Confirmation.CONFIRMED;
                        case CONFIRMED -> Confirmation.ALREADY;
                        case WITHDRAWN -> Confirmation.WITHDRAWN;
                    };
            if (confirmation == Confirmation.CONFIRMED) {
                open.add(id);
            }
            found.put(id, confirmation);
        }
        MessageSql.settle(connection, open, MessageState.CONFIRMED, time.now());
        return found;
    }

    /**
     * Takes messages back, in the caller's transaction: they are not sent again, and a copy on its way finds that out when
     * it is confirmed.
     *
     * @return those taken back, now or before; the others were confirmed before, or there are no such messages
     */
    public Set<Long> withdraw(Connection connection, Collection<Long> ids) throws SQLException {
        Map<Long, MessageState> states = MessageSql.lock(connection, new TreeSet<>(ids));
        TreeSet<Long> withdrawn = new TreeSet<>();
        List<Long> open = new ArrayList<>();
        states.forEach((id, state) -> {
            if (state != MessageState.CONFIRMED) {
                withdrawn.add(id);
            }
            if (state == MessageState.WAITING || state == MessageState.GIVEN_UP) {
                open.add(id);
            }
        });
        MessageSql.settle(connection, open, MessageState.WITHDRAWN, time.now());
        return withdrawn;
    }
}
