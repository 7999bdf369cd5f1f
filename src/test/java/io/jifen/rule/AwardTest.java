package io.jifen.rule;

import static org.assertj.core.api.Assertions.assertThat;

import io.jifen.ledger.ClawbackPolicy;
import io.jifen.ledger.Lot;
import io.jifen.ledger.Operation.Line;
import io.jifen.ledger.Operation.RuleRef;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.BigRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Scale;
import net.jqwik.api.constraints.Size;
import net.jqwik.time.api.constraints.DateRange;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class AwardTest {

    private static final ZoneId ZONE = Pure.ZONE;
    private static final Duration WINDOW = Pure.WINDOW;
    private static final Instant NOW = Pure.NOW;
    private static final long MOST = 1_000_000_000_000L;

    // ---- the arithmetic ----

    @Property
    void what_is_earned_is_the_floor_of_the_formula_and_never_above_the_cap(
            @ForAll @BigRange(min = "0", max = "1000000000000") @Scale(2) BigDecimal amount,
            @ForAll @BigRange(min = "0", max = "1000") @Scale(6) BigDecimal ratio,
            @ForAll @LongRange(max = 1_000_000) long fixed,
            @ForAll @LongRange(max = 1_000_000) long cap) {
        Award award = award(order(amount), rule().ratio(ratio).fixed(fixed).cap(cap));

        // Counted in millionths of hundredths, so that nothing is ever rounded but by the last division.
        BigInteger exact = amount.movePointRight(2)
                .toBigIntegerExact()
                .multiply(ratio.movePointRight(6).toBigIntegerExact())
                .divide(BigInteger.valueOf(100_000_000))
                .add(BigInteger.valueOf(fixed));
        BigInteger capped = cap == 0 ? exact : exact.min(BigInteger.valueOf(cap));
        if (capped.compareTo(BigInteger.valueOf(MOST)) > 0) {
            assertThat(code(award)).isEqualTo("invalid-request");
        } else {
            assertThat(line(award).points()).isEqualTo(capped.longValueExact()).isBetween(0L, MOST);
        }
    }

    @Property
    void given_points_are_taken_up_to_the_cap(
            @ForAll @LongRange(min = 1, max = MOST) long points, @ForAll @LongRange(max = MOST) long cap) {
        Award award = award(given(points), rule().ratio("3").fixed(5).cap(cap).takesGiven());

        assertThat(line(award).points()).isEqualTo(cap == 0 ? points : Math.min(points, cap));
    }

    @Test
    void rounds_down_what_is_not_a_whole_point() {
        assertThat(line(award(order("19.99"), rule().ratio("0.5"))).points()).isEqualTo(9);
        assertThat(line(award(order("0.01"), rule().ratio("99.999999"))).points())
                .isZero();
    }

    @Test
    void an_order_without_an_amount_earns_only_the_fixed_points() {
        Deed deed = new Deed("ORDER", "o-1", null, null, null, null);

        assertThat(line(award(deed, rule().ratio("2").fixed(7))).points()).isEqualTo(7);
    }

    @Test
    void more_than_a_posting_can_hold_is_refused_and_names_the_amount() {
        Award award = award(order("1000000000000"), rule().ratio("1.000001"));

        assertThat(code(award)).isEqualTo("invalid-request");
        assertThat(award.refused().errors()).singleElement().satisfies(error -> assertThat(error.field())
                .isEqualTo("amount"));
    }

    // ---- which rules ----

    @Test
    void every_matching_rule_grants_a_line_of_its_own() {
        Award award = award(
                order("100"),
                rule().code("BASE").ratio("1"),
                rule().code("EXTRA").fixed(5),
                rule().code("OTHER").bizType("REVIEW").fixed(20));

        assertThat(lines(award))
                .extracting(line -> line.rule().code() + " " + line.points())
                .containsExactly("BASE 100", "EXTRA 5");
    }

    @Property
    void the_order_of_the_rules_makes_no_difference(
            @ForAll @Size(min = 1, max = 8) List<@IntRange(max = 100) Integer> fixed, @ForAll Random random) {
        List<RuleVersion> rules = new ArrayList<>();
        for (int i = 0; i < fixed.size(); i++) {
            rules.add(rule().code("R" + i).fixed(fixed.get(i)).build());
        }
        List<RuleVersion> shuffled = new ArrayList<>(rules);
        Collections.shuffle(shuffled, random);

        assertThat(lines(Pure.at(NOW).award(order("1"), shuffled)))
                .isEqualTo(lines(Pure.at(NOW).award(order("1"), rules)));
    }

    @Test
    void refuses_a_business_that_no_rule_is_about() {
        assertThat(code(award(order("1"), rule().bizType("REVIEW")))).isEqualTo("rule-not-found");
        assertThat(code(award(order("1"), rule().inactive()))).isEqualTo("rule-not-found");
    }

    @Test
    void refuses_given_points_only_where_no_matching_rule_takes_them() {
        assertThat(code(award(given(10), rule()))).isEqualTo("points-not-allowed");

        Award award =
                award(given(10), rule().code("A").ratio("1"), rule().code("B").takesGiven());
        assertThat(lines(award)).extracting(line -> line.rule().code()).containsExactly("B");
    }

    @Test
    void a_line_names_its_rule_and_version_and_what_the_rule_says_of_repeats_and_clawback() {
        assertThat(line(award(order("1"), rule().code("ORDER").version(3).once()))
                        .rule())
                .isEqualTo(new RuleRef("ORDER", 3, true, ClawbackPolicy.WITHIN_BALANCE));
    }

    // ---- which version, which moment ----

    @Test
    void an_event_is_decided_by_the_version_in_force_when_it_occurred() {
        Instant edit = NOW.minus(Duration.ofHours(3));
        RuleBuilder before = rule().version(1).fixed(1);
        RuleBuilder after = rule().version(2).fixed(2).from(edit);

        assertThat(line(award(at(edit.minusMillis(1)), before, after)).points()).isEqualTo(1);
        assertThat(line(award(at(edit), before, after)).points()).isEqualTo(2);
        assertThat(line(award(at(null), before, after)).points()).isEqualTo(2);
    }

    @Test
    void a_version_that_is_still_to_come_leaves_the_old_one_in_force() {
        Award award = award(
                at(null), rule().version(1).fixed(1), rule().version(2).fixed(2).from(NOW.plusMillis(1)));

        assertThat(line(award).points()).isEqualTo(1);
    }

    @Test
    void a_newer_version_that_is_off_or_over_does_not_bring_the_old_one_back() {
        assertThat(code(award(at(null), rule().version(1), rule().version(2).inactive())))
                .isEqualTo("rule-not-found");
        assertThat(code(award(at(null), rule().version(1), rule().version(2).until(NOW))))
                .isEqualTo("rule-not-found");
        assertThat(line(award(
                                at(NOW.minusMillis(1)),
                                rule().version(2).until(NOW).fixed(4)))
                        .points())
                .isEqualTo(4);
    }

    @Test
    void an_event_later_than_the_window_is_decided_as_of_now() {
        RuleBuilder old = rule().version(1).fixed(1);
        RuleBuilder today = rule().version(2).fixed(2).validDays(1).from(NOW.minus(Duration.ofDays(1)));

        assertThat(line(award(at(NOW.minus(WINDOW)), old, today)).points()).isEqualTo(1);

        Line late = line(award(at(NOW.minus(WINDOW).minusMillis(1)), old, today));
        assertThat(late.points()).isEqualTo(2);
        assertThat(late.expiresOn()).isEqualTo(LocalDate.of(2026, 11, 23));
    }

    @Test
    void an_event_of_a_clock_ahead_of_ours_is_decided_as_of_now() {
        Instant justBeforeMidnight = Instant.parse("2026-11-22T15:59:59Z");
        Deed tomorrow = at(justBeforeMidnight.plusSeconds(2));

        Award award = at(justBeforeMidnight, tomorrow, rule().validDays(1));

        assertThat(line(award).expiresOn()).isEqualTo(LocalDate.of(2026, 11, 23));
    }

    // ---- until when ----

    @Property
    void points_last_at_least_their_days_and_to_the_end_of_that_month_at_most(
            @ForAll @DateRange(min = "2000-01-01", max = "2100-12-31") LocalDate day,
            @ForAll @IntRange(min = 1, max = 4000) int days) {
        Instant noon = day.atTime(12, 0).atZone(ZONE).toInstant();
        Deed deed = new Deed("ORDER", null, BigDecimal.ONE, null, noon, null);

        LocalDate exact = line(at(noon, deed, rule().validDays(days))).expiresOn();
        LocalDate rounded =
                line(at(noon, deed, rule().validDays(days).toMonthEnd())).expiresOn();

        assertThat(exact).isEqualTo(day.plusDays(days));
        assertThat(YearMonth.from(rounded)).isEqualTo(YearMonth.from(exact));
        assertThat(rounded).isAfterOrEqualTo(exact);
        assertThat(rounded.plusDays(1).getDayOfMonth()).isEqualTo(1);
    }

    @Test
    void days_are_those_of_the_programs_zone() {
        RuleBuilder oneDay = rule().validDays(1);

        assertThat(line(award(at(Instant.parse("2026-11-21T15:59:59Z")), oneDay))
                        .expiresOn())
                .isEqualTo(LocalDate.of(2026, 11, 22));
        assertThat(line(award(at(Instant.parse("2026-11-21T16:00:00Z")), oneDay))
                        .expiresOn())
                .isEqualTo(LocalDate.of(2026, 11, 23));
    }

    @Test
    void february_ends_where_it_ends() {
        assertThat(lastDayFrom("2027-02-28T04:00:00Z", rule().validDays(365).toMonthEnd()))
                .isEqualTo(LocalDate.of(2028, 2, 29));
        assertThat(lastDayFrom("2028-02-29T04:00:00Z", rule().validDays(365))).isEqualTo(LocalDate.of(2029, 2, 28));
        assertThat(lastDayFrom("2028-01-31T04:00:00Z", rule().validDays(29))).isEqualTo(LocalDate.of(2028, 2, 29));
    }

    @Test
    void zero_days_are_for_ever() {
        assertThat(line(award(order("1"), rule().validDays(0).toMonthEnd())).expiresOn())
                .isEqualTo(Lot.NEVER);
    }

    @Test
    void what_a_level_brings_counts_where_the_rule_says_nothing_of_it() {
        // Given
        Pure vip = Pure.at(NOW).level("VIP1");
        vip.levelFactors = Map.of("VIP1", new BigDecimal("1.5"));

        // Then
        assertThat(line(vip.award(order("101"), rule().ratio("1"))).points()).isEqualTo(151);
        assertThat(line(vip.award(order("101"), rule().ratio("1").level("VIP1", "1")))
                        .points())
                .as("the rule has the last word")
                .isEqualTo(101);
        assertThat(line(vip.award(order("101"), rule().ratio("1").level("VIP2", "3")))
                        .points())
                .isEqualTo(151);
        assertThat(line(vip.award(given(101), rule().takesGiven())).points())
                .as("given points are as given")
                .isEqualTo(101);
    }

    // ---- the words of this test ----

    private static LocalDate lastDayFrom(String moment, RuleBuilder rule) {
        Instant now = Instant.parse(moment);
        return line(at(now, at(null), rule)).expiresOn();
    }

    private static Award award(Deed deed, RuleBuilder... rules) {
        return at(NOW, deed, rules);
    }

    private static Award at(Instant now, Deed deed, RuleBuilder... rules) {
        return Pure.at(now).award(deed, rules);
    }

    private static List<Line> lines(Award award) {
        assertThat(award.refused()).isNull();
        return Pure.lines(award);
    }

    private static Line line(Award award) {
        return lines(award).getFirst();
    }

    private static String code(Award award) {
        assertThat(award.refused()).isNotNull();
        return award.refused().code();
    }

    private static Deed order(String amount) {
        return order(new BigDecimal(amount));
    }

    private static Deed order(BigDecimal amount) {
        return new Deed("ORDER", "o-1", amount, null, null, null);
    }

    private static Deed given(long points) {
        return new Deed("ORDER", "o-1", null, points, null, null);
    }

    private static Deed at(@Nullable Instant occurredAt) {
        return new Deed("ORDER", "o-1", BigDecimal.ONE, null, occurredAt, null);
    }

    private static RuleBuilder rule() {
        return new RuleBuilder();
    }
}
