package io.jifen.local;

import io.jifen.event.Imports;
import io.jifen.ledger.Ledger;
import io.jifen.rule.Earning;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/**
 * Somebody to try things with: two accounts as the system had them that the compatibility API stands in for, and alice,
 * who registered here. Made through the doors that everybody uses, so it is right however often it runs.
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

    private final Imports imports;
    private final Ledger ledger;
    private final Earning earning;

    SampleData(Imports imports, Ledger ledger, Earning earning) {
        this.imports = imports;
        this.ledger = ledger;
        this.earning = earning;
    }

    void make(@Observes StartupEvent event) throws IOException {
        // The details first: then they are the history of the account, and explain all of its points.
        imports.details(file(DETAILS), OPERATOR);
        imports.members(file(MEMBERS), OPERATOR);
        ledger.post(earning.register("alice"));
    }

    private static InputStream file(String csv) {
        return new ByteArrayInputStream(csv.getBytes(StandardCharsets.UTF_8));
    }
}
