package io.jifen.bench;

import io.jifen.ledger.SeededAccounts;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/**
 * Balances that are in Redis, beside an endpoint that does nothing: one open to all, and one that checks the caller's
 * token as reading a balance does. In turns, so that whatever else the machine does meets all three.
 */
final class BalanceReads implements Part {

    /**
     * The endpoints are in the package that profile {@code bench} builds (src/bench). The suite's has none; others stand
     * in there, for that run is not about figures.
     */
    private static final boolean HELLO = Boolean.getBoolean("bench.hello");

    static final String OPEN = HELLO ? "/bench/hello" : "/q/health/live";
    static final String WITH_TOKEN = HELLO ? "/api/v1/bench/hello" : "/api/v1/levels";
    private static final int ROUNDS = 3;

    @Override
    public char letter() {
        return 'h';
    }

    @Override
    public String title() {
        return "balance reads beside a hello world";
    }

    /** Of all rounds. */
    private static final class Sum {
        private final Supplier<Call> calls;
        private double done;
        private double seconds;
        private long failed;

        Sum(Supplier<Call> calls) {
            this.calls = calls;
        }

        void measure(World world) throws Exception {
            HttpLoad.Outcome outcome =
                    world.load().closed(world.scale.measured().toNanos() / 3, calls);
            done += outcome.done();
            failed += outcome.failed();
            seconds += outcome.seconds();
        }

        double perSecond() {
            return done / seconds;
        }
    }

    @Override
    public void run(World world, Report report) throws Exception {
        SeededAccounts accounts = world.seed(SeededAccounts.of(9, world.scale.callersAccounts() / 2, Scale.LOTS, 80));
        AtomicInteger next = new AtomicInteger();
        // The first reader of an account brings it into Redis.
        world.load()
                .closed(accounts.number(), () -> balance(accounts.userId(next.getAndIncrement() % accounts.number())));

        Supplier<String> users = Events.anyOf(accounts::userId, accounts.number());
        Sum open = new Sum(() -> Call.get(OPEN));
        Sum withToken = new Sum(() -> Call.get(WITH_TOKEN));
        Sum reads = new Sum(() -> balance(users.get()));
        for (Sum one : List.of(open, withToken, reads)) {
            world.warmUp(world.load(), one.calls);
        }
        for (int round = 0; round < ROUNDS; round++) {
            open.measure(world);
            withToken.measure(world);
            reads.measure(world);
        }
        report.add(Figure.rate("hello", "hello world", open.perSecond()));
        report.add(Figure.rate("hello-token", "hello world that checks a token", withToken.perSecond()));
        report.add(Figure.rate("balance", "balances from Redis", reads.perSecond())
                .because("%.2f × hello world that checks a token".formatted(reads.perSecond() / withToken.perSecond()))
                .reached("none fails", reads.failed == 0)
                .atLeast(0.7, "hello world", report.value("hello")));
    }

    static Call balance(String userId) {
        return Call.get("/api/v1/accounts/" + userId + "/balance");
    }
}
