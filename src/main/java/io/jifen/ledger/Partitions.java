package io.jifen.ledger;

import com.mysql.cj.jdbc.Driver;
import io.agroal.api.AgroalDataSource;
import io.jifen.platform.Ids;
import io.jifen.platform.Sql;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;

/**
 * Makes the monthly partitions of the tables that grow with every posting, some months ahead: an entry whose partition
 * is missing can't be written. Whatever is there already stays as it is, so this may run anywhere and any number of
 * times.
 */
@Singleton
public class Partitions {

    private static final Logger LOG = Logger.getLogger(Partitions.class);

    /** Time enough to notice that the job fails, and to do by hand what it should have done. */
    private static final int MONTHS_AHEAD = 3;

    private static final List<String> TABLES = List.of("entry", "lot_use");

    /** The month of the smallest id there is. */
    private static final YearMonth FIRST = YearMonth.of(2020, 1);

    private static final DateTimeFormatter NAME = DateTimeFormatter.ofPattern("'p'uuuuMM");

    /** The first id that the table can't take. */
    private static final String END = """
            SELECT MAX(CAST(partition_description AS SIGNED))
              FROM information_schema.partitions
             WHERE table_schema = DATABASE() AND table_name = ?
            """;

    /**
     * While an ALTER waits for a long statement to end, every new statement on the table waits behind it: so it waits
     * for seconds only, instead of the server's default of a day or a year, and tries again a few times.
     */
    private static final String WAIT_BRIEFLY = "SET SESSION lock_wait_timeout = 2";

    private static final String WAIT_AS_USUAL = "SET SESSION lock_wait_timeout = DEFAULT";
    private static final int ATTEMPTS = 5;

    /** Still waiting for a lock; or another pod has just made the same partition. */
    private static final int LOCK_TIMEOUT = 1205;

    private static final int NO_SUCH_PARTITION = 1507;

    private static final Set<Integer> WORTH_ANOTHER_ATTEMPT = Set.of(LOCK_TIMEOUT, 1493, 1517);

    /** No access to the schema or no right to change tables; no such login has an SQLState of its own. */
    private static final Set<Integer> DENIED = Set.of(1044, 1142, 1227);

    private static final String NO_SUCH_LOGIN = "28000";

    private static final String OLDEST = """
            SELECT partition_name, CAST(partition_description AS SIGNED) AS end_id
              FROM information_schema.partitions
             WHERE table_schema = DATABASE() AND table_name = 'entry'
             ORDER BY partition_ordinal_position LIMIT 1
            """;

    /** A partition of table entry; its ids are below {@code endId}. */
    record Partition(String name, long endId) {}

    private final AgroalDataSource database;
    private final MaintenanceConfig config;

    Partitions(AgroalDataSource database, MaintenanceConfig config) {
        this.database = database;
        this.config = config;
    }

    /**
     * Makes what is missing for all ids from the last partition up to three months after this moment's.
     *
     * @return whether everything is there now; where it is not, the log says why
     */
    public boolean ensure(Instant now) {
        YearMonth last = YearMonth.from(now.atOffset(ZoneOffset.UTC)).plusMonths(MONTHS_AHEAD);
        try (Connection connection = connect()) {
            for (String table : TABLES) {
                ensure(connection, table, last);
            }
            return true;
        } catch (SQLException e) {
            if (DENIED.contains(e.getErrorCode()) || NO_SUCH_LOGIN.equals(e.getSQLState())) {
                LOG.errorf(
                        "No right to make partitions up to %s: entries can't be written after the last one there is."
                                + " Set jifen.maintenance.username and password to a user that may ALTER tables (%s)",
                        last, e.getMessage());
            } else {
                LOG.errorf(e, "Partitions up to %s could not be made; the next run tries again", last);
            }
            return false;
        }
    }

    /** The one with the oldest entries. */
    Partition oldest() throws SQLException {
        try (Connection connection = connect()) {
            return Sql.first(
                            connection,
                            OLDEST,
                            row -> new Partition(row.getString("partition_name"), row.getLong("end_id")))
                    .orElseThrow();
        }
    }

    /**
     * Drops a partition of table entry and all that is in it; false if somebody reads the table for too long. One attempt:
     * while it waits, postings wait behind it.
     */
    boolean drop(Partition partition) throws SQLException {
        try (Connection connection = connect()) {
            alter(connection, "ALTER TABLE entry DROP PARTITION " + partition.name());
            LOG.infof("Dropped partition %s of table entry: it is in the archive", partition.name());
            return true;
        } catch (SQLException e) {
            return switch (e.getErrorCode()) {
                case LOCK_TIMEOUT -> false;
                case NO_SUCH_PARTITION -> true; // another pod has just dropped it
                default -> throw e;
            };
        }
    }

    private static void ensure(Connection connection, String table, YearMonth last) throws SQLException {
        for (int attempt = 1; ; attempt++) {
            List<YearMonth> missing = missing(connection, table, last);
            if (missing.isEmpty()) {
                return;
            }
            try {
                add(connection, table, missing);
                LOG.infof("Made partitions of table %s: %s to %s", table, missing.getFirst(), missing.getLast());
                return;
            } catch (SQLException e) {
                if (attempt == ATTEMPTS || !WORTH_ANOTHER_ATTEMPT.contains(e.getErrorCode())) {
                    throw e;
                }
            }
        }
    }

    private static List<YearMonth> missing(Connection connection, String table, YearMonth last) throws SQLException {
        long end = Sql.first(connection, END, row -> row.getLong(1), table).orElse(0L);
        List<YearMonth> missing = new ArrayList<>();
        for (YearMonth month = FIRST; !month.isAfter(last); month = month.plusMonths(1)) {
            if (endOf(month) > end) {
                missing.add(month);
            }
        }
        return missing;
    }

    private static void add(Connection connection, String table, List<YearMonth> months) throws SQLException {
        String partitions = months.stream()
                .map(month -> "PARTITION %s VALUES LESS THAN (%d)".formatted(NAME.format(month), endOf(month)))
                .collect(Collectors.joining(", "));
        alter(connection, "ALTER TABLE " + table + " ADD PARTITION (" + partitions + ")");
    }

    private static void alter(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(WAIT_BRIEFLY);
            try {
                statement.execute(sql);
            } finally {
                statement.execute(WAIT_AS_USUAL);
            }
        }
    }

    /** The first id of the month after. */
    private static long endOf(YearMonth month) {
        return Ids.firstAt(
                month.plusMonths(1).atDay(1).atStartOfDay(ZoneOffset.UTC).toInstant());
    }

    /** Another user needs a connection of its own, for a moment once a day: no pool. */
    private Connection connect() throws SQLException {
        if (config.username().isEmpty()) {
            return database.getConnection();
        }
        var factory = database.getConfiguration().connectionPoolConfiguration().connectionFactoryConfiguration();
        // With all that the service's own connections are told: of TLS, for example.
        Properties login = new Properties();
        login.putAll(factory.jdbcProperties());
        login.setProperty("user", config.username().get());
        login.setProperty("password", config.password().orElse(""));
        return new Driver().connect(factory.jdbcUrl(), login);
    }
}
