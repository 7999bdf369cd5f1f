package io.jifen.bench;

import io.jifen.ledger.SeededAccounts;
import java.util.Locale;
import java.util.function.Supplier;

/** Grants and deductions over HTTP, half and half, each answered when it is committed. */
final class SynchronousPostings implements Part {

    static final String RATE = "http";

    private static final double P99_MS_MAX = 50;

    /** Parts of the closed loop's rate, tried one after the other until one is held. */
    private static final double[] TRIES = {0.95, 0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2};

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

    /** The highest rate of an open load that is held with a p99 below 50 ms. */
    private static Figure highestHeld(World world, double closed, Supplier<Call> calls) throws Exception {
        HttpLoad.Outcome outcome = null;
        for (double part : TRIES) {
            double rate = part * closed;
            outcome = world.load().open(rate, world.scale.measured().toNanos(), calls);
            World.say(String.format(
                    Locale.ROOT, "   tried %,.0f/s: %,.0f/s, %s", rate, outcome.perSecond(), outcome.latencies()));
            if (outcome.failed() == 0 && outcome.perSecond() >= HELD * rate && outcome.millis(99) < P99_MS_MAX) {
                return held(outcome);
            }
        }
        return held(outcome).reached("p99 < 50 ms", false).because("the lowest rate that was tried");
    }

    private static Figure held(HttpLoad.Outcome outcome) {
        return outcome.figure(RATE, "postings over HTTP, highest fixed rate held with p99 < 50 ms");
    }
}
