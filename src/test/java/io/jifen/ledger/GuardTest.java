package io.jifen.ledger;

import static io.jifen.ledger.PureLedger.grant;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;
import static org.assertj.core.api.Assertions.tuple;

import io.jifen.platform.Problem;
import io.jifen.platform.ProblemCode;
import java.sql.Connection;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What is watched over: how it waits, and how what it waited for takes the points that were held. */
class GuardTest {

    private final PureLedger ledger = new PureLedger("bob", "eve");
    private Duration patience = Duration.ofDays(7);
    private long owed;
    private final LocalDate soon = ledger.today().plusDays(10);

    @AfterEach
    void invariants_hold() {
        assertThat(ledger.violations("bob")).isEmpty();
        assertThat(ledger.violations("eve")).isEmpty();
    }

    @Test
    void what_is_rejected_changes_nothing() {
        // Given
        ledger.accepted("bob", grant(100, soon));
        ledger.guard = judging(new Guard.Verdict.Reject(Problem.of(ProblemCode.RISK_REJECTED, "no")));

        // When
        var decided = ledger.decide(watched(new Operation.Spend(60)));

        // Then
        assertThat(((Decision.Decided.Refused) decided).problem().code()).isEqualTo("risk-rejected");
        assertThat(ledger.account("bob").available).isEqualTo(100);
    }

    @Test
    void nobody_is_asked_about_what_is_not_watched() {
        ledger.guard = judging(new Guard.Verdict.Reject(Problem.of(ProblemCode.RISK_REJECTED, "no")));

        assertThat(ledger.accepted("bob", grant(100, soon)).points()).isEqualTo(100);
    }

    @Test
    void what_passes_tells_when_it_is_accepted_and_only_then() {
        // Given
        List<PostingResult> passed = new ArrayList<>();
        ledger.accepted("bob", grant(100, soon));
        ledger.guard = judging(new Guard.Verdict.Pass(passed::add));

        // When
        run(ledger.decide(watched(new Operation.Spend(101))));
        run(ledger.decide(watched(new Operation.Spend(60))));

        // Then
        assertThat(passed).extracting(PostingResult::points).containsExactly(-60L);
    }

    @Test
    void what_waits_holds_its_points_meanwhile() {
        // When
        held(100, 60);

        // Then
        assertThat(ledger.account("bob").available).isEqualTo(40);
        assertThat(ledger.account("bob").frozen).isEqualTo(60);
    }

    @Test
    void what_has_too_few_points_to_be_held_is_refused_at_once() {
        ledger.guard = judging(review(60));

        assertThat(ledger.decide(watched(new Operation.Spend(60)))).isInstanceOf(Decision.Decided.Refused.class);
    }

    @Test
    void nobody_else_captures_or_releases_what_is_held_for_a_review() {
        // Given
        long hold = held(100, 60);

        // When
        Problem captured = ledger.refused("bob", new Operation.Capture(hold, null));
        Problem released = ledger.refused("bob", new Operation.Release(hold));

        // Then
        assertThat(captured.figures()).containsExactly(entry("state", "IN_REVIEW"));
        assertThat(released.figures()).containsExactly(entry("state", "IN_REVIEW"));
        assertThat(ledger.account("bob").frozen).isEqualTo(60);
    }

    @Test
    void what_is_approved_spends_what_was_held() {
        // Given
        long hold = held(100, 60);

        // When
        PostingResult result = redeemed(new Operation.Spend(60), hold);

        // Then
        assertThat(result.points()).isEqualTo(-60);
        assertThat(ledger.entries("bob"))
                .extracting(Entry::type, Entry::points, Entry::frozenChange)
                .endsWith(tuple(EntryType.RELEASE, 60L, -60L), tuple(EntryType.SPEND, -60L, 0L));
        assertThat(ledger.entries("bob").getLast())
                .satisfies(spend -> assertThat(result.transactionNo()).isEqualTo(Long.toString(spend.id())))
                .satisfies(spend -> assertThat(ledger.entries("bob"))
                        .filteredOn(one -> one.transactionNo() == spend.id())
                        .extracting(Entry::type)
                        .containsExactly(EntryType.RELEASE, EntryType.SPEND));
        assertThat(ledger.account("bob").available).isEqualTo(40);
        assertThat(ledger.account("bob").frozen).isZero();
        assertThat(ledger.hold(hold).status()).isEqualTo(HoldState.Status.RELEASED);
    }

    @Test
    void the_transaction_is_named_after_the_spend_also_where_the_account_is_ahead_of_the_clock() {
        // Given: entries of a pod whose clock is ahead
        long hold = held(100, 60);
        long ahead = 17L << 50;
        ledger.account("bob").lastEntryId = ahead;

        // When
        PostingResult result = redeemed(new Operation.Spend(60), hold);

        // Then
        Entry spend = ledger.entries("bob").getLast();
        assertThat(spend.type()).isEqualTo(EntryType.SPEND);
        assertThat(result.transactionNo()).isEqualTo(Long.toString(spend.id()));
        assertThat(ledger.entries("bob"))
                .filteredOn(one -> one.transactionNo() == spend.id())
                .extracting(Entry::id)
                .hasSize(2)
                .isSorted()
                .allMatch(id -> id > ahead);
    }

    @Test
    void a_posting_that_redeems_a_hold_and_enters_nothing_is_a_defect() {
        long hold = held(100, 60);

        assertThatThrownBy(() -> redeemed(new Operation.Grant(List.of()), hold))
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    void what_was_held_is_there_for_it_though_the_account_owes_points_by_now() {
        // Given
        long hold = held(100, 60);
        owe(50);

        // When
        redeemed(new Operation.Spend(60), hold);

        // Then
        assertThat(ledger.account("bob").arrears).isEqualTo(50);
        assertThat(ledger.account("bob").available).isZero();
        forgive();
    }

    @Test
    void what_it_leaves_of_them_repays_what_the_account_owes() {
        // Given
        long hold = held(100, 60);
        owe(50);

        // When: it has become cheaper
        redeemed(new Operation.Spend(40), hold);

        // Then
        assertThat(ledger.account("bob").arrears).isEqualTo(30);
        assertThat(ledger.account("bob").available).isZero();
        forgive();
    }

    @Test
    void points_whose_day_has_passed_while_they_were_held_are_still_there_for_it() {
        // Given
        patience = Duration.ofDays(30);
        long hold = held(100, 60);
        ledger.pass(Duration.ofDays(20));

        // When
        redeemed(new Operation.Spend(50), hold);

        // Then: the 40 that were free have expired, and the 10 that are left now
        assertThat(ledger.account("bob").available).isZero();
        assertThat(ledger.account("bob").totalExpired).isEqualTo(50);
        assertThat(ledger.account("bob").totalConsumed).isEqualTo(50);
    }

    @Test
    void what_is_not_to_be_gives_back_what_was_held() {
        // Given
        long hold = held(100, 60);

        // When
        PostingResult result = redeemed(new Operation.None(), hold);

        // Then
        assertThat(result.transactionNo())
                .isEqualTo(Long.toString(ledger.entries("bob").getLast().id()));
        assertThat(ledger.account("bob").available).isEqualTo(100);
        assertThat(ledger.account("bob").frozen).isZero();
    }

    @Test
    void a_hold_is_redeemed_once() {
        // Given
        long hold = held(100, 60);
        redeemed(new Operation.None(), hold);

        // When
        var again = ledger.decide(bob(new Operation.Spend(60)).redeeming(hold));

        // Then
        assertThat(((Decision.Decided.Refused) again).problem().figures()).containsExactly(entry("state", "RELEASED"));
        assertThat(ledger.account("bob").available).isEqualTo(100);
    }

    @Test
    void what_nobody_decides_is_given_back_at_the_end() {
        // Given
        long hold = held(100, 60);
        ledger.pass(Duration.ofDays(7));

        // When
        var late = ledger.decide(bob(new Operation.Spend(60)).redeeming(hold));

        // Then
        assertThat(((Decision.Decided.Refused) late).problem().figures()).containsExactly(entry("state", "EXPIRED"));
        assertThat(ledger.account("bob").available).isEqualTo(100);
    }

    @Test
    void a_refused_effect_leaves_the_hold_as_it_was() {
        // Given
        long hold = held(100, 60);

        // When
        var decided = ledger.decide(bob(new Operation.Spend(101)).redeeming(hold));

        // Then
        assertThat(decided).isInstanceOf(Decision.Decided.Refused.class);
        assertThat(ledger.account("bob").frozen).isEqualTo(60);
        assertThat(ledger.hold(hold).status()).isEqualTo(HoldState.Status.OPEN);
    }

    @Test
    void a_transfer_that_waited_brings_what_was_held() {
        // Given
        long hold = held(100, 60);

        // When
        PostingResult result = redeemed(new Operation.Transfer("eve", 60, new Operation.DailyLimit(0, 0)), hold);

        // Then
        assertThat(Long.parseLong(result.transactionNo()))
                .isEqualTo(ledger.entries("bob").getLast().id())
                .isEqualTo(ledger.entries("eve").getLast().transactionNo());
        assertThat(ledger.account("eve").lots).containsExactly(entry(soon, 60L));
        assertThat(ledger.account("bob").available).isEqualTo(40);
    }

    private long held(long points, long spend) {
        ledger.accepted("bob", grant(points, soon));
        ledger.guard = judging(review(spend));
        PostingResult result = ((Decision.Decided.Waits) ledger.decide(watched(new Operation.Spend(spend)))).result();
        ledger.guard = Guard.Facts.NONE;
        return Long.parseLong(result.transactionNo());
    }

    private PostingResult redeemed(Operation operation, long hold) {
        return ((Decision.Decided.Accepted) ledger.decide(bob(operation).redeeming(hold))).result();
    }

    /** As after a clawback: nothing is available any more, and more was taken back than there was. */
    private void owe(long points) {
        ledger.accepted("bob", new Operation.Spend(ledger.account("bob").available));
        ledger.account("bob").arrears = points;
        owed = points;
    }

    /** No entry explains where the arrears came from. */
    private void forgive() {
        ledger.account("bob").arrears -= owed;
    }

    private Guard.Verdict review(long points) {
        Operation hold = new Operation.Hold(points, ledger.now.plus(patience), null, true);
        return new Guard.Verdict.Review(hold, result -> {}, result -> Map.of());
    }

    private static void run(Decision.Decided decided) {
        if (decided instanceof Decision.Decided.Accepted(PostingResult result, var then)) {
            then.accept(result);
        }
    }

    private static Posting watched(Operation operation) {
        return bob(operation).watched("a spend");
    }

    private static Posting bob(Operation operation) {
        return Posting.keyless(new Target.User("bob", false), operation);
    }

    private static Guard.Facts judging(Guard.Verdict verdict) {
        return new Guard.Facts() {
            @Override
            public Guard.Verdict judge(
                    Posting posting, Operation operation, AccountView account, @Nullable AccountView receiver) {
                return verdict;
            }

            @Override
            public void write(Connection connection) {}

            @Override
            public void committed() {}
        };
    }
}
