package io.jifen.ledger;

import io.jifen.platform.Problem;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
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
     * What it asks other companions while it decides this posting, as postings of theirs: a sign-in, say, asks what it
     * earns. Their facts are read for these as well, once for the batch, so that what several kinds of postings take
     * from one budget adds up. Its own facts are {@link Asking} then.
     */
    default List<Posting> questions(Posting posting) {
        return List.of();
    }

    /** Reads (and locks, in key order) what these postings need, in one statement a table. */
    Facts read(Connection connection, List<Posting> postings, Function<Posting, AccountView> accounts)
            throws SQLException;

    /** The companion's facts of one batch, and what the postings decided so far have made of them. */
    interface Facts {

        /** Decides, purely, what the posting does to the account as it stands at this moment. */
        Plan decide(Posting posting, AccountView account, Instant now);

        /** Writes what was decided, in one statement a table with sorted keys. */
        void write(Connection connection) throws SQLException;
    }

    /** The facts of a companion that has questions. */
    interface Asking extends Facts {

        /**
         * Decides with the help of others.
         *
         * @param ask gives the plan of one of the posting's questions. Whoever goes ahead with it runs what it has to
         *     do when accepted
         */
        Plan decide(Posting posting, AccountView account, Instant now, Function<Posting, Plan> ask);

        @Override
        default Plan decide(Posting posting, AccountView account, Instant now) {
            throw new IllegalStateException("it can't be decided without those it asks");
        }
    }

    /** What a companion decided. */
    sealed interface Plan {

        record Refuse(Problem problem) implements Plan {}

        /** Goes ahead with the operation; {@code accepted} runs, with the result, if the ledger accepts it too. */
        record Go(Operation operation, Consumer<PostingResult> accepted) implements Plan {

            public Go(Operation operation, Runnable accepted) {
                this(operation, result -> accepted.run());
            }
        }
    }
}
