package io.jifen.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import io.jifen.platform.Problem;
import java.sql.SQLException;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/**
 * Random lives of two accounts, led in the pure ledger and on the real database at the same time: after each step both
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
            step(pure, life, step);
            assertThat(pure.violations("a")).isEmpty();
            assertThat(pure.violations("b")).isEmpty();
        }
    }

    @Property
    void the_database_says_what_the_pure_ledger_says(@ForAll("lives") List<Step> steps) throws SQLException {
        long number = LIVES.incrementAndGet();
        List<String> users = List.of("a-" + number, "b-" + number);
        PureLedger pure = new PureLedger(users.get(0), users.get(1));
        RealLedger ledger = realLedger(pure);
        ledger.now(pure.now);
        users.forEach(ledger::open);
        Life pureLife = new Life(users, "k-" + number + "-");
        Life realLife = new Life(users, "k-" + number + "-");
        for (Step step : steps) {
            ledger.now(pure.now);
            String expected = step(pure, pureLife, step);
            String actual = step(ledger, realLife, step, pure);
            assertThat(actual).as("answer of %s", step).isEqualTo(expected);
            for (String user : users) {
                assertThat(figures(ledger.account(user)))
                        .as("%s after %s", user, step)
                        .isEqualTo(figures(pure.account(user)));
            }
        }
        if (number % CHECK_EVERY == 0) {
            assertThat(ledger.violations()).isEmpty();
        }
    }

    /** What the pure ledger answers, in short; time passes at the end of a step, so that both see the same moment. */
    private static String step(PureLedger pure, Life life, Step step) {
        if (step instanceof Step.Pass pass) {
            pure.pass(pass.time());
            return "";
        }
        Optional<Posting> posting = life.posting(step, pure.now);
        if (posting.isEmpty()) {
            return "";
        }
        return switch (pure.decide(posting.get())) {
            case Decision.Decided.Accepted(PostingResult result) -> {
                life.accepted(step, Long.parseLong(result.transactionNo()));
                yield "posted " + result.points() + " written off " + result.writtenOff() + " at " + result.version();
            }
            case Decision.Decided.Refused(var problem) -> refusal(problem);
        };
    }

    private static String step(RealLedger ledger, Life life, Step step, PureLedger pure) {
        if (step instanceof Step.Pass) {
            return "";
        }
        Optional<Posting> posting = life.posting(step, pure.now);
        if (posting.isEmpty()) {
            return "";
        }
        return switch (ledger.post(List.of(posting.get())).getFirst()) {
            case Answer.Posted posted -> {
                life.accepted(step, posted.transactionNo());
                PostingResult result = posted.result();
                yield "posted " + result.points() + " written off " + result.writtenOff() + " at " + result.version();
            }
            case Answer.Refused refused -> refusal(refused.problem());
            case Answer.Rejected(var problem) -> "rejected " + problem;
        };
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
