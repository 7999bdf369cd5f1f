package io.jifen.bench;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What the figures are compared with: points as one would keep them without any of this, a transaction for each posting
 * that reads the balance, updates it if its version is still the same, and inserts an entry.
 */
final class Baseline implements Part {

    /** The best of all numbers of threads. */
    static final String BEST = "baseline-best";

    static final String THREADS_32 = "baseline-32";
    static final String HOT = "baseline-hot-best";

    private static final int[] THREADS = {1, 8, 32};
    private static final int ACCOUNTS = 100_000;

    private static final AtomicLong ENTRY_ID = new AtomicLong();

    @Override
    public char letter() {
        return 'a';
    }

    @Override
    public String title() {
        return "the baseline: plain JDBC, one transaction per posting";
    }

    @Override
    public boolean usesService() {
        return false;
    }

    @Override
    public void run(World world, Report report) throws Exception {
        createTables(world);
        double best = 0;
        double hot = 0;
        for (int threads : THREADS) {
            double rate = rate(world, threads, ACCOUNTS);
            report.add(Figure.rate("baseline-" + threads, "baseline, %d threads".formatted(threads), rate));
            best = Math.max(best, rate);
        }
        for (int threads : THREADS) {
            double rate = rate(world, threads, 1);
            report.add(Figure.rate(
                    "baseline-hot-" + threads, "baseline on one account, %d threads".formatted(threads), rate));
            hot = Math.max(hot, rate);
        }
        dropTables(world);
        report.add(Figure.rate(BEST, "baseline, its best", best));
        report.add(Figure.rate(HOT, "baseline on one account, its best", hot));
    }

    private static void createTables(World world) throws SQLException {
        try (Connection connection = world.connect();
                Statement statement = connection.createStatement()) {
            statement.execute("""
                    CREATE TABLE baseline_account (
                        id BIGINT NOT NULL PRIMARY KEY, balance BIGINT NOT NULL, version BIGINT NOT NULL)""");
            statement.execute("""
                    CREATE TABLE baseline_entry (
                        id BIGINT NOT NULL PRIMARY KEY, account_id BIGINT NOT NULL, version BIGINT NOT NULL,
                        points BIGINT NOT NULL, before_balance BIGINT NOT NULL, after_balance BIGINT NOT NULL,
                        reason VARCHAR(255) NULL, created_at DATETIME(3) NOT NULL,
                        KEY baseline_entry_account (account_id, version))""");
            try (PreparedStatement insert =
                    connection.prepareStatement("INSERT INTO baseline_account VALUES (?, 1000, 0)")) {
                for (int account = 0; account < ACCOUNTS; account++) {
                    insert.setLong(1, account);
                    insert.addBatch();
                }
                insert.executeBatch();
            }
        }
    }

    /** The service makes its tables in a database that is empty. */
    private static void dropTables(World world) throws SQLException {
        try (Connection connection = world.connect();
                Statement statement = connection.createStatement()) {
            statement.execute("DROP TABLE baseline_account, baseline_entry");
        }
    }

    /** Postings per second. */
    private static double rate(World world, int threads, int accounts) throws Exception {
        post(world, threads, accounts, world.scale.warmUp().toNanos() / 3);
        long begin = System.nanoTime();
        long posted = post(world, threads, accounts, world.scale.measured().toNanos() / 2);
        return posted / ((System.nanoTime() - begin) / 1e9);
    }

    private static long post(World world, int threads, int accounts, long nanos) throws Exception {
        long end = System.nanoTime() + nanos;
        List<FutureTask<Long>> writers = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            FutureTask<Long> writer = new FutureTask<>(() -> {
                try (Connection connection = world.connect()) {
                    return new Writer(connection).postUntil(end, accounts);
                }
            });
            writers.add(writer);
            Thread.ofPlatform().start(writer);
        }
        long posted = 0;
        for (FutureTask<Long> writer : writers) {
            posted += writer.get();
        }
        return posted;
    }

    private static final class Writer {

        private final Connection connection;
        private final PreparedStatement read;
        private final PreparedStatement update;
        private final PreparedStatement insert;

        Writer(Connection connection) throws SQLException {
            this.connection = connection;
            connection.setAutoCommit(false);
            connection.setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);
            read = connection.prepareStatement("SELECT balance, version FROM baseline_account WHERE id = ?");
            update = connection.prepareStatement(
                    "UPDATE baseline_account SET balance = ?, version = version + 1 WHERE id = ? AND version = ?");
            insert = connection.prepareStatement(
                    "INSERT INTO baseline_entry VALUES (?, ?, ?, ?, ?, ?, NULL, UTC_TIMESTAMP(3))");
        }

        long postUntil(long nanoTime, int accounts) throws SQLException {
            long posted = 0;
            while (System.nanoTime() < nanoTime) {
                int account = ThreadLocalRandom.current().nextInt(accounts);
                if (post(account, ThreadLocalRandom.current().nextBoolean() ? 1 : -1)) {
                    connection.commit();
                    posted++;
                } else {
                    // Somebody was faster: read again.
                    connection.rollback();
                }
            }
            return posted;
        }

        private boolean post(int account, int points) throws SQLException {
            long balance;
            long version;
            read.setLong(1, account);
            try (ResultSet row = read.executeQuery()) {
                row.next();
                balance = row.getLong(1);
                version = row.getLong(2);
            }
            update.setLong(1, balance + points);
            update.setLong(2, account);
            update.setLong(3, version);
            if (update.executeUpdate() == 0) {
                return false;
            }
            insert.setLong(1, ENTRY_ID.incrementAndGet());
            insert.setLong(2, account);
            insert.setLong(3, version + 1);
            insert.setLong(4, points);
            insert.setLong(5, balance);
            insert.setLong(6, balance + points);
            insert.executeUpdate();
            return true;
        }
    }
}
