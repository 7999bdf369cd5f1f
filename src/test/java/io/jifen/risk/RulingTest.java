package io.jifen.risk;

import static io.jifen.risk.RiskSettings.Mode.ENFORCE;
import static io.jifen.risk.RiskSettings.Mode.OFF;
import static io.jifen.risk.RiskSettings.Mode.SHADOW;
import static io.jifen.risk.RiskSettings.Name.MANY_POSTINGS;
import static io.jifen.risk.RiskSettings.Name.RECEIVER_BURST;
import static io.jifen.risk.RiskSettings.Name.YOUNG_ACCOUNT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jifen.ledger.Guard.Reason;
import io.jifen.platform.ProblemException;
import io.jifen.risk.RiskSettings.Setting;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What the objections of all checks lead to, and which settings make sense. */
class RulingTest {

    private static final Instant NOW = Instant.parse("2026-11-22T08:00:00Z");
    private static final Move TRANSFER = new Move(Move.Kind.TRANSFER, 10, false);

    /** Of a young account, for the hundredth time within the hour; its receiver gets the first one. */
    private static final Circumstances SUSPICIOUS = new Circumstances(NOW, 100, Map.of(), 0, NOW, null, List.of(), 0);

    @Test
    void weights_of_those_that_object_are_added_up() {
        Ruling ruling = rule(
                new Setting(MANY_POSTINGS, ENFORCE, 40, 50),
                new Setting(YOUNG_ACCOUNT, ENFORCE, 30, 7),
                new Setting(RECEIVER_BURST, ENFORCE, 500, 20));

        assertThat(ruling.score()).isEqualTo(70);
        assertThat(ruling.verdict()).isEqualTo(Verdict.REVIEW);
        assertThat(ruling.reasons()).extracting(Reason::check).containsExactly("MANY_POSTINGS", "YOUNG_ACCOUNT");
    }

    @Test
    void the_sum_is_allowed_reviewed_or_rejected() {
        assertThat(rule(new Setting(MANY_POSTINGS, ENFORCE, 49, 50)).verdict()).isEqualTo(Verdict.ALLOW);
        assertThat(rule(new Setting(MANY_POSTINGS, ENFORCE, 50, 50)).verdict()).isEqualTo(Verdict.REVIEW);
        assertThat(rule(new Setting(MANY_POSTINGS, ENFORCE, 99, 50)).verdict()).isEqualTo(Verdict.REVIEW);
        assertThat(rule(new Setting(MANY_POSTINGS, ENFORCE, 100, 50)).verdict()).isEqualTo(Verdict.REJECT);
    }

    @Test
    void a_check_in_shadow_is_told_and_does_nothing() {
        Ruling ruling = rule(new Setting(MANY_POSTINGS, SHADOW, 90, 50), new Setting(YOUNG_ACCOUNT, ENFORCE, 30, 7));

        assertThat(ruling.verdict()).isEqualTo(Verdict.ALLOW);
        assertThat(ruling.shadowVerdict()).isEqualTo(Verdict.REJECT);
        assertThat(ruling.score()).isEqualTo(30);
        assertThat(ruling.reasons()).extracting(Reason::shadow).containsExactly(true, false);
    }

    @Test
    void a_check_that_is_off_is_not_asked() {
        assertThat(settings(new Setting(MANY_POSTINGS, OFF, 100, 50)).armed()).isEmpty();
    }

    @Test
    void settings_that_make_no_sense_name_the_field() {
        assertInvalid("rejectAt", new RiskSettings(null, 50, 49, 1000L, 1000L, List.of(), null, null));
        assertInvalid(
                "checks[1].check",
                settings(new Setting(MANY_POSTINGS, OFF, 1, 50), new Setting(MANY_POSTINGS, OFF, 1, 50)));
        assertInvalid("checks[0].limit", settings(new Setting(MANY_POSTINGS, OFF, 1, 1001)));
        assertInvalid("checks[0].limit", settings(new Setting(RiskSettings.Name.ONE_SOURCE, OFF, 1, 49)));
    }

    private static void assertInvalid(String field, RiskSettings settings) {
        assertThatThrownBy(() -> settings.next(2, "ann", NOW))
                .isInstanceOfSatisfying(
                        ProblemException.class, e -> assertThat(e.problem().errors())
                                .extracting(error -> error.field())
                                .containsExactly(field));
    }

    private static Ruling rule(Setting... checks) {
        RiskSettings settings = settings(checks);
        return Ruling.of(settings, settings.armed(), TRANSFER, SUSPICIOUS);
    }

    private static RiskSettings settings(Setting... checks) {
        return new RiskSettings(1, 50, 100, 1000L, 10_000L, List.of(checks), "ann", NOW);
    }
}
