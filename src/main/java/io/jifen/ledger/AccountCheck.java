package io.jifen.ledger;

import io.jifen.platform.Ids;
import io.jifen.platform.Sql;
import io.jifen.platform.Time;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import javax.sql.DataSource;

/**
 * Checks some accounts, as they are at one moment, from where they were found right the last time: the work is what
 * changed, however long their histories and however many other accounts there are. It changes no account.
 */
@Singleton
public class AccountCheck {

    /** More of a kind is one cause and not a hundred. */
    private static final int MAX_VIOLATIONS = 100;

    private static final Duration CLOCKS_DIFFER = Duration.ofHours(1);

    /**
     * Accounts with entries, in the order of the entries' ids.
     *
     * @param lastId where to go on
     * @param more whether there may be others behind that
     */
    public record Changed(List<Long> accounts, long lastId, boolean more) {}

    private final DataSource database;
    private final Time time;

    AccountCheck(DataSource database, Time time) {
        this.database = database;
        this.time = time;
    }

    /** The accounts of up to {@code limit} entries between these ids, both excluded. */
    public Changed changed(long afterId, long beforeId, int limit) {
        List<AccountCheckSql.Change> page =
                Reading.ask(database, connection -> AccountCheckSql.changed(connection, afterId, beforeId, limit));
        List<Long> accounts = List.copyOf(new TreeSet<>(
                page.stream().map(AccountCheckSql.Change::accountId).toList()));
        long lastId = page.isEmpty() ? afterId : page.getLast().entryId();
        return new Changed(accounts, lastId, page.size() == limit);
    }

    /** Accounts by id. */
    public List<Long> accountsAfter(long afterId, int limit) {
        return Reading.ask(database, connection -> AccountCheckSql.accountsAfter(connection, afterId, limit));
    }

    public List<String> users(Collection<Long> accounts) {
        return Reading.ask(database, connection -> AccountCheckSql.users(connection, accounts));
    }

    /** What came of some accounts, and where those that are right have come. */
    private record Outcome(List<Violation> violations, List<Trail.Checkpoint> right) {}

    /**
     * Checks these accounts, and remembers of those that are right how far they were.
     *
     * @param fromStart takes nobody's word for what was found right before
     */
    public List<Violation> check(Collection<Long> accounts, boolean fromStart) throws SQLException {
        Outcome outcome = Snapshot.read(database, connection -> check(connection, accounts, fromStart));
        try (Connection connection = database.getConnection()) {
            AccountCheckSql.keep(connection, outcome.right(), time.now());
        }
        return outcome.violations();
    }

    private static Outcome check(Connection connection, Collection<Long> accounts, boolean fromStart)
            throws SQLException {
        Map<Long, Trail.Says> says = AccountCheckSql.says(connection, accounts);
        Map<Long, Trail.Holdings> holdings = AccountCheckSql.holdings(connection, accounts);
        Map<Long, Trail.Checkpoint> checkpoints =
                fromStart ? Map.of() : AccountCheckSql.checkpoints(connection, accounts);
        long archivedBefore = AccountCheckSql.archivedBefore(connection);
        List<Violation> violations = new ArrayList<>();
        List<Trail.Checkpoint> right = new ArrayList<>();
        for (long account : accounts) {
            Trail.Says said = says.get(account);
            if (said == null) {
                violations.add(new Violation("account-exists", null, 1, 0, "entries of account " + account));
                continue;
            }
            Trail.Checkpoint from = checkpoints.getOrDefault(account, Trail.Checkpoint.start(account));
            Trail trail = new Trail(said, holdings.getOrDefault(account, Trail.Holdings.NONE), from);
            if (from.entryId() < archivedBefore) {
                AccountCheckSql.archivedAfter(connection, account, from.version(), trail::next);
            }
            AccountCheckSql.entriesAfter(connection, account, from.version(), trail::next);
            List<Violation> wrong = trail.end();
            violations.addAll(wrong);
            if (wrong.isEmpty() && trail.checkpoint().version() > from.version()) {
                right.add(trail.checkpoint());
            }
        }
        return new Outcome(violations, right);
    }

    /** What was written with the entries between these ids, both excluded: uses of lots, spends, earnings. */
    public List<Violation> checkEntries(long afterId, long beforeId) {
        return Snapshot.read(database, connection -> {
            List<Violation> violations = new ArrayList<>();
            for (String question : AccountCheckSql.OF_ENTRIES) {
                violations.addAll(
                        Sql.list(connection, question, Checker::violation, afterId, beforeId, MAX_VIOLATIONS));
            }
            return violations;
        });
    }

    /** The daily totals of a day against its entries; for days whose entries are not archived. */
    public List<Violation> checkDay(LocalDate day) {
        Instant begin = day.atStartOfDay(time.zone()).toInstant();
        Instant end = day.plusDays(1).atStartOfDay(time.zone()).toInstant();
        return Snapshot.read(
                database,
                connection -> Sql.list(
                        connection,
                        AccountCheckSql.DAY,
                        Checker::violation,
                        day.toString(),
                        Ids.firstAt(begin.minus(CLOCKS_DIFFER)),
                        Ids.firstAt(end.plus(CLOCKS_DIFFER)),
                        begin,
                        end,
                        day,
                        MAX_VIOLATIONS));
    }
}
