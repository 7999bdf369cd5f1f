package io.jifen.lottery;

import io.jifen.exchange.Address;
import io.jifen.exchange.Exchanges;
import io.jifen.exchange.GoodsKind;
import io.jifen.ledger.Key;
import io.jifen.ledger.LedgerUnavailableException;
import io.jifen.ledger.Posting;
import io.jifen.platform.Json;
import io.jifen.risk.Approvable;
import io.quarkus.runtime.annotations.RegisterForReflection;
import jakarta.inject.Singleton;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** Makes the postings of draws, asked for now or approved by somebody: the ticket is drawn when it is made. */
@Singleton
class DrawPostings implements Approvable {

    static final String KIND = "DRAW";

    /** A draw that a user wants. */
    @RegisterForReflection
    record Wanted(String code, String userId, @Nullable Address address) {}

    private final Lotteries lotteries;
    private final Draws draws;
    private final Exchanges exchanges;
    private final Json json;

    DrawPostings(Lotteries lotteries, Draws draws, Exchanges exchanges, Json json) {
        this.lotteries = lotteries;
        this.draws = draws;
        this.exchanges = exchanges;
        this.json = json;
    }

    @Override
    public String kind() {
        return KIND;
    }

    @Override
    public Posting posting(Asked asked) {
        try {
            return posting(asked.request(json, Wanted.class), asked.key(), asked.contentHash(), asked.requestedBy())
                    .answering(result -> result);
        } catch (SQLException e) {
            throw new LedgerUnavailableException(e);
        }
    }

    Posting posting(Wanted wanted, Key key, byte[] contentHash, String operator) throws SQLException {
        Lottery lottery = Lottery.of(lotteries.require(wanted.code()));
        boolean ships = exchanges.kinds(lottery.goodsIds()).containsValue(GoodsKind.PHYSICAL);
        return draws.draw(wanted.userId(), lottery, ships, wanted.address(), key, contentHash)
                .by(operator);
    }
}
