package io.jifen.activity;

import io.jifen.activity.SignInSql.Key;
import io.jifen.activity.SignInSql.SignedIn;
import io.jifen.ledger.AccountView;
import io.jifen.ledger.Companion;
import io.jifen.ledger.Operation;
import io.jifen.ledger.Posting;
import io.jifen.ledger.Target;
import io.jifen.platform.Problem;
import io.jifen.platform.ProblemCode;
import io.jifen.platform.Time;
import io.jifen.rule.Deed;
import io.jifen.rule.Earning;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;

/** Signs users in: once a day, whatever the day and the streak earn by the rules. */
@Singleton
class SignIns implements Companion {

    static final String SIGN_IN = "SIGN_IN";

    /** What conditions of rules see of the streak: the days in a row with this one, {@code event.attributes.streak}. */
    private static final String STREAK = "streak";

    /** A wish to sign in on a day; what came of it is known when it is accepted. */
    private static final class SignIn {
        private final LocalDate day;
        private final Deed deed;
        private final Posting question;
        private int streak;
        private long bonus;

        SignIn(LocalDate day, Deed deed, Posting question) {
            this.day = day;
            this.deed = deed;
            this.question = question;
        }

        static SignIn of(Posting posting) {
            if (posting.subject() instanceof SignIn signIn) {
                return signIn;
            }
            throw new IllegalArgumentException("a posting that signs in needs the sign-in");
        }
    }

    private final Earning earning;
    private final Time time;

    SignIns(Earning earning, Time time) {
        this.earning = earning;
        this.time = time;
    }

    /** The posting that signs the user in on the day of this moment; refused with {@code already-signed-in}. */
    Posting posting(String userId, Instant now, String operator) {
        LocalDate day = LocalDate.ofInstant(now, time.zone());
        Target.User target = new Target.User(userId, true);
        Deed deed = new Deed(SIGN_IN, day.toString(), null, null, now, "sign-in");
        Posting question = earning.earn(target, deed, null, new byte[0]);
        SignIn signIn = new SignIn(day, deed, question);
        return Posting.decidedBy(this, signIn, null, new byte[0], target)
                .about(question.about())
                .by(operator)
                .startedByUser()
                .welcome(question.welcome())
                .answering(result -> new SignInBody(result, signIn.streak, signIn.bonus));
    }

    // ---- as a companion ----

    @Override
    public int lockOrder() {
        return 10;
    }

    @Override
    public Optional<Posting> question(Posting posting) {
        return Optional.of(SignIn.of(posting).question);
    }

    @Override
    public Facts read(
            Connection connection, List<Posting> postings, Function<Posting, AccountView> accounts, Instant now)
            throws SQLException {
        TreeSet<Long> accountIds = new TreeSet<>();
        TreeSet<LocalDate> days = new TreeSet<>();
        for (Posting posting : postings) {
            accountIds.add(accounts.apply(posting).id());
            days.add(SignIn.of(posting).day);
        }
        return new Days(SignInSql.signIns(connection, accountIds, days.first().minusDays(1), days.last()), now);
    }

    private static final class Days implements Facts {
        private final Map<Key, SignedIn> signIns;
        private final Instant now;
        private final TreeMap<Key, SignedIn> made = new TreeMap<>();

        Days(Map<Key, SignedIn> signIns, Instant now) {
            this.signIns = signIns;
            this.now = now;
        }

        @Override
        public Plan decide(Posting posting, Given given) {
            AccountView account = given.account();
            SignIn signIn = SignIn.of(posting);
            Key key = new Key(account.id(), signIn.day);
            SignedIn today = signIns.get(key);
            if (today != null) {
                return new Plan.Refuse(Problem.of(
                                ProblemCode.ALREADY_SIGNED_IN, "The user has signed in on " + signIn.day + " before.")
                        .with(
                                "transactionNo",
                                today.transactionNo() == null ? null : Long.toString(today.transactionNo())));
            }
            SignedIn before = signIns.get(new Key(account.id(), signIn.day.minusDays(1)));
            Streak streak = Streak.after(before == null ? null : before.streak(), signIn.day);
            Posting question = signIn.question.withSubject(signIn.deed.with(Map.of(STREAK, streak.days())));
            return switch (given.ask().apply(question)) {
                case Plan.Refuse refused -> refused;
                case Plan.Go go ->
                    new Plan.Go(go.operation(), result -> {
                        go.accepted().accept(result);
                        SignedIn signedIn = new SignedIn(streak, Long.valueOf(result.transactionNo()));
                        signIns.put(key, signedIn);
                        made.put(key, signedIn);
                        signIn.streak = streak.days();
                        signIn.bonus = bonus(go.operation());
                    });
            };
        }

        @Override
        public void write(Connection connection) throws SQLException {
            SignInSql.insert(connection, made, now);
        }
    }

    /** What came on top of the day's points: by other rules than the one that is called as the bizType. */
    private static long bonus(Operation operation) {
        if (operation instanceof Operation.Grant(List<Operation.Line> lines)) {
            return lines.stream()
                    .filter(line -> line.rule() == null || !line.rule().code().equals(SIGN_IN))
                    .mapToLong(Operation.Line::points)
                    .sum();
        }
        throw new IllegalStateException("what a deed earns is a grant");
    }
}
