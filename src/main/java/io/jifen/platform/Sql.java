package io.jifen.platform;

import java.io.ByteArrayInputStream;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * The few lines between a room's SQL and JDBC: binding, mapping, batches.
 *
 * <p>Instants are bound and read as UTC, whatever the server's zone is; a batch of rows becomes one statement of many
 * rows by the driver's {@code rewriteBatchedStatements}.
 */
public final class Sql {

    /** Makes a value of the current row. */
    @FunctionalInterface
    public interface Row<T> {
        T map(ResultSet row) throws SQLException;
    }

    /** What is done in one transaction. */
    @FunctionalInterface
    public interface Work<T> {
        T in(Connection transaction) throws SQLException;
    }

    /** The driver writes short bytes as hexadecimal digits, two for each; a stream of them nearly as it is. */
    private static final int AS_STREAM = 4096;

    /** From 1,000 values on, those of all columns counted, MariaDB makes a subquery of a list. */
    private static final int PADDED_UP_TO = 512;

    private static final int LONGEST_OF_COLUMNS = 256;

    private Sql() {}

    /** Does all of it and commits, or nothing. Where the commit itself fails, it may have been done. */
    public static <T> T transaction(DataSource database, Work<T> work) throws SQLException {
        // Back in the pool it is as it was: the pool knows that it was taken out of autocommit.
        try (Connection connection = database.getConnection()) {
            connection.setAutoCommit(false);
            try {
                T result = work.in(connection);
                connection.commit();
                return result;
            } catch (SQLException | RuntimeException | Error e) {
                rollBack(connection, e);
                throw e;
            }
        }
    }

    private static void rollBack(Connection connection, Throwable cause) {
        try {
            connection.rollback();
        } catch (SQLException e) {
            cause.addSuppressed(e);
        }
    }

    public static <T> List<T> list(Connection connection, String sql, Row<T> row, Collection<?> arguments)
            throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            bind(statement, arguments);
            try (ResultSet rows = statement.executeQuery()) {
                List<T> found = new ArrayList<>();
                while (rows.next()) {
                    found.add(row.map(rows));
                }
                return found;
            }
        }
    }

    public static <T> List<T> list(Connection connection, String sql, Row<T> row, Object... arguments)
            throws SQLException {
        return list(connection, sql, row, List.of(arguments));
    }

    /**
     * Asks for all of these keys, at most a batch of them; nothing where there are none. In one statement, but for keys of
     * several columns, which therefore are not for locks.
     *
     * @param sql  has {@code IN (%s)} for the keys, and after it the marks of {@code after}
     * @param keys a {@link List} for a key of several columns
     */
    public static <T> List<T> listIn(Connection connection, String sql, Row<T> row, Collection<?> keys, Object... after)
            throws SQLException {
        List<?> all = List.copyOf(keys);
        List<T> found = new ArrayList<>();
        for (int from = 0; from < all.size(); ) {
            int most = all.getFirst() instanceof List ? LONGEST_OF_COLUMNS : all.size();
            int end = Math.min(all.size(), from + most);
            found.addAll(listOf(connection, sql, row, all.subList(from, end), after));
            from = end;
        }
        return found;
    }

    /** The last key is repeated up to a power of two: any other length would be one more statement for the driver to parse. */
    private static <T> List<T> listOf(Connection connection, String sql, Row<T> row, List<?> keys, Object... after)
            throws SQLException {
        List<Object> padded = new ArrayList<>(keys);
        while (padded.size() <= PADDED_UP_TO && Integer.bitCount(padded.size()) > 1) {
            padded.add(padded.getLast());
        }
        String mark = padded.getLast() instanceof List<?> columns ? "(" + marks(columns.size()) + ")" : "?";
        List<Object> arguments = new ArrayList<>();
        for (Object key : padded) {
            if (key instanceof List<?> columns) {
                arguments.addAll(columns);
            } else {
                arguments.add(key);
            }
        }
        Collections.addAll(arguments, after);
        return list(
                connection, sql.formatted(String.join(", ", Collections.nCopies(padded.size(), mark))), row, arguments);
    }

    public static <T> Optional<T> first(Connection connection, String sql, Row<T> row, Object... arguments)
            throws SQLException {
        return list(connection, sql, row, arguments).stream().findFirst();
    }

    public static int update(Connection connection, String sql, @Nullable Object... arguments) throws SQLException {
        return update(connection, sql, Arrays.asList(arguments));
    }

    public static int update(Connection connection, String sql, Collection<? extends @Nullable Object> arguments)
            throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            bind(statement, arguments);
            return statement.executeUpdate();
        }
    }

    /** Runs one statement for all rows; nothing where there are none. */
    public static <T> void batch(
            Connection connection, String sql, Collection<T> rows, Function<T, @Nullable Object[]> arguments)
            throws SQLException {
        if (rows.isEmpty()) {
            return;
        }
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (T row : rows) {
                bind(statement, Arrays.asList(arguments.apply(row)));
                statement.addBatch();
            }
            statement.executeBatch();
        }
    }

    /** Placeholders of an IN list: {@code ?, ?, ?}. */
    public static String marks(int count) {
        return String.join(", ", Collections.nCopies(count, "?"));
    }

    public static @Nullable Instant instant(ResultSet row, String column) throws SQLException {
        LocalDateTime utc = row.getObject(column, LocalDateTime.class);
        return utc == null ? null : utc.toInstant(ZoneOffset.UTC);
    }

    /** An instant that is never null. */
    public static Instant someInstant(ResultSet row, String column) throws SQLException {
        return Objects.requireNonNull(instant(row, column), column);
    }

    /** A day that is never null. */
    public static LocalDate someDay(ResultSet row, String column) throws SQLException {
        return Objects.requireNonNull(day(row, column), column);
    }

    public static @Nullable LocalDate day(ResultSet row, String column) throws SQLException {
        return row.getObject(column, LocalDate.class);
    }

    public static @Nullable Long number(ResultSet row, String column) throws SQLException {
        long value = row.getLong(column);
        return row.wasNull() ? null : value;
    }

    private static void bind(PreparedStatement statement, Collection<? extends @Nullable Object> arguments)
            throws SQLException {
        int index = 1;
        for (Object argument : arguments) {
            switch (argument) {
                case null -> statement.setObject(index, null);
                case Long value -> statement.setLong(index, value);
                case Instant value -> statement.setObject(index, LocalDateTime.ofInstant(value, ZoneOffset.UTC));
                case Enum<?> value -> statement.setString(index, value.name());
                case byte[] value
                when value.length > AS_STREAM ->
                    statement.setBinaryStream(index, new ByteArrayInputStream(value), value.length);
                case byte[] value -> statement.setBytes(index, value);
                default -> statement.setObject(index, argument);
            }
            index++;
        }
    }
}
