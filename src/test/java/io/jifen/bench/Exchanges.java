package io.jifen.bench;

import io.jifen.ledger.SeededAccounts;
import io.jifen.services.Tokens;
import java.net.http.HttpResponse;
import java.util.function.Supplier;

/** A rush on one goods item: everybody exchanges, all for the same thing, whose stock is one row. */
final class Exchanges implements Part {

    private static final String GOODS = "bench-badge";

    @Override
    public char letter() {
        return 'l';
    }

    @Override
    public String title() {
        return "exchanges of one goods item over HTTP, %d connections".formatted(Scale.CONNECTIONS);
    }

    @Override
    public void run(World world, Report report) throws Exception {
        SeededAccounts accounts = world.seed(SeededAccounts.of(14, world.scale.callersAccounts(), Scale.LOTS, 80));
        makeGoods(world);
        world.awaitWritten();
        Supplier<String> users = Events.anyOf(accounts::userId, accounts.number());
        Supplier<Call> exchanges =
                () -> Call.post("/api/v1/exchanges", """
                {"traceId":"%s","userId":"%s","goodsId":"%s"}""".formatted(Events.key(), users.get(), GOODS));
        HttpLoad.Outcome plain = world.fastest(Events.mixedCalls(users));
        report.add(plain.figure("exchanges-beside", "postings over HTTP on the same accounts, closed loop"));
        report.add(world.fastest(exchanges)
                .figure("exchanges", "exchanges of one goods item over HTTP, closed loop")
                .atLeast(0.5, "postings", report.value("exchanges-beside")));
    }

    private static void makeGoods(World world) throws Exception {
        HttpResponse<String> answer = world.service().post("/api/v1/goods", Tokens.admin(), """
                {"goodsId":"%s","name":"Badge","kind":"VIRTUAL","pointsPrice":1,"stock":1000000000}""".formatted(GOODS));
        if (answer.statusCode() != 201) {
            throw new IllegalStateException("goods: " + answer.statusCode() + " " + answer.body());
        }
    }
}
