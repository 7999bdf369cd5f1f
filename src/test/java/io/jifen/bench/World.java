package io.jifen.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.jifen.ledger.SeededAccounts;
import io.jifen.platform.Sql;
import io.jifen.services.AppProcess;
import io.jifen.services.TestServices;
import io.jifen.services.Tokens;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Everything that is there to be measured: a database of its own, the broker, the cache, and the packaged service. */
final class World implements AutoCloseable {

    private static final String DATABASE = "jifen_bench";
    private static final long BEGIN = System.nanoTime();
    private static final String EVERYTHING = "api,consumer,relay,jobs,warehouse";
    static final ZoneId ZONE = ZoneId.of("Asia/Shanghai");

    /** Those that fill with postings; the others are there from the start, or belong to the pods. */
    private static final String TABLES = """
            SELECT table_name FROM information_schema.tables WHERE table_schema = ? AND table_type = 'BASE TABLE'
            AND table_name NOT IN ('flyway_schema_history', 'level', 'level_version', 'rule_version', 'campaign_version', 'budget',
                                   'shedlock', 'risk_settings', 'risk_edits')""";

    /** Beyond it nothing moves any more. */
    private static final long STANDSTILL_NANOS = TimeUnit.MINUTES.toNanos(2);

    /** 16 MB: as good as nothing. */
    private static final long DIRTY_PAGES = 1_000;

    /** How old has to be what reconciliation looks at; a minute each time would be long to wait. */
    private static final Duration SETTLED = Duration.ofSeconds(2);

    private static final Duration CHECK_LIMIT = Duration.ofMinutes(10);

    /** With more entries than this the hashes are left out of the check: they alone would take a minute. */
    private static final long HASHES_UP_TO = 1_000_000;

    private static final ObjectMapper JSON = new ObjectMapper();

    final Scale scale;
    final Topic topic = new Topic();
    private final String token = Tokens.service();
    private @Nullable AppProcess service;
    private String roles = "";

    World(Scale scale) {
        this.scale = scale;
    }

    /**
     * Before each part. A service that runs goes on, with its tables emptied: another one would have to be compiled
     * anew, which takes longer than the part.
     */
    void prepare() throws Exception {
        if (service == null) {
            try (Connection connection = DriverManager.getConnection(TestServices.jdbcUrl(), login());
                    Statement statement = connection.createStatement()) {
                statement.execute("DROP DATABASE IF EXISTS " + DATABASE);
                statement.execute("CREATE DATABASE " + DATABASE + " CHARACTER SET utf8mb4");
            }
        } else if (scale.fresh()) {
            service();
            settle();
            emptyTables();
        }
    }

    private void emptyTables() throws SQLException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            for (String table : Sql.list(connection, TABLES, row -> row.getString(1), DATABASE)) {
                statement.execute("TRUNCATE TABLE " + table);
            }
        }
    }

    // ---- the service ----

    /** The service with all its roles; started if it does not run. */
    AppProcess service() throws Exception {
        return serviceWith(EVERYTHING);
    }

    AppProcess serviceWith(String wanted) throws Exception {
        AppProcess running = service;
        if (running != null && roles.equals(wanted)) {
            return running;
        }
        endService();
        AppProcess started = AppProcess.start(Map.of(
                "quarkus.datasource.jdbc.url",
                jdbcUrl(),
                "jifen.roles",
                wanted,
                "quarkus.shutdown.timeout",
                "1s",
                // One token makes all the load.
                "jifen.rate.service",
                "1000000",
                // The same few thousand accounts changed again and again: in one large batch each is looked at once.
                "jifen.reconciliation.batch",
                "10000",
                "jifen.reconciliation.settled",
                "%ds".formatted(SETTLED.toSeconds()),
                // Nobody else has to be let through but the load, and what is asked is what a job does to that.
                "jifen.jobs.slow",
                "1h",
                // Two accounts that send each other points all day are what a limit is made against.
                "jifen.transfer.daily-times",
                "1000000000",
                "jifen.transfer.daily-points",
                "1000000000000"));
        service = started;
        roles = wanted;
        return started;
    }

    private void endService() throws Exception {
        if (service != null) {
            if (roles.equals(EVERYTHING)) {
                settle();
            }
            service.stop();
            service = null;
        }
    }

    HttpLoad load() throws Exception {
        return load(service());
    }

    HttpLoad load(AppProcess pod) {
        return new HttpLoad(pod.port(), token, Scale.CONNECTIONS);
    }

    /** The highest rate of a closed load. */
    HttpLoad.Outcome fastest(Supplier<Call> calls) throws Exception {
        HttpLoad load = load();
        warmUp(load, calls);
        return load.closed(scale.measured().toNanos(), calls);
    }

    /** Of this kind of call, short: the JVM has long compiled what they need ({@link #heat()}). */
    void warmUp(HttpLoad load, Supplier<Call> calls) throws Exception {
        load.closed(scale.warmUp().toNanos(), calls);
    }

    /** Starts the service and lets its JVM get as fast as it will be. Once for all parts; says how it went. */
    Optional<String> heat() throws Exception {
        if (service != null) {
            return Optional.empty();
        }
        service();
        String how = new Heating(this).run();
        prepare();
        return Optional.of(how);
    }

    // ---- the database ----

    private static String jdbcUrl() {
        return TestServices.jdbcUrl().replaceFirst("/[^/?]+(\\?|$)", "/" + DATABASE + "$1");
    }

    private static Properties login() {
        Properties login = new Properties();
        login.putAll(Map.of(
                "user", TestServices.jdbcUser(),
                "password", TestServices.jdbcPassword(),
                "rewriteBatchedStatements", "true",
                "allowLoadLocalInfile", "true",
                "cachePrepStmts", "true",
                "useInformationSchema", "false",
                "connectionTimeZone", "UTC",
                "forceConnectionTimeZoneToSession", "true"));
        return login;
    }

    Connection connect() throws SQLException {
        return DriverManager.getConnection(jdbcUrl(), login());
    }

    SeededAccounts seed(SeededAccounts accounts) throws Exception {
        return seed(accounts, Instant.now());
    }

    /** Accounts whose history ended at that moment. */
    SeededAccounts seed(SeededAccounts accounts, Instant end) throws Exception {
        service();
        long begin = System.nanoTime();
        accounts.write(this::connect, ZONE, end);
        say("%,d accounts with %d lots and %d entries each written in %.0f s"
                .formatted(accounts.number(), accounts.lots(), accounts.entries(), (System.nanoTime() - begin) / 1e9));
        return accounts;
    }

    /**
     * Waits, half a minute at most, until the database has written to disk what it keeps in memory of a large seed: otherwise
     * it would be measured with that going on.
     */
    void awaitWritten() throws Exception {
        if (!scale.fresh()) {
            return;
        }
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            statement.execute("SET GLOBAL innodb_max_dirty_pages_pct = 0");
            long begin = System.nanoTime();
            while (dirtyPages(statement) > DIRTY_PAGES && System.nanoTime() - begin < TimeUnit.SECONDS.toNanos(30)) {
                TimeUnit.MILLISECONDS.sleep(200);
            }
            statement.execute("SET GLOBAL innodb_max_dirty_pages_pct = DEFAULT");
        }
    }

    private static long dirtyPages(Statement statement) throws SQLException {
        try (ResultSet row = statement.executeQuery("SHOW GLOBAL STATUS LIKE 'Innodb_buffer_pool_pages_dirty'")) {
            row.next();
            return row.getLong(2);
        }
    }

    private long number(String question) throws SQLException {
        try (Connection connection = connect()) {
            return number(connection, question);
        }
    }

    private static long number(Connection connection, String question) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(question)) {
            row.next();
            return row.getLong(1);
        }
    }

    /** All there are, from the few rows that add them up. */
    long entries() throws SQLException {
        return number("SELECT COALESCE(SUM(entries), 0) FROM daily_total");
    }

    // ---- events ----

    /** Events applied per second, each of which makes one entry. */
    double applied(Supplier<Events.Event> events) throws Exception {
        drain(scale.warmUpEvents(), events);
        return drain(scale.events(), events);
    }

    /**
     * Puts the events into the topic, far faster than they are applied, and measures from then on until the last one is
     * applied.
     */
    double drain(int number, Supplier<Events.Event> events) throws Exception {
        service();
        try (Connection connection = connect()) {
            long before = entries();
            long begin = System.nanoTime();
            topic.send(number, events);
            long already = entries() - before;
            if (already > number / 2) {
                // So few that they were nearly done when the last was sent: count from the first.
                already = 0;
            } else {
                begin = System.nanoTime();
            }
            awaitEntries(connection, before + number);
            return (number - already) / ((System.nanoTime() - begin) / 1e9);
        }
    }

    /** Events read per second that have been applied before. */
    double readAgain(int number, Supplier<Events.Event> events) throws Exception {
        service();
        settle();
        long begin = System.nanoTime();
        topic.send(number, events);
        long left = topic.unread();
        if (left < number / 2) {
            left = number;
        } else {
            begin = System.nanoTime();
        }
        topic.awaitRead();
        return left / ((System.nanoTime() - begin) / 1e9);
    }

    void awaitEntries(long expected) throws Exception {
        try (Connection connection = connect()) {
            awaitEntries(connection, expected);
        }
    }

    private static void awaitEntries(Connection connection, long expected) throws Exception {
        long last = -1;
        long moved = System.nanoTime();
        for (long now = last; now < expected; TimeUnit.MILLISECONDS.sleep(50)) {
            now = number(connection, "SELECT COALESCE(SUM(entries), 0) FROM daily_total");
            if (now != last) {
                last = now;
                moved = System.nanoTime();
            } else if (System.nanoTime() - moved > STANDSTILL_NANOS) {
                throw new IllegalStateException(now + " entries, not " + expected + ", and there come no more");
            }
        }
    }

    /** Waits until all that was caused has had its effect. */
    void settle() throws Exception {
        topic.awaitRead();
        long begin = System.nanoTime();
        while (number("SELECT COUNT(*) FROM outbox") > 0) {
            if (System.nanoTime() - begin > STANDSTILL_NANOS) {
                throw new IllegalStateException("the outbox does not get empty");
            }
            TimeUnit.MILLISECONDS.sleep(50);
        }
        topic.awaitRead();
    }

    // ---- the checker ----

    /** What the checker found; nothing if the part has no use for the service. */
    @Nullable
    Check check() throws Exception {
        if (service == null) {
            return null;
        }
        settle();
        long entries = entries();
        boolean hashes = entries <= HASHES_UP_TO;
        long begin = System.nanoTime();
        JsonNode books = get("/api/v1/trial-balance?hashes=" + hashes);
        return new Check(
                books.get("balanced").asBoolean(),
                books.get("accounts").asLong(),
                entries,
                hashes,
                books.get("violations").toString(),
                (System.nanoTime() - begin) / 1e9);
    }

    /** Runs a job to its end, and gives the run. */
    JsonNode runJob(String name) throws Exception {
        return awaitProcessed(startJob(name), Long.MAX_VALUE);
    }

    /** @return the run's id */
    String startJob(String name) throws Exception {
        return JSON.readTree(service()
                        .post("/api/v1/jobs/" + name + "/runs", Tokens.admin(), "")
                        .body())
                .get("runId")
                .asText();
    }

    JsonNode run(String id) throws Exception {
        return get("/api/v1/jobs/runs/" + id);
    }

    /** The run as it is when it has processed so many rows, or has ended. */
    JsonNode awaitProcessed(String id, long rows) throws Exception {
        JsonNode run = run(id);
        while (run.get("state").asText().equals("RUNNING")
                && run.get("processed").asLong() < rows) {
            TimeUnit.MILLISECONDS.sleep(20);
            run = run(id);
        }
        return run;
    }

    /** Returns when it has stopped, or had ended before. */
    void stopRun(String id) throws Exception {
        service().post("/api/v1/jobs/runs/" + id + "/stop", Tokens.admin(), "");
        awaitProcessed(id, Long.MAX_VALUE);
    }

    /** What has been posted will be looked at by the next reconciliation. */
    void awaitReconcilable() throws InterruptedException {
        TimeUnit.NANOSECONDS.sleep(SETTLED.toNanos());
    }

    /** Of this run of a reconciliation. */
    long findings(JsonNode run) throws Exception {
        return get("/api/v1/reconciliations/" + run.get("runId").asText())
                .get("findings")
                .asLong();
    }

    private JsonNode get(String path) throws Exception {
        try (HttpClient http = HttpClient.newHttpClient()) {
            HttpResponse<String> answer = http.send(
                    service()
                            .request(path)
                            .timeout(CHECK_LIMIT)
                            .header("Authorization", "Bearer " + Tokens.admin())
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            if (answer.statusCode() != 200) {
                throw new IOException(path + ": " + answer.statusCode() + " " + answer.body());
            }
            return JSON.readTree(answer.body());
        }
    }

    /** With the time since the beginning, in minutes and seconds. */
    static void say(String line) {
        long seconds = Duration.ofNanos(System.nanoTime() - BEGIN).toSeconds();
        System.out.printf(Locale.ROOT, "[bench] %2d:%02d %s%n", seconds / 60, seconds % 60, line);
    }

    @Override
    public void close() throws Exception {
        try {
            endService();
        } finally {
            topic.close();
            if (service != null) {
                service.close();
            }
        }
    }
}
