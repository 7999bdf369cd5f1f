package io.jifen.risk;

import io.jifen.ledger.AccountView;
import io.jifen.ledger.Guard;
import io.jifen.ledger.Key;
import io.jifen.ledger.Operation;
import io.jifen.ledger.Posting;
import io.jifen.platform.Ids;
import io.jifen.platform.Json;
import io.jifen.platform.Problem;
import io.jifen.platform.ProblemCode;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The facts of one batch: judges its postings, each next to the ones before, and keeps what was found. */
final class RiskFacts implements Guard.Facts {

    private static final String RACE = "40001";
    private static final int RACE_CODE = 1213;

    private final RiskBook.Page page;
    private final FactReading.Read read;
    private final Instant now;
    private final Duration patience;
    private final Ids ids;
    private final Json json;
    private final RiskMetrics metrics;

    /** What the postings of this batch have added to the facts. */
    private final Map<Long, Long> posted = new HashMap<>();

    private final Map<Long, Long> received = new HashMap<>();
    private final Map<Key, RiskDecision> decisions = new HashMap<>();
    private final List<Approval> approvals = new ArrayList<>();
    private final List<Ruling> rulings = new ArrayList<>();
    private int unsuspicious;
    private boolean blind;

    RiskFacts(
            RiskBook.Page page,
            FactReading.Read read,
            Instant now,
            Duration patience,
            Ids ids,
            Json json,
            RiskMetrics metrics) {
        this.page = page;
        this.read = read;
        this.now = now;
        this.patience = patience;
        this.ids = ids;
        this.json = json;
        this.metrics = metrics;
    }

    @Override
    public Guard.Verdict judge(
            Posting posting, Operation operation, AccountView account, @Nullable AccountView receiver) {
        Optional<Move> moved = Move.of(operation, page.settings());
        // A transfer to nobody, or to somebody who gets none, is for the ledger to refuse.
        boolean toNobody = operation instanceof Operation.Transfer && (receiver == null || receiver.blocked());
        if (moved.isEmpty() || toNobody) {
            return new Guard.Verdict.Pass(result -> {});
        }
        Move move = moved.get();
        Watch watch = Watch.of(posting);
        Lists.Found found =
                page.lists().find(account.userId(), receiver == null ? null : receiver.userId(), watch.origin, now);
        if (found != null) {
            return found.list() == Lists.List.ALLOW
                    ? new Guard.Verdict.Pass(result -> {})
                    : ruled(Ruling.blocked(page.settings(), found.shown()), posting, move, account, receiver);
        }
        if (watch.listsOnly || !page.anyLooksAt(move)) {
            return new Guard.Verdict.Pass(result -> {});
        }
        if (!read.asked().contains(watch)) {
            watch.bringsMany = true; // more than it seemed: see write
            blind = true;
            return new Guard.Verdict.Pass(result -> {});
        }
        Ruling ruling =
                Ruling.of(page.settings(), page.checks(), move, circumstances(move, account, receiver, watch.origin));
        return ruled(ruling, posting, move, account, receiver);
    }

    private Circumstances circumstances(
            Move move, AccountView account, @Nullable AccountView receiver, @Nullable Origin origin) {
        long id = account.id();
        return new Circumstances(
                now,
                read.postings().getOrDefault(id, 0L) + posted.getOrDefault(id, 0L),
                read.earned().getOrDefault(id, Map.of()),
                receiver == null
                        ? 0
                        : read.received().getOrDefault(receiver.id(), 0L) + received.getOrDefault(receiver.id(), 0L),
                read.opened().get(id),
                origin,
                read.origins().of(id),
                origin == null || !origin.personal() || move.kind() == Move.Kind.GRANT
                        ? 0
                        : read.origins().accountsOn(origin, id));
    }

    private Guard.Verdict ruled(
            Ruling ruling, Posting posting, Move move, AccountView account, @Nullable AccountView receiver) {
        Watch watch = Watch.of(posting);
        Key key = posting.key();
        if (ruling.reasons().isEmpty()) {
            unsuspicious++;
        } else {
            rulings.add(ruling);
            if (key != null) {
                decisions.put(key, decision(ruling, key, watch, move, account));
            }
        }
        return switch (ruling.verdict()) {
            case ALLOW -> new Guard.Verdict.Pass(result -> happened(watch, move, account, receiver));
            case REJECT ->
                new Guard.Verdict.Reject(Problem.of(
                        ProblemCode.RISK_REJECTED,
                        "This is not possible for the time being; ask the customer service."));
            case REVIEW -> review(ruling, posting, move, account);
        };
    }

    private RiskDecision decision(Ruling ruling, Key key, Watch watch, Move move, AccountView account) {
        return new RiskDecision(
                ids.next(),
                key,
                account.id(),
                account.userId(),
                watch.kind,
                move.points(),
                ruling,
                Objects.requireNonNull(page.settings().version()),
                null,
                now);
    }

    /** What comes in tells nothing of where an account is used from: nobody has to be its owner for that. */
    private void happened(Watch watch, Move move, AccountView account, @Nullable AccountView receiver) {
        posted.merge(account.id(), 1L, Long::sum);
        if (receiver != null) {
            posted.merge(receiver.id(), 1L, Long::sum);
            received.merge(receiver.id(), 1L, Long::sum);
        }
        if (watch.origin != null
                && move.kind() != Move.Kind.GRANT
                && read.asked().contains(watch)) {
            read.origins().used(account.id(), watch.origin, now);
        }
    }

    /** Points that would leave are held meanwhile, until the approval expires; of others nothing happens yet. */
    private Guard.Verdict review(Ruling ruling, Posting posting, Move move, AccountView account) {
        Watch watch = Watch.of(posting);
        boolean leaves = move.kind() != Move.Kind.GRANT;
        String operator = posting.about().operator();
        Instant expiresAt = now.plus(patience);
        Approval approval = new Approval(
                ids.next(),
                watch.kind,
                Approval.Status.PENDING,
                account.userId(),
                leaves ? -move.points() : move.points(),
                posting.about().reason(),
                json.text(watch.request),
                operator == null || operator.isEmpty() ? account.userId() : operator,
                null,
                now,
                expiresAt,
                null,
                ruling.reasons());
        Operation meanwhile = leaves ? new Operation.Hold(move.points(), expiresAt, null, true) : new Operation.None();
        return new Guard.Verdict.Review(
                meanwhile,
                result -> asked(
                        leaves ? approval.holding(Long.parseLong(result.transactionNo())) : approval,
                        posting,
                        account.id()),
                result -> ApprovalView.forRequester(approval, now));
    }

    private void asked(Approval approval, Posting posting, long accountId) {
        posted.merge(accountId, 1L, Long::sum);
        approvals.add(approval);
        decisions.computeIfPresent(
                Objects.requireNonNull(posting.key(), "what waits has a key"),
                (key, decision) -> decision.waitingFor(approval.id()));
    }

    /**
     * Writes what was found. Whatever turned out to bring in many points has not been judged: the batch is rolled back like
     * one that lost a race, and its next try has the facts for it.
     */
    @Override
    public void write(Connection connection) throws SQLException {
        if (blind) {
            throw new SQLException("more points come in than it seemed", RACE, RACE_CODE);
        }
        read.origins().write(connection);
        RiskSql.insertDecisions(
                connection,
                json,
                decisions.values().stream()
                        .sorted(Comparator.comparingLong(RiskDecision::id))
                        .toList());
        ApprovalSql.insert(connection, json, approvals);
    }

    @Override
    public void committed() {
        rulings.forEach(metrics::count);
        if (unsuspicious > 0) {
            metrics.countUnsuspicious(unsuspicious);
        }
    }
}
