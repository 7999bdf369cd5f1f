package io.jifen.risk;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** From where the accounts of a batch were used, and what the postings of the batch add to that. */
final class Origins {

    record OfAccount(long accountId, Circumstances.Seen seen) implements Comparable<OfAccount> {

        private static final Comparator<OfAccount> ORDER = Comparator.comparingLong(OfAccount::accountId)
                .thenComparing(one -> one.seen().kind().name())
                .thenComparing(one -> one.seen().value());

        @Override
        public int compareTo(OfAccount other) {
            return ORDER.compare(this, other);
        }
    }

    /** A device, or an address, that an account is used from; more are forgotten, the one not used for longest first. */
    static final int MOST_OF_ACCOUNT = 50;

    /** Accounts on a device that are counted; on more it is a terminal in a shop, and nobody's own. */
    static final int MOST_ON_DEVICE = 101;

    /** How exactly it is known when one was used last: not every request is worth a write. */
    private static final Duration EXACTLY = Duration.ofDays(1);

    private final Map<Long, List<Circumstances.Seen>> seen;
    private final Map<String, Long> onDevices;
    private final TreeMap<OfAccount, OfAccount> put = new TreeMap<>();
    private final TreeMap<OfAccount, OfAccount> forgotten = new TreeMap<>();

    Origins(Map<Long, List<Circumstances.Seen>> seen, Map<String, Long> onDevices) {
        this.seen = new HashMap<>(seen);
        this.onDevices = new HashMap<>(onDevices);
    }

    List<Circumstances.Seen> of(long accountId) {
        return seen.getOrDefault(accountId, List.of());
    }

    /** Accounts on the device, with this one. */
    long accountsOn(Origin origin, long accountId) {
        if (origin.device() == null) {
            return 0;
        }
        long others = onDevices.getOrDefault(origin.hash(), 0L);
        return isKnown(accountId, origin) ? others : others + 1;
    }

    private boolean isKnown(long accountId, Origin origin) {
        return of(accountId).stream()
                .anyMatch(one -> one.kind() == origin.kind() && one.value().equals(origin.hash()));
    }

    /** The account was used from there. */
    void used(long accountId, Origin origin, Instant now) {
        boolean crowded = origin.device() != null && onDevices.getOrDefault(origin.hash(), 0L) >= MOST_ON_DEVICE;
        if (!origin.personal() || (crowded && !isKnown(accountId, origin))) {
            return;
        }
        List<Circumstances.Seen> all = new ArrayList<>(of(accountId));
        Circumstances.@Nullable Seen before = all.stream()
                .filter(one -> one.kind() == origin.kind() && one.value().equals(origin.hash()))
                .findFirst()
                .orElse(null);
        if (before != null && before.lastSeen().isAfter(now.minus(EXACTLY))) {
            return;
        }
        if (before == null) {
            onDevices.merge(origin.hash(), 1L, Long::sum);
            forgetOldest(accountId, origin.kind(), all);
        }
        Circumstances.Seen after =
                new Circumstances.Seen(origin.kind(), origin.hash(), before == null ? now : before.firstSeen(), now);
        if (before != null) {
            all.remove(before);
        }
        all.add(after);
        seen.put(accountId, all);
        OfAccount row = new OfAccount(accountId, after);
        put.put(row, row);
    }

    private void forgetOldest(long accountId, Origin.Kind kind, List<Circumstances.Seen> all) {
        List<Circumstances.Seen> oldestFirst = all.stream()
                .filter(one -> one.kind() == kind)
                .sorted(Comparator.comparing(Circumstances.Seen::lastSeen))
                .toList();
        if (oldestFirst.size() >= MOST_OF_ACCOUNT) {
            OfAccount row = new OfAccount(accountId, oldestFirst.getFirst());
            all.remove(row.seen());
            put.remove(row);
            forgotten.put(row, row);
        }
    }

    void write(Connection connection) throws SQLException {
        RiskSql.forgetSeen(connection, forgotten.values());
        RiskSql.putSeen(connection, put.values());
    }
}
