package io.jifen.ledger;

import io.agroal.api.AgroalDataSource;
import io.agroal.api.configuration.AgroalConnectionFactoryConfiguration.TransactionIsolation;
import io.agroal.api.configuration.supplier.AgroalDataSourceConfigurationSupplier;
import io.agroal.api.security.NamePrincipal;
import io.agroal.api.security.SimplePassword;
import io.jifen.outbox.SilentOutbox;
import io.jifen.platform.Ids;
import io.jifen.platform.Json;
import io.jifen.platform.Platform;
import io.jifen.platform.Time;
import io.jifen.services.TestServices;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import jakarta.enterprise.event.Event;
import jakarta.enterprise.event.NotificationOptions;
import jakarta.enterprise.util.TypeLiteral;
import java.lang.annotation.Annotation;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.flywaydb.core.Flyway;

/** The real ledger on a real database of its own, outside of the application, with a clock that stands still. */
final class RealLedger {

    private static final String DATABASE = "jifen_model";

    private final SettableClock clock = new SettableClock();
    private final AgroalDataSource database;
    private final Poster poster;
    private final Checker checker;

    RealLedger(Instant start) throws SQLException {
        String server = TestServices.jdbcUrl();
        String url = server.replaceFirst("/[^/?]+(\\?|$)", "/" + DATABASE + "$1");
        try (Connection connection =
                        DriverManager.getConnection(server, TestServices.jdbcUser(), TestServices.jdbcPassword());
                Statement statement = connection.createStatement()) {
            statement.execute("DROP DATABASE IF EXISTS " + DATABASE);
            statement.execute("CREATE DATABASE " + DATABASE + " CHARACTER SET utf8mb4");
        }
        Flyway.configure()
                .dataSource(url, TestServices.jdbcUser(), TestServices.jdbcPassword())
                .locations("classpath:db/migration")
                .load()
                .migrate();
        clock.now = start;
        database = dataSource(url);
        // Days pass quickly here: one partition for all of them.
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement()) {
            for (String table : List.of("entry", "lot_use")) {
                statement.execute("ALTER TABLE " + table + " ADD PARTITION (PARTITION rest VALUES LESS THAN MAXVALUE)");
            }
        }
        Ids ids = Platform.ids(clock);
        Time time = Platform.time(clock, PureLedger.ZONE);
        poster = new Poster(
                database,
                new AccountOpening(database, ids),
                () -> PureLedger.LADDER,
                new SilentOutbox(ids, time),
                new Unwatched(),
                null,
                ids,
                time,
                Json.standalone(),
                new Limits(),
                new Unheard(),
                new SimpleMeterRegistry(),
                7);
        checker = new Checker(database, time, List.of());
    }

    void now(Instant now) {
        clock.now = now;
    }

    void open(String user) {
        try (Connection connection = database.getConnection()) {
            new AccountOpening(database, Platform.ids(clock)).openIfMissing(connection, user, null, clock.now);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    List<Answer> post(List<Posting> postings) {
        return poster.post(postings);
    }

    List<Violation> violations() {
        return checker.check(true).violations();
    }

    /** The account as the database has it, with all its lots that have points left. */
    AccountState account(String user) {
        try (Connection connection = database.getConnection()) {
            long id = AccountOpening.find(connection, user).orElseThrow();
            AccountState account =
                    LedgerSql.lockAccounts(connection, List.of(id)).getFirst();
            LedgerSql.allLots(connection, List.of(id))
                    .getOrDefault(id, List.of())
                    .forEach(lot -> account.knowLot(lot.expiresOn(), lot.remaining()));
            return account;
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private static AgroalDataSource dataSource(String url) throws SQLException {
        return AgroalDataSource.from(
                new AgroalDataSourceConfigurationSupplier().connectionPoolConfiguration(pool -> pool.maxSize(4)
                        .acquisitionTimeout(Duration.ofSeconds(30))
                        .connectionFactoryConfiguration(factory -> factory.jdbcUrl(url)
                                .jdbcTransactionIsolation(TransactionIsolation.READ_COMMITTED)
                                .jdbcProperty("rewriteBatchedStatements", "true")
                                .jdbcProperty("useInformationSchema", "false")
                                .jdbcProperty("connectionTimeZone", "UTC")
                                .jdbcProperty("forceConnectionTimeZoneToSession", "true")
                                .principal(new NamePrincipal(TestServices.jdbcUser()))
                                .credential(new SimplePassword(TestServices.jdbcPassword())))));
    }

    /** Nobody watches over anything. */
    private static final class Unwatched implements Guard {
        @Override
        public Facts read(Connection connection, List<Watched> postings, Instant now) {
            return Facts.NONE;
        }

        @Override
        public Optional<Judgement> explain(Key key) {
            return Optional.empty();
        }
    }

    static class Limits implements LedgerConfig {
        @Override
        public int lanes() {
            return 1;
        }

        @Override
        public int batchMax() {
            return 256;
        }

        @Override
        public int queueMax() {
            return 256;
        }

        @Override
        public Duration deadline() {
            return Duration.ofSeconds(30);
        }

        @Override
        public long arrearsLimit() {
            return 0;
        }
    }

    private static final class SettableClock extends Clock {
        private volatile Instant now = Instant.EPOCH;

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }

        @Override
        public Instant instant() {
            return now;
        }
    }

    /** Nobody listens. */
    private static final class Unheard implements Event<Posted> {
        @Override
        public void fire(Posted event) {}

        @Override
        public <U extends Posted> CompletionStage<U> fireAsync(U event) {
            throw new IllegalStateException("not used");
        }

        @Override
        public <U extends Posted> CompletionStage<U> fireAsync(U event, NotificationOptions options) {
            throw new IllegalStateException("not used");
        }

        @Override
        public Event<Posted> select(Annotation... qualifiers) {
            return this;
        }

        @Override
        public <U extends Posted> Event<U> select(Class<U> subtype, Annotation... qualifiers) {
            throw new IllegalStateException("not used");
        }

        @Override
        public <U extends Posted> Event<U> select(TypeLiteral<U> subtype, Annotation... qualifiers) {
            throw new IllegalStateException("not used");
        }
    }
}
