package io.jifen.bench;

import io.jifen.ledger.SeededAccounts;
import io.jifen.services.Tokens;
import java.net.http.HttpResponse;
import java.util.function.Supplier;

/**
 * Events that twenty rules and a campaign are asked about, beside events of one fixed rule. One of the twenty grants, so
 * that each event makes one entry here and there; the others have conditions that it doesn't meet. In turns, so that
 * tables that grow and whatever else the machine does meet all of them.
 */
final class ManyRules implements Part {

    private static final int RULES = 20;
    private static final int ROUNDS = 3;

    @Override
    public char letter() {
        return 'k';
    }

    @Override
    public String title() {
        return "events applied by %d rules and a campaign".formatted(RULES);
    }

    @Override
    public void run(World world, Report report) throws Exception {
        make(world, "rules", rule("ONE", "ONE", "\"fixed\":3"));
        make(world, "rules", rule("MANY", "MANY", "\"fixed\":3,\"levelMultipliers\":{\"VIP1\":1.2}"));
        for (int i = 1; i < RULES; i++) {
            String condition = "event.amount >= 1.0 && event.attributes.channel == 'C%d'".formatted(i);
            make(world, "rules", rule("MANY_" + i, "MANY", "\"ratio\":0.5,\"condition\":\"" + condition + "\""));
        }
        make(world, "campaigns", """
                {"code":"TWICE","bizTypes":["MANY"],"factor":2,"from":"2020-01-01T00:00:00Z",
                 "to":"2990-01-01T00:00:00Z"}""");
        make(world, "rules", rule("BUDGETED", "BUDGETED", "\"fixed\":3,\"budget\":1000000000000"));
        SeededAccounts accounts = world.seed(SeededAccounts.of(13, world.scale.callersAccounts(), Scale.LOTS, 80));
        world.awaitWritten();
        Supplier<String> users = Events.anyOf(accounts::userId, accounts.number());

        Kind one = new Kind(events(users, "ONE"));
        Kind many = new Kind(events(users, "MANY"));
        Kind budgeted = new Kind(events(users, "BUDGETED"));
        int warmUp = world.scale.warmUpEvents() / 2;
        world.drain(warmUp, one.events);
        world.drain(warmUp, many.events);
        for (int round = 0; round < ROUNDS; round++) {
            one.measure(world);
            many.measure(world);
            budgeted.measure(world);
        }
        report.add(Figure.rate("rules-one", "events applied, one fixed rule", one.perSecond()));
        report.add(
                Figure.rate("rules-many", "events applied, %d rules and a campaign".formatted(RULES), many.perSecond())
                        .atLeast(0.8, "one fixed rule", report.value("rules-one")));
        report.add(Figure.rate("rules-budget", "events applied, a rule with a budget", budgeted.perSecond())
                .beside("one fixed rule", report.value("rules-one")));
    }

    /** Events of one kind, over all rounds. */
    private static final class Kind {
        private final Supplier<Events.Event> events;
        private double seconds;
        private long number;

        Kind(Supplier<Events.Event> events) {
            this.events = events;
        }

        void measure(World world) throws Exception {
            int part = world.scale.events() / 4;
            seconds += part / world.drain(part, events);
            number += part;
        }

        double perSecond() {
            return number / seconds;
        }
    }

    private static String rule(String code, String bizType, String more) {
        return "{\"code\":\"%s\",\"bizType\":\"%s\",%s}".formatted(code, bizType, more);
    }

    private static void make(World world, String what, String json) throws Exception {
        HttpResponse<String> answer = world.service().post("/api/v1/" + what, Tokens.admin(), json);
        if (answer.statusCode() != 201) {
            throw new IllegalStateException(what + ": " + answer.statusCode() + " " + answer.body());
        }
    }

    private static Supplier<Events.Event> events(Supplier<String> users, String bizType) {
        return () -> {
            String userId = users.get();
            return new Events.Event(userId, Events.earning(Events.key(), userId, bizType, "C0"));
        };
    }
}
