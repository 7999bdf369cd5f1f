package io.jifen.bench;

import io.jifen.ledger.SeededAccounts;

/**
 * Whether postings get slower as the tables grow: events applied to accounts with a short history, and, after as many
 * others have got a long one in the same tables, to those.
 */
final class Growth implements Part {

    @Override
    public char letter() {
        return 'i';
    }

    @Override
    public String title() {
        return "growth: events applied with a short history, and with a long one";
    }

    @Override
    public void run(World world, Report report) throws Exception {
        int accounts = Math.min(world.scale.accounts(), world.scale.shortHistory());
        int few = world.scale.shortHistory() / accounts;
        int many = (world.scale.longHistory() - world.scale.shortHistory()) / accounts;
        double young = applied(world, new SeededAccounts(10, accounts, 1, few, 900 / few, true));
        report.add(Figure.rate("growth-short", what(world), young));
        double old = applied(world, new SeededAccounts(11, accounts, 1, many, 900 / many + 1, true));
        report.add(Figure.rate("growth-long", what(world), old)
                .atLeast(0.8, "that with %,d".formatted(world.scale.shortHistory()), report.value("growth-short")));
    }

    private static String what(World world) throws Exception {
        return "events applied, %,d entries in the end".formatted(world.entries());
    }

    private static double applied(World world, SeededAccounts accounts) throws Exception {
        world.seed(accounts);
        world.awaitWritten();
        return world.applied(Events.mixed(Events.anyOf(accounts::userId, accounts.number())));
    }
}
