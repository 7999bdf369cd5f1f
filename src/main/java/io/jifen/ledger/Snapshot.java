package io.jifen.ledger;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import javax.sql.DataSource;

/** Runs questions that belong together on one state of the database: what is posted meanwhile is seen by none of them. */
final class Snapshot {

    /** A look at all accounts of a large shop takes minutes; a posting never does. */
    private static final int LONG_QUESTION_MS = 600_000;

    private Snapshot() {}

    static <T> T read(DataSource database, Reading.Question<T> questions) {
        return Reading.ask(database, connection -> {
            int isolation = connection.getTransactionIsolation();
            int patience = connection.getNetworkTimeout();
            connection.setNetworkTimeout(Runnable::run, LONG_QUESTION_MS);
            connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
            connection.setAutoCommit(false);
            try {
                try (Statement statement = connection.createStatement()) {
                    statement.execute("START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY");
                    // Until the end no partition is dropped: what its archive says would not count in this snapshot
                    // yet.
                    statement.execute("SELECT 1 FROM entry LIMIT 1");
                }
                return questions.ask(connection);
            } finally {
                close(connection, isolation, patience);
            }
        });
    }

    private static void close(Connection connection, int isolation, int patience) throws SQLException {
        connection.rollback();
        connection.setAutoCommit(true);
        connection.setNetworkTimeout(Runnable::run, patience);
        connection.setTransactionIsolation(isolation);
    }
}
