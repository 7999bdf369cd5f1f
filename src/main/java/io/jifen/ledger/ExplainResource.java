package io.jifen.ledger;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.jifen.platform.Json;
import io.jifen.platform.ProblemCode;
import io.jifen.platform.ProblemException;
import io.jifen.platform.Roles;
import io.jifen.platform.Sql;
import io.jifen.platform.Time;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import javax.sql.DataSource;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestPath;
import org.jspecify.annotations.Nullable;

/** Why an entry is what it is. */
@Path("/api/v1/entries")
@Produces(MediaType.APPLICATION_JSON)
@RolesAllowed({Roles.SERVICE, Roles.ADMIN})
@RunOnVirtualThread
@Tag(name = "Accounts")
class ExplainResource {

    @Schema(name = "Explanation", description = "An entry and what belongs to it")
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Explanation(
            EntryView entry,

            @Schema(description = "All entries of its posting, in order")
            List<EntryView> posting,

            @Schema(description = "What it took from which lots (negative: gave back)")
            List<LotPart> lots,

            @Schema(description = "How a rule came to the points; of a clawback or an activation, to those it is about")
            @Nullable
            Derivation derivation,

            @Schema(description = "Of what the posting brought in, repaid at once; 0 or more")
            long arrearsRepaid,

            @Schema(description = "What its rule has granted for this business so far") @Nullable
            Earned earned) {}

    @Schema(name = "LotPart")
    record LotPart(
            @JsonInclude(JsonInclude.Include.ALWAYS)
            @Schema(description = "The lot's last day; null: it never expires")
            @Nullable
            LocalDate expiresOn,

            long points) {}

    @Schema(name = "Earned")
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Earned(
            String ruleCode,
            int ruleVersion,

            @Schema(description = "Of money that earned it") @Nullable
            BigDecimal amount,

            long points,

            @Schema(description = "Taken back since, by refunds of the business")
            long clawedBack,

            @Schema(description = "How far a clawback may go")
            ClawbackPolicy clawbackPolicy) {}

    /** By account and version: the index there is. The entries of a posting follow each other. */
    private static final String AROUND_IT =
            " WHERE account_id = ? AND version BETWEEN ? AND ? AND transaction_no = ? ORDER BY version";

    private static final String POSTING = "SELECT " + Entries.COLUMNS + " FROM entry" + AROUND_IT;

    private static final String ARCHIVED_POSTING = "SELECT " + Entries.COLUMNS + " FROM entry_archive" + AROUND_IT;

    private static final String LOTS = "SELECT expires_on, points FROM lot_use WHERE entry_id = ? ORDER BY expires_on";

    private static final String EARNED = """
            SELECT rule_code, rule_version, amount, points, clawed_back, clawback_policy FROM earning
            WHERE account_id = ? AND biz_type = ? AND biz_no = ? AND rule_code = ?""";

    /** More entries than one posting has of one account, an import's history aside. */
    private static final int AROUND = 100;

    private final DataSource database;
    private final Json json;
    private final Time time;

    ExplainResource(DataSource database, Json json, Time time) {
        this.database = database;
        this.json = json;
        this.time = time;
    }

    @GET
    @Path("/{id}/explain")
    @Operation(
            summary = "Explain an entry",
            description =
                    "How the rule came to the points (base, multipliers, cap, limits, budget), the entries made with "
                            + "it (such as arrears repaid), the lots it took from, and what its rule granted.")
    @APIResponse(responseCode = "200", description = "The explanation")
    @APIResponse(responseCode = "404", description = "not-found")
    public Explanation explain(@RestPath String id) {
        return Snapshot.read(database, connection -> explain(connection, number(id)));
    }

    private Explanation explain(Connection connection, long id) throws SQLException {
        Entry entry = Entries.find(connection, id).orElseThrow(ExplainResource::notFound);
        // While a partition is copied its entries are in both tables.
        Map<Long, Entry> both = new TreeMap<>();
        posting(connection, ARCHIVED_POSTING, entry).forEach(one -> both.put(one.version(), one));
        posting(connection, POSTING, entry).forEach(one -> both.put(one.version(), one));
        List<Entry> posting = List.copyOf(both.values());
        List<LotPart> lots = Sql.list(
                connection,
                LOTS,
                row -> {
                    LocalDate day = Sql.someDay(row, "expires_on");
                    return new LotPart(day.equals(Lot.NEVER) ? null : day, row.getLong("points"));
                },
                id);
        return new Explanation(
                EntryView.of(entry, time.zone()),
                posting.stream().map(one -> EntryView.of(one, time.zone())).toList(),
                lots,
                derivation(connection, entry),
                posting.stream()
                        .filter(one -> one.type() == EntryType.ARREARS_REPAID)
                        .mapToLong(one -> -one.arrearsChange())
                        .sum(),
                earned(connection, entry));
    }

    private static List<Entry> posting(Connection connection, String sql, Entry entry) throws SQLException {
        return Sql.list(
                connection,
                sql,
                Entries::read,
                entry.accountId(),
                entry.version() - AROUND,
                entry.version() + AROUND,
                entry.transactionNo());
    }

    private @Nullable Derivation derivation(Connection connection, Entry entry) throws SQLException {
        if (entry.ruleCode() == null || entry.ruleVersion() == null) {
            return null;
        }
        return switch (entry.type()) {
            case GRANT, PENDING ->
                entry.derivation() == null
                        ? Derivation.plain(
                                entry.ruleCode(), entry.ruleVersion(), entry.points() + entry.pendingChange())
                        : json.parse(entry.derivation(), Derivation.class);
            case ACTIVATE, CLAWBACK -> {
                Entry grant = entry.relatedId() == null
                        ? null
                        : Entries.find(connection, Long.parseLong(entry.relatedId()))
                                .orElse(null);
                yield grant == null || grant.accountId() != entry.accountId() ? null : derivation(connection, grant);
            }
            default -> null;
        };
    }

    private static @Nullable Earned earned(Connection connection, Entry entry) throws SQLException {
        if (entry.ruleCode() == null || entry.bizType() == null || entry.bizNo() == null) {
            return null;
        }
        return Sql.first(
                        connection,
                        EARNED,
                        row -> new Earned(
                                row.getString("rule_code"),
                                row.getInt("rule_version"),
                                row.getBigDecimal("amount"),
                                row.getLong("points"),
                                row.getLong("clawed_back"),
                                ClawbackPolicy.valueOf(row.getString("clawback_policy"))),
                        entry.accountId(),
                        entry.bizType(),
                        entry.bizNo(),
                        entry.ruleCode())
                .orElse(null);
    }

    private static long number(String id) {
        try {
            return Long.parseLong(id);
        } catch (NumberFormatException e) {
            throw notFound();
        }
    }

    private static ProblemException notFound() {
        return new ProblemException(ProblemCode.NOT_FOUND, "There is no entry of this id.");
    }
}
