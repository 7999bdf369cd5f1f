package io.jifen.ledger;

import io.agroal.api.AgroalDataSource;
import io.jifen.audit.Audit;
import io.jifen.outbox.Outbox;
import io.jifen.outbox.OutboxMessage;
import io.jifen.platform.Ids;
import io.jifen.platform.Json;
import io.jifen.platform.Problem;
import io.jifen.platform.ProblemCode;
import io.jifen.platform.Time;
import io.jifen.platform.Unquoted;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Event;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Posts a batch in one transaction: locate, lock, read, decide, write, commit. Plain JDBC outside of JTA, so that the
 * commit and what becomes of it are in plain sight.
 */
@ApplicationScoped
class Poster {

    static final String TOPIC = "points.balance-changed";
    static final String MESSAGE_TYPE = "io.jifen.balance-changed";
    private static final String LEVEL_TOPIC = "points.level-changed";
    private static final String LEVEL_MESSAGE_TYPE = "io.jifen.level-changed";

    private static final Logger LOG = Logger.getLogger(Poster.class);

    /** A race is lost to somebody who has committed, so the next try sees it; more than a few is a defect. */
    private static final int RACES = 10;

    private final AgroalDataSource database;
    private final AccountOpening opening;
    private final LadderSource ladder;
    private final Outbox outbox;
    private final Guard guard;
    private final Audit audit;
    private final Ids ids;
    private final Time time;
    private final Json json;
    private final LedgerConfig config;
    private final Event<Posted> posted;
    private final LedgerMetrics metrics;
    private final int refundGraceDays;
    private final Slots slots = new Slots();

    Poster(
            AgroalDataSource database,
            AccountOpening opening,
            LadderSource ladder,
            Outbox outbox,
            Guard guard,
            Audit audit,
            Ids ids,
            Time time,
            Json json,
            LedgerConfig config,
            Event<Posted> posted,
            MeterRegistry metrics,
            @ConfigProperty(name = "jifen.refund.grace-days", defaultValue = "7") int refundGraceDays) {
        this.database = database;
        this.opening = opening;
        this.ladder = ladder;
        this.outbox = outbox;
        this.guard = guard;
        this.audit = audit;
        this.ids = ids;
        this.time = time;
        this.json = json;
        this.config = config;
        this.posted = posted;
        this.metrics = new LedgerMetrics(metrics);
        this.refundGraceDays = refundGraceDays;
    }

    /** The answers in the postings' order; {@link LedgerUnavailableException} if the database can't be asked now. */
    List<Answer> post(List<Posting> postings) {
        if (postings.isEmpty()) {
            return List.of();
        }
        long deadline = System.nanoTime() + config.deadline().toNanos();
        for (int race = 1; ; race++) {
            try {
                return attempt(postings);
            } catch (SQLException e) {
                BatchFailure failure = BatchFailure.of(e);
                metrics.failed(failure);
                boolean enough = race == RACES || System.nanoTime() - deadline > 0;
                if (failure.race && !enough) {
                    metrics.retried();
                    pause(race);
                } else if (failure == BatchFailure.DATA || failure == BatchFailure.DUPLICATE_KEY) {
                    return findCulprit(postings, e); // no such race lasts that long: a row of ours is in its own way
                } else {
                    throw new LedgerUnavailableException(e);
                }
            } catch (LedgerUnavailableException e) {
                throw e;
            } catch (RuntimeException e) {
                return findCulprit(postings, e);
            }
        }
    }

    /** Remembers that the key's message can never be applied; an outcome that is there stays. */
    void markDead(Key key, @Nullable String userId, String code) {
        try (Connection connection = database.getConnection()) {
            if (LedgerSql.outcomes(connection, List.of(key.hash())).isEmpty()) {
                LedgerSql.insertOutcomes(connection, List.of(Known.dead(key, userId, code, time.now())));
            }
        } catch (SQLException e) {
            if (BatchFailure.of(e) != BatchFailure.DUPLICATE_KEY) {
                throw new LedgerUnavailableException(e);
            }
            // Somebody else was first, with an outcome that stays.
        }
    }

    /** Halves the batch until the posting that can't be written stands alone. */
    private List<Answer> findCulprit(List<Posting> postings, Exception error) {
        if (postings.size() == 1) {
            Posting posting = postings.getFirst();
            LOG.errorf(
                    Unquoted.of(error),
                    "posting can't be written: traceId=%s account=%s",
                    posting.traceId(),
                    posting.target() instanceof Target.Account(long id) ? Long.toString(id) : "-");
            return List.of(new Answer.Rejected(
                    Problem.of(ProblemCode.INTERNAL_ERROR, "The posting could not be written; it changed nothing.")));
        }
        int middle = postings.size() / 2;
        List<Answer> answers = new ArrayList<>(post(postings.subList(0, middle)));
        try {
            answers.addAll(post(postings.subList(middle, postings.size())));
        } catch (LedgerUnavailableException e) {
            throw e.after(answers);
        }
        return answers;
    }

    private List<Answer> attempt(List<Posting> postings) throws SQLException {
        int slot = slots.take();
        long startNanos = System.nanoTime();
        // Back in the pool it is as it was: the pool knows that it was taken out of autocommit.
        try (Connection connection = database.getConnection()) {
            List<Located> located = locate(connection, postings);
            connection.setAutoCommit(false);
            Committed written;
            try {
                written = write(connection, located, slot);
            } catch (SQLException | RuntimeException | Error e) {
                rollBack(connection, e);
                throw e;
            }
            commit(connection, written);
            metrics.committed(written.entries(), written.answers(), System.nanoTime() - startNanos);
            written.guard().committed();
            tell(written.book());
            return written.answers();
        } finally {
            slots.giveBack(slot);
        }
    }

    /** A commit that fails may have succeeded: its answers are then those of the postings. */
    private static void commit(Connection connection, Committed written) {
        try {
            connection.commit();
        } catch (SQLException e) {
            rollBack(connection, e);
            throw new LedgerUnavailableException(e, written.answers());
        }
    }

    /** Finds the accounts by plain reads, and opens missing ones: inside the transaction that would take gap locks. */
    private List<Located> locate(Connection connection, List<Posting> postings) throws SQLException {
        Set<String> userIds = new HashSet<>();
        for (Posting posting : postings) {
            if (posting.target() instanceof Target.User user) {
                userIds.add(user.userId());
            }
            if (posting.operation() instanceof Operation.Transfer transfer) {
                userIds.add(transfer.toUserId());
            }
        }
        Map<String, Long> users = LedgerSql.accountsOfUsers(connection, userIds);
        List<Located> located = new ArrayList<>();
        for (Posting posting : postings) {
            Long accountId =
                    switch (posting.target()) {
                        case Target.Account(long id) -> id;
                        case Target.User(String userId, boolean open) -> {
                            if (open && !users.containsKey(userId)) {
                                users.put(userId, opening.openIfMissing(connection, userId, null, time.now()));
                            }
                            yield users.get(userId);
                        }
                    };
            Long otherId =
                    posting.operation() instanceof Operation.Transfer transfer ? users.get(transfer.toUserId()) : null;
            located.add(new Located(posting, located.size(), accountId, otherId));
        }
        return located;
    }

    private record Committed(Book book, Guard.Facts guard, List<Answer> answers) {
        List<Entry> entries() {
            return book.booked().stream().map(Draft.Booked::entry).toList();
        }
    }

    private Committed write(Connection connection, List<Located> asked, int slot) throws SQLException {
        Facts facts = new Facts(connection);
        Book book = facts.lock(asked);
        // Now, and not before: what waited for a lock is decided as of when it got it.
        Instant now = time.now();
        LocalDate today = LocalDate.ofInstant(now, time.zone());
        List<Located> postings = withWelcomes(asked, book);
        facts.read(postings, now, today);
        List<Guard.Watched> watched = facts.watched(postings);
        Guard.Facts guarded = watched.isEmpty() ? Guard.Facts.NONE : guard.read(connection, watched, now);
        Map<Companion, Companion.Facts> companions = facts.readCompanions(postings, now);

        Terms terms = terms();
        Decision decision = new Decision(book, now, terms, ids::next);
        List<Answer> answers = new Batch(book, decision, companions, guarded, json, now).decide(postings);

        for (Companion.Facts companion : companions.values()) {
            companion.write(connection);
        }
        guarded.write(connection);
        write(connection, book, today, slot);
        if (terms.ladder().terms().period() != null) {
            LedgerSql.changeEarned(connection, book.changedAccounts(), today);
        }
        return new Committed(book, guarded, answers);
    }

    private Terms terms() {
        return new Terms(time.zone(), ladder.ladder(), refundGraceDays, config.arrearsLimit());
    }

    /** An account without any entry gets its welcome before the first posting that brings one. */
    private static List<Located> withWelcomes(List<Located> asked, Book book) {
        List<Located> postings = new ArrayList<>();
        for (Located one : asked) {
            Located located = one.among(book);
            Posting welcome = located.posting().welcome();
            if (welcome != null && located.accountId() != null && book.account(located.accountId()).version == 0) {
                postings.add(new Located(welcome, -1, located.accountId(), null));
            }
            postings.add(located);
        }
        return postings;
    }

    private void write(Connection connection, Book book, LocalDate today, int slot) throws SQLException {
        List<AccountState> accounts = book.changedAccounts();
        List<Entry> entries = book.booked().stream().map(Draft.Booked::entry).toList();
        LedgerSql.insertEntries(connection, entries);
        LedgerSql.insertLotUses(connection, book.lotUses());
        LedgerSql.changeLots(connection, accounts, today);
        LedgerSql.putHolds(connection, book.newHolds(), book.changedHolds());
        LedgerSql.putSpends(connection, book.changedSpends());
        LedgerSql.putEarnings(connection, book.newEarnings(), book.changedEarnings());
        LedgerSql.putPendings(connection, book.changedPendings());
        LedgerSql.insertRefunds(connection, book.newRefunds());
        LedgerSql.putUsages(connection, book.changedUsages());
        LedgerSql.updateAccounts(connection, accounts);
        LedgerSql.insertOutcomes(connection, book.newOutcomes());
        LedgerSql.insertLevelChanges(connection, book.levelChanges());
        outbox.append(
                connection,
                Stream.concat(
                                book.booked().stream().map(this::message),
                                book.levelChanges().stream().map(this::message))
                        .toList());
        if (!book.acts().isEmpty()) {
            audit.record(connection, book.acts());
        }
        if (!entries.isEmpty()) {
            LedgerSql.addTotals(connection, Total.of(entries, time.zone()), slot);
        }
    }

    private OutboxMessage message(Draft.Booked booked) {
        Entry entry = booked.entry();
        return new OutboxMessage(
                TOPIC,
                booked.account().userId,
                Long.toString(entry.id()),
                MESSAGE_TYPE,
                entry.createdAt(),
                json.bytes(BalanceChanged.of(booked, time.zone())));
    }

    private OutboxMessage message(LevelChange change) {
        return new OutboxMessage(
                LEVEL_TOPIC,
                change.userId(),
                Long.toString(change.id()),
                LEVEL_MESSAGE_TYPE,
                change.occurredAt(),
                json.bytes(change));
    }

    private void tell(Book book) {
        if (book.booked().isEmpty() && book.levelChanges().isEmpty()) {
            return;
        }
        try {
            outbox.wake();
            posted.fire(new Posted(
                    book.changedAccounts().stream().map(AccountState::view).toList()));
        } catch (RuntimeException e) {
            // It is committed: whoever wanted to hear of it at once hears of it from the outbox.
            LOG.warn("a listener to committed postings failed", Unquoted.of(e));
        }
    }

    private static void rollBack(Connection connection, Throwable cause) {
        try {
            connection.rollback();
        } catch (SQLException e) {
            cause.addSuppressed(e);
        }
    }

    private static void pause(int race) {
        LockSupport.parkNanos(ThreadLocalRandom.current().nextLong(1_000_000L << Math.min(race, 6)));
    }
}
