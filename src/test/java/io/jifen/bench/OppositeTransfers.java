package io.jifen.bench;

import io.jifen.ledger.SeededAccounts;
import java.util.concurrent.ThreadLocalRandom;

/** Transfers that lock the same two accounts from both ends: the classic way to a deadlock. None may fail. */
final class OppositeTransfers implements Part {

    private static final int MANY = 1_000;

    @Override
    public char letter() {
        return 'e';
    }

    @Override
    public String title() {
        return "opposite transfers over HTTP";
    }

    @Override
    public void run(World world, Report report) throws Exception {
        SeededAccounts accounts = world.seed(SeededAccounts.of(6, MANY, Scale.LOTS, 10_000));
        measure(world, report, "transfers-of-two", "transfers between two accounts, both ways", accounts, 2);
        measure(
                world,
                report,
                "transfers-of-many",
                "transfers among %,d accounts, any way".formatted(MANY),
                accounts,
                MANY);
    }

    private static void measure(
            World world, Report report, String key, String what, SeededAccounts accounts, int number) throws Exception {
        HttpLoad.Outcome outcome = world.fastest(() -> transfer(accounts, number));
        report.add(outcome.figure(key, what).reached("none fails", outcome.failed() == 0));
    }

    static Call transfer(SeededAccounts accounts, int number) {
        int from = ThreadLocalRandom.current().nextInt(number);
        int to = (from + ThreadLocalRandom.current().nextInt(1, number)) % number;
        return Call.post("/api/v1/transfers", """
                {"traceId":"%s","fromUserId":"%s","toUserId":"%s","points":1}""".formatted(Events.key(), accounts.userId(from), accounts.userId(to)));
    }
}
