package io.jifen.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import io.jifen.platform.Problem;
import io.jifen.platform.ProblemCode;
import io.jifen.services.InvariantsCheck;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Companions that ask each other. */
@QuarkusTest
@ExtendWith(InvariantsCheck.class)
class CompanionDbTest {

    /** Grants what is asked for, as long as it lasts. Like a budget's row, what is left is read, and written as a whole. */
    private static final class Purse implements Companion {
        long left;
        int reads;
        final List<Posting> read = new ArrayList<>();

        Purse(long left) {
            this.left = left;
        }

        @Override
        public int lockOrder() {
            return 20;
        }

        @Override
        public Facts read(
                Connection connection, List<Posting> postings, Function<Posting, AccountView> accounts, Instant now) {
            reads++;
            read.addAll(postings);
            postings.forEach(posting -> assertThat(accounts.apply(posting)).isNotNull());
            return new Facts() {
                private long rest = left;

                @Override
                public Plan decide(Posting posting, Given given) {
                    long points = (Long) posting.subject();
                    return points > rest
                            ? new Plan.Refuse(Problem.of(ProblemCode.BUDGET_EXHAUSTED, "Too little is left."))
                            : new Plan.Go(
                                    new Operation.Grant(List.of(
                                            new Operation.Line(points, LocalDate.of(2090, 12, 31), null, null))),
                                    result -> rest -= points);
                }

                @Override
                public void write(Connection sameConnection) {
                    left = rest;
                }
            };
        }
    }

    /** Wants the same from the purse, and keeps a list of what it got. */
    private record Buyer(Purse purse, List<PostingResult> bought) implements Companion {

        @Override
        public int lockOrder() {
            return 10;
        }

        @Override
        public Optional<Posting> question(Posting posting) {
            return Optional.of((Posting) posting.subject());
        }

        @Override
        public Facts read(
                Connection connection, List<Posting> postings, Function<Posting, AccountView> accounts, Instant now) {
            assertThat(purse.reads).as("the purse is locked after this").isZero();
            return new Facts() {
                @Override
                public Plan decide(Posting posting, Given given) {
                    return switch (given.ask().apply((Posting) posting.subject())) {
                        case Plan.Refuse refused -> refused;
                        case Plan.Go go ->
                            new Plan.Go(go.operation(), result -> {
                                go.accepted().accept(result);
                                bought.add(result);
                            });
                    };
                }

                @Override
                public void write(Connection sameConnection) {
                    // Its list is all it has.
                }
            };
        }
    }

    @Inject
    Ledger ledger;

    private final String user = "u-" + UUID.randomUUID();

    @Test
    void who_asks_and_who_posts_directly_take_from_the_same_facts() {
        // Given: 10 points for three who want 6, 6 and 4
        Purse purse = new Purse(10);
        Buyer buyer = new Buyer(purse, new ArrayList<>());
        Posting question = wish(purse, 6L);

        // When
        List<Answer> answers =
                ledger.post(List.of(wish(purse, 6L), wish(buyer, question), wish(buyer, wish(purse, 4L))));

        // Then
        assertThat(answers.get(0)).isInstanceOf(Answer.Posted.class);
        assertThat(answers.get(1)).isInstanceOfSatisfying(Answer.Refused.class, refused -> assertThat(refused.code())
                .isEqualTo("budget-exhausted"));
        assertThat(answers.get(2)).isInstanceOf(Answer.Posted.class);
        assertThat(purse.left).isZero();
        assertThat(purse.reads).isEqualTo(1);
        assertThat(purse.read).contains(question);
        assertThat(buyer.bought()).singleElement().satisfies(result -> assertThat(result.points())
                .isEqualTo(4));
    }

    private Posting wish(Companion companion, Object subject) {
        return Posting.decidedBy(companion, subject, null, new byte[0], new Target.User(user, true));
    }
}
