package io.jifen.activity;

import io.jifen.activity.SignInSql.Key;
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
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Signs users in: once a day, whatever the day and the streak earn by the rules. */
@Singleton
class SignIns implements Companion {

    private static final String SIGN_IN = "SIGN_IN";
    private static final String STREAK = "SIGN_IN_STREAK";

    /** A wish to sign in on a day; what came of it is known when it is accepted. */
    private static final class SignIn {
        private final LocalDate day;
        private final Posting daily;
        private final Posting bonus;
        private int streak;
        private long bonusPoints;

        SignIn(LocalDate day, Posting daily, Posting bonus) {
            this.day = day;
            this.daily = daily;
            this.bonus = bonus;
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
    private final SignInConfig config;

    SignIns(Earning earning, Time time, SignInConfig config) {
        this.earning = earning;
        this.time = time;
        this.config = config;
    }

    /** The posting that signs the user in on the day of this moment; refused with {@code already-signed-in}. */
    Posting posting(String userId, Instant now, String operator) {
        LocalDate day = LocalDate.ofInstant(now, time.zone());
        Target.User target = new Target.User(userId, true);
        Posting daily = question(target, SIGN_IN, day, now);
        SignIn signIn = new SignIn(day, daily, question(target, STREAK, day, now));
        return Posting.decidedBy(this, signIn, null, new byte[0], target)
                .biz(SIGN_IN, day.toString())
                .because(daily.reason())
                .by(operator)
                .occurredAt(now)
                .startedByUser()
                .welcome(daily.welcome())
                .answering(result -> new SignInBody(result, signIn.streak, signIn.bonusPoints));
    }

    private Posting question(Target.User target, String bizType, LocalDate day, Instant now) {
        Deed deed = new Deed(bizType, day.toString(), null, null, now, "sign-in");
        return earning.earn(target, deed, null, new byte[0]);
    }

    // ---- as a companion ----

    @Override
    public int lockOrder() {
        return 10;
    }

    @Override
    public List<Posting> questions(Posting posting) {
        SignIn signIn = SignIn.of(posting);
        return List.of(signIn.daily, signIn.bonus);
    }

    @Override
    public Facts read(Connection connection, List<Posting> postings, Function<Posting, AccountView> accounts)
            throws SQLException {
        TreeSet<Long> accountIds = new TreeSet<>();
        TreeSet<LocalDate> days = new TreeSet<>();
        for (Posting posting : postings) {
            accountIds.add(accounts.apply(posting).id());
            days.add(SignIn.of(posting).day);
        }
        return new Days(SignInSql.streaks(connection, accountIds, days.first().minusDays(1), days.last()));
    }

    private final class Days implements Asking {
        private final Map<Key, Streak> streaks;
        private final TreeMap<Key, Streak> made = new TreeMap<>();

        Days(Map<Key, Streak> streaks) {
            this.streaks = streaks;
        }

        @Override
        public Plan decide(Posting posting, AccountView account, Instant now, Function<Posting, Plan> ask) {
            SignIn signIn = SignIn.of(posting);
            Key key = new Key(account.id(), signIn.day);
            if (streaks.containsKey(key)) {
                return new Plan.Refuse(Problem.of(
                        ProblemCode.ALREADY_SIGNED_IN, "The user has signed in on " + signIn.day + " before."));
            }
            Streak before = streaks.get(new Key(account.id(), signIn.day.minusDays(1)));
            Streak streak = Streak.after(before, signIn.day);
            return switch (ask.apply(signIn.daily)) {
                case Plan.Refuse refused -> refused;
                case Plan.Go daily -> {
                    Plan.Go bonus = streak.bringsBonus(config.bonusEvery())
                                    && ask.apply(signIn.bonus) instanceof Plan.Go granted
                            ? granted
                            : null;
                    yield new Plan.Go(both(daily, bonus), result -> {
                        daily.accepted().accept(result);
                        if (bonus != null) {
                            bonus.accepted().accept(result);
                        }
                        streaks.put(key, streak);
                        made.put(key, streak);
                        signIn.streak = streak.days();
                        signIn.bonusPoints = bonus == null ? 0 : points(bonus);
                    });
                }
            };
        }

        @Override
        public void write(Connection connection) throws SQLException {
            SignInSql.insert(connection, made, time.now());
        }
    }

    private static Operation both(Companion.Plan.Go daily, Companion.Plan.@Nullable Go bonus) {
        List<Operation.Line> lines = new ArrayList<>(lines(daily));
        if (bonus != null) {
            lines.addAll(lines(bonus));
        }
        return new Operation.Grant(lines);
    }

    private static long points(Companion.Plan.Go plan) {
        return lines(plan).stream().mapToLong(Operation.Line::points).sum();
    }

    private static List<Operation.Line> lines(Companion.Plan.Go plan) {
        if (plan.operation() instanceof Operation.Grant(List<Operation.Line> lines)) {
            return lines;
        }
        throw new IllegalStateException("what a deed earns is a grant");
    }
}
