package io.jifen.audit;

import io.jifen.platform.ClientAddress;
import io.jifen.platform.Ids;
import io.jifen.platform.Json;
import io.jifen.platform.Time;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/** The room's door: records what admins do. */
@Singleton
public class Audit {

    private final ClientAddress client;
    private final Ids ids;
    private final Json json;
    private final Time time;

    Audit(ClientAddress client, Ids ids, Json json, Time time) {
        this.client = client;
        this.ids = ids;
        this.json = json;
        this.time = time;
    }

    /** An act of somebody, from where the request at hand comes, if there is one. */
    public Act act(String who, String action, String objectType, String objectId) {
        boolean asked = ClientAddress.isKnown();
        return new Act(
                who,
                asked ? client.ip() : null,
                asked ? client.device().orElse(null) : null,
                action,
                objectType,
                objectId,
                null,
                null,
                null);
    }

    /** Records it with the transaction in which it happens. */
    public void record(Connection transaction, Act act) throws SQLException {
        record(transaction, List.of(act));
    }

    /** The same of several; nothing where there are none. */
    public void record(Connection transaction, List<Act> acts) throws SQLException {
        AuditSql.insert(transaction, acts, ids, json, time.now());
    }
}
