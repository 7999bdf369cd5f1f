package io.jifen.expiry;

import io.jifen.expiry.ExpirySql.Place;
import io.jifen.job.Job;
import io.jifen.ledger.Ledger;
import io.jifen.ledger.Operation;
import io.jifen.ledger.Posting;
import io.jifen.ledger.Target;
import io.jifen.platform.Time;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Writes off what accounts still hold of lots past their day. It goes by the index, a page of lots at a time, and never
 * back: an account that can't be settled, since it is damaged, is passed by and said so by the ledger. By night it may
 * have the database for itself; where others post as well, most of the time is theirs.
 */
@Singleton
class ExpiryJob implements Job {

    private static final Place START = new Place(LocalDate.of(1000, 1, 1), 0);

    /** Where others are at work, the job rests so many times as long as it works. */
    private static final int OTHERS_SHARE = 5;

    /** How many entries of others there were, when. */
    private record Seen(LocalDate day, long entries, long nanos) {}

    private final Ledger ledger;
    private final DataSource database;
    private final ExpiryConfig config;
    private final Time time;
    private volatile @Nullable Seen seen;

    ExpiryJob(Ledger ledger, DataSource database, ExpiryConfig config, Time time) {
        this.ledger = ledger;
        this.database = database;
        this.config = config;
        this.time = time;
    }

    @Override
    public String name() {
        return "expiry";
    }

    @Override
    public Step step(Progress progress) throws SQLException {
        long begin = System.nanoTime();
        List<Place> page;
        try (Connection connection = database.getConnection()) {
            page = ExpirySql.past(connection, time.today(), place(progress.checkpoint()), config.batch());
        }
        settle(page.stream().map(Place::accountId).distinct().sorted().toList());
        if (page.size() < config.batch()) {
            return new Step.Done(page.size(), null);
        }
        Place last = page.getLast();
        return new Step.More(
                page.size(),
                last.expiresOn() + " " + last.accountId(),
                othersAreAtWork()
                        ? Duration.ofNanos(System.nanoTime() - begin).multipliedBy(OTHERS_SHARE)
                        : Duration.ZERO);
    }

    /** Since the batch before, on whichever pods. */
    private boolean othersAreAtWork() throws SQLException {
        LocalDate today = time.today();
        Seen before = seen;
        Seen now;
        try (Connection connection = database.getConnection()) {
            now = new Seen(today, ExpirySql.entriesOfOthers(connection, today), System.nanoTime());
        }
        seen = now;
        if (before == null || !before.day().equals(today)) {
            return false;
        }
        double seconds = (now.nanos() - before.nanos()) / 1e9;
        return now.entries() - before.entries() > config.yieldsAbove() * seconds;
    }

    /** Neighbours together, and no account in two lanes: so they don't wait for each other. */
    private void settle(List<Long> accounts) {
        int share = Math.max(1, Math.ceilDiv(accounts.size(), config.lanes()));
        try (ExecutorService lanes = Executors.newVirtualThreadPerTaskExecutor()) {
            List<CompletableFuture<Void>> shares = new ArrayList<>();
            for (int from = 0; from < accounts.size(); from += share) {
                List<Posting> postings = accounts.subList(from, Math.min(accounts.size(), from + share)).stream()
                        .map(id -> Posting.keyless(new Target.Account(id), new Operation.Settle()))
                        .toList();
                shares.add(CompletableFuture.runAsync(() -> ledger.post(postings), lanes));
            }
            shares.forEach(CompletableFuture::join);
        }
    }

    private static Place place(@Nullable String checkpoint) {
        if (checkpoint == null) {
            return START;
        }
        String[] parts = checkpoint.split(" ");
        return new Place(LocalDate.parse(parts[0]), Long.parseLong(parts[1]));
    }
}
