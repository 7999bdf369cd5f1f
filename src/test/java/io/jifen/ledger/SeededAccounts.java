package io.jifen.ledger;

import com.mysql.cj.jdbc.JdbcStatement;
import io.jifen.platform.Ids;
import io.jifen.platform.Sql;
import java.io.ByteArrayInputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Many accounts that look as if they had been granted points for a month, for benchmarks: written past the
 * ledger, in seconds instead of minutes. All invariants hold, the chain included. Whoever
 * tests what the ledger does lets it earn its points instead.
 *
 * @param group   of accounts, 0 to 63: another one has other ids
 * @param lots    of each account; with 12 or fewer they end with the coming months, else with the coming days
 * @param entries of each account: its grants, lot by lot in turn; at least {@code lots}
 * @param points  of each grant
 * @param traced  whether each grant has its outcome and its earning, as if an event had brought it
 */
public record SeededAccounts(int group, int number, int lots, int entries, long points, boolean traced) {

    /** Rows of one statement and one transaction: enough to make its cost per row small. */
    private static final int CHUNK = 10_000;

    /** Slots of the daily totals from here on are no writer's of the service. */
    private static final int SLOTS = 30_000;

    /** An id has 22 bits below its time: the group has the upper 6 of them. */
    private static final int PLACE_BITS = 16;

    /** Room for the place of an entry beside the first bits of its key's hash: 8 million places. */
    private static final int KEY_PLACE_BITS = 23;

    private static final long KEY_PLACES = 1L << KEY_PLACE_BITS;

    private static final Duration HISTORY = Duration.ofDays(30);
    private static final int MONTHS = 12;
    private static final Operation.RuleRef RULE = new Operation.RuleRef("ORDER", 1, true);

    private static final String ENTRIES = """
            entry (id, account_id, version, transaction_no, type, biz_type, biz_no, trace_id, points, frozen_change,
                   pending_change, arrears_change, before_balance, after_balance, expires_on, rule_code, rule_version,
                   occurred_at, created_at, @hash) SET hash = UNHEX(@hash)""";

    private static final String REQUESTS = """
            request (@key_hash, scope, trace_id, @content_hash, account_id, outcome, status, transaction_no, created_at)
            SET key_hash = UNHEX(@key_hash), content_hash = UNHEX(@content_hash)""";

    private static final String EARNINGS = """
            earning (account_id, biz_type, biz_no, rule_code, rule_version, clawback_policy, entry_id, transaction_no,
                     points, amount, expires_on)""";

    private static final String ACCOUNTS = """
            account (id, user_id, available, total_earned, level_code, level_basis, next_expires_on, version,
                     last_entry_id, @last_hash, created_at, updated_at) SET last_hash = UNHEX(@last_hash)""";

    private static final String LOTS = "lot (account_id, expires_on, granted, remaining)";

    private static final String LEVEL = "SELECT code FROM level WHERE min_points <= ? ORDER BY min_points DESC LIMIT 1";

    public SeededAccounts {
        if (traced && (long) number * entries > KEY_PLACES) {
            throw new IllegalArgumentException("at most " + KEY_PLACES + " entries that have their outcomes");
        }
    }

    /** Opens a connection, with {@code allowLoadLocalInfile}. */
    @FunctionalInterface
    public interface Database {
        Connection connect() throws SQLException;
    }

    /** Accounts with one grant a lot, which nobody has a key for. */
    public static SeededAccounts of(int group, int number, int lots, long points) {
        return new SeededAccounts(group, number, lots, lots, points, false);
    }

    public String userId(long account) {
        return "seed-" + group + "-" + account;
    }

    /**
     * Writes them, half of them on each of two connections.
     *
     * @param now the history ends here
     */
    public void write(Database database, ZoneId zone, Instant now) {
        IntStream.range(0, 2).parallel().forEach(half -> {
            try (Connection connection = database.connect()) {
                connection.setAutoCommit(false);
                new Writing(connection, zone, now, half, number * half / 2, number * (half + 1) / 2).run();
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            }
        });
    }

    /** The accounts from one number to before another. */
    private final class Writing {

        private final Connection connection;
        private final ZoneId zone;
        private final Instant begin;
        private final long stepNanos;
        private final int slot;
        private final int from;
        private final int to;
        private final List<LocalDate> days;
        private final byte[][] lastHashes;
        private final long[] lastIds;

        Writing(Connection connection, ZoneId zone, Instant now, int half, int from, int to) {
            this.connection = connection;
            this.zone = zone;
            this.begin = now.minus(HISTORY);
            this.stepNanos = HISTORY.toNanos() / ((long) number * entries + 1);
            this.slot = SLOTS + 2 * group + half;
            this.from = from;
            this.to = to;
            this.lastHashes = new byte[to - from][];
            this.lastIds = new long[to - from];
            LocalDate today = LocalDate.ofInstant(now, zone);
            this.days = IntStream.rangeClosed(1, lots)
                    .mapToObj(i -> lots > MONTHS
                            ? today.plusDays(i)
                            : today.withDayOfMonth(1).plusMonths(i + 1L).minusDays(1))
                    .toList();
        }

        /**
         * Entries round by round, so that those of an account are as far apart as they are in real life. What has another
         * key than time comes after them in the order of that key: each page is then written once, and not again and
         * again.
         */
        void run() throws SQLException {
            for (int round = 0; round < entries; round++) {
                for (int first = from; first < to; first += CHUNK) {
                    grant(round, first, Math.min(first + CHUNK, to));
                    connection.commit();
                }
            }
            if (traced) {
                remember();
                earn();
            }
            int step = Math.max(1, CHUNK / lots);
            for (int first = from; first < to; first += step) {
                open(first, Math.min(first + step, to));
                connection.commit();
            }
        }

        private void grant(int round, int first, int end) throws SQLException {
            List<Entry> granted = new ArrayList<>(end - first);
            for (int account = first; account < end; account++) {
                granted.add(entry(round, account));
            }
            load(connection, ENTRIES, granted.stream().map(SeededAccounts::row));
            LedgerSql.addTotals(connection, Total.of(granted, zone), slot);
        }

        private Entry entry(int round, int account) {
            long place = placeOf(round, account);
            Instant at = momentOf(place);
            long id = idOf(place);
            Entry unsealed = new Entry(
                    id,
                    accountId(account),
                    round + 1L,
                    id,
                    EntryType.GRANT,
                    "ORDER",
                    bizNo(round),
                    traced ? traceId(place) : null,
                    points,
                    0,
                    0,
                    0,
                    points * round,
                    points * (round + 1),
                    null,
                    days.get(round % lots),
                    traced ? RULE.code() : null,
                    traced ? RULE.version() : null,
                    null,
                    null,
                    at,
                    at,
                    Chain.START,
                    null);
            byte[] previous = round == 0 ? Chain.START : lastHashes[account - from];
            Entry entry = unsealed.sealedWith(Chain.hash(previous, unsealed));
            lastHashes[account - from] = entry.hash();
            lastIds[account - from] = id;
            return entry;
        }

        /** The outcomes, nearly in the order of their keys' hashes: by the bits that have room beside a place. */
        private void remember() throws SQLException {
            long[] byHash = new long[Math.multiplyExact(to - from, entries)];
            int next = 0;
            for (int round = 0; round < entries; round++) {
                for (int account = from; account < to; account++) {
                    long place = placeOf(round, account);
                    long hash = ByteBuffer.wrap(keyHash(place)).getLong();
                    byHash[next++] = ((hash >>> (KEY_PLACE_BITS + 1)) << KEY_PLACE_BITS) | place;
                }
            }
            Arrays.sort(byHash);
            for (int first = 0; first < byHash.length; first += CHUNK) {
                int end = Math.min(first + CHUNK, byHash.length);
                load(
                        connection,
                        REQUESTS,
                        Arrays.stream(byHash, first, end).mapToObj(one -> outcome(one & (KEY_PLACES - 1))));
                connection.commit();
            }
        }

        private @Nullable Object[] outcome(long place) {
            return new @Nullable Object[] {
                keyHash(place),
                "",
                traceId(place),
                new byte[16],
                accountId(place % number),
                Known.Outcome.POSTED,
                200,
                idOf(place),
                momentOf(place)
            };
        }

        private byte[] keyHash(long place) {
            return new Key("", traceId(place)).hash().bytes();
        }

        /** Account by account. */
        private void earn() throws SQLException {
            int step = Math.max(1, CHUNK / entries);
            for (int first = from; first < to; first += step) {
                load(
                        connection,
                        EARNINGS,
                        IntStream.range(first, Math.min(first + step, to))
                                .boxed()
                                .flatMap(account ->
                                        IntStream.range(0, entries).mapToObj(round -> earned(round, account))));
                connection.commit();
            }
        }

        private @Nullable Object[] earned(int round, int account) {
            long id = idOf(placeOf(round, account));
            return new @Nullable Object[] {
                accountId(account),
                "ORDER",
                bizNo(round),
                RULE.code(),
                RULE.version(),
                RULE.clawback(),
                id,
                id,
                points,
                points,
                days.get(round % lots)
            };
        }

        private void open(int first, int end) throws SQLException {
            long all = points * entries;
            String level =
                    Sql.first(connection, LEVEL, row -> row.getString(1), all).orElseThrow();
            load(connection, ACCOUNTS, IntStream.range(first, end).mapToObj(account -> new Object[] {
                accountId(account),
                userId(account),
                all,
                all,
                level,
                all,
                days.getFirst(),
                entries,
                lastIds[account - from],
                lastHashes[account - from],
                begin,
                momentOf(placeOf(entries - 1, account))
            }));
            load(connection, LOTS, IntStream.range(first, end).boxed().flatMap(account -> IntStream.range(0, lots)
                    .mapToObj(lot -> new Object[] {accountId(account), days.get(lot), inLot(lot), inLot(lot)})));
        }

        private long inLot(int lot) {
            return points * (entries / lots + (lot < entries % lots ? 1 : 0));
        }

        private long placeOf(int round, int account) {
            return (long) round * number + account;
        }

        private static String bizNo(int round) {
            return "seed-" + round;
        }

        private String traceId(long place) {
            return "seed-" + group + "-" + place;
        }

        private Instant momentOf(long place) {
            return Instant.ofEpochMilli(begin.plusNanos(place * stepNanos).toEpochMilli());
        }

        /** Of its moment, and of no other place. */
        private long idOf(long place) {
            return Ids.firstAt(momentOf(place)) + ((long) group << PLACE_BITS) + place % (1 << PLACE_BITS);
        }

        /** Far below those that the service makes. */
        private long accountId(long account) {
            return ((group + 1L) << 32) + account;
        }
    }

    private static @Nullable Object[] row(Entry entry) {
        return new @Nullable Object[] {
            entry.id(),
            entry.accountId(),
            entry.version(),
            entry.transactionNo(),
            entry.type(),
            entry.bizType(),
            entry.bizNo(),
            entry.traceId(),
            entry.points(),
            0,
            0,
            0,
            entry.beforeBalance(),
            entry.afterBalance(),
            entry.expiresOn(),
            entry.ruleCode(),
            entry.ruleVersion(),
            entry.occurredAt(),
            entry.createdAt(),
            entry.hash()
        };
    }

    /** As a file, which the server reads many times faster than statements. */
    private static void load(Connection connection, String into, Stream<@Nullable Object[]> rows) throws SQLException {
        StringBuilder file = new StringBuilder();
        rows.forEach(row -> {
            for (int i = 0; i < row.length; i++) {
                file.append(i == 0 ? "" : "\t").append(text(row[i]));
            }
            file.append('\n');
        });
        try (Statement statement = connection.createStatement()) {
            statement
                    .unwrap(JdbcStatement.class)
                    .setLocalInfileInputStream(
                            new ByteArrayInputStream(file.toString().getBytes(StandardCharsets.UTF_8)));
            statement.execute(
                    "LOAD DATA LOCAL INFILE 'rows' INTO TABLE " + into.replaceFirst(" ", " CHARACTER SET utf8mb4 "));
        }
    }

    private static String text(@Nullable Object value) {
        return switch (value) {
            case null -> "\\N";
            case byte[] bytes -> HexFormat.of().formatHex(bytes);
            case Instant instant ->
                LocalDateTime.ofInstant(instant, ZoneOffset.UTC).toString();
            default -> value.toString();
        };
    }
}
