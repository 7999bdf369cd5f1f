package io.jifen.job;

import static io.jifen.services.AppProcess.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.jifen.ledger.SeededAccounts;
import io.jifen.platform.Ids;
import io.jifen.services.AppProcess;
import io.jifen.services.TestServices;
import io.jifen.services.Tokens;
import java.net.http.HttpResponse;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.Period;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.Properties;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** A night's work outlives the pods that do it: expiry first, then the archive beside a reconciliation of everything. */
class JobsCrashIT {

    private static final int ACCOUNTS = 4_000;
    private static final int LOTS = 5;
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    /** Small pages, so that there is a middle to be killed in; and a lock that a dead pod doesn't keep for long. */
    private static final Map<String, String> SETTINGS = Map.of(
            "jifen.expiry.batch", "50",
            "jifen.archive.batch", "100",
            "jifen.reconciliation.batch", "50",
            "jifen.jobs.lease", "3s",
            "jifen.jobs-poll", "1s");

    /** Each has five lots that ended more than a year ago, as nobody has been there to write them off. */
    private final SeededAccounts accounts = SeededAccounts.of(40, ACCOUNTS, LOTS, 80);

    @Test
    void runs_whose_pods_are_killed_go_on_where_they_were_and_do_everything_once() throws SQLException {
        // Given
        Instant longAgo =
                Instant.now().atZone(ZoneOffset.UTC).minus(Period.ofMonths(24)).toInstant();
        String expiry;
        try (AppProcess pod = AppProcess.start(SETTINGS)) {
            change("SET GLOBAL local_infile = 1");
            makeRoomBefore(longAgo);
            accounts.write(JobsCrashIT::connect, ZoneId.of("Asia/Shanghai"), longAgo);
            expiry = start(pod, "expiry");
            awaitTheMiddle(pod, expiry, 100);

            // When
            pod.kill();
        }
        String archive;
        String reconciliation;
        try (AppProcess another = AppProcess.start(SETTINGS)) {
            awaitDone(another, expiry);
            archive = start(another, "archive");
            reconciliation = start(another, "reconciliation-full");
            awaitTheMiddle(another, archive, 1_000);
            awaitTheMiddle(another, reconciliation, 200);

            // And when
            another.kill();
        }
        try (AppProcess last = AppProcess.start(SETTINGS)) {
            awaitDone(last, archive);
            awaitDone(last, reconciliation);

            // Then
            for (String run : new String[] {expiry, archive, reconciliation}) {
                assertThat(figure(last, run, "attempts"))
                        .as("killed before its end")
                        .isGreaterThan(1);
            }
            assertThat(number("SELECT COUNT(*) FROM lot WHERE expires_on < '2026-01-01'"))
                    .isZero();
            assertThat(number("SELECT COUNT(*) FROM entry_archive")).isEqualTo((long) ACCOUNTS * LOTS);
            assertThat(number("SELECT COUNT(*) FROM entry WHERE id < " + Ids.firstAt(longAgo)))
                    .isZero();
            for (int number : new int[] {0, 1, ACCOUNTS / 2, ACCOUNTS - 1}) {
                String path = "/api/v1/accounts/" + accounts.userId(number);
                JsonNode account = get(last, path);
                assertThat(account.get("available").asLong()).isZero();
                assertThat(account.get("totalExpired").asLong()).isEqualTo(LOTS * 80L);
                assertThat(account.get("version").asLong())
                        .as("a grant and its end each")
                        .isEqualTo(2L * LOTS);
                assertThat(get(last, path + "/entries").get("items")).hasSize(2 * LOTS);
                assertThat(get(last, path + "/entries/verify").get("ok").asBoolean())
                        .isTrue();
            }
            assertThat(get(last, "/api/v1/reconciliations/" + reconciliation + "/findings")
                            .get("items"))
                    .isEmpty();
            assertThat(figure(last, reconciliation, "processed"))
                    .as("nobody left out, nobody twice but those of the batch that was killed")
                    .isGreaterThanOrEqualTo(number("SELECT COUNT(*) FROM account"));
            assertThat(get(last, "/api/v1/trial-balance").get("violations")).isEmpty();
        }
    }

    /** The first partition has everything before its end: what is older gets one of its own, which can be archived. */
    private static void makeRoomBefore(Instant longAgo) throws SQLException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            String name;
            String end;
            try (ResultSet first = statement.executeQuery("SELECT partition_name, partition_description"
                    + " FROM information_schema.partitions WHERE table_schema = DATABASE() AND table_name = 'entry'"
                    + " ORDER BY partition_ordinal_position LIMIT 1")) {
                first.next();
                name = first.getString(1);
                end = first.getString(2);
            }
            statement.execute("ALTER TABLE entry REORGANIZE PARTITION %s INTO (PARTITION old VALUES LESS THAN (%d),"
                            .formatted(name, Ids.firstAt(longAgo.plus(Duration.ofDays(30))))
                    + " PARTITION %s VALUES LESS THAN (%s))".formatted(name, end));
        }
    }

    private static String start(AppProcess pod, String job) {
        HttpResponse<String> answer = pod.post("/api/v1/jobs/" + job + "/runs", Tokens.admin(), "");
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
        return json(answer).get("runId").asText();
    }

    private static void awaitTheMiddle(AppProcess pod, String run, long processed) {
        Awaitility.await()
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(20))
                .until(() -> figure(pod, run, "processed") > processed);
    }

    private static void awaitDone(AppProcess pod, String run) {
        Awaitility.await()
                .atMost(PATIENCE)
                .until(() -> !run(pod, run).get("state").asText().equals("RUNNING"));
        assertThat(run(pod, run).get("state").asText()).as("%s", run(pod, run)).isEqualTo("DONE");
    }

    private static Connection connect() throws SQLException {
        Properties login = new Properties();
        login.putAll(Map.of(
                "user", TestServices.jdbcUser(),
                "password", TestServices.jdbcPassword(),
                "rewriteBatchedStatements", "true",
                "allowLoadLocalInfile", "true",
                "useInformationSchema", "false",
                "connectionTimeZone", "UTC",
                "forceConnectionTimeZoneToSession", "true"));
        return DriverManager.getConnection(TestServices.jdbcUrl(), login);
    }

    private static void change(String sql) throws SQLException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static long number(String sql) throws SQLException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getLong(1);
        }
    }

    private static long figure(AppProcess pod, String run, String name) {
        return run(pod, run).get(name).asLong();
    }

    private static JsonNode run(AppProcess pod, String run) {
        return get(pod, "/api/v1/jobs/runs/" + run);
    }

    private static JsonNode get(AppProcess pod, String path) {
        HttpResponse<String> answer = pod.get(path, Tokens.admin());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return json(answer);
    }
}
