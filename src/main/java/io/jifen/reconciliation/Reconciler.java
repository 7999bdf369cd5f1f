package io.jifen.reconciliation;

import io.jifen.job.Job.Progress;
import io.jifen.job.Job.Step;
import io.jifen.ledger.AccountCheck;
import io.jifen.ledger.Books;
import io.jifen.ledger.Checker;
import io.jifen.ledger.Violation;
import io.jifen.platform.Ids;
import io.jifen.platform.Json;
import io.jifen.platform.Time;
import io.jifen.reconciliation.ReconciliationSql.Known;
import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import javax.sql.DataSource;
import org.jboss.logging.Logger;

/** One batch of a reconciliation after the other: accounts, days, exchanges, copies, and the figures at its end. */
@Singleton
class Reconciler {

    private static final Logger LOG = Logger.getLogger(Reconciler.class);

    /** As it stands in the checkpoint, with its place: {@code ACCOUNTS 4711}. */
    private enum Phase {
        ACCOUNTS,
        DAYS,
        TRADE,
        COPIES,
        BOOKS
    }

    private final AccountCheck checks;
    private final Checker checker;
    private final Iterable<Copies> copies;
    private final DataSource database;
    private final FindingGauges gauges;
    private final ReconciliationConfig config;
    private final Ids ids;
    private final Json json;
    private final Time time;

    Reconciler(
            AccountCheck checks,
            Checker checker,
            @Any Instance<Copies> copies,
            DataSource database,
            FindingGauges gauges,
            ReconciliationConfig config,
            Ids ids,
            Json json,
            Time time) {
        this.checks = checks;
        this.checker = checker;
        this.copies = copies;
        this.database = database;
        this.gauges = gauges;
        this.config = config;
        this.ids = ids;
        this.json = json;
        this.time = time;
    }

    Step step(Progress progress, Run.Kind kind) throws SQLException {
        Run run = run(progress, kind);
        if (progress.checkpoint() == null) {
            return new Step.More(0, Phase.ACCOUNTS + " " + (kind == Run.Kind.FULL ? 0 : firstId(run)));
        }
        String[] place = progress.checkpoint().split(" ", 2);
        return switch (Phase.valueOf(place[0])) {
            case ACCOUNTS ->
                kind == Run.Kind.FULL
                        ? allAccounts(run, Long.parseLong(place[1]))
                        : changedAccounts(run, Long.parseLong(place[1]));
            case DAYS -> day(run, LocalDate.parse(place[1]));
            case TRADE -> trade(run);
            case COPIES -> copies(run);
            case BOOKS -> books(run);
        };
    }

    /** Its window stays the same, however often it is taken up. */
    private Run run(Progress progress, Run.Kind kind) throws SQLException {
        try (Connection connection = database.getConnection()) {
            Optional<Run> known = ReconciliationSql.find(connection, progress.runId());
            if (known.isPresent()) {
                return known.get();
            }
            Instant to = time.now().minus(config.settled());
            Instant earliest = to.minus(config.first());
            Instant from = kind == Run.Kind.FULL
                    ? Instant.parse("2020-01-01T00:00:00Z")
                    : ReconciliationSql.lastEnd(connection, to).orElse(earliest);
            ReconciliationSql.begin(
                    connection, new Run(progress.runId(), kind, from, to, 0, 0, null, progress.startedAt(), null));
            return ReconciliationSql.find(connection, progress.runId()).orElseThrow();
        }
    }

    private static long firstId(Run run) {
        return Ids.firstAt(run.from()) - 1;
    }

    private static long endId(Run run) {
        return Ids.firstAt(run.to());
    }

    private Step changedAccounts(Run run, long afterId) throws SQLException {
        AccountCheck.Changed changed = checks.changed(afterId, endId(run), config.batch());
        add(run, checks.check(changed.accounts(), false));
        add(run, checks.checkEntries(afterId, changed.lastId() + 1));
        count(run, changed.accounts().size());
        return new Step.More(
                changed.accounts().size(),
                changed.more()
                        ? Phase.ACCOUNTS + " " + changed.lastId()
                        : Phase.DAYS + " " + LocalDate.ofInstant(run.from(), time.zone()));
    }

    private Step allAccounts(Run run, long afterId) throws SQLException {
        List<Long> accounts = checks.accountsAfter(afterId, config.batch());
        add(run, checks.check(accounts, true));
        count(run, accounts.size());
        return new Step.More(
                accounts.size(),
                accounts.size() == config.batch() ? Phase.ACCOUNTS + " " + accounts.getLast() : Phase.TRADE + " 0");
    }

    private Step day(Run run, LocalDate day) throws SQLException {
        add(run, checks.checkDay(day));
        boolean last = !day.isBefore(LocalDate.ofInstant(run.to(), time.zone()));
        return new Step.More(0, last ? Phase.TRADE + " 0" : Phase.DAYS + " " + day.plusDays(1));
    }

    private Step trade(Run run) throws SQLException {
        Instant from = run.kind() == Run.Kind.FULL ? run.from() : run.to().minus(config.exchanges());
        List<Long> between = List.of(Ids.firstAt(from) - 1, endId(run));
        add(run, checker.ask(TradeSql.PAID, between));
        if (config.warehouse()) {
            add(run, checker.ask(TradeSql.SENT, between));
        }
        return new Step.More(0, Phase.COPIES + " 0");
    }

    private Step copies(Run run) throws SQLException {
        List<String> users = config.sample() == 0 ? List.of() : checks.users(sample(run));
        for (Copies room : copies) {
            add(run, room.check(users));
        }
        return new Step.More(users.size(), Phase.BOOKS + " 0");
    }

    /** All that changed, if they are few; else those behind a random place. */
    private List<Long> sample(Run run) {
        AccountCheck.Changed all = checks.changed(firstId(run), endId(run), config.sample());
        if (!all.more()) {
            return all.accounts();
        }
        long anywhere = ThreadLocalRandom.current().nextLong(firstId(run), endId(run));
        List<Long> some = checks.changed(anywhere, endId(run), config.sample()).accounts();
        return some.isEmpty() ? all.accounts() : some;
    }

    private Step books(Run run) throws SQLException {
        if (run.kind() == Run.Kind.FULL) {
            add(run, checker.violations());
        } else {
            long drift = checker.drift();
            if (drift != 0) {
                add(
                        run,
                        List.of(new Violation(
                                "books-balance", null, 0, drift, "points of all accounts less what came in; 0")));
            }
        }
        LocalDate last = LocalDate.ofInstant(run.to(), time.zone());
        LocalDate first = LocalDate.ofInstant(run.from(), time.zone());
        LocalDate oneYear = last.minusYears(1);
        Books books = checker.books(first.isBefore(oneYear) ? oneYear : first, last);
        long findings;
        try (Connection connection = database.getConnection()) {
            ReconciliationSql.end(connection, run.id(), json.text(books), time.now());
            findings = ReconciliationSql.number(connection, run.id());
            gauges.read(connection);
        }
        if (findings > 0) {
            LOG.errorf("reconciliation %d found %d differences: see its findings", run.id(), findings);
        }
        return new Step.Done(0, findings + " findings");
    }

    private void count(Run run, int accounts) throws SQLException {
        try (Connection connection = database.getConnection()) {
            ReconciliationSql.countAccounts(connection, run.id(), accounts);
        }
    }

    private void add(Run run, List<Violation> violations) throws SQLException {
        if (violations.isEmpty()) {
            return;
        }
        try (Connection connection = database.getConnection()) {
            long room = config.findings() - ReconciliationSql.number(connection, run.id());
            // An account that is wrong and in use has other figures each time it is looked at.
            Set<Known> known = ReconciliationSql.known(
                    connection,
                    run.id(),
                    violations.stream()
                            .map(Violation::userId)
                            .filter(Objects::nonNull)
                            .distinct()
                            .toList());
            ReconciliationSql.add(
                    connection,
                    run.id(),
                    violations.stream()
                            .filter(one ->
                                    one.userId() == null || !known.contains(new Known(one.invariant(), one.userId())))
                            .limit(Math.max(0, room))
                            .map(violation -> finding(run, violation))
                            .toList());
        }
    }

    private Finding finding(Run run, Violation violation) {
        return new Finding(
                ids.next(),
                run.id(),
                Finding.fingerprint(violation),
                violation,
                Finding.State.OPEN,
                null,
                null,
                null,
                null,
                time.now());
    }
}
