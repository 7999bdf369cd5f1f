package io.jifen.services;

import io.jifen.fake.TokenIssuer;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The database, the broker and the cache of the tests: started once in a test JVM, on free ports, with empty data,
 * when the first test asks; ended with the JVM. Quarkus finds this class by itself and passes
 * {@link #properties()} to the application of every {@code @QuarkusTest} and {@code @QuarkusIntegrationTest}.
 *
 * <p>{@code -Djifen.test.jdbc-url} (with {@code -Djifen.test.jdbc-user} and {@code -Djifen.test.jdbc-password}),
 * {@code -Djifen.test.kafka} and {@code -Djifen.test.redis} name given ones instead, such as a real MySQL; those
 * can't be stopped by {@link TestService}, and tests that would stop them are skipped.
 *
 * <p>Quarkus loads this class in several class loaders. What they share is kept in system properties.
 */
public final class TestServices implements QuarkusTestResourceLifecycleManager {

    /** Set by those who measure: a broker that takes its time to start, and then is as fast as it can be. */
    private static final String FULL_SPEED = "jifen.test.full-speed";

    private static final String CONTROL_PORT = "jifen.test.control-port";

    /** The properties that were set from outside. */
    private static final String GIVEN = "jifen.test.given";

    private static final String JDBC_URL = "jifen.test.jdbc-url";
    private static final String JDBC_USER = "jifen.test.jdbc-user";
    private static final String JDBC_PASSWORD = "jifen.test.jdbc-password";
    private static final String KAFKA = "jifen.test.kafka";
    private static final String REDIS = "jifen.test.redis";
    private static final String CARRIER = "jifen.test.carrier-port";
    private static final String PRIVATE_KEY = "jifen.test.private-key";
    private static final String PUBLIC_KEY = "jifen.test.public-key";

    @Override
    public Map<String, String> start() {
        return properties();
    }

    /** Nothing: the next application of this JVM uses them again. */
    @Override
    public void stop() {}

    /** The configuration of an application under test, also for one that a test starts by itself. */
    public static Map<String, String> properties() {
        return Map.of(
                "quarkus.datasource.jdbc.url", jdbcUrl(),
                "quarkus.datasource.username", jdbcUser(),
                "quarkus.datasource.password", jdbcPassword(),
                "kafka.bootstrap.servers", kafka(),
                "quarkus.redis.hosts", "redis://" + redis(),
                "mp.jwt.verify.issuer", TokenIssuer.ISSUER,
                "mp.jwt.verify.publickey", issuer().publicKey(),
                "quarkus.rest-client.carrier.url", "http://127.0.0.1:" + carrierPort());
    }

    /** Where the application looks for the carrier. Nobody is there, but while a test has one ({@link TestCarrier}). */
    static int carrierPort() {
        return Integer.parseInt(property(CARRIER));
    }

    public static String jdbcUrl() {
        return property(JDBC_URL);
    }

    public static String jdbcUser() {
        return property(JDBC_USER);
    }

    public static String jdbcPassword() {
        return property(JDBC_PASSWORD);
    }

    /** host:port */
    public static String kafka() {
        return property(KAFKA);
    }

    /** host:port */
    public static String redis() {
        return property(REDIS);
    }

    public static TestService mariaDbService() {
        return service("mariadb", JDBC_URL);
    }

    public static TestService kafkaService() {
        return service("kafka", KAFKA);
    }

    public static TestService redisService() {
        return service("redis", REDIS);
    }

    static TokenIssuer issuer() {
        return TokenIssuer.of(property(PRIVATE_KEY), property(PUBLIC_KEY));
    }

    private static TestService service(String name, String address) {
        String control = property(CONTROL_PORT);
        boolean given = System.getProperty(GIVEN, "").contains(address);
        return new TestService(name, given, Integer.parseInt(control));
    }

    private static String property(String name) {
        // One monitor for all class loaders of this JVM.
        synchronized (Runtime.getRuntime()) {
            if (System.getProperty(CONTROL_PORT) == null) {
                startAll();
            }
            return System.getProperty(name, "");
        }
    }

    private static void startAll() {
        TokenIssuer issuer = TokenIssuer.create();
        System.setProperty(PRIVATE_KEY, issuer.privateKey());
        System.setProperty(PUBLIC_KEY, issuer.publicKey());
        System.setProperty(
                GIVEN,
                Stream.of(JDBC_URL, KAFKA, REDIS)
                        .filter(address -> System.getProperty(address) != null)
                        .collect(Collectors.joining(" ")));
        int mariaDb = portUnlessGiven(JDBC_URL);
        int kafka = portUnlessGiven(KAFKA);
        int redis = portUnlessGiven(REDIS);
        System.setProperty(CARRIER, Integer.toString(Ports.free()));
        if (mariaDb != 0) {
            // 127.0.0.1 and not localhost: one address, so that a stopped service is seen at once as stopped.
            System.setProperty(JDBC_URL, MariaDbProcess.jdbcUrl("127.0.0.1", mariaDb));
            System.setProperty(JDBC_USER, MariaDbProcess.USER);
            System.setProperty(JDBC_PASSWORD, MariaDbProcess.PASSWORD);
        }
        if (kafka != 0) {
            System.setProperty(KAFKA, "localhost:" + kafka);
        }
        if (redis != 0) {
            System.setProperty(REDIS, "127.0.0.1:" + redis);
        }
        System.setProperty(CONTROL_PORT, Integer.toString(launch(mariaDb, kafka, redis)));
    }

    private static int portUnlessGiven(String property) {
        return System.getProperty(property) == null ? Ports.free() : 0;
    }

    private static int launch(int mariaDb, int kafka, int redis) {
        if (mariaDb + kafka + redis == 0) {
            return 0;
        }
        Path target =
                Path.of(System.getProperty("basedir", "")).toAbsolutePath().resolve("target");
        try {
            Path runs = Files.createDirectories(target.resolve("test-services"));
            deleteEnded(runs);
            ProcessHandle self = ProcessHandle.current();
            ServicesPlan plan = new ServicesPlan(
                    target.resolve("embedded"),
                    runs.resolve(PidFile.text(self)),
                    PidFile.text(self),
                    mariaDb,
                    kafka,
                    redis,
                    true,
                    !Boolean.getBoolean(FULL_SPEED));
            return ServicesLauncher.launch(plan, line -> System.out.println("[jifen] " + line));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** The folder of a run is named after its JVM, and kept, with its logs, until the first run after it. */
    private static void deleteEnded(Path runs) throws IOException {
        List<Path> earlier;
        try (Stream<Path> folders = Files.list(runs)) {
            earlier = folders.toList();
        }
        for (Path folder : earlier) {
            boolean running = PidFile.parse(folder.getFileName().toString()).isPresent()
                    || EmbeddedServices.pidFile(folder).find().isPresent();
            if (!running) {
                ServiceProcess.endLeftovers(folder);
                Folders.delete(folder);
            }
        }
    }
}
