package io.jifen.risk;

import io.jifen.ledger.Guard;
import io.jifen.ledger.Key;
import io.jifen.ledger.LedgerUnavailableException;
import io.jifen.ledger.Posting;
import io.jifen.platform.Caller;
import io.jifen.platform.ClientAddress;
import io.jifen.platform.Ids;
import io.jifen.platform.Json;
import io.jifen.platform.Time;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** The room's other door: has postings watched over, and watches over them. */
@Singleton
public class Risk implements Guard {

    private final RiskBook book;
    private final RiskMetrics metrics;
    private final ApprovalConfig config;
    private final DataSource database;
    private final Caller caller;
    private final ClientAddress client;
    private final Ids ids;
    private final Json json;
    private final Time time;

    Risk(
            RiskBook book,
            RiskMetrics metrics,
            ApprovalConfig config,
            DataSource database,
            Caller caller,
            ClientAddress client,
            Ids ids,
            Json json,
            Time time) {
        this.book = book;
        this.metrics = metrics;
        this.config = config;
        this.database = database;
        this.caller = caller;
        this.client = client;
        this.ids = ids;
        this.json = json;
        this.time = time;
    }

    /**
     * The posting of the HTTP request at hand, watched over.
     *
     * @param kind of the {@link Approvable} that makes it again if it has to wait for a person
     * @param request what that is made of; written as JSON then
     */
    public Posting watchRequest(Posting posting, String kind, Object request) {
        return watchRequest(posting, kind, request, 0);
    }

    /**
     * The same of a request that brings points in.
     *
     * @param mayBring how many, as far as that can be told
     */
    public Posting watchRequest(Posting posting, String kind, Object request, long mayBring) {
        return posting.watched(new Watch(kind, request, origin(), mayBring));
    }

    /**
     * The posting of the HTTP request at hand, which doesn't happen if a list says so; no check looks at it.
     *
     * @param kind what it is, 1 to 16 letters
     */
    public Posting blockRequest(Posting posting, String kind) {
        return posting.watched(Watch.forLists(kind, origin()));
    }

    /** The same of a posting of no request: it doesn't happen if the user is blocked. */
    public Posting blockUser(Posting posting, String kind) {
        return posting.watched(Watch.forLists(kind, null));
    }

    private Origin origin() {
        // Of a service it is where the service is, unless a proxy that is trusted says more.
        boolean personal =
                caller.isUser() || client.isForwarded() || client.device().isPresent();
        return new Origin(client.ip(), client.device().orElse(null), personal);
    }

    /**
     * The posting of an event, watched over.
     *
     * @param mayBring how many points it may bring in, as far as that can be told; 0 if it spends
     */
    public Posting watchEvent(Posting posting, String kind, Object request, long mayBring) {
        return posting.watched(new Watch(kind, request, null, mayBring));
    }

    @Override
    public Facts read(Connection connection, List<Watched> postings, Instant now) throws SQLException {
        RiskBook.Page page = book.page(connection);
        return new RiskFacts(
                page, FactReading.read(connection, page, postings, now), now, config.expiresIn(), ids, json, metrics);
    }

    @Override
    public Optional<Judgement> explain(Key key) {
        try (Connection connection = database.getConnection()) {
            Optional<RiskDecision> decision = RiskSql.decision(connection, json, key);
            return decision.isEmpty()
                    ? Optional.empty()
                    : Optional.of(judgement(decision.get(), approval(connection, decision.get())));
        } catch (SQLException e) {
            throw new LedgerUnavailableException(e);
        }
    }

    private @Nullable Approval approval(Connection connection, RiskDecision decision) throws SQLException {
        return decision.approvalId() == null
                ? null
                : ApprovalSql.find(connection, json, decision.approvalId()).orElse(null);
    }

    private Judgement judgement(RiskDecision decision, @Nullable Approval approval) {
        Ruling ruling = decision.ruling();
        return new Judgement(
                ruling.verdict().name(),
                ruling.shadowVerdict().name(),
                ruling.score(),
                ruling.reasons(),
                decision.settingsVersion(),
                approval == null ? null : Long.toString(approval.id()),
                approval == null ? null : approval.statusAt(time.now()).name(),
                decision.createdAt());
    }
}
