package io.jifen.local;

import io.jifen.event.Imports;
import io.jifen.exchange.Catalog;
import io.jifen.exchange.GoodsBody;
import io.jifen.exchange.GoodsKind;
import io.jifen.ledger.Ledger;
import io.jifen.platform.ProblemException;
import io.jifen.rule.Earning;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.stream.IntStream;

/**
 * Somebody to try things with: two accounts as the system had them that the compatibility API stands in for, and alice,
 * who registered here; and something to spend points on, a coupon and a mug. Made through the doors that everybody uses, so it is right however often it runs.
 */
@Singleton
class SampleData {

    private static final String DETAILS = """
            id,openid,points,action,reason,created_at
            1,a90e996387dd9b4864cc3ede82252574,200,add,sys_init,2026-01-01 00:00:00
            2,e649ddfcb4f8fa398635f84c894148a2,100,add,sys_init,2026-01-01 00:00:00
            """;

    private static final String MEMBERS = """
            openid,nickname,level,points,used_points,expired_at
            a90e996387dd9b4864cc3ede82252574,lisi,0,200,0,2099-12-31 00:00:00
            e649ddfcb4f8fa398635f84c894148a2,zhangsan,0,100,0,2099-12-31 00:00:00
            """;

    private static final String OPERATOR = "local";

    private static final String COUPON = "coupon-10-yuan";
    private static final int COUPONS = 50;

    private final Imports imports;
    private final Ledger ledger;
    private final Earning earning;
    private final Catalog catalog;

    SampleData(Imports imports, Ledger ledger, Earning earning, Catalog catalog) {
        this.imports = imports;
        this.ledger = ledger;
        this.earning = earning;
        this.catalog = catalog;
    }

    void make(@Observes StartupEvent event) throws IOException, SQLException {
        // The details first: then they are the history of the account, and explain all of its points.
        imports.details(file(DETAILS), OPERATOR);
        imports.members(file(MEMBERS), OPERATOR);
        ledger.post(earning.register("alice"));
        if (isNew(GoodsBody.of(COUPON, "A coupon of 10 yuan", GoodsKind.COUPON, 100, 0))) {
            catalog.addCodes(
                    COUPON,
                    IntStream.rangeClosed(1, COUPONS)
                            .mapToObj("LOCAL-%04d"::formatted)
                            .toList(),
                    OPERATOR);
        }
        isNew(GoodsBody.of("mug", "A mug", GoodsKind.PHYSICAL, 50, 20));
    }

    private boolean isNew(GoodsBody goods) throws SQLException {
        try {
            catalog.make(goods, OPERATOR);
            return true;
        } catch (ProblemException e) {
            return false; // from an earlier run
        }
    }

    private static InputStream file(String csv) {
        return new ByteArrayInputStream(csv.getBytes(StandardCharsets.UTF_8));
    }
}
