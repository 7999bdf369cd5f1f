package io.jifen.exchange;

import io.jifen.ledger.LedgerUnavailableException;
import io.jifen.ledger.Posting;
import io.jifen.platform.Json;
import io.jifen.risk.Approvable;
import jakarta.inject.Singleton;
import java.sql.SQLException;

/** Makes the postings of exchanges that somebody has approved: goods, price and stock are those of that moment. */
@Singleton
class ExchangePostings implements Approvable {

    static final String KIND = "EXCHANGE";

    private final Exchanges exchanges;
    private final Catalog catalog;
    private final Json json;

    ExchangePostings(Exchanges exchanges, Catalog catalog, Json json) {
        this.exchanges = exchanges;
        this.catalog = catalog;
        this.json = json;
    }

    @Override
    public String kind() {
        return KIND;
    }

    @Override
    public Posting posting(Asked asked) {
        ExchangeResource.Request body = asked.request(json, ExchangeResource.Request.class);
        Goods goods = goods(body.goodsId());
        return exchanges
                .buy(
                        body.userId(),
                        goods,
                        body.quantity() == null ? 1 : body.quantity(),
                        goods.kind() == GoodsKind.PHYSICAL ? body.address() : null,
                        asked.key(),
                        asked.contentHash())
                .by(asked.requestedBy())
                .answering(result -> result);
    }

    private Goods goods(String goodsId) {
        try {
            return catalog.require(goodsId);
        } catch (SQLException e) {
            throw new LedgerUnavailableException(e);
        }
    }
}
