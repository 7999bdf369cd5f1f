package io.jifen.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import io.jifen.services.AppProcess;
import io.jifen.services.TestServices;
import io.jifen.services.Tokens;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The schema is made by a run of its own; pods wait for it instead of serving without. */
class MigrateOnlyIT {

    private static final String SCHEMA = "jifen_migrate_only";

    private static final DateTimeFormatter MONTH = DateTimeFormatter.ofPattern("'p'uuuuMM");

    /** A pod that changes no tables. */
    private static final Map<String, String> POD =
            Map.of("jifen.roles", "api", "jifen.migrate", "false", "quarkus.flyway.validate-at-start", "true");

    @BeforeEach
    void empty_schema() throws SQLException {
        execute("DROP DATABASE IF EXISTS " + SCHEMA);
        execute("CREATE DATABASE " + SCHEMA);
    }

    @AfterEach
    void no_schema() throws SQLException {
        execute("DROP DATABASE IF EXISTS " + SCHEMA);
    }

    @Test
    void a_run_that_only_migrates_makes_what_pods_start_on() throws SQLException {
        // Given: a pod that came too early
        YearMonth months = YearMonth.now(ZoneOffset.UTC).plusMonths(3);
        try (AppProcess early = AppProcess.launch(on(SCHEMA, POD))) {
            assertThat(early.awaitEnd()).isNotZero();
        }

        // When: a run that is told of the database and of nothing else
        Map<String, String> alone = Map.of(
                "jifen.migrate-only", "true",
                "mp.jwt.verify.issuer", "nobody",
                "mp.jwt.verify.publickey", "",
                "kafka.bootstrap.servers", "localhost:1",
                "quarkus.redis.hosts", "redis://localhost:1",
                "quarkus.rest-client.carrier.url", "");
        try (AppProcess migration = AppProcess.launch(on(SCHEMA, alone))) {
            assertThat(migration.awaitEnd()).isZero();
        }

        // Then: entries can be written, and for months, although nobody with the role jobs has been here
        assertThat(lastPartition()).isGreaterThanOrEqualTo(MONTH.format(months));
        try (AppProcess pod = AppProcess.start(on(SCHEMA, POD))) {
            assertThat(pod.post("/api/v1/accounts", Tokens.service(), "{\"userId\":\"alice\"}")
                            .statusCode())
                    .isEqualTo(201);
            assertThat(pod.get("/api/v1/accounts/alice", Tokens.service()).body())
                    .contains("\"available\":100");
        }
    }

    @Test
    void a_run_that_can_not_migrate_says_so_by_how_it_ends() {
        try (AppProcess migration =
                AppProcess.launch(on("jifen_no_such_schema", Map.of("jifen.migrate-only", "true")))) {
            assertThat(migration.awaitEnd()).isNotZero();
        }
    }

    private static Map<String, String> on(String schema, Map<String, String> properties) {
        Map<String, String> all = new HashMap<>(properties);
        all.put(
                "quarkus.datasource.jdbc.url",
                TestServices.jdbcUrl().replaceFirst("/[^/?]+(\\?|$)", "/" + schema + "$1"));
        return all;
    }

    private static String lastPartition() throws SQLException {
        try (Connection connection = connect();
                var statement = connection.createStatement();
                var row = statement.executeQuery("""
                        SELECT MAX(partition_name) FROM information_schema.partitions
                         WHERE table_schema = '%s' AND table_name = 'entry'
                        """.formatted(SCHEMA))) {
            assertThat(row.next()).isTrue();
            return row.getString(1);
        }
    }

    private static void execute(String sql) throws SQLException {
        try (Connection connection = connect();
                var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static Connection connect() throws SQLException {
        return DriverManager.getConnection(
                TestServices.jdbcUrl(), TestServices.jdbcUser(), TestServices.jdbcPassword());
    }
}
