package io.jifen.bench;

import com.fasterxml.jackson.databind.JsonNode;
import io.jifen.ledger.SeededAccounts;
import java.time.Instant;
import java.time.Period;
import java.time.ZoneOffset;
import java.util.function.Supplier;

/**
 * A night in which the points of many accounts run out, one lot of each: alone for a while, and then with postings beside
 * it. The postings are on accounts of their own: how fast they are beside a job that locks others is the question.
 */
final class Expiring implements Part {

    @Override
    public char letter() {
        return 'm';
    }

    @Override
    public String title() {
        return "expiry, alone and with postings over HTTP beside it";
    }

    @Override
    public void run(World world, Report report) throws Exception {
        SeededAccounts callers = world.seed(SeededAccounts.of(15, world.scale.callersAccounts(), Scale.LOTS, 80));
        Supplier<Call> calls = Events.mixedCalls(Events.anyOf(callers::userId, callers.number()));
        report.add(world.fastest(calls).figure("expiry-not-beside", "postings over HTTP, closed loop"));
        world.settle();
        world.seed(SeededAccounts.of(16, world.scale.endingLots(), 1, 80), ago(24));
        world.awaitWritten();

        String night = world.startJob("expiry");
        JsonNode alone = world.awaitProcessed(night, world.scale.endingLots() * 3L / 10);
        report.add(Figure.rate("expiry", "lots expired", lotsPerSecond(alone)).atLeast(20_000));

        HttpLoad.Outcome beside = world.load().closed(world.scale.measured().toNanos(), calls);
        JsonNode then = world.run(night);
        report.add(beside.figure("expiry-beside", "postings over HTTP beside the expiry, closed loop")
                .atLeast(0.8, "postings alone", report.value("expiry-not-beside"))
                .because("%,d lots expired meanwhile".formatted(processed(then) - processed(alone))));
        world.stopRun(night);
    }

    /** So that all of their months are over. */
    private static Instant ago(int months) {
        return Instant.now()
                .atZone(ZoneOffset.UTC)
                .minus(Period.ofMonths(months))
                .toInstant();
    }

    private static double lotsPerSecond(JsonNode run) {
        return processed(run) / Math.max(0.001, run.get("durationMs").asLong() / 1000.0);
    }

    private static long processed(JsonNode run) {
        return run.get("processed").asLong();
    }
}
