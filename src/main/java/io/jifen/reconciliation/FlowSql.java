package io.jifen.reconciliation;

import io.jifen.platform.Sql;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** The SQL of table {@code hourly_flow}. */
final class FlowSql {

    /** Those of the same hour are summed up once; a second pod writes the same. */
    private static final String PUT = """
            INSERT INTO hourly_flow (hour, biz_type, issued, consumed) VALUES (?, ?, ?, ?)
            ON DUPLICATE KEY UPDATE issued = VALUES(issued), consumed = VALUES(consumed)""";

    private static final String OF_HOURS =
            "SELECT hour, biz_type, issued, consumed FROM hourly_flow WHERE hour IN (%s) ORDER BY hour, biz_type";

    private static final String LAST_BEFORE = "SELECT MAX(hour) AS hour FROM hourly_flow WHERE hour < ? AND hour >= ?";

    private FlowSql() {}

    /** The last hour before {@code hour}, and not before {@code earliest}, that is known. */
    static Optional<Instant> lastBefore(Connection connection, Instant hour, Instant earliest) throws SQLException {
        return Sql.list(connection, LAST_BEFORE, row -> Optional.ofNullable(Sql.instant(row, "hour")), hour, earliest)
                .getFirst();
    }

    static void put(Connection connection, Collection<Flow> flows) throws SQLException {
        Sql.batch(connection, PUT, flows, flow ->
                new Object[] {flow.hour(), flow.bizType(), flow.issued(), flow.consumed()});
    }

    static List<Flow> of(Connection connection, Collection<Instant> hours) throws SQLException {
        return Sql.listIn(
                        connection,
                        OF_HOURS,
                        row -> new Flow(
                                Sql.someInstant(row, "hour"),
                                row.getString("biz_type"),
                                row.getLong("issued"),
                                row.getLong("consumed")),
                        hours)
                .stream()
                .distinct()
                .toList();
    }
}
