package io.jifen.bench;

import io.jifen.ledger.SeededAccounts;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Events accepted over HTTP: answered when the broker has them. By the pod that also applies them, and then by one that
 * only takes them in, so that it is not measured how the machine is shared with applying them.
 */
final class Publishing implements Part {

    private static final int BATCH = 100;

    @Override
    public char letter() {
        return 'g';
    }

    @Override
    public String title() {
        return "events accepted over HTTP (broker ack)";
    }

    @Override
    public void run(World world, Report report) throws Exception {
        SeededAccounts accounts = world.seed(SeededAccounts.of(8, world.scale.callersAccounts(), Scale.LOTS, 80));
        Supplier<String> users = Events.anyOf(accounts::userId, accounts.number());
        int number = world.scale.published();
        long expected = world.entries();

        HttpLoad.Outcome beside = accepted(world.load(), number / 4, number / 2, () -> single(users));
        expected += number / 4 + beside.done();
        world.awaitEntries(expected);

        HttpLoad pod = world.load(world.scale.fresh() ? world.serviceWith("api") : world.service());
        // It has just started: more of the warm-up than elsewhere.
        HttpLoad.Outcome alone = accepted(pod, number, number, () -> single(users));
        HttpLoad.Outcome batches = pod.closed(number / BATCH, () -> batch(users));
        expected += number + alone.done() + batches.done() * BATCH;
        report.add(alone.figure("publish", "events accepted one by one, by a pod with the role api")
                .atLeast(10_000));
        report.add(batches.figure("publish-batches", "batches of %d events accepted, by the same".formatted(BATCH))
                .times(BATCH)
                .atLeast(10_000));
        report.add(beside.figure("publish-beside", "events accepted one by one, by a pod that applies them meanwhile"));

        world.service();
        world.awaitEntries(expected);
    }

    private static HttpLoad.Outcome accepted(HttpLoad load, int warmUp, int number, Supplier<Call> calls)
            throws InterruptedException {
        HttpLoad.Outcome before = load.closed(warmUp, calls);
        if (before.failed() > 0) {
            throw new IllegalStateException("an event was not accepted: " + before.firstFailure());
        }
        return load.closed(number, calls);
    }

    static Call single(Supplier<String> users) {
        return Call.post("/api/v1/events", Events.earning(Events.key(), users.get()));
    }

    private static Call batch(Supplier<String> users) {
        return Call.post(
                "/api/v1/events/batch",
                Stream.generate(() -> Events.earning(Events.key(), users.get()))
                        .limit(BATCH)
                        .collect(Collectors.joining(",", "{\"events\":[", "]}")));
    }
}
