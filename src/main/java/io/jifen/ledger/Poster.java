package io.jifen.ledger;

import io.agroal.api.AgroalDataSource;
import io.jifen.outbox.Outbox;
import io.jifen.outbox.OutboxMessage;
import io.jifen.platform.Ids;
import io.jifen.platform.Json;
import io.jifen.platform.Problem;
import io.jifen.platform.ProblemCode;
import io.jifen.platform.Time;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Event;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;
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

    private static final Logger LOG = Logger.getLogger(Poster.class);

    /** A race is lost to somebody who has committed, so the next try sees it; more than a few is a defect. */
    private static final int RACES = 10;

    private final AgroalDataSource database;
    private final AccountOpening opening;
    private final LadderSource ladder;
    private final Outbox outbox;
    private final Ids ids;
    private final Time time;
    private final Json json;
    private final LedgerConfig config;
    private final Event<Posted> posted;
    private final MeterRegistry metrics;
    private final Slots slots = new Slots();

    Poster(
            AgroalDataSource database,
            AccountOpening opening,
            LadderSource ladder,
            Outbox outbox,
            Ids ids,
            Time time,
            Json json,
            LedgerConfig config,
            Event<Posted> posted,
            MeterRegistry metrics) {
        this.database = database;
        this.opening = opening;
        this.ladder = ladder;
        this.outbox = outbox;
        this.ids = ids;
        this.time = time;
        this.json = json;
        this.config = config;
        this.posted = posted;
        this.metrics = metrics;
    }

    /** The answers in the postings' order; {@link LedgerUnavailableException} if the database can't be asked now. */
    List<Answer> post(List<Posting> postings) {
        if (postings.isEmpty()) {
            return List.of();
        }
        SQLException last = null;
        for (int race = 0; race < RACES; race++) {
            try {
                return attempt(postings);
            } catch (SQLException e) {
                last = e;
                BatchFailure failure = BatchFailure.of(e);
                metrics.counter("jifen.ledger.batch.failures", "kind", failure.name()).increment();
                switch (failure) {
                    case LOST_RACE -> pause(race);
                    case DATA -> {
                        return findCulprit(postings, e);
                    }
                    case UNAVAILABLE -> throw new LedgerUnavailableException(e);
                }
            }
        }
        return last != null && last.getErrorCode() == BatchFailure.DUPLICATE_KEY
                ? findCulprit(postings, last) // no race lasts that long: a row of ours is in its own way
                : giveUp(last);
    }

    /** Remembers that the key's message can never be applied; an outcome that is there stays. */
    void markDead(Key key, @Nullable String userId, String code) {
        try (Connection connection = database.getConnection()) {
            if (LedgerSql.outcomes(connection, List.of(key.hash())).isEmpty()) {
                LedgerSql.insertOutcomes(connection, List.of(Known.dead(key, userId, code, time.now())));
            }
        } catch (SQLException e) {
            if (e.getErrorCode() != BatchFailure.DUPLICATE_KEY) {
                throw new LedgerUnavailableException(e);
            }
            // Somebody else was first, with an outcome that stays.
        }
    }

    private static List<Answer> giveUp(@Nullable SQLException last) {
        throw new LedgerUnavailableException(last == null ? new IllegalStateException("no attempt was made") : last);
    }

    /** Halves the batch until the posting that can't be written stands alone. */
    private List<Answer> findCulprit(List<Posting> postings, SQLException error) {
        if (postings.size() == 1) {
            Posting posting = postings.getFirst();
            LOG.errorf(error, "posting can't be written: traceId=%s target=%s", posting.traceId(), posting.target());
            return List.of(new Answer.Rejected(
                    Problem.of(ProblemCode.INTERNAL_ERROR, "The posting could not be written; it changed nothing.")));
        }
        int middle = postings.size() / 2;
        List<Answer> answers = new ArrayList<>(post(postings.subList(0, middle)));
        answers.addAll(post(postings.subList(middle, postings.size())));
        return answers;
    }

    private List<Answer> attempt(List<Posting> postings) throws SQLException {
        Instant now = time.now();
        int slot = slots.take();
        try (Connection connection = database.getConnection()) {
            List<Located> located = locate(connection, postings, now);
            connection.setAutoCommit(false);
            try {
                Committed committed = write(connection, located, now, slot);
                connection.commit();
                tell(committed.book());
                return committed.answers();
            } catch (SQLException | RuntimeException | Error e) {
                rollBack(connection, e);
                throw e;
            } finally {
                restoreAutoCommit(connection);
            }
        } finally {
            slots.giveBack(slot);
        }
    }

    /** Finds the accounts by plain reads, and opens missing ones: inside the transaction that would take gap locks. */
    private List<Located> locate(Connection connection, List<Posting> postings, Instant now) throws SQLException {
        Set<String> userIds = new HashSet<>();
        for (Posting posting : postings) {
            if (posting.target() instanceof Target.User user) {
                userIds.add(user.userId());
            }
        }
        Map<String, Long> accounts = new HashMap<>(LedgerSql.accountsOfUsers(connection, userIds));
        List<Located> located = new ArrayList<>();
        for (int position = 0; position < postings.size(); position++) {
            Posting posting = postings.get(position);
            Long accountId =
                    switch (posting.target()) {
                        case Target.Account(long id) -> id;
                        case Target.User(String userId, boolean open) -> {
                            if (open && !accounts.containsKey(userId)) {
                                accounts.put(userId, opening.openIfMissing(connection, userId, null, now));
                            }
                            yield accounts.get(userId);
                        }
                    };
            located.add(new Located(posting, position, accountId));
        }
        return located;
    }

    private record Committed(Book book, List<Answer> answers) {}

    private Committed write(Connection connection, List<Located> asked, Instant now, int slot) throws SQLException {
        LocalDate today = LocalDate.ofInstant(now, time.zone());
        Facts facts = new Facts(connection, today, config.lotsAtFirst());
        Book book = facts.lock(asked);
        List<Located> postings = withWelcomes(asked, book);
        facts.read(postings);
        Map<Companion, Companion.Facts> companions = facts.readCompanions(postings);

        Decision decision = new Decision(book, now, time.zone(), ladder.ladder(), ids::next);
        List<Answer> answers = new Batch(book, decision, companions, json, now).decide(postings);

        for (Companion.Facts companion : companions.values()) {
            companion.write(connection);
        }
        write(connection, book, today, slot);
        return new Committed(book, answers);
    }

    /** An account without any entry gets its welcome before the first posting that brings one. */
    private static List<Located> withWelcomes(List<Located> asked, Book book) {
        List<Located> postings = new ArrayList<>();
        for (Located located : asked) {
            Posting welcome = located.posting().welcome();
            if (welcome != null && located.accountId() != null && book.account(located.accountId()).version == 0) {
                postings.add(new Located(welcome, -1, located.accountId()));
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
        LedgerSql.insertSpends(connection, book.spends());
        LedgerSql.insertEarnings(connection, book.earnings());
        LedgerSql.updateAccounts(connection, accounts);
        LedgerSql.insertOutcomes(connection, book.newOutcomes());
        if (!entries.isEmpty()) {
            outbox.append(connection, book.booked().stream().map(this::message).toList());
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

    private void tell(Book book) {
        if (book.booked().isEmpty()) {
            return;
        }
        outbox.wake();
        Map<Long, AccountView> accounts = new LinkedHashMap<>();
        book.changedAccounts().forEach(account -> accounts.put(account.id, account.view()));
        try {
            posted.fire(new Posted(List.copyOf(accounts.values())));
        } catch (RuntimeException e) {
            // It is committed: whoever wanted to hear of it at once hears of it from the outbox.
            LOG.warn("a listener to committed postings failed", e);
        }
    }

    private static void rollBack(Connection connection, Throwable cause) {
        try {
            connection.rollback();
        } catch (SQLException e) {
            cause.addSuppressed(e);
        }
    }

    private static void restoreAutoCommit(Connection connection) throws SQLException {
        if (!connection.isClosed()) {
            connection.setAutoCommit(true);
        }
    }

    private static void pause(int race) {
        LockSupport.parkNanos(ThreadLocalRandom.current().nextLong(1_000_000L << Math.min(race, 6)));
    }
}
