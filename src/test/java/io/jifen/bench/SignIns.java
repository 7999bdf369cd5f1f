package io.jifen.bench;

import io.jifen.ledger.SeededAccounts;
import io.jifen.platform.Sql;
import java.sql.Connection;
import java.time.LocalDate;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/** A morning's peak: everybody signs in once, a seventh of them for the seventh day in a row. */
final class SignIns implements Part {

    private static final String YESTERDAYS = """
            INSERT INTO sign_in (account_id, day, streak, created_at)
            SELECT id, ?, 1 + id % 7, created_at FROM account WHERE user_id LIKE ?""";

    @Override
    public char letter() {
        return 'j';
    }

    @Override
    public String title() {
        return "sign-ins over HTTP, %d connections, each user once".formatted(Scale.CONNECTIONS);
    }

    @Override
    public void run(World world, Report report) throws Exception {
        SeededAccounts accounts = world.seed(SeededAccounts.of(12, world.scale.callersAccounts(), Scale.LOTS, 80));
        try (Connection connection = world.connect()) {
            LocalDate yesterday = LocalDate.now(World.ZONE).minusDays(1);
            Sql.update(connection, YESTERDAYS, yesterday, accounts.userId(0).replaceFirst("[0-9]+$", "%"));
        }
        world.awaitWritten();
        AtomicInteger next = new AtomicInteger();
        Supplier<Call> signIns =
                () -> Call.post("/api/v1/accounts/" + accounts.userId(next.getAndIncrement()) + "/sign-ins", "");
        int warmUp = accounts.number() / 3;
        world.load().closed(warmUp, signIns);
        HttpLoad.Outcome plain = world.fastest(Events.mixedCalls(Events.anyOf(accounts::userId, accounts.number())));
        report.add(plain.figure("sign-ins-beside", "postings over HTTP on the same accounts, closed loop"));
        report.add(world.load()
                .closed(accounts.number() - warmUp, signIns)
                .figure("sign-ins", "sign-ins over HTTP, closed loop")
                .atLeast(0.5, "postings", report.value("sign-ins-beside")));
    }
}
