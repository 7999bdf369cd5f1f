package io.jifen.ledger;

import io.jifen.platform.Ids;
import io.jifen.platform.Sql;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.sql.DataSource;

/** Undoes archiving, so that the tests behind see their own time as the present again. */
public final class ArchivedEntries {

    private static final DateTimeFormatter NAME = DateTimeFormatter.ofPattern("uuuuMM");

    /** Of the migration. */
    private static final YearMonth FIRST = YearMonth.of(2026, 11);

    private ArchivedEntries() {}

    public static void bringBack(DataSource database) throws SQLException {
        try (Connection connection = database.getConnection()) {
            bringBackPartitions(connection);
        }
        Sql.transaction(database, connection -> {
            Sql.update(
                    connection,
                    "INSERT INTO entry (" + Entries.COLUMNS + ") SELECT " + Entries.COLUMNS
                            + " FROM entry_archive a WHERE NOT EXISTS (SELECT 1 FROM entry e WHERE e.id = a.id)");
            Sql.update(connection, "DELETE FROM entry_archive");
            return Sql.update(connection, "DELETE FROM archive_part");
        });
    }

    /** The oldest one takes the place of all that were dropped: it is cut into months again. */
    private static void bringBackPartitions(Connection connection) throws SQLException {
        String name = Sql.first(
                        connection,
                        "SELECT partition_name FROM information_schema.partitions WHERE table_schema = DATABASE()"
                                + " AND table_name = 'entry' ORDER BY partition_ordinal_position LIMIT 1",
                        row -> row.getString(1))
                .orElseThrow();
        YearMonth oldest = YearMonth.parse(name.substring(1), NAME);
        if (!FIRST.isBefore(oldest)) {
            return;
        }
        String months = Stream.iterate(FIRST, month -> !month.isAfter(oldest), month -> month.plusMonths(1))
                .map(month -> "PARTITION p%s VALUES LESS THAN (%d)"
                        .formatted(
                                NAME.format(month),
                                Ids.firstAt(month.plusMonths(1)
                                        .atDay(1)
                                        .atStartOfDay(ZoneOffset.UTC)
                                        .toInstant())))
                .collect(Collectors.joining(", "));
        Sql.update(connection, "ALTER TABLE entry REORGANIZE PARTITION " + name + " INTO (" + months + ")");
    }
}
