package io.jifen.ledger;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Turns the steps of a life into postings, for a ledger that numbers its holds and spends in its own way. */
final class Life {

    private final List<String> users;
    private final String keys;
    private final List<Made> holds = new ArrayList<>();
    private final List<Made> spends = new ArrayList<>();
    private int count;

    /** A hold or spend, by the number its ledger gave it. */
    private record Made(int who, long number) {}

    /** @param keys what the idempotency keys begin with */
    Life(List<String> users, String keys) {
        this.users = users;
        this.keys = keys;
    }

    /** The step's posting; none where it is about a hold or spend and there is none yet, or only time passes. */
    Optional<Posting> posting(Step step, Instant now) {
        LocalDate today = LocalDate.ofInstant(now, PureLedger.ZONE);
        count++;
        return switch (step) {
            case Step.Grant grant ->
                of(grant.who(), PureLedger.grant(grant.points(), lastDay(today, grant.validDays())));
            case Step.Order order ->
                of(order.who(), earned(order, today, now)).map(p -> p.biz("ORDER", no(order.no())));
            case Step.OrderRefund refund ->
                of(refund.who(), new Operation.OrderRefund(no(refund.no()), Step.money(refund.amount())));
            case Step.Spend spend -> of(spend.who(), new Operation.Spend(spend.points()));
            case Step.Hold hold ->
                of(hold.who(), new Operation.Hold(hold.points(), now.plus(Duration.ofHours(hold.hours()))));
            case Step.Capture capture ->
                one(holds, capture.which())
                        .flatMap(hold -> of(hold.who(), new Operation.Capture(hold.number(), orAll(capture.points()))));
            case Step.Release release ->
                one(holds, release.which()).flatMap(hold -> of(hold.who(), new Operation.Release(hold.number())));
            case Step.Refund refund ->
                one(spends, refund.which())
                        .flatMap(
                                spend -> of(spend.who(), new Operation.Refund(spend.number(), orAll(refund.points()))));
            case Step.Transfer transfer ->
                of(
                        transfer.who(),
                        new Operation.Transfer(
                                users.get(1 - transfer.who()), transfer.points(), new Operation.DailyLimit(2, 100)));
            case Step.Adjust adjust -> of(adjust.who(), new Operation.Adjust(adjust.points(), today.plusDays(20)));
            case Step.Reinstate reinstate ->
                of(reinstate.who(), new Operation.Reinstate(reinstate.points(), today.plusDays(9)));
            case Step.Activate activate -> of(activate.who(), new Operation.Activate());
            case Step.Settle settle -> of(settle.who(), new Operation.Settle());
            case Step.Pass pass -> Optional.empty();
        };
    }

    /** Learns the numbers of what was accepted. */
    void accepted(Step step, long transactionNo) {
        switch (step) {
            case Step.Hold hold -> holds.add(new Made(hold.who(), transactionNo));
            case Step.Spend spend -> spends.add(new Made(spend.who(), transactionNo));
            case Step.Capture capture ->
                spends.add(new Made(one(holds, capture.which()).orElseThrow().who(), transactionNo));
            default -> {}
        }
    }

    private static Operation earned(Step.Order order, LocalDate today, Instant now) {
        Operation.Pending pending = order.pendingDays() == 0
                ? null
                : new Operation.Pending(
                        now.plus(Duration.ofDays(order.pendingDays())), new Validity(order.pendingDays(), false));
        return new Operation.Grant(List.of(new Operation.Line(
                order.points(),
                today.plusDays(15),
                new Operation.RuleRef("ORDER", 1, true, order.policy()),
                Step.money(order.amount()),
                pending)));
    }

    private static LocalDate lastDay(LocalDate today, int validDays) {
        return validDays == 0 ? Lot.NEVER : today.plusDays(validDays);
    }

    private static String no(int order) {
        return "o-" + order;
    }

    private static Long orAll(long points) {
        return points == 0 ? null : points;
    }

    private static Optional<Made> one(List<Made> made, int which) {
        return made.isEmpty() ? Optional.empty() : Optional.of(made.get(which % made.size()));
    }

    private Optional<Posting> of(int who, Operation operation) {
        Target target = new Target.User(users.get(who), false);
        return Optional.of(Posting.of(new Key("", keys + count), new byte[16], target, operation));
    }
}
