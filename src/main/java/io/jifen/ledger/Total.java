package io.jifen.ledger;

import java.time.LocalDate;
import java.time.ZoneId;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;

/** The sums of a batch's entries by day, type and bizType; kept so that the books can be balanced without all entries. */
record Total(Of key, long entries, long points, long frozenChange, long pendingChange, long arrearsChange) {

    /** {@code day} is the program's day of the entries' createdAt; {@code bizType} is empty where there is none. */
    record Of(LocalDate day, EntryType type, String bizType) implements Comparable<Of> {

        private static final Comparator<Of> ORDER = Comparator.comparing(Of::day)
                .thenComparing(of -> of.type().name())
                .thenComparing(Of::bizType);

        @Override
        public int compareTo(Of other) {
            return ORDER.compare(this, other);
        }
    }

    static Collection<Total> of(List<Entry> entries, ZoneId zone) {
        TreeMap<Of, Total> totals = new TreeMap<>();
        for (Entry entry : entries) {
            Of key = new Of(
                    LocalDate.ofInstant(entry.createdAt(), zone),
                    entry.type(),
                    entry.bizType() == null ? "" : entry.bizType());
            totals.merge(
                    key,
                    new Total(
                            key, 1, entry.points(), entry.frozenChange(), entry.pendingChange(), entry.arrearsChange()),
                    Total::plus);
        }
        return totals.values();
    }

    private Total plus(Total other) {
        return new Total(
                key,
                entries + other.entries,
                points + other.points,
                frozenChange + other.frozenChange,
                pendingChange + other.pendingChange,
                arrearsChange + other.arrearsChange);
    }
}
