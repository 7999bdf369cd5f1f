package io.jifen.bench;

import io.jifen.ledger.SeededAccounts;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Events accepted over HTTP: answered when the broker has them. By the pod that also applies them, and then by one that
 * only takes them in, so that it is not measured how the machine is shared with applying them.
 */
final class Publishing implements Part {

    private static final int BATCH = 100;

    /** Requests of the warm-up, for each that is measured. */
    private static final int WARM_UP = 5;

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

        HttpLoad service = world.load();
        accept(service, number / 4, () -> single(users));
        HttpLoad.Outcome beside = service.closed(number / 2, () -> single(users));
        expected += number / 4 + beside.done();
        world.awaitEntries(expected);

        HttpLoad pod = world.load(world.scale.fresh() ? world.serviceWith("api") : world.service());
        // It has just started, so a long warm-up; of few events, for they all have to be applied in the end.
        List<Call> few = Stream.generate(() -> single(users)).limit(number / 20).toList();
        AtomicInteger next = new AtomicInteger();
        accept(pod, WARM_UP * number, () -> few.get(next.getAndIncrement() % few.size()));
        HttpLoad.Outcome alone = pod.closed(number, () -> single(users));
        HttpLoad.Outcome batches = pod.closed(number / BATCH, () -> batch(users));
        expected += few.size() + alone.done() + batches.done() * BATCH;
        report.add(alone.figure("publish", "events accepted one by one, by a pod with the role api")
                .atLeast(10_000));
        report.add(batches.figure("publish-batches", "batches of %d events accepted, by the same".formatted(BATCH))
                .times(BATCH)
                .atLeast(10_000));
        report.add(beside.figure("publish-beside", "events accepted one by one, by a pod that applies them meanwhile"));

        world.service();
        world.awaitEntries(expected);
    }

    private static void accept(HttpLoad load, int number, Supplier<Call> calls) throws InterruptedException {
        HttpLoad.Outcome outcome = load.closed(number, calls);
        if (outcome.failed() > 0) {
            throw new IllegalStateException("an event was not accepted: " + outcome.firstFailure());
        }
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
