package io.jifen.ledger;

import io.jifen.job.Job;
import io.jifen.ledger.ArchiveSql.Pair;
import io.jifen.ledger.ArchiveSql.Part;
import io.jifen.ledger.ArchiveSql.State;
import io.jifen.platform.Ids;
import io.jifen.platform.Sql;
import io.jifen.platform.Time;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Moves old entries to the archive, a partition at a time: copies them in batches, verifies them one by one (each hash by
 * what the archive says, and by the hash before) and by number and sums, lets the archived ones count, and only then
 * drops the partition. How far it is stands in a row, so it goes on from there after a crash; what does not fit stops it,
 * and the partition stays.
 */
@Singleton
class ArchiveJob implements Job {

    private static final Duration UNTIL_KNOWN = Duration.ofSeconds(1);

    /** Before the partition is tried to be dropped again, as somebody reads for long. */
    private static final Duration UNTIL_READ = Duration.ofSeconds(30);

    private final Partitions partitions;
    private final DataSource database;
    private final ArchiveConfig config;
    private final Ids ids;
    private final Time time;

    ArchiveJob(Partitions partitions, DataSource database, ArchiveConfig config, Ids ids, Time time) {
        this.partitions = partitions;
        this.database = database;
        this.config = config;
        this.ids = ids;
        this.time = time;
    }

    @Override
    public String name() {
        return "archive";
    }

    @Override
    public Step step(Progress progress) throws SQLException {
        Optional<Part> part = open();
        if (part.isEmpty()) {
            return begin() ? new Step.More(0, "begun") : new Step.Done(0, null);
        }
        return switch (part.get().state()) {
            case COPYING -> copy(part.get());
            case CHECKING -> verify(part.get());
            case MOVED -> drop(part.get());
            case DONE -> throw new IllegalStateException("a part that is done is not open");
        };
    }

    private Optional<Part> open() throws SQLException {
        try (Connection connection = database.getConnection()) {
            return ArchiveSql.open(connection);
        }
    }

    /** The oldest partition, if all of it is old enough. */
    private boolean begin() throws SQLException {
        long oldEnough = Ids.firstAt(
                time.now().atOffset(ZoneOffset.UTC).minusMonths(config.months()).toInstant());
        Partitions.Partition oldest = partitions.oldest();
        if (oldest.endId() > oldEnough) {
            return false;
        }
        try (Connection connection = database.getConnection()) {
            ArchiveSql.begin(connection, ids.next(), oldest.endId(), time.now());
            return true;
        }
    }

    private Step copy(Part known) throws SQLException {
        return Sql.transaction(database, connection -> {
            Part part = ArchiveSql.lock(connection, known.id()).orElseThrow();
            if (!part.equals(known)) {
                return new Step.More(0, at(part)); // another pod was faster
            }
            Optional<Long> last = ArchiveSql.lastOfBatch(connection, part, config.batch());
            int copied = last.isEmpty() ? 0 : ArchiveSql.copy(connection, part, last.get());
            Part next = last.isEmpty()
                    ? new Part(part.id(), part.endId(), State.CHECKING, part.copiedId(), 0, 0, 0)
                    : new Part(part.id(), part.endId(), State.COPYING, last.get(), 0, 0, 0);
            ArchiveSql.put(connection, next, null);
            return new Step.More(copied, at(next));
        });
    }

    private Step verify(Part part) throws SQLException {
        List<Pair> page = Snapshot.read(database, connection -> ArchiveSql.pairs(connection, part, config.batch()));
        page.forEach(ArchiveJob::verify);
        State state = State.CHECKING;
        long entries = part.entries() + page.size();
        if (page.size() < config.batch()) {
            if (!verifySums(part, entries)) {
                return new Step.More(0, "another pod was faster");
            }
            state = State.MOVED;
        }
        long account = page.isEmpty() ? part.accountId() : page.getLast().accountId();
        long version = page.isEmpty() ? part.version() : page.getLast().version();
        Part next = new Part(part.id(), part.endId(), state, part.copiedId(), entries, account, version);
        put(part, next);
        // A snapshot that has begun just now and does not know yet holds the table by then.
        return state == State.MOVED
                ? new Step.More(page.size(), at(next), UNTIL_KNOWN)
                : new Step.More(page.size(), at(next));
    }

    private static void verify(Pair pair) {
        Entry archived = pair.archived();
        byte @Nullable [] previous = pair.version() == 1 ? Chain.START : pair.previousHash();
        boolean right = archived != null
                && previous != null
                && pair.sameDerivation()
                && Arrays.equals(archived.hash(), pair.hash())
                && Arrays.equals(Chain.hash(previous, archived), pair.hash());
        if (!right) {
            throw new IllegalStateException("version " + pair.version() + " of account " + pair.accountId()
                    + (archived == null ? " is not in the archive" : " does not follow from the one before")
                    + ": its partition stays; see GET /accounts/{userId}/entries/verify");
        }
    }

    /** False: another pod is ahead, and may have dropped the partition already. */
    private boolean verifySums(Part part, long entries) {
        return Snapshot.read(database, connection -> {
            if (!ArchiveSql.open(connection).equals(Optional.of(part))) {
                return false;
            }
            ArchiveSql.Sums hot = ArchiveSql.hotSums(connection, part);
            ArchiveSql.Sums archived = ArchiveSql.archivedSums(connection, part);
            if (!hot.equals(archived) || hot.entries() != entries) {
                throw new IllegalStateException("the partition says " + hot + ", the archive says " + archived
                        + ", and " + entries + " entries were verified: the partition stays");
            }
            return true;
        });
    }

    /** After a crash between the two it may be gone already. */
    private Step drop(Part part) throws SQLException {
        Partitions.Partition oldest = partitions.oldest();
        if (oldest.endId() == part.endId() && !partitions.drop(oldest)) {
            return new Step.More(0, at(part), UNTIL_READ);
        }
        Part done = new Part(
                part.id(), part.endId(), State.DONE, part.copiedId(), part.entries(), part.accountId(), part.version());
        put(part, done);
        return new Step.More(0, at(done));
    }

    private void put(Part known, Part next) throws SQLException {
        Sql.transaction(database, connection -> {
            Part part = ArchiveSql.lock(connection, known.id()).orElseThrow();
            if (part.equals(known)) {
                ArchiveSql.put(connection, next, next.state() == State.DONE ? time.now() : null);
            }
            return part;
        });
    }

    private static String at(Part part) {
        return "part %d: %s, copied up to %d, %d verified"
                .formatted(part.id(), part.state(), part.copiedId(), part.entries());
    }
}
