package io.jifen.event;

import io.jifen.ledger.AccountOpening;
import io.jifen.ledger.Answer;
import io.jifen.ledger.LadderSource;
import io.jifen.ledger.Ledger;
import io.jifen.ledger.Lot;
import io.jifen.ledger.Operation;
import io.jifen.ledger.Posting;
import io.jifen.platform.Json;
import io.jifen.platform.Problem;
import io.jifen.platform.ProblemCode;
import io.jifen.platform.ProblemException;
import io.jifen.platform.Time;
import io.jifen.platform.Validation;
import io.jifen.rule.Earning;
import io.quarkus.runtime.annotations.RegisterForReflection;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.InputStream;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Opens the accounts of another system's members with their balances. The opening takes the key of the registration
 * grant: who comes from there is not new, and gets no welcome. What the row said is kept as that key's answer, so a row
 * that comes again is told from one that says something else.
 */
@Singleton
class MemberImport {

    /** What a row said of its balance, kept with its outcome. */
    @RegisterForReflection
    record Figures(
            long points,
            long usedPoints,
            int level,
            @Nullable LocalDate expiredOn) {}

    private static final Set<String> COLUMNS = Set.of("openid", "points");

    private final ImportConfig config;
    private final Validation validation;
    private final LadderSource levels;
    private final DataSource database;
    private final AccountOpening opening;
    private final WaitingDetails details;
    private final Earning earning;
    private final Ledger ledger;
    private final Json json;
    private final Time time;

    MemberImport(
            ImportConfig config,
            Validation validation,
            LadderSource levels,
            DataSource database,
            AccountOpening opening,
            WaitingDetails details,
            Earning earning,
            Ledger ledger,
            Json json,
            Time time) {
        this.config = config;
        this.validation = validation;
        this.levels = levels;
        this.database = database;
        this.opening = opening;
        this.details = details;
        this.earning = earning;
        this.ledger = ledger;
        this.json = json;
        this.time = time;
    }

    ImportReport read(InputStream csv, @Nullable String operator) throws IOException {
        ImportReport.Draft report = new ImportReport.Draft(config.reportMax());
        Csv.read(csv, COLUMNS, this::member, config.chunk(), chunk -> open(chunk, operator, report), report);
        return report.done();
    }

    private Member member(Csv.Row row) {
        Member member = validation.check(Member.of(row));
        levelBasis(member); // refuses a level that has no counterpart
        return member;
    }

    private void open(List<Member> members, @Nullable String operator, ImportReport.Draft report) {
        try {
            Map<String, Integer> waiting =
                    details.count(members.stream().map(Member::openid).toList());
            for (List<Member> part : details.split(members, member -> waiting.getOrDefault(member.openid(), 0))) {
                openAccounts(part);
                post(part, operator, report);
            }
            // Of more details than one transaction takes, the rest.
            details.enter(waiting.keySet(), operator);
        } catch (SQLException e) {
            throw new IllegalStateException("the members can't be imported now", e);
        }
    }

    /** One by one and before any transaction, as all accounts are opened; here they get their nickname as well. */
    private void openAccounts(List<Member> members) throws SQLException {
        try (Connection connection = database.getConnection()) {
            for (Member member : members) {
                opening.open(connection, member.openid(), member.nickname(), time.now());
            }
        }
    }

    private void post(List<Member> members, @Nullable String operator, ImportReport.Draft report) {
        List<Answer> answers = ledger.post(
                members.stream().map(member -> posting(member, operator)).toList());
        List<Posting> expiries = new ArrayList<>();
        for (int i = 0; i < members.size(); i++) {
            Member member = members.get(i);
            switch (answers.get(i)) {
                case Answer.Posted posted
                when !posted.replayed() -> {
                    report.imported();
                    noteExpired(member, report);
                    expiries.add(
                            Posting.keyless(earning.register(member.openid()).target(), new Operation.Settle()));
                }
                case Answer.Posted posted
                when Arrays.equals(posted.body(), json.bytes(figures(member))) -> report.unchanged();
                case Answer.Posted posted -> report.reject(member.row(), otherwiseOpened(posted));
                case Answer.Refused refused -> report.reject(member.row(), notWelcomed(refused));
                case Answer.Rejected(Problem problem) -> report.reject(member.row(), problem);
            }
        }
        ledger.post(expiries);
    }

    private Posting posting(Member member, @Nullable String operator) {
        Posting welcome = earning.register(member.openid());
        WaitingDetails.Wish wish = new WaitingDetails.Wish.Open(
                member.points(), expiresOn(member), member.usedPoints(), levelBasis(member));
        return Posting.decidedBy(
                        details, wish, Objects.requireNonNull(welcome.key()), welcome.contentHash(), welcome.target())
                .biz(WaitingDetails.BIZ_TYPE, null)
                .because("opening balance")
                .by(operator)
                .answering(result -> figures(member));
    }

    private static Figures figures(Member member) {
        return new Figures(member.points(), member.usedPoints(), member.level(), member.expiredOn());
    }

    private LocalDate expiresOn(Member member) {
        LocalDate day = member.expiredOn();
        return day == null || (isPast(day) && config.expired() == ImportConfig.Expired.KEEP) ? Lot.NEVER : day;
    }

    private void noteExpired(Member member, ImportReport.Draft report) {
        LocalDate day = member.expiredOn();
        if (day != null && isPast(day) && member.points() > 0) {
            report.note(
                    member.row(),
                    member.openid(),
                    config.expired() == ImportConfig.Expired.KEEP
                            ? "expired on " + day + "; kept, and never expires now"
                            : "expired on " + day + "; not available");
        }
    }

    private boolean isPast(LocalDate day) {
        return day.isBefore(time.today());
    }

    /** Where the level that stands for the other system's begins. */
    private long levelBasis(Member member) {
        String code = config.levels().get(member.level());
        return levels.ladder().rungs().stream()
                .filter(rung -> rung.code().equals(code))
                .findFirst()
                .orElseThrow(() -> new ProblemException(Problem.invalid(
                        "level",
                        "must be one of " + new TreeSet<>(config.levels().keySet()) + ", or have a level of"
                                + " ours in jifen.import.levels")))
                .minPoints();
    }

    private static Problem otherwiseOpened(Answer.Posted before) {
        return Problem.of(
                ProblemCode.ILLEGAL_STATE,
                before.body() == null
                        ? "This account was opened here, not imported; adjust its points if the import is right."
                        : "This account was imported with other figures; adjust its points if these are right.");
    }

    private static Problem notWelcomed(Answer.Refused before) {
        return Problem.of(
                ProblemCode.ILLEGAL_STATE,
                "This account was opened here, without points (" + before.code()
                        + "); adjust its points if the import is right.");
    }
}
