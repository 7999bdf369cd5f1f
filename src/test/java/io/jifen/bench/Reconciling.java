package io.jifen.bench;

import com.fasterxml.jackson.databind.JsonNode;
import io.jifen.ledger.SeededAccounts;
import java.time.Instant;
import java.time.Period;
import java.time.ZoneOffset;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * Nights after the same number of postings, with few other accounts and with many; then nights one after the other beside
 * as many postings as the service takes, which have to find nothing.
 */
final class Reconciling implements Part {

    private static final String NIGHTLY = "reconciliation";

    @Override
    public char letter() {
        return 'n';
    }

    @Override
    public String title() {
        return "reconciliation, by what changed, and beside postings over HTTP";
    }

    @Override
    public void run(World world, Report report) throws Exception {
        SeededAccounts callers =
                world.seed(SeededAccounts.of(18, world.scale.callersAccounts(), Scale.LOTS, 80), monthsAgo(3));
        Supplier<String> users = Events.anyOf(callers::userId, callers.number());
        run(world, "reconciliation-full"); // from now on the work is what changes
        night(world);
        changeSome(world, users);
        report.add(Figure.rate("reconciliation", "accounts checked that had changed, among few", night(world)));

        world.seed(SeededAccounts.of(19, world.scale.accounts(), Scale.LOTS, 80), monthsAgo(3));
        world.awaitWritten();
        changeSome(world, users);
        report.add(Figure.rate("reconciliation-many", "accounts checked that had changed, among many", night(world))
                .atLeast(0.8, "among few", report.value("reconciliation")));

        CompletableFuture<HttpLoad.Outcome> load = CompletableFuture.supplyAsync(() -> postings(world, users));
        long findings = 0;
        int nights = 0;
        do {
            findings += world.findings(run(world, NIGHTLY));
            nights++;
        } while (!load.isDone());
        report.add(load.get()
                .figure("reconciliation-beside", "postings over HTTP beside it, closed loop")
                .reached("reconciliation finds nothing", findings == 0)
                .because("%d runs beside it, %d findings".formatted(nights, findings)));
    }

    private static void changeSome(World world, Supplier<String> users) throws Exception {
        world.drain(world.scale.warmUpEvents(), Events.mixed(users));
        world.settle();
    }

    /** Accounts per second. */
    private static double night(World world) throws Exception {
        world.awaitReconcilable();
        JsonNode run = run(world, NIGHTLY);
        if (world.findings(run) > 0) {
            throw new IllegalStateException("reconciliation found something: see the findings of " + run);
        }
        return run.get("processed").asLong()
                / Math.max(0.001, run.get("durationMs").asLong() / 1000.0);
    }

    private static JsonNode run(World world, String job) throws Exception {
        JsonNode run = world.runJob(job);
        if (!run.get("state").asText().equals("DONE")) {
            throw new IllegalStateException(run.toString());
        }
        return run;
    }

    private static HttpLoad.Outcome postings(World world, Supplier<String> users) {
        try {
            return world.load().closed(world.scale.measured().toNanos(), Events.mixedCalls(users));
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private static Instant monthsAgo(int months) {
        return Instant.now()
                .atZone(ZoneOffset.UTC)
                .minus(Period.ofMonths(months))
                .toInstant();
    }
}
