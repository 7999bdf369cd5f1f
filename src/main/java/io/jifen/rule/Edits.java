package io.jifen.rule;

import io.jifen.audit.Act;
import io.jifen.audit.Audit;
import io.jifen.platform.Cursor;
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
import java.util.List;
import java.util.function.Function;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** Finds rules and campaigns and saves new versions of them; the key of a version makes sure that no edit is lost. */
@Singleton
class Edits {

    private static final int NEWEST = Integer.MAX_VALUE;
    /** Of two edits at once one makes the next version; more than a few in a row are no coincidence. */
    private static final int ATTEMPTS = 10;

    private static final String RULE = "RULE";
    private static final String CAMPAIGN = "CAMPAIGN";

    @FunctionalInterface
    private interface Question<T> {
        T ask(Connection connection) throws SQLException;
    }

    private final DataSource database;
    private final Conditions conditions;
    private final Rulebook rulebook;
    private final Audit audit;
    private final Time time;

    Edits(DataSource database, Conditions conditions, Rulebook rulebook, Audit audit, Time time) {
        this.database = database;
        this.conditions = conditions;
        this.rulebook = rulebook;
        this.audit = audit;
        this.time = time;
    }

    /** The rules made before the one of this code, or all, newest first; each in its newest version. */
    List<RuleVersion> rulesMadeBefore(@Nullable String code, int limit) throws SQLException {
        return ask(connection -> RuleSql.rulesMadeBefore(connection, conditions, code, limit));
    }

    List<RuleVersion> rulesBefore(String code, int version, int limit) throws SQLException {
        return ask(connection -> RuleSql.rulesBefore(connection, conditions, code, version, limit));
    }

    RuleVersion rule(String code) throws SQLException {
        return newest(rulesBefore(code, NEWEST, 1));
    }

    List<CampaignVersion> campaignsMadeBefore(@Nullable String code, int limit) throws SQLException {
        return ask(connection -> RuleSql.campaignsMadeBefore(connection, conditions, code, limit));
    }

    List<CampaignVersion> campaignsBefore(String code, int version, int limit) throws SQLException {
        return ask(connection -> RuleSql.campaignsBefore(connection, conditions, code, version, limit));
    }

    CampaignVersion campaign(String code) throws SQLException {
        return newest(campaignsBefore(code, NEWEST, 1));
    }

    /** Version 1 of a rule; it may be effective from a moment in the past on. */
    RuleVersion make(String code, RuleBody body, String by) throws SQLException {
        Instant now = time.now();
        Instant from = body.effectiveFrom() == null ? now : body.effectiveFrom();
        RuleVersion rule = check(body.version(code, 1, from, condition(body.condition()), by, now));
        Act act = audit.act(by, "MAKE", RULE, code).to(RuleBody.of(rule));
        save(new Edit<>(rule, act, connection -> RuleSql.insert(connection, rule)), code);
        return rule;
    }

    /** The next version of a rule. It never reaches back: what has been decided stays as it was. */
    RuleVersion edit(String code, RuleBody body, String by) throws SQLException {
        Condition condition = condition(body.condition());
        return next(() -> rule(code), before -> {
            Instant now = time.now();
            Instant from =
                    body.effectiveFrom() == null || body.effectiveFrom().isBefore(now) ? now : body.effectiveFrom();
            RuleVersion rule = check(body.version(code, before.version() + 1, from, condition, by, now));
            Act act =
                    audit.act(by, "EDIT", RULE, code).from(RuleBody.of(before)).to(RuleBody.of(rule));
            return new Edit<>(rule, act, connection -> RuleSql.insert(connection, rule));
        });
    }

    /** Version 1 of a campaign. Its own window says when it runs, so this version speaks for all of it. */
    CampaignVersion make(String code, CampaignBody body, String by) throws SQLException {
        CampaignVersion campaign =
                check(body.version(code, 1, body.from(), condition(body.condition()), by, time.now()));
        Act act = audit.act(by, "MAKE", CAMPAIGN, code).to(CampaignBody.of(campaign));
        save(new Edit<>(campaign, act, connection -> RuleSql.insert(connection, campaign)), code);
        return campaign;
    }

    CampaignVersion edit(String code, CampaignBody body, String by) throws SQLException {
        Condition condition = condition(body.condition());
        return next(() -> campaign(code), before -> {
            Instant now = time.now();
            CampaignVersion campaign = check(body.version(code, before.version() + 1, now, condition, by, now));
            Act act = audit.act(by, "EDIT", CAMPAIGN, code)
                    .from(CampaignBody.of(before))
                    .to(CampaignBody.of(campaign));
            return new Edit<>(campaign, act, connection -> RuleSql.insert(connection, campaign));
        });
    }

    /** The version behind which a list goes on. */
    static int version(@Nullable String cursor) {
        return (int) Math.min(NEWEST, Cursor.number(cursor, NEWEST));
    }

    private record Edit<T>(T version, Act act, Writing writing) {}

    @FunctionalInterface
    private interface Writing {
        void write(Connection connection) throws SQLException;
    }

    @FunctionalInterface
    private interface Newest<T> {
        T version() throws SQLException;
    }

    private <T> T next(Newest<T> newest, Function<T, Edit<T>> edit) throws SQLException {
        for (int attempt = 1; ; attempt++) {
            Edit<T> next = edit.apply(newest.version());
            try {
                write(next);
                return next.version();
            } catch (SQLIntegrityConstraintViolationException e) {
                if (attempt == ATTEMPTS) {
                    throw e;
                }
            }
        }
    }

    private void save(Edit<?> edit, String code) throws SQLException {
        try {
            write(edit);
        } catch (SQLIntegrityConstraintViolationException e) {
            throw new ProblemException(
                    Problem.of(ProblemCode.ILLEGAL_STATE, code + " is there already; edit it by PUT.")
                            .with("state", "EXISTS"));
        }
    }

    private void write(Edit<?> edit) throws SQLException {
        Sql.transaction(database, connection -> {
            edit.writing().write(connection);
            audit.record(connection, edit.act());
            return edit;
        });
        rulebook.refresh();
    }

    private @Nullable Condition condition(@Nullable String source) {
        return source == null ? null : conditions.compile(source);
    }

    private static RuleVersion check(RuleVersion rule) {
        if (rule.effectiveTo() != null && !rule.effectiveTo().isAfter(rule.effectiveFrom())) {
            throw new ProblemException(Problem.invalid("effectiveTo", "must be after effectiveFrom"));
        }
        return rule;
    }

    private static CampaignVersion check(CampaignVersion campaign) {
        if (!campaign.to().isAfter(campaign.from())) {
            throw new ProblemException(Problem.invalid("to", "must be after from"));
        }
        return campaign;
    }

    private <T> T ask(Question<T> question) throws SQLException {
        try (Connection connection = database.getConnection()) {
            return question.ask(connection);
        }
    }

    private static <T> T newest(List<T> versions) {
        return versions.stream()
                .findFirst()
                .orElseThrow(() -> new ProblemException(ProblemCode.NOT_FOUND, "There is nothing of this code."));
    }
}
