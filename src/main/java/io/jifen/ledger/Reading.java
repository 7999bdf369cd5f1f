package io.jifen.ledger;

import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;

/** Runs a question on a connection of its own, outside of any transaction. */
final class Reading {

    @FunctionalInterface
    interface Question<T> {
        T ask(Connection connection) throws SQLException;
    }

    private Reading() {}

    /** @throws LedgerUnavailableException where the database, not the question, is to blame: it may be asked again */
    static <T> T ask(DataSource database, Question<T> question) {
        try (Connection connection = database.getConnection()) {
            return question.ask(connection);
        } catch (SQLException e) {
            throw isOurs(e)
                    ? new IllegalStateException("a question that the database can't answer", e)
                    : new LedgerUnavailableException(e);
        }
    }

    /** Bad data, a broken constraint or wrong SQL: it fails again however often it is asked. */
    private static boolean isOurs(SQLException e) {
        String state = e.getSQLState() == null ? "" : e.getSQLState();
        return state.startsWith("22") || state.startsWith("23") || state.startsWith("42");
    }
}
