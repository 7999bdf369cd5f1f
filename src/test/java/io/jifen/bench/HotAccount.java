package io.jifen.bench;

import io.jifen.ledger.SeededAccounts;
import java.util.function.Supplier;

/** Everybody wants the same account. */
final class HotAccount implements Part {

    @Override
    public char letter() {
        return 'd';
    }

    @Override
    public String title() {
        return "one hot account";
    }

    @Override
    public void run(World world, Report report) throws Exception {
        // So many points that no spend of this part is refused.
        SeededAccounts one = world.seed(SeededAccounts.of(5, 1, Scale.LOTS, 1_000_000));
        Supplier<String> user = () -> one.userId(0);
        HttpLoad.Outcome http = world.fastest(Events.mixedCalls(user));
        report.add(http.figure("hot-http", "one account, over HTTP, closed loop")
                .atLeast(5, "the baseline's best on one account", report.value(Baseline.HOT)));
        report.add(Figure.rate("hot-events", "one account, events applied", world.applied(Events.mixed(user)))
                .atLeast(5, "the baseline's best on one account", report.value(Baseline.HOT)));
    }
}
