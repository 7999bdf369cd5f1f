package io.jifen.ledger;

import io.jifen.platform.Problem;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Another room's part in postings: read, decided and written with them, in their transaction and under their locks, so
 * that "out of stock" is an outcome like "too few points". One bean per room and kind; it keeps no state itself.
 */
public interface Companion {

    /**
     * Its place in the one lock order of all rooms, after the accounts: own unique rows 10, budgets 20, stock 30.
     * Companions that lock nothing say 0.
     */
    int lockOrder();

    /** The most that the posting may take from available points, so that enough lots are read for it. */
    default long takesAtMost(Posting posting) {
        return 0;
    }

    /**
     * What it asks another companion while it decides this posting, as a posting of that one: a sign-in, say, asks what
     * it earns. The other's facts are read for this as well, once for the batch, so that what several kinds of postings
     * take from one budget adds up. It is one question: of two plans, neither would know what the other takes.
     */
    default Optional<Posting> question(Posting posting) {
        return Optional.empty();
    }

    /**
     * Reads (and locks, in key order) what these postings need, in one statement a table.
     *
     * @param now as of which they will be decided
     */
    Facts read(Connection connection, List<Posting> postings, Function<Posting, AccountView> accounts, Instant now)
            throws SQLException;

    /**
     * What the ledger knows when a posting is decided.
     *
     * @param account as the postings decided so far have left it
     * @param before what the posting's business has earned it before
     * @param ask gives the plan of the posting's question, whose subject may say more by now. Whoever goes ahead with
     *     it runs what it has to do when accepted
     */
    record Given(AccountView account, EarnedBefore before, Instant now, Function<Posting, Plan> ask) {}

    /** The companion's facts of one batch, and what the postings decided so far have made of them. */
    interface Facts {

        /** Decides, purely, what the posting does. */
        Plan decide(Posting posting, Given given);

        /** Writes what was decided, in one statement a table with sorted keys. */
        void write(Connection connection) throws SQLException;
    }

    /** What a companion decided. */
    sealed interface Plan {

        record Refuse(Problem problem) implements Plan {}

        /** Goes ahead with the operation; {@code accepted} runs, with the result, if the ledger accepts it too. */
        record Go(Operation operation, Consumer<PostingResult> accepted) implements Plan {}
    }
}
