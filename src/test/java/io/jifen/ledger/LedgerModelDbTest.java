package io.jifen.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import io.jifen.platform.Problem;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

/**
 * Random lives of two accounts, led in the pure ledger and on the real database at the same time: after each batch both
 * say the same. How many lives is set by {@code jqwik.tries.default}: 200 in the suite, thousands in profile proof.
 */
class LedgerModelDbTest {

    private static final AtomicLong LIVES = new AtomicLong(System.nanoTime());
    private static RealLedger real;

    /** The whole database is looked at now and then: it grows with the lives, and their accounts are compared anyway. */
    private static final int CHECK_EVERY = 20;

    @Provide
    Arbitrary<List<Step>> lives() {
        return Step.lives();
    }

    /** Without a database: invariants only, so many more of them. */
    @Property(tries = 2000)
    void the_pure_ledger_keeps_its_invariants(@ForAll("lives") List<Step> steps) {
        PureLedger pure = new PureLedger("a", "b");
        Life life = new Life(List.of("a", "b"), "k");
        for (Step step : steps) {
            if (step instanceof Step.Pass pass) {
                pure.pass(pass.time());
            }
            life.posting(step, pure.now).ifPresent(posting -> decide(pure, life, new Asked(step, posting)));
            assertThat(pure.violations("a")).isEmpty();
            assertThat(pure.violations("b")).isEmpty();
        }
    }

    /** The pure ledger takes postings one by one, the real one in batches. */
    @Property
    void the_database_says_what_the_pure_ledger_says(
            @ForAll("lives") List<Step> steps, @ForAll @IntRange(min = 1, max = 8) int batchMax) throws SQLException {
        long number = LIVES.incrementAndGet();
        List<String> users = List.of("a-" + number, "b-" + number);
        PureLedger pure = new PureLedger(users.get(0), users.get(1));
        RealLedger ledger = realLedger(pure);
        ledger.now(pure.now);
        users.forEach(ledger::open);
        Life pureLife = new Life(users, "k-" + number + "-");
        Life realLife = new Life(users, "k-" + number + "-");
        for (List<Step> batch : batches(steps, batchMax)) {
            ledger.now(pure.now);
            if (batch.getFirst() instanceof Step.Pass pass) {
                pure.pass(pass.time());
                continue;
            }
            List<Asked> ofPure = asked(pureLife, batch, pure.now);
            List<Asked> ofReal = asked(realLife, batch, pure.now);
            List<String> expected =
                    ofPure.stream().map(asked -> decide(pure, pureLife, asked)).toList();
            assertThat(post(ledger, realLife, ofReal))
                    .as("answers of %s", batch)
                    .isEqualTo(expected);
            for (String user : users) {
                assertThat(figures(ledger.account(user)))
                        .as("%s after %s", user, batch)
                        .isEqualTo(figures(pure.account(user)));
            }
        }
        if (number % CHECK_EVERY == 0) {
            assertThat(ledger.violations()).isEmpty();
        }
    }

    /** A step and what it asks of a ledger, whose holds and spends have numbers of their own. */
    private record Asked(Step step, Posting posting) {}

    /** Steps that happen at one moment, a few at a time; time that passes stands alone. */
    private static List<List<Step>> batches(List<Step> steps, int max) {
        List<List<Step>> batches = new ArrayList<>();
        for (Step step : steps) {
            List<Step> last = batches.isEmpty() ? List.of() : batches.getLast();
            boolean alone = step instanceof Step.Pass
                    || last.isEmpty()
                    || last.size() == max
                    || last.getFirst() instanceof Step.Pass;
            if (alone) {
                batches.add(new ArrayList<>());
            }
            batches.getLast().add(step);
        }
        return batches;
    }

    private static List<Asked> asked(Life life, List<Step> batch, Instant now) {
        return batch.stream()
                .flatMap(step -> life.posting(step, now).map(posting -> new Asked(step, posting)).stream())
                .toList();
    }

    /** What the pure ledger answers, in short. */
    private static String decide(PureLedger pure, Life life, Asked asked) {
        return switch (pure.decide(asked.posting())) {
            case Decision.Decided.Accepted(PostingResult result, var none) -> {
                life.accepted(asked.step(), Long.parseLong(result.transactionNo()));
                yield "posted " + result.points() + " written off " + result.writtenOff() + " at " + result.version();
            }
            case Decision.Decided.Waits _ -> throw new IllegalStateException("nobody watches");
            case Decision.Decided.Refused(var problem) -> refusal(problem);
        };
    }

    /** What the real ledger answers, in short; each batch ends with its first posting once more. */
    private static List<String> post(RealLedger ledger, Life life, List<Asked> batch) {
        if (batch.isEmpty()) {
            return List.of();
        }
        List<Posting> postings =
                new ArrayList<>(batch.stream().map(Asked::posting).toList());
        postings.add(postings.getFirst());
        List<Answer> answers = ledger.post(postings);
        assertThat(isReplayed(answers.removeLast())).isTrue();
        List<String> inShort = new ArrayList<>();
        for (int i = 0; i < answers.size(); i++) {
            Step step = batch.get(i).step();
            inShort.add(
                    switch (answers.get(i)) {
                        case Answer.Posted posted -> {
                            life.accepted(step, posted.transactionNo());
                            PostingResult result = posted.result();
                            yield "posted " + result.points() + " written off " + result.writtenOff() + " at "
                                    + result.version();
                        }
                        case Answer.Refused refused -> refusal(refused.problem());
                        case Answer.Rejected(var problem) -> "rejected " + problem;
                    });
        }
        return inShort;
    }

    private static boolean isReplayed(Answer answer) {
        return answer instanceof Answer.Posted posted && posted.replayed()
                || answer instanceof Answer.Refused refused && refused.replayed();
    }

    /** Numbers of transactions are each ledger's own. */
    private static String refusal(Problem problem) {
        return problem.code()
                + problem.figures().entrySet().stream()
                        .filter(figure -> !figure.getKey().equals("transactionNo"))
                        .toList();
    }

    /** What must be the same in both; lots past their day are in both until a posting has them expire. */
    private static String figures(AccountState account) {
        LocalDate next = account.nextExpiresOn;
        LocalDate earliest = account.lots.isEmpty() ? Lot.NEVER : account.lots.firstKey();
        if (next != null && earliest.isBefore(next)) {
            return "lots expire before the account says so";
        }
        return "available %d frozen %d pending %d arrears %d earned %d consumed %d expired %d level %s %d version %d lots %s"
                .formatted(
                        account.available,
                        account.frozen,
                        account.pending,
                        account.arrears,
                        account.totalEarned,
                        account.totalConsumed,
                        account.totalExpired,
                        account.levelCode,
                        account.levelBasis,
                        account.version,
                        account.lots);
    }

    private static synchronized RealLedger realLedger(PureLedger pure) throws SQLException {
        if (real == null) {
            real = new RealLedger(pure.now);
        }
        return real;
    }
}
