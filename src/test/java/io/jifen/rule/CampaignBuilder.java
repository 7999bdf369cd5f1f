package io.jifen.rule;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Campaigns for tests of the pure code: about everything, for all time, doubling. */
final class CampaignBuilder {

    private static final Conditions CONDITIONS = new Conditions();

    private final String code;
    private Set<String> bizTypes = Set.of();
    private BigDecimal factor = BigDecimal.TWO;
    private Instant from = Instant.parse("1990-01-01T00:00:00Z");
    private Instant to = Instant.parse("2990-01-01T00:00:00Z");
    private boolean stackable;
    private long budget;
    private @Nullable Condition condition;
    private boolean active = true;

    private CampaignBuilder(String code) {
        this.code = code;
    }

    static CampaignBuilder campaign(String code) {
        return new CampaignBuilder(code);
    }

    CampaignBuilder about(String... values) {
        bizTypes = Set.of(values);
        return this;
    }

    CampaignBuilder factor(String value) {
        factor = new BigDecimal(value);
        return this;
    }

    CampaignBuilder from(Instant value) {
        from = value;
        return this;
    }

    CampaignBuilder to(Instant value) {
        to = value;
        return this;
    }

    CampaignBuilder stackable() {
        stackable = true;
        return this;
    }

    CampaignBuilder budget(long value) {
        budget = value;
        return this;
    }

    CampaignBuilder condition(String value) {
        condition = CONDITIONS.of(value);
        return this;
    }

    CampaignBuilder off() {
        active = false;
        return this;
    }

    CampaignVersion build() {
        return new CampaignVersion(
                code,
                1,
                code,
                bizTypes,
                factor,
                from,
                to,
                stackable,
                budget,
                condition,
                active,
                Instant.parse("1990-01-01T00:00:00Z"),
                "test",
                Instant.parse("1990-01-01T00:00:00Z"));
    }
}
