package io.jifen.risk;

import io.jifen.audit.Act;
import io.jifen.audit.Audit;
import io.jifen.platform.Caller;
import io.jifen.platform.Ids;
import io.jifen.platform.Json;
import io.jifen.platform.Problem;
import io.jifen.platform.ProblemCode;
import io.jifen.platform.ProblemException;
import io.jifen.platform.Sql;
import io.jifen.platform.Time;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLIntegrityConstraintViolationException;
import java.time.Instant;
import java.util.Map;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** Edits the settings and the lists: one edit at a time, each in the audit trail, seen by all pods a moment later. */
@Singleton
class RiskEdits {

    /** Every pod keeps the lists in memory. Who has more to block has another problem. */
    private static final int LISTED_MAX = 10_000;

    /** Entries that have ended, and go when one is added: more than come by then. */
    private static final int EXPIRED_MAX = 100;

    private final DataSource database;
    private final RiskBook book;
    private final Audit audit;
    private final Caller caller;
    private final Ids ids;
    private final Json json;
    private final Time time;

    RiskEdits(DataSource database, RiskBook book, Audit audit, Caller caller, Ids ids, Json json, Time time) {
        this.database = database;
        this.book = book;
        this.audit = audit;
        this.caller = caller;
        this.ids = ids;
        this.json = json;
        this.time = time;
    }

    /** The next version, of which the body says everything. */
    RiskSettings edit(RiskSettings body) throws SQLException {
        Instant now = time.now();
        RiskSettings edited = inOrder(connection -> {
            RiskSettings before = RiskSql.settings(connection, json);
            int version = before.version() == null ? 0 : before.version();
            if (body.version() != null && body.version() != version) {
                throw new ProblemException(
                        Problem.of(ProblemCode.ILLEGAL_STATE, "Somebody else has edited it since that version.")
                                .with("state", "EDITED"));
            }
            RiskSettings after = body.next(version + 1, caller.subject(), now);
            RiskSql.insert(connection, json, after);
            record(connection, "EDIT", "RISK_SETTINGS", Integer.toString(version + 1), before, after, null);
            return after;
        });
        book.refresh();
        return edited;
    }

    Lists.Entry add(Lists.List list, Lists.Whom whom, String reason, @Nullable Instant expiresAt) throws SQLException {
        Instant now = time.now();
        if (expiresAt != null && !expiresAt.isAfter(now)) {
            throw new ProblemException(Problem.invalid("expiresAt", "must be in the future"));
        }
        Lists.Entry entry = new Lists.Entry(ids.next(), list, whom, reason, expiresAt, caller.subject(), now);
        try {
            inOrder(connection -> {
                removeExpired(connection, whom, now);
                if (RiskSql.countListed(connection) >= LISTED_MAX) {
                    throw new ProblemException(
                            Problem.of(ProblemCode.ILLEGAL_STATE, "The lists are full; remove what is not needed.")
                                    .with("state", "FULL"));
                }
                RiskSql.insert(connection, entry);
                record(connection, "ADD", "RISK_LISTED", Long.toString(entry.id()), null, shown(entry), reason);
                return entry;
            });
        } catch (SQLIntegrityConstraintViolationException e) {
            throw new ProblemException(
                    Problem.of(ProblemCode.ILLEGAL_STATE, "It is on a list already; remove it there first.")
                            .with("state", "EXISTS"));
        }
        book.refresh();
        return entry;
    }

    /** What has ended must be in nobody's way: neither of the same one again, nor of as many as there may be. */
    private void removeExpired(Connection connection, Lists.Whom whom, Instant now) throws SQLException {
        for (Lists.Entry expired : RiskSql.expiredListed(connection, now, whom, EXPIRED_MAX)) {
            remove(connection, expired, "it has expired");
        }
    }

    void remove(long id, @Nullable String reason) throws SQLException {
        inOrder(connection -> {
            remove(connection, RiskSql.listed(connection, id).orElseThrow(RiskEdits::notListed), reason);
            return id;
        });
        book.refresh();
    }

    private void remove(Connection connection, Lists.Entry entry, @Nullable String reason) throws SQLException {
        record(connection, "REMOVE", "RISK_LISTED", Long.toString(entry.id()), shown(entry), null, reason);
        RiskSql.deleteListed(connection, entry.id());
    }

    static ProblemException notListed() {
        return new ProblemException(ProblemCode.NOT_FOUND, "There is nothing of this id on the lists.");
    }

    private <T> T inOrder(Sql.Work<T> edit) throws SQLException {
        return Sql.transaction(database, connection -> {
            RiskSql.countEdit(connection);
            return edit.in(connection);
        });
    }

    private void record(
            Connection connection,
            String action,
            String objectType,
            String objectId,
            @Nullable Object before,
            @Nullable Object after,
            @Nullable String reason)
            throws SQLException {
        Act act = audit.act(caller.subject(), action, objectType, objectId);
        audit.record(connection, act.from(before).to(after).because(reason));
    }

    private static Map<String, String> shown(Lists.Entry entry) {
        return Map.of(
                "list", entry.list().name(),
                "kind", entry.whom().kind().name(),
                "value", entry.whom().value(),
                "reason", entry.reason());
    }
}
