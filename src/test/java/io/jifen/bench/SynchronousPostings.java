package io.jifen.bench;

import io.jifen.ledger.SeededAccounts;
import java.util.Locale;
import java.util.function.Supplier;

/** Grants and deductions over HTTP, half and half, each answered when it is committed. */
final class SynchronousPostings implements Part {

    static final String RATE = "http";

    private static final double P99_MS_MAX = 50;

    /** Each halves what is left between a rate that is held and one that is not: to 3 % of the closed loop's rate. */
    private static final int TRIES = 5;

    /** Of the rate that was found, in runs twice as long, each of them at a lower rate than the one before. */
    private static final int CONFIRMATIONS = 3;

    private static final double LOWER = 0.85;

    /** A rate is held if nearly everything was answered in the time in which it was due. */
    private static final double HELD = 0.98;

    @Override
    public char letter() {
        return 'c';
    }

    @Override
    public String title() {
        return "grants and deductions over HTTP, %d connections".formatted(Scale.CONNECTIONS);
    }

    @Override
    public void run(World world, Report report) throws Exception {
        SeededAccounts accounts = world.seed(SeededAccounts.of(3, world.scale.callersAccounts(), Scale.LOTS, 80));
        Supplier<Call> calls = calls(accounts);
        HttpLoad.Outcome fastest = world.fastest(calls);
        report.add(fastest.figure("http-closed", "postings over HTTP, closed loop")
                .beside("the baseline of 32 threads", report.value(Baseline.THREADS_32)));
        report.add(highestHeld(world, fastest.perSecond(), calls)
                .atLeast(1, "the baseline of 32 threads", report.value(Baseline.THREADS_32)));

        SeededAccounts deep = world.seed(SeededAccounts.of(4, world.scale.deepAccounts(), Scale.MANY_LOTS, 3));
        HttpLoad.Outcome fastestOfDeep = world.fastest(calls(deep));
        report.add(fastestOfDeep
                .figure(
                        "http-many-lots",
                        "postings over HTTP, closed loop, accounts of %d lots".formatted(Scale.MANY_LOTS))
                .atLeast(0.8, "accounts of %d lots".formatted(Scale.LOTS), report.value("http-closed")));
    }

    private static Supplier<Call> calls(SeededAccounts accounts) {
        return Events.mixedCalls(Events.anyOf(accounts::userId, accounts.number()));
    }

    /** The highest rate of an open load that is held with a p99 below 50 ms, and what it was like at that rate. */
    private static Figure highestHeld(World world, double closed, Supplier<Call> calls) throws Exception {
        long nanos = world.scale.measured().toNanos();
        double held = 0;
        double tooMuch = closed;
        for (int i = 0; i < TRIES; i++) {
            double rate = (held + tooMuch) / 2;
            if (isHeld(rate, at(rate, world, nanos / 2, calls))) {
                held = rate;
            } else {
                tooMuch = rate;
            }
        }
        double rate = held == 0 ? tooMuch : held;
        HttpLoad.Outcome outcome = at(rate, world, nanos, calls);
        for (int i = 1; i < CONFIRMATIONS && !isHeld(rate, outcome); i++) {
            rate *= LOWER;
            outcome = at(rate, world, nanos, calls);
        }
        Figure figure = outcome.figure(RATE, "postings over HTTP, highest fixed rate held with p99 < 50 ms");
        return isHeld(rate, outcome)
                ? figure
                : figure.reached("p99 < 50 ms", false).because("not held; the lowest rate that was tried");
    }

    private static HttpLoad.Outcome at(double rate, World world, long nanos, Supplier<Call> calls) throws Exception {
        HttpLoad.Outcome outcome = world.load().open(rate, nanos, calls);
        World.say(String.format(
                Locale.ROOT, "   tried %,.0f/s: %,.0f/s, %s", rate, outcome.perSecond(), outcome.latencies()));
        return outcome;
    }

    private static boolean isHeld(double rate, HttpLoad.Outcome outcome) {
        return outcome.failed() == 0 && outcome.perSecond() >= HELD * rate && outcome.millis(99) < P99_MS_MAX;
    }
}
