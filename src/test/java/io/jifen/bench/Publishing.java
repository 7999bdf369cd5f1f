package io.jifen.bench;

import io.jifen.ledger.SeededAccounts;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Events accepted over HTTP: answered when the broker has them. By a pod that only takes them in, so that it is not
 * measured how the machine is shared with applying them, and then by one that also applies them.
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
        Supplier<Call> single = () -> Call.post("/api/v1/events", Events.earning(Events.key(), users.get()));
        int number = world.scale.published();
        long before = world.entries();

        HttpLoad pod = world.load(world.scale.fresh() ? world.serviceWith("api") : world.service());
        long accepted = pod.closed(number / 2, single).done();
        HttpLoad.Outcome alone = pod.closed(number, single);
        report.add(alone.figure("publish", "events accepted one by one, by a pod with the role api")
                .atLeast(10_000));
        HttpLoad.Outcome batches = pod.closed(number / BATCH, () -> batch(users));
        report.add(batches.figure("publish-batches", "batches of %d events accepted, by the same".formatted(BATCH))
                .times(BATCH)
                .atLeast(10_000));
        accepted += alone.done() + batches.done() * BATCH;

        world.service();
        world.awaitEntries(before + accepted);
        accepted += world.load().closed(number / 4, single).done();
        HttpLoad.Outcome beside = world.load().closed(number / 2, single);
        report.add(beside.figure("publish-beside", "events accepted one by one, by a pod that applies them meanwhile"));
        world.awaitEntries(before + accepted + beside.done());
    }

    private static Call batch(Supplier<String> users) {
        return Call.post(
                "/api/v1/events/batch",
                Stream.generate(() -> Events.earning(Events.key(), users.get()))
                        .limit(BATCH)
                        .collect(Collectors.joining(",", "{\"events\":[", "]}")));
    }
}
