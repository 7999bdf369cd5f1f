package io.jifen.event;

import io.jifen.event.ImportSql.DetailKey;
import io.jifen.event.ImportSql.Stored;
import io.jifen.ledger.AccountView;
import io.jifen.ledger.Answer;
import io.jifen.ledger.Companion;
import io.jifen.ledger.Ledger;
import io.jifen.ledger.Operation;
import io.jifen.ledger.Posting;
import io.jifen.ledger.Target;
import io.jifen.platform.Problem;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Details that are stored and in no history yet. An account's opening takes them along; those that come later are added
 * by postings of their own. As a companion of these postings it marks them in the same transaction, so each is in the
 * history once, whatever is repeated.
 */
@Singleton
class WaitingDetails implements Companion {

    static final String BIZ_TYPE = "IMPORT";

    /** What the posting is to do with the details. */
    sealed interface Wish {

        /** Opens the account with them as its history. */
        record Open(long points, LocalDate expiresOn, long consumed, long levelBasis) implements Wish {}

        /** Adds them to a history that is there. */
        record Add() implements Wish {}
    }

    private final Ledger ledger;
    private final DataSource database;
    private final ImportConfig config;

    WaitingDetails(Ledger ledger, DataSource database, ImportConfig config) {
        this.ledger = ledger;
        this.database = database;
        this.config = config;
    }

    /**
     * Adds what waits for these members to the histories of those who have an account.
     *
     * @return by openid, why the details of the others still wait
     */
    Map<String, Problem> enter(Collection<String> openids, @Nullable String operator) throws SQLException {
        Map<String, Problem> left = new HashMap<>();
        Map<String, Integer> counts = count(openids);
        while (!counts.isEmpty()) {
            for (List<String> batch : split(List.copyOf(counts.keySet()), counts)) {
                List<Answer> answers = ledger.post(
                        batch.stream().map(openid -> addition(openid, operator)).toList());
                for (int i = 0; i < batch.size(); i++) {
                    switch (answers.get(i)) {
                        case Answer.Posted posted -> {}
                        case Answer.Refused refused -> left.put(batch.get(i), reason(refused));
                        case Answer.Rejected(Problem problem) -> left.put(batch.get(i), problem);
                    }
                }
            }
            counts = count(counts.keySet());
            counts.keySet().removeAll(left.keySet());
        }
        return left;
    }

    /** Cuts a list so that the details of each part go into one transaction. */
    <T> List<List<T>> split(List<T> items, ToIntFunction<T> details) {
        List<List<T>> parts = new ArrayList<>();
        List<T> part = new ArrayList<>();
        int sum = 0;
        for (T item : items) {
            int weight = Math.min(details.applyAsInt(item), config.historyMax());
            if (!part.isEmpty() && sum + weight > config.historyMax()) {
                parts.add(part);
                part = new ArrayList<>();
                sum = 0;
            }
            part.add(item);
            sum += weight;
        }
        if (!part.isEmpty()) {
            parts.add(part);
        }
        return parts;
    }

    Map<String, Integer> count(Collection<String> openids) throws SQLException {
        try (Connection connection = database.getConnection()) {
            return ImportSql.countWaiting(connection, openids);
        }
    }

    private List<List<String>> split(List<String> openids, Map<String, Integer> counts) {
        return split(openids, openid -> counts.getOrDefault(openid, 0));
    }

    /** It has no key: there is nothing left to add when it comes again. */
    private Posting addition(String openid, @Nullable String operator) {
        return Posting.decidedBy(this, new Wish.Add(), null, new byte[0], new Target.User(openid, false))
                .biz(BIZ_TYPE, null)
                .by(operator);
    }

    private static Problem reason(Answer.Refused refused) {
        if (refused.problem() == null) {
            throw new IllegalStateException("a posting without a key has no remembered refusal");
        }
        return refused.problem();
    }

    // ---- as a companion ----

    /** These rows are written by whoever holds the account's lock, and nobody else; so they come right after it. */
    @Override
    public int lockOrder() {
        return 10;
    }

    @Override
    public Facts read(
            Connection connection, List<Posting> postings, Function<Posting, AccountView> accounts, Instant now)
            throws SQLException {
        TreeSet<String> openids = new TreeSet<>();
        postings.forEach(posting -> openids.add(accounts.apply(posting).userId()));
        return new Details(ImportSql.oldestWaiting(connection, openids, config.historyMax()));
    }

    private static final class Details implements Facts {
        private final Map<String, List<Stored>> waiting;
        private final TreeSet<DetailKey> made =
                new TreeSet<>(Comparator.comparing(DetailKey::openid).thenComparing(DetailKey::key));

        Details(Map<String, List<Stored>> waiting) {
            this.waiting = waiting;
        }

        @Override
        public Plan decide(Posting posting, Given given) {
            if (!(posting.subject() instanceof Wish wish)) {
                throw new IllegalArgumentException("a posting with details needs a wish of what to do with them");
            }
            List<Stored> details = waiting.getOrDefault(given.account().userId(), List.of());
            List<Operation.Past> history = details.stream()
                    .map(Stored::content)
                    .map(line -> new Operation.Past(line.points(), line.reason(), line.createdAt()))
                    .toList();
            Operation operation =
                    switch (wish) {
                        case Wish.Open(long points, LocalDate expiresOn, long consumed, long levelBasis) ->
                            new Operation.Open(points, expiresOn, consumed, levelBasis, history);
                        case Wish.Add add -> new Operation.AddHistory(history);
                    };
            return new Plan.Go(operation, result -> {
                details.forEach(detail -> made.add(detail.key()));
                waiting.remove(given.account().userId());
            });
        }

        @Override
        public void write(Connection connection) throws SQLException {
            ImportSql.markEntryMade(connection, made);
        }
    }
}
