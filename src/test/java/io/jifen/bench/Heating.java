package io.jifen.bench;

import io.jifen.ledger.SeededAccounts;
import java.util.Locale;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;

/**
 * The warm-up before the first part: events, and all kinds of calls mixed, until their rate no longer grows. A JVM that has just started
 * compiles for minutes what is used, and shares the processors with it all that time. What is measured then is the
 * compiler.
 */
final class Heating {

    /** It ends after so many steps none of which was so much faster than the fastest before. */
    private static final double GROWING = 1.05;

    private static final int IDLE_STEPS = 3;

    /** Beyond those of the parts. */
    private static final int GROUP = 63;

    private final World world;
    private final SeededAccounts accounts;
    private final Supplier<String> users;
    private final Supplier<Call> postings;

    Heating(World world) {
        this.world = world;
        this.accounts = SeededAccounts.of(GROUP, world.scale.callersAccounts() / 10, Scale.LOTS, 1_000);
        this.users = Events.anyOf(accounts::userId, accounts.number());
        this.postings = Events.mixedCalls(users);
    }

    /** How long it took, and how fast the service was in the end. */
    String run() throws Exception {
        World.say("   warm-up");
        long begin = System.nanoTime();
        world.seed(accounts);
        Supplier<Events.Event> events = Events.mixed(users);
        HttpLoad load = world.load();
        double best = 0;
        int idle = 0;
        for (int step = 0; step < world.scale.heatStepsMax() && idle < IDLE_STEPS; step++) {
            world.settle(); // some of the calls have published events
            world.drain(world.scale.warmUpEvents(), events);
            double now =
                    load.closed(world.scale.heatStep().toNanos(), this::call).perSecond();
            World.say(String.format(Locale.ROOT, "   %,.0f calls/s", now));
            idle = now > GROWING * best ? 0 : idle + 1;
            best = Math.max(best, now);
        }
        world.settle();
        return String.format(
                Locale.ROOT,
                "%.0f s of events and all kinds of calls, %,.0f calls/s at best, %s",
                (System.nanoTime() - begin) / 1e9,
                best,
                idle < IDLE_STEPS ? "still growing" : "not growing any more");
    }

    /** Half of them postings, as these need the most code. */
    private Call call() {
        return switch (ThreadLocalRandom.current().nextInt(20)) {
            case 0 -> OppositeTransfers.transfer(accounts, accounts.number());
            case 1, 2 -> Publishing.single(users);
            case 3, 4, 5 -> Call.get(BalanceReads.OPEN);
            case 6, 7 -> Call.get(BalanceReads.WITH_TOKEN);
            case 8, 9 -> BalanceReads.balance(users.get());
            default -> postings.get();
        };
    }
}
