package io.jifen.ledger;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.jifen.platform.Problem;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * Who watches over postings: lets them happen, has them wait for a person, or keeps them from happening. An interface
 * although one class implements it: what it looks at is another room's, which depends on this one.
 *
 * <p>It is asked under the account's lock, after repeats have been recognised and after the companion has planned what the
 * posting does: so a request is judged once, by what it really takes, and next to the ones that came before it.
 */
public interface Guard {

    /**
     * A posting that is to be judged.
     *
     * @param receiver of a transfer; null: there is none, or no such account
     * @param takesAtMost the most it may take from available points
     */
    record Watched(
            Posting posting, AccountView account, @Nullable AccountView receiver, long takesAtMost) {}

    /** Reads what judging these takes, in one statement a question; it locks nothing. */
    Facts read(Connection connection, List<Watched> postings, Instant now) throws SQLException;

    /** What was found about the request of this key; empty: nothing was. */
    Optional<Judgement> explain(Key key);

    /** The facts of one batch, and what the postings judged so far have made of them. */
    interface Facts {

        /** Where nobody watches. */
        Facts NONE = new Facts() {
            @Override
            public Verdict judge(
                    Posting posting, Operation operation, AccountView account, @Nullable AccountView receiver) {
                return new Verdict.Pass(result -> {});
            }

            @Override
            public void write(Connection connection) {}

            @Override
            public void committed() {}
        };

        /** Judges, purely, the posting that is about to do this. */
        Verdict judge(Posting posting, Operation operation, AccountView account, @Nullable AccountView receiver);

        /** Writes what was found. Where facts turn out to be missing it may fail like a lost race: all is read again. */
        void write(Connection connection) throws SQLException;

        /** It is committed. */
        void committed();
    }

    /** What becomes of a posting. */
    sealed interface Verdict {

        /** It happens; {@code accepted} runs if the ledger accepts it. */
        record Pass(Consumer<PostingResult> accepted) implements Verdict {}

        /** It doesn't happen. */
        record Reject(Problem problem) implements Verdict {}

        /**
         * It waits for a person.
         *
         * @param meanwhile what is done instead
         * @param asked runs if the ledger accepts that
         * @param body what is answered then
         */
        record Review(Operation meanwhile, Consumer<PostingResult> asked, Function<PostingResult, Object> body)
                implements Verdict {}
    }

    /**
     * What was found about a request, for staff only; others hear of the approval.
     *
     * @param verdict what it led to
     * @param shadowVerdict what it would have led to if the checks in shadow counted as well
     * @param approvalStatus null where nobody has to decide
     */
    @RegisterForReflection
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @Schema(
            name = "RiskJudgement",
            description = "What the risk checks found about a request; services see the approval only")
    record Judgement(
            @Schema(examples = {"ALLOW", "REVIEW", "REJECT"}) @Nullable
            String verdict,

            @Schema(
                    description = "What it would be if the checks in shadow counted",
                    examples = {"ALLOW", "REVIEW", "REJECT"})
            @Nullable
            String shadowVerdict,

            @Schema(description = "Sum of the weights that counted") @Nullable
            Integer score,

            @Nullable List<Reason> reasons,

            @Schema(description = "Of the risk settings it was judged by") @Nullable
            Integer settingsVersion,

            @Schema(description = "Who has to decide, or has decided") @Nullable
            String approvalId,

            @Nullable String approvalStatus,
            @Nullable Instant judgedAt) {

        /** Without what the checks look at; empty where nobody has to decide, and never had. */
        Optional<Judgement> withoutReasons() {
            return approvalId == null
                    ? Optional.empty()
                    : Optional.of(new Judgement(null, null, null, null, null, approvalId, approvalStatus, null));
        }
    }

    /** One objection. */
    @RegisterForReflection
    @Schema(name = "RiskReason")
    record Reason(
            @Schema(examples = "MANY_POSTINGS") String check,

            @Schema(examples = "50 postings in the last hour")
            String reason,

            int weight,

            @Schema(description = "Recorded only: the check runs in shadow")
            boolean shadow) {}
}
