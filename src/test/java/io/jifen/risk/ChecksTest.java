package io.jifen.risk;

import static org.assertj.core.api.Assertions.assertThat;

import io.jifen.risk.Circumstances.Seen;
import io.jifen.risk.Move.Kind;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Each check by itself: on both sides of its limit, and about which moves it asks at all. */
class ChecksTest {

    private static final Instant NOW = Instant.parse("2026-11-22T08:00:00Z");
    private static final Move SPEND = new Move(Kind.SPEND, 10, false);
    private static final Move LARGE_SPEND = new Move(Kind.SPEND, 5000, true);
    private static final Move TRANSFER = new Move(Kind.TRANSFER, 10, false);
    private static final Move LARGE_TRANSFER = new Move(Kind.TRANSFER, 5000, true);
    private static final Move GRANT = new Move(Kind.GRANT, 10, false);
    private static final Move LARGE_GRANT = new Move(Kind.GRANT, 50_000, true);
    private static final List<Move> ALL = List.of(SPEND, LARGE_SPEND, TRANSFER, LARGE_TRANSFER, GRANT, LARGE_GRANT);

    @Test
    void many_postings_in_an_hour_are_objected_to_from_the_limit_on() {
        Check check = new ManyPostings(50);

        assertThat(check.objection(SPEND, with(49, 0))).isEmpty();
        assertThat(check.objection(SPEND, with(50, 0))).hasValue("50 postings or more in the last hour");
        assertThat(asksAbout(check)).containsExactly(SPEND, LARGE_SPEND, TRANSFER, LARGE_TRANSFER, LARGE_GRANT);
    }

    @Test
    void one_source_is_objected_to_where_nearly_all_comes_from_it() {
        Check check = new OneSource(95);

        assertThat(check.objection(LARGE_SPEND, earned(Map.of("ORDER", 94L, "INVITE", 6L))))
                .isEmpty();
        assertThat(check.objection(LARGE_SPEND, earned(Map.of("ORDER", 5L, "INVITE", 95L))))
                .hasValue("95 % or more of the points come from one source: INVITE");
        assertThat(check.objection(LARGE_SPEND, earned(Map.of()))).isEmpty();
        assertThat(asksAbout(check)).containsExactly(LARGE_SPEND, LARGE_TRANSFER, LARGE_GRANT);
    }

    @Test
    void the_user_who_is_the_only_source_is_not_named() {
        assertThat(new OneSource(95).objection(LARGE_SPEND, earned(Map.of(RiskSql.FROM_USER + "mallory", 95L))))
                .hasValueSatisfying(reason ->
                        assertThat(reason).contains("another user's transfers").doesNotContain("mallory"));
    }

    @Test
    void a_new_device_is_objected_to_where_there_is_a_known_one_and_much_is_spent() {
        Check check = new NewOrigin(24);
        Seen known = seen("old-phone", Duration.ofHours(24));

        assertThat(check.objection(LARGE_SPEND, from("new-phone", known))).isPresent();
        assertThat(check.objection(LARGE_TRANSFER, from("new-phone", known))).isPresent();
        assertThat(check.objection(SPEND, from("new-phone", known))).isEmpty();
        assertThat(check.objection(LARGE_SPEND, from("old-phone", known))).isEmpty();
        assertThat(check.objection(LARGE_SPEND, from("new-phone"))).isEmpty();
        assertThat(check.looksAt(LARGE_GRANT)).isFalse();
    }

    @Test
    void a_device_is_known_only_after_some_hours() {
        Check check = new NewOrigin(24);
        Seen known = seen("old-phone", Duration.ofDays(9));

        assertThat(check.objection(LARGE_SPEND, from("new-phone", known, seen("new-phone", Duration.ofHours(23)))))
                .isPresent();
        assertThat(check.objection(LARGE_SPEND, from("new-phone", known, seen("new-phone", Duration.ofHours(24)))))
                .isEmpty();
        assertThat(check.objection(LARGE_SPEND, from("new-phone", seen("old-phone", Duration.ofHours(23)))))
                .isEmpty();
    }

    @Test
    void an_address_counts_where_no_device_is_told_and_that_of_a_service_never() {
        Check check = new NewOrigin(24);
        Seen known = new Seen(Origin.Kind.IP, ip("192.0.2.1", true).hash(), NOW.minus(Duration.ofDays(9)), NOW);

        assertThat(check.objection(LARGE_SPEND, at(ip("192.0.2.2", true), known)))
                .hasValueSatisfying(reason -> assertThat(reason).contains("an address"));
        assertThat(check.objection(LARGE_SPEND, at(ip("192.0.2.1", true), known)))
                .isEmpty();
        assertThat(check.objection(LARGE_SPEND, at(ip("192.0.2.2", false), known)))
                .isEmpty();
        assertThat(check.objection(LARGE_SPEND, at(new Origin("192.0.2.2", "phone", true), known)))
                .isEmpty();
    }

    @Test
    void a_burst_to_one_receiver_is_objected_to_from_the_limit_on() {
        Check check = new ReceiverBurst(20);

        assertThat(check.objection(TRANSFER, with(0, 19))).isEmpty();
        assertThat(check.objection(TRANSFER, with(0, 20))).isPresent();
        assertThat(asksAbout(check)).containsExactly(TRANSFER, LARGE_TRANSFER);
    }

    @Test
    void a_young_account_is_objected_to_where_it_transfers() {
        Check check = new YoungAccount(7);

        assertThat(check.objection(
                        TRANSFER, openedAt(NOW.minus(Duration.ofDays(7)).plusMillis(1))))
                .isPresent();
        assertThat(check.objection(TRANSFER, openedAt(NOW.minus(Duration.ofDays(7)))))
                .isEmpty();
        assertThat(asksAbout(check)).containsExactly(TRANSFER, LARGE_TRANSFER);
    }

    @Test
    void many_accounts_on_one_device_are_objected_to_above_the_limit() {
        Check check = new SharedDevice(5);

        assertThat(check.objection(SPEND, onDevice(5))).isEmpty();
        assertThat(check.objection(SPEND, onDevice(6))).isPresent();
        assertThat(asksAbout(check)).containsExactly(SPEND, LARGE_SPEND, TRANSFER, LARGE_TRANSFER);
    }

    private static List<Move> asksAbout(Check check) {
        return ALL.stream().filter(check::looksAt).toList();
    }

    private static Origin ip(String ip, boolean personal) {
        return new Origin(ip, null, personal);
    }

    private static Seen seen(String device, Duration ago) {
        return new Seen(
                Origin.Kind.DEVICE, new Origin("192.0.2.1", device, true).hash(), NOW.minus(ago), NOW.minus(ago));
    }

    private static Circumstances from(String device, Seen... seen) {
        return at(new Origin("192.0.2.1", device, true), seen);
    }

    private static Circumstances at(Origin origin, Seen... seen) {
        return new Circumstances(NOW, 0, Map.of(), 0, null, origin, List.of(seen), 0);
    }

    private static Circumstances with(long postings, long received) {
        return new Circumstances(NOW, postings, Map.of(), received, null, null, List.of(), 0);
    }

    private static Circumstances earned(Map<String, Long> earned) {
        return new Circumstances(NOW, 0, earned, 0, null, null, List.of(), 0);
    }

    private static Circumstances openedAt(Instant openedAt) {
        return new Circumstances(NOW, 0, Map.of(), 0, openedAt, null, List.of(), 0);
    }

    private static Circumstances onDevice(long accounts) {
        return new Circumstances(NOW, 0, Map.of(), 0, null, null, List.of(), accounts);
    }
}
