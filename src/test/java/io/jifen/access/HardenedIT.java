package io.jifen.access;

import static io.jifen.services.AppProcess.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.jifen.fake.TokenIssuer;
import io.jifen.services.AppProcess;
import io.jifen.services.TestCertificate;
import io.jifen.services.TestServices;
import io.jifen.services.TlsDatabase;
import io.jifen.services.Tokens;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.common.TopicPartition;
import org.awaitility.Awaitility;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * The service as it should run: a database that speaks TLS only, with the users and rights of docs/database.md; tokens of
 * an issuer whose keys are fetched over TLS and rotated; passwords in a file.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HardenedIT {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String AUDIENCE = "jifen-points";

    private static final String NICKNAME = "Zhang the Discreet";
    private static final Map<String, String> ADDRESS = Map.of(
            "name", "Wang Secretive",
            "phone", "13812345678",
            "region", "Hidden Region",
            "line", "7 Unknown Lane",
            "postcode", "200777");
    private static final String OWNERS_PASSWORD = "owner-" + UUID.randomUUID();
    private static final String SERVICES_PASSWORD = "service-" + UUID.randomUUID();

    private final TokenIssuer first = TokenIssuer.create();
    private final TokenIssuer second = TokenIssuer.create();
    private final String run = UUID.randomUUID().toString().substring(0, 8);
    private volatile String keys = "{\"keys\":[" + first.jwk("one") + "]}";

    private TestCertificate certificate;
    private TestCertificate anotherCertificate;
    private TlsDatabase database;
    private HttpsServer provider;
    private AppProcess app;

    @BeforeAll
    void start(@TempDir Path folder) throws Exception {
        certificate = TestCertificate.make(folder.resolve("certificate"));
        anotherCertificate = TestCertificate.make(folder.resolve("another"));
        Path data = Path.of(System.getProperty("basedir", "")).toAbsolutePath().resolve("target/hardened-" + run);
        database = TlsDatabase.start(certificate, data);
        List<String> blocks = blocksOfSql();
        assertThat(blocks).hasSize(2);
        execute(blocks.get(0));
        Flyway.configure()
                .dataSource(database.jdbcUrl(certificate), "jifen_owner", OWNERS_PASSWORD)
                .locations("classpath:db/migration")
                .load()
                .migrate();
        execute(blocks.get(1));

        provider = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        provider.setHttpsConfigurator(new HttpsConfigurator(certificate.serverContext()));
        provider.createContext("/keys", exchange -> {
            byte[] body = keys.getBytes(StandardCharsets.US_ASCII);
            exchange.getResponseHeaders().add("Content-Type", "application/json");
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        provider.start();

        Path secrets = folder.resolve("secrets.properties");
        Files.writeString(secrets, """
                quarkus.datasource.password=%s
                jifen.maintenance.password=%s
                """.formatted(SERVICES_PASSWORD, OWNERS_PASSWORD));
        Map<String, String> settings = new java.util.HashMap<>(Map.of(
                "smallrye.config.locations",
                secrets.toUri().toString(),
                "quarkus.datasource.jdbc.url",
                database.jdbcUrl(certificate),
                "quarkus.datasource.username",
                "jifen_service",
                "quarkus.datasource.password",
                "",
                "jifen.maintenance.username",
                "jifen_owner",
                "jifen.migrate",
                "false",
                "mp.jwt.verify.publickey",
                "",
                "mp.jwt.verify.publickey.location",
                "https://127.0.0.1:" + provider.getAddress().getPort() + "/keys",
                "smallrye.jwt.client.tls.certificate.path",
                certificate.certificate().toString(),
                "mp.jwt.verify.audiences",
                AUDIENCE));
        settings.putAll(Map.of(
                // At once, and not once a minute: the test waits for it.
                "smallrye.jwt.jwks.forced-refresh-interval", "0",
                "jifen.client.trusted-proxies", "127.0.0.1/32",
                "jifen.roles", "api,consumer,relay,jobs",
                // A database of its own needs groups of its own, which know nothing of what others sent before.
                "mp.messaging.incoming.events.group.id", "hardened-" + run,
                "mp.messaging.incoming.events.auto.offset.reset", "latest",
                "mp.messaging.incoming.balances.group.id", "hardened-balance-" + run,
                "mp.messaging.incoming.balances.auto.offset.reset", "latest",
                "mp.messaging.incoming.shippingresults.group.id", "hardened-shipping-" + run,
                "mp.messaging.incoming.shippingresults.auto.offset.reset", "latest"));
        app = AppProcess.start(settings);
    }

    @AfterAll
    void stop() throws Exception {
        if (app != null) {
            app.close();
        }
        if (provider != null) {
            provider.stop(0);
        }
        if (database != null) {
            database.close();
        }
        forget("points.events", "warehouse.shipping-requests");
    }

    @Test
    void the_main_flows_run_with_the_least_rights_over_tls_and_the_log_tells_of_nobody() throws Exception {
        String service = token("one", "shop", "points-service");
        String admin = token("one", "ann", "points-admin");
        String bob = "bob-" + run;
        String eve = "eve-" + run;
        for (String user : List.of(bob, eve)) {
            post(service, "/accounts", "{\"userId\":\"%s\",\"nickname\":\"%s\"}".formatted(user, NICKNAME), 201);
        }

        // Earning, by the broker and directly; the event again until the consumer has its partitions.
        String event = """
                {"traceId":"e-%s","userId":"%s","bizType":"ORDER","bizNo":"o-%s","amount":500}""".formatted(run, bob, run);
        Awaitility.await()
                .atMost(Duration.ofMinutes(2))
                .pollInterval(Duration.ofMillis(500))
                .until(() -> {
                    post(service, "/events", event, 202);
                    return get(service, "/requests/e-" + run)
                            .get("status")
                            .asText()
                            .equals("POSTED");
                });
        post(service, "/grants", """
                {"userId":"%s","bizType":"REVIEW","bizNo":"r-1"}""".formatted(bob), 201);
        post(token("one", bob, "points-user"), "/accounts/" + bob + "/sign-ins", "{}", 201);

        // Spending, and what comes back of it
        String spend = post(service, "/deductions", """
                {"userId":"%s","points":30,"bizType":"COFFEE","bizNo":"c-1"}""".formatted(bob), 201)
                .get("transactionNo")
                .asText();
        post(service, "/deductions/" + spend + "/refunds", "{}", 201);
        String hold =
                post(service, "/holds", """
                {"userId":"%s","points":20,"bizNo":"h-1"}""".formatted(bob), 201).get("holdId").asText();
        post(service, "/holds/" + hold + "/capture", "{\"points\":5}", 200);
        post(service, "/transfers", """
                {"fromUserId":"%s","toUserId":"%s","points":10}""".formatted(bob, eve), 201);
        post(service, "/orders/o-%s/refunds".formatted(run), """
                {"userId":"%s","amount":100}""".formatted(bob), 201);

        // Goods, and what an admin does
        post(admin, "/goods", """
                {"goodsId":"cup-%s","name":"A cup","kind":"PHYSICAL","pointsPrice":10,"stock":5}""".formatted(run), 201);
        post(admin, "/goods", """
                {"goodsId":"code-%s","name":"A code","kind":"COUPON","pointsPrice":10}""".formatted(run), 201);
        post(admin, "/goods/code-%s/coupon-codes".formatted(run), "{\"codes\":[\"CODE-%s\"]}".formatted(run), 200);
        post(service, "/exchanges", """
                {"userId":"%s","goodsId":"code-%s"}""".formatted(bob, run), 201);
        String exchange = post(service, "/exchanges", """
                        {"userId":"%s","goodsId":"cup-%s","address":%s}""".formatted(bob, run, JSON.writeValueAsString(ADDRESS)), 201)
                .get("exchangeId")
                .asText();
        post(service, "/exchanges/" + exchange + "/cancel", "{}", 200);
        post(admin, "/adjustments", """
                {"userId":"%s","points":7,"reason":"a correction"}""".formatted(bob), 201);
        String approval = post(admin, "/adjustments", """
                {"userId":"%s","points":7000,"reason":"a large one"}""".formatted(bob), 202)
                .get("approvalId")
                .asText();
        post(token("one", "ben", "points-admin"), "/approvals/" + approval + "/approve", "{}", 200);
        post(admin, "/rules", """
                {"code":"R_%s","name":"x","bizType":"HARDENED","fixed":1}""".formatted(run.toUpperCase(java.util.Locale.ROOT)), 201);

        // What does not work says so, and no more
        post(service, "/exchanges", """
                {"userId":"%s","goodsId":"cup-%s","address":{"name":"%s","phone":"13812345678 and more than a phone has"}}""".formatted(bob, run, ADDRESS.get("name")), 400);
        assertThat(app.get("/api/v1/goods", "not.a.token").statusCode()).isEqualTo(401);

        assertThat(get(admin, "/trial-balance").get("violations")).isEmpty();
        assertThat(get(service, "/accounts/" + bob + "/entries/verify")
                        .get("ok")
                        .asBoolean())
                .isTrue();
        assertThat(get(admin, "/audit?limit=100").get("items").size()).isGreaterThan(5);
        try (Connection owner = database.administrator(certificate)) {
            Awaitility.await()
                    .atMost(Duration.ofMinutes(1))
                    .until(() -> count(owner, "SELECT COUNT(*) FROM outbox") == 0);
            assertThat(count(owner, "SELECT COUNT(*) FROM information_schema.partitions WHERE table_name = 'entry'"))
                    .as("partitions, made by their owner")
                    .isGreaterThan(1);
        }
        assertThat(Files.readString(app.log()))
                .doesNotContain(service, admin, NICKNAME, SERVICES_PASSWORD, OWNERS_PASSWORD, "CODE-" + run)
                .doesNotContain(ADDRESS.values())
                .doesNotContain("not.a.token", "command denied");
    }

    @Test
    void the_services_user_can_not_rewrite_the_ledger_or_the_trail() throws Exception {
        try (Connection service =
                TlsDatabase.connect(database.jdbcUrl(certificate), "jifen_service", SERVICES_PASSWORD)) {
            assertThat(text(service, "SHOW SESSION STATUS LIKE 'Ssl_cipher'")).isNotEmpty();
            for (String statement : List.of(
                    "UPDATE entry SET points = 1",
                    "DELETE FROM entry",
                    "UPDATE audit SET who = 'x'",
                    "DELETE FROM audit",
                    "DELETE FROM account",
                    "UPDATE request SET outcome = 'x'",
                    "UPDATE rule_version SET fixed = 1",
                    "TRUNCATE TABLE entry",
                    "ALTER TABLE entry ADD COLUMN x INT",
                    "DROP TABLE lot")) {
                assertThatThrownBy(() -> {
                            try (Statement attempt = service.createStatement()) {
                                attempt.execute(statement);
                            }
                        })
                        .as(statement)
                        .isInstanceOf(SQLException.class)
                        .hasMessageContaining("denied");
            }
        }
    }

    @Test
    void a_database_that_shows_another_certificate_or_a_connection_without_tls_is_refused() {
        assertThatThrownBy(() ->
                        TlsDatabase.connect(database.jdbcUrl(anotherCertificate), "jifen_service", SERVICES_PASSWORD))
                .isInstanceOf(SQLException.class)
                .hasStackTraceContaining("Cert");
        assertThatThrownBy(() -> TlsDatabase.connect(database.plainJdbcUrl(), "jifen_service", SERVICES_PASSWORD))
                .isInstanceOf(SQLException.class);
    }

    @Test
    void tokens_count_for_their_audience_a_little_beyond_their_end_and_with_keys_that_are_rotated() {
        assertThat(status(token("one", "shop", "points-service"))).isEqualTo(200);
        assertThat(status(Tokens.of(first, "one", "another-service", "shop", "points-service", 600)))
                .isEqualTo(401);
        assertThat(status(Tokens.of(first, "one", AUDIENCE, "shop", "points-service", -2)))
                .as("within the clocks' difference")
                .isEqualTo(200);
        assertThat(status(Tokens.of(first, "one", AUDIENCE, "shop", "points-service", -50)))
                .isEqualTo(401);
        String rotated = Tokens.of(second, "two", AUDIENCE, "shop", "points-service", 600);
        assertThat(status(rotated)).as("a key that nobody has published").isEqualTo(401);

        keys = "{\"keys\":[" + first.jwk("one") + "," + second.jwk("two") + "]}";

        // The library asks at most every 300 ms, also where it may at once.
        Awaitility.await().until(() -> status(rotated) == 200);
        assertThat(status(token("one", "shop", "points-service"))).isEqualTo(200);
        assertThat(status(Tokens.of(second, "one", AUDIENCE, "shop", "points-service", 600)))
                .as("signed by one key in the name of another")
                .isEqualTo(401);
    }

    @Test
    void an_address_does_a_hundred_of_a_kind_a_day_by_default() {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        String ip = "198.51.%d.%d".formatted(random.nextInt(256), random.nextInt(256));
        String user = "limited-" + run;
        String token = token("one", user, "points-user");

        for (int i = 0; i < 100; i++) {
            assertThat(signIn(token, user, ip).statusCode()).isNotEqualTo(429);
        }
        HttpResponse<String> refused = signIn(token, user, ip);

        assertThat(refused.statusCode()).isEqualTo(429);
        assertThat(refused.headers().firstValue("Retry-After")).isPresent();
        assertThat(json(refused).get("code").asText()).isEqualTo("rate-limited");
        assertThat(signIn(token, user, "192.0.2.1").statusCode()).isNotEqualTo(429);
    }

    /**
     * A later test has another database: it would make an account of an event, of which Redis knows what this one had, and
     * orders of requests for exchanges that it doesn't have.
     */
    private static void forget(String... topics) throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", TestServices.kafka()))) {
            Map<TopicPartition, RecordsToDelete> all =
                    admin.describeTopics(List.of(topics)).allTopicNames().get().values().stream()
                            .flatMap(topic -> topic.partitions().stream()
                                    .map(partition -> new TopicPartition(topic.name(), partition.partition())))
                            .collect(Collectors.toMap(
                                    partition -> partition, partition -> RecordsToDelete.beforeOffset(-1)));
            admin.deleteRecords(all).all().get();
        }
    }

    private HttpResponse<String> signIn(String token, String user, String ip) {
        return AppProcess.send(app.request("/api/v1/accounts/" + user + "/sign-ins")
                .header("Authorization", "Bearer " + token)
                .header("X-Forwarded-For", ip)
                .POST(HttpRequest.BodyPublishers.noBody()));
    }

    private String token(String keyId, String subject, String role) {
        return Tokens.of(first, keyId, AUDIENCE, subject, role, 3_600);
    }

    private int status(String token) {
        return app.get("/api/v1/levels", token).statusCode();
    }

    private JsonNode post(String token, String path, String body, int status) {
        HttpResponse<String> answer = AppProcess.send(app.request("/api/v1" + path)
                .header("Authorization", "Bearer " + token)
                .header("Content-Type", "application/json")
                .header(
                        "Idempotency-Key",
                        path.equals("/events") ? "e-" + run : UUID.randomUUID().toString())
                .POST(HttpRequest.BodyPublishers.ofString(body)));
        assertThat(answer.statusCode()).as("%s: %s", path, answer.body()).isEqualTo(status);
        return json(answer);
    }

    private JsonNode get(String token, String path) {
        HttpResponse<String> answer = app.get("/api/v1" + path, token);
        assertThat(answer.statusCode()).as("%s: %s", path, answer.body()).isEqualTo(200);
        return json(answer);
    }

    /** As the document says it, with the passwords of this test. */
    private static List<String> blocksOfSql() throws IOException {
        String document = Files.readString(Path.of("docs", "database.md"))
                .replace("change-me-1", OWNERS_PASSWORD)
                .replace("change-me-2", SERVICES_PASSWORD);
        return Pattern.compile("```sql\n(.*?)```", Pattern.DOTALL)
                .matcher(document)
                .results()
                .map(block -> block.group(1))
                .toList();
    }

    private void execute(String block) throws SQLException {
        try (Connection administrator = database.administrator(certificate);
                Statement statement = administrator.createStatement()) {
            for (String one : block.split(";")) {
                if (!one.isBlank()) {
                    statement.execute(one);
                }
            }
        }
    }

    private static long count(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                var rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getLong(1);
        }
    }

    private static String text(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                var rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getString(2);
        }
    }
}
