package io.jifen.bench;

import io.jifen.ledger.SeededAccounts;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** Everything is sent a second time, and nothing may come of it. */
final class Duplicates implements Part {

    @Override
    public char letter() {
        return 'f';
    }

    @Override
    public String title() {
        return "100 % duplicates";
    }

    @Override
    public void run(World world, Report report) throws Exception {
        SeededAccounts accounts = world.seed(SeededAccounts.of(7, world.scale.callersAccounts(), Scale.LOTS, 80));
        Supplier<String> users = Events.anyOf(accounts::userId, accounts.number());

        List<Call> calls = many(world.scale.published() / 4, Events.mixedCalls(users));
        world.load().closed(calls.size(), oneByOne(calls));
        long entries = world.entries();
        HttpLoad.Outcome again =
                world.fastest(() -> calls.get(ThreadLocalRandom.current().nextInt(calls.size())));
        requireUnchanged(world, entries);
        report.add(again.figure("duplicates-http", "requests repeated over HTTP, closed loop")
                .beside("new ones", report.value("http-closed")));

        List<Events.Event> events = many(world.scale.events() / 2, Events.mixed(users));
        world.drain(events.size(), oneByOne(events));
        entries = world.entries();
        double rate = world.readAgain(events.size(), oneByOne(events));
        requireUnchanged(world, entries);
        report.add(Figure.rate("duplicates-events", "events repeated on the topic", rate)
                .beside("new ones", report.value(EventsApplied.RATE)));
    }

    private static <T> List<T> many(int number, Supplier<T> supplier) {
        return Stream.generate(supplier).limit(number).toList();
    }

    private static <T> Supplier<T> oneByOne(List<T> items) {
        AtomicInteger next = new AtomicInteger();
        // Each connection asks once more before it is told that there are enough.
        return () -> items.get(next.getAndIncrement() % items.size());
    }

    private static void requireUnchanged(World world, long entries) throws Exception {
        if (world.entries() != entries) {
            throw new IllegalStateException("duplicates made " + (world.entries() - entries) + " entries");
        }
    }
}
