package io.jifen.lottery;

import io.jifen.ledger.Validity;
import java.math.BigDecimal;
import java.math.MathContext;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** A version of a lottery: what it costs, and which ticket wins what. Pure. */
record Lottery(
        String code,
        int version,
        String name,
        long pointsPrice,
        List<PrizeBody> prizes,
        int perUserLimit,
        int dailyLimit,
        Validity validity,
        @Nullable Instant from,
        @Nullable Instant to,
        boolean active) {

    private static final MathContext SHOWN = new MathContext(10);

    /** A version as it is kept: nothing is left out but the ends of its window. */
    static Lottery of(LotteryBody kept) {
        return new Lottery(
                Objects.requireNonNull(kept.code()),
                Objects.requireNonNull(kept.version()),
                Objects.requireNonNull(kept.name()),
                kept.pointsPrice(),
                kept.prizes(),
                Objects.requireNonNull(kept.perUserLimit()),
                Objects.requireNonNull(kept.dailyLimit()),
                new Validity(Objects.requireNonNull(kept.validDays()), false),
                kept.from(),
                kept.to(),
                kept.status() != LotteryBody.Status.INACTIVE);
    }

    /** How many tickets there are: the sum of the weights. */
    long tickets() {
        return prizes.stream().mapToLong(PrizeBody::weight).sum();
    }

    /** Draws one of them, each as likely as any other. */
    long ticket(RandomGenerator random) {
        return random.nextLong(tickets());
    }

    /**
     * The prize that a ticket stands for: the tickets are dealt to the prizes in their order, to each as many as its
     * weight.
     *
     * @param ticket 0 to {@link #tickets()}, exclusive
     */
    PrizeBody prizeOf(long ticket) {
        long first = 0;
        for (PrizeBody prize : prizes) {
            first += prize.weight();
            if (ticket < first) {
                return prize;
            }
        }
        throw new IllegalArgumentException("ticket " + ticket + " of " + first);
    }

    /** How likely a ticket is of this prize, and wins it while there is any of it. */
    BigDecimal odds(PrizeBody prize) {
        return share(prize.weight());
    }

    /** How likely a ticket is of one of these prizes, and wins nothing, as none of them is left. */
    BigDecimal oddsOfNoPrize(Collection<PrizeBody> out) {
        return share(out.stream().mapToLong(PrizeBody::weight).sum());
    }

    private BigDecimal share(long weight) {
        return BigDecimal.valueOf(weight).divide(BigDecimal.valueOf(tickets()), SHOWN);
    }

    /** What there is to win. */
    List<PrizeBody> winnable() {
        return prizes.stream()
                .filter(prize -> prize.kind() != PrizeBody.Kind.NOTHING)
                .toList();
    }

    /** Why there are no draws at this moment, in one word; null: there are. */
    @Nullable
    String closed(Instant now) {
        if (!active || (to != null && !now.isBefore(to))) {
            return "CLOSED";
        }
        return from != null && now.isBefore(from) ? "NOT_YET_OPEN" : null;
    }

    List<String> goodsIds() {
        return prizes.stream()
                .map(PrizeBody::goodsId)
                .filter(Objects::nonNull)
                .distinct()
                .toList();
    }
}
