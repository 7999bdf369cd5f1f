package io.jifen.risk;

import io.jifen.ledger.AccountView;
import io.jifen.ledger.Guard;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Finds out what the checks that are on ask about the postings of a batch, and reads that: one statement a check, for those
 * postings only that it looks at, and none where nothing could come of it.
 */
final class FactReading {

    private static final Duration HOUR = Duration.ofHours(1);

    /** Older points tell nothing; and their partitions need not be looked into. */
    private static final Duration YEAR = Duration.ofDays(366);

    /** Entries in which so many postings are looked for: few have more than four. */
    private static final int ENTRIES_OF_POSTING = 4;

    /** Entries that tell where an account's points come from. */
    private static final int LAST_ENTRIES = 200;

    /** Facts, by account, by device; and the postings that they were read for. */
    record Read(
            Set<Watch> asked,
            Map<Long, Long> postings,
            Map<Long, Long> received,
            Map<Long, Map<String, Long>> earned,
            Map<Long, Instant> opened,
            Origins origins) {}

    private final RiskBook.Page page;
    private final Instant now;
    private final Set<Watch> asked = Collections.newSetFromMap(new IdentityHashMap<>());
    private final Map<Long, AccountView> accounts = new HashMap<>();

    /** By account, the postings of this batch that it has a part in, as the one who receives, too. */
    private final Map<Long, Integer> ofBatch = new HashMap<>();

    private final TreeSet<Long> posting = new TreeSet<>();
    private final TreeSet<Long> receiving = new TreeSet<>();
    private final TreeMap<Long, Long> earning = new TreeMap<>();
    private final TreeSet<Long> young = new TreeSet<>();
    private final TreeSet<Long> used = new TreeSet<>();
    private final TreeSet<String> devices = new TreeSet<>();

    private FactReading(RiskBook.Page page, Instant now) {
        this.page = page;
        this.now = now;
    }

    static Read read(Connection connection, RiskBook.Page page, List<Guard.Watched> postings, Instant now)
            throws SQLException {
        FactReading reading = new FactReading(page, now);
        postings.forEach(reading::ask);
        return reading.read(connection);
    }

    private void ask(Guard.Watched watched) {
        Watch watch = Watch.of(watched.posting());
        Move move = expected(watched, watch);
        AccountView account = watched.account();
        AccountView receiver = watched.receiver();
        if (watch.listsOnly
                || !page.anyLooksAt(move)
                || page.lists().find(account.userId(), receiver == null ? null : receiver.userId(), watch.origin, now)
                        != null) {
            return;
        }
        asked.add(watch);
        accounts.put(account.id(), account);
        ofBatch.merge(account.id(), 1, Integer::sum);
        if (receiver != null) {
            accounts.put(receiver.id(), receiver);
            ofBatch.merge(receiver.id(), 1, Integer::sum);
        }
        for (RiskSettings.Armed one : page.checks()) {
            if (one.check().looksAt(move)) {
                ask(one.check(), account, receiver, watch.origin);
            }
        }
    }

    private void ask(Check check, AccountView account, @Nullable AccountView receiver, @Nullable Origin origin) {
        switch (check) {
            case ManyPostings _ -> posting.add(account.id());
            case OneSource _ -> earning.put(account.id(), account.version() - LAST_ENTRIES);
            case YoungAccount _ -> young.add(account.id());
            case ReceiverBurst _ -> {
                if (receiver != null) {
                    receiving.add(receiver.id());
                }
            }
            case NewOrigin _ -> use(account, origin);
            case SharedDevice _ -> use(account, origin);
        }
    }

    private void use(AccountView account, @Nullable Origin origin) {
        if (origin != null && origin.personal()) {
            used.add(account.id());
            if (origin.device() != null) {
                devices.add(origin.hash());
            }
        }
    }

    /** What the posting seems to be about; what a rule gives is not known yet. */
    private Move expected(Guard.Watched watched, Watch watch) {
        if (watch.bringsMany) {
            return new Move(Move.Kind.GRANT, watch.mayBring, true);
        }
        if (watched.posting().operation() != null) {
            return Move.of(watched.posting().operation(), page.settings())
                    .orElseGet(() -> new Move(Move.Kind.GRANT, 0, false));
        }
        return watched.takesAtMost() > 0
                ? Move.of(Move.Kind.SPEND, watched.takesAtMost(), page.settings())
                : Move.of(Move.Kind.GRANT, watch.mayBring, page.settings());
    }

    private Read read(Connection connection) throws SQLException {
        int many = limit(ManyPostings.class);
        int burst = limit(ReceiverBurst.class);
        Instant since = now.minus(HOUR);
        return new Read(
                asked,
                RiskSql.postings(connection, worthReading(connection, posting, many, since), since),
                RiskSql.received(connection, worthReading(connection, receiving, burst, since), since),
                RiskSql.earned(connection, earning, now.minus(YEAR)),
                RiskSql.opened(connection, young),
                new Origins(RiskSql.seen(connection, used), RiskSql.accountsOnDevices(connection, devices)));
    }

    private int limit(Class<? extends Check> kind) {
        for (RiskSettings.Armed one : page.checks()) {
            if (kind.isInstance(one.check())) {
                return switch (one.check()) {
                    case ManyPostings(int limit) -> limit;
                    case ReceiverBurst(int limit) -> limit;
                    default -> 0;
                };
            }
        }
        return 0;
    }

    /**
     * By account, the version behind which entries count; without those that can't reach the limit, since too few of their
     * entries are of that time. One entry of each tells that: the one that is as far back as the batch leaves to the limit.
     */
    private Map<Long, Long> worthReading(Connection connection, Set<Long> asking, int limit, Instant since)
            throws SQLException {
        Map<Long, Long> decisive = new TreeMap<>();
        for (Long id : asking) {
            int inBatch = Objects.requireNonNull(ofBatch.get(id));
            decisive.put(id, version(id) - Math.max(0, limit - inBatch));
        }
        decisive.values().removeIf(version -> version <= 0);
        Map<Long, Long> versions = new TreeMap<>();
        for (Long id : RiskSql.withEntriesSince(connection, decisive, since)) {
            versions.put(id, Math.max(0, version(id) - (long) limit * ENTRIES_OF_POSTING));
        }
        return versions;
    }

    private long version(Long accountId) {
        return Objects.requireNonNull(accounts.get(accountId)).version();
    }
}
