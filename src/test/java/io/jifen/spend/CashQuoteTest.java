package io.jifen.spend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.smallrye.config.ConfigValidationException;
import io.smallrye.config.SmallRyeConfigBuilder;
import io.smallrye.config.validator.BeanValidationConfigValidatorImpl;
import java.math.BigDecimal;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What points are worth for an order. */
class CashQuoteTest {

    private record Terms(BigDecimal pointsPerYuan, BigDecimal maxShare, long minPoints, long step)
            implements CashConfig {}

    @ParameterizedTest(name = "{0} yuan and {1} points: {2} points, {3} yuan")
    @CsvSource({
        "100.00, 100000, 5000, 50.00", // its share
        "100.00,   3000, 3000, 30.00", // what is there
        "100.00,   3009, 3000, 30.00", // in steps
        "100.00,     99,    0,  0.00", // below the minimum
        "100.00,    100,  100,  1.00",
        "  1.99, 100000,    0,  0.00", // its share is below the minimum
        "  2.00, 100000,  100,  1.00",
        " 33.33, 100000, 1660, 16.60",
        "  0.00, 100000,    0,  0.00",
    })
    void is_bounded_by_the_share_what_is_there_the_minimum_and_the_step(
            BigDecimal orderAmount, long available, long points, BigDecimal amount) {
        Terms terms = new Terms(BigDecimal.valueOf(100), new BigDecimal("0.5"), 100, 10);

        CashQuote quote = CashQuote.of(orderAmount, available, terms);

        assertThat(quote).isEqualTo(new CashQuote(points, amount, BigDecimal.valueOf(100), available));
    }

    @ParameterizedTest
    @CsvSource({
        "points-per-yuan, 0",
        "points-per-yuan, -1",
        "max-share, 1.01",
        "max-share, -0.1",
        "min-points, 0",
        "step, 0",
    })
    void terms_that_can_not_be_are_found_out_when_the_service_starts(String property, String value) {
        SmallRyeConfigBuilder config = new SmallRyeConfigBuilder()
                .withMapping(CashConfig.class)
                .withValidator(new BeanValidationConfigValidatorImpl())
                .withDefaultValue("jifen.cash." + property, value);

        assertThatThrownBy(config::build).isInstanceOf(ConfigValidationException.class);
    }

    @ParameterizedTest(name = "{0} points a yuan: {1} points, {2} yuan")
    @CsvSource({"3, 30, 10.00", "7, 70, 10.00", "0.3, 3, 10.00", "1000, 10000, 10.00"})
    void takes_no_more_off_than_the_points_are_worth(BigDecimal rate, long points, BigDecimal amount) {
        CashQuote quote = CashQuote.of(new BigDecimal("10.00"), 1_000_000, new Terms(rate, BigDecimal.ONE, 1, 1));

        assertThat(quote.maxPoints()).isEqualTo(points);
        assertThat(quote.maxAmount()).isEqualByComparingTo(amount);
    }
}
