package io.jifen.bench;

import io.jifen.ledger.SeededAccounts;

/** Events from the topic to all tables: the topic is filled, then the service reads it empty. */
final class EventsApplied implements Part {

    static final String RATE = "events";

    @Override
    public char letter() {
        return 'b';
    }

    @Override
    public String title() {
        return "events applied, from Kafka to all tables";
    }

    @Override
    public void run(World world, Report report) throws Exception {
        SeededAccounts accounts = world.seed(SeededAccounts.of(1, world.scale.accounts(), Scale.LOTS, 80));
        double rate = applied(world, accounts);
        report.add(Figure.rate(
                        RATE, "events applied, %,d accounts of %d lots".formatted(accounts.number(), Scale.LOTS), rate)
                .atLeast(10_000)
                .atLeast(2, "the baseline's best", report.value(Baseline.BEST)));

        SeededAccounts deep = world.seed(SeededAccounts.of(2, world.scale.deepAccounts(), Scale.MANY_LOTS, 3));
        report.add(Figure.rate(
                        "events-many-lots",
                        "events applied, %,d accounts of %d lots".formatted(deep.number(), Scale.MANY_LOTS),
                        applied(world, deep))
                .atLeast(0.8, "accounts of %d lots".formatted(Scale.LOTS), report.value(RATE)));
    }

    private static double applied(World world, SeededAccounts accounts) throws Exception {
        world.awaitWritten();
        return world.applied(Events.mixed(Events.anyOf(accounts::userId, accounts.number())));
    }
}
