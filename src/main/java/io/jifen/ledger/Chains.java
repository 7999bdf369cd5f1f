package io.jifen.ledger;

import io.jifen.platform.Sql;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Walks along the entries of every account from its first one on and finds where one doesn't follow from the one before.
 * Here and not by a window of the database, which keeps all rows with their neighbours aside before it looks at any.
 */
final class Chains {

    /** What an entry has in common with the one before. */
    private record Link(
            long id, long accountId, long version, long points, long before, long after, Instant createdAt) {

        private static final Link NONE = new Link(0, 0, 0, 0, 0, 0, Instant.MIN);

        static Link of(Entry entry) {
            return new Link(
                    entry.id(),
                    entry.accountId(),
                    entry.version(),
                    entry.points(),
                    entry.beforeBalance(),
                    entry.afterBalance(),
                    entry.createdAt());
        }

        static Link read(ResultSet row) throws SQLException {
            return new Link(
                    row.getLong("id"),
                    row.getLong("account_id"),
                    row.getLong("version"),
                    row.getLong("points"),
                    row.getLong("before_balance"),
                    row.getLong("after_balance"),
                    Sql.someInstant(row, "created_at"));
        }
    }

    private record Found(String invariant, long accountId, long expected, long actual, String detail) {}

    private final int most;
    private final List<Found> found = new ArrayList<>();
    private Link previous = Link.NONE;
    private byte[] previousHash = Chain.START;
    private boolean broken;

    /** @param most violations, after which it stops looking */
    Chains(int most) {
        this.most = most;
    }

    List<Violation> check(Connection connection, boolean hashes, boolean archived) throws SQLException {
        try (Statement statement =
                connection.createStatement(ResultSet.TYPE_FORWARD_ONLY, ResultSet.CONCUR_READ_ONLY)) {
            // Row by row from the server: all entries at once would not fit the memory.
            statement.setFetchSize(Integer.MIN_VALUE);
            String entries = CheckerSql.over(hashes ? CheckerSql.CHAINS : CheckerSql.LINKS, archived);
            try (ResultSet rows = statement.executeQuery(entries)) {
                while (rows.next() && found.size() < most) {
                    Entry entry = hashes ? Entries.read(rows) : null;
                    next(entry == null ? Link.read(rows) : Link.of(entry), entry);
                }
            }
        }
        List<Violation> violations = new ArrayList<>();
        for (Found one : found) {
            violations.add(new Violation(
                    one.invariant(), userId(connection, one.accountId()), one.expected(), one.actual(), one.detail()));
        }
        return violations;
    }

    private void next(Link link, @Nullable Entry entry) {
        if (link.accountId() != previous.accountId()) {
            previous = Link.NONE;
            previousHash = Chain.START;
            broken = false;
        }
        checkLink(link);
        if (entry != null) {
            checkHash(entry);
            previousHash = entry.hash();
        }
        previous = link;
    }

    private void checkLink(Link link) {
        if (link.version() != previous.version() + 1) {
            add("versions-without-gap", link, previous.version() + 1, link.version());
        } else if (link.before() != previous.after()) {
            add("before-balance-continues", link, previous.after(), link.before());
        } else if (link.after() != link.before() + link.points()) {
            add("after-balance-adds-up", link, link.before() + link.points(), link.after());
        } else if (link.id() <= previous.id() || link.createdAt().isBefore(previous.createdAt())) {
            add("entries-in-order", link, previous.id(), link.id());
        }
    }

    private void add(String invariant, Link link, long expected, long actual) {
        String detail = "entry " + link.id() + ", version " + link.version();
        found.add(new Found(invariant, link.accountId(), expected, actual, detail));
    }

    /** Of each account the first only: of those after it nothing is known. */
    private void checkHash(Entry entry) {
        if (!broken && !Arrays.equals(Chain.hash(previousHash, entry), entry.hash())) {
            broken = true;
            found.add(new Found(
                    "hash-right",
                    entry.accountId(),
                    entry.version(),
                    previous.version(),
                    "entry " + entry.id() + ": its version; the last version whose hash is right"));
        }
    }

    private static @Nullable String userId(Connection connection, long accountId) throws SQLException {
        return Sql.first(connection, CheckerSql.USER_ID, row -> row.getString(1), accountId)
                .orElse(null);
    }
}
