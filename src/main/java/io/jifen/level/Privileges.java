package io.jifen.level;

import io.jifen.platform.Json;
import io.jifen.platform.Problem;
import io.jifen.platform.ProblemException;
import java.math.BigDecimal;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a level brings, as far as this service acts on it. Whatever else the JSON object says is for others, or for people.
 *
 * @param earningMultiplier what rules compute is multiplied by it, unless a rule has a multiplier of its own for the
 *     level; more than 0, at most 1,000; null: nothing is
 * @param exchangeDiscount the part of a price in points that is not asked for: 0 to less than 1, at most 4 decimals
 */
public record Privileges(@Nullable BigDecimal earningMultiplier, BigDecimal exchangeDiscount) {

    static final Privileges NONE = new Privileges(null, BigDecimal.ZERO);

    private static final String MULTIPLIER = "earningMultiplier";
    private static final String DISCOUNT = "exchangeDiscount";
    private static final BigDecimal MULTIPLIER_MAX = BigDecimal.valueOf(1000);
    private static final int DECIMALS_MAX = 4;

    /** @throws ProblemException {@code invalid-request} if what is for us is not what it has to be */
    static Privileges of(Map<String, Object> json) {
        BigDecimal multiplier = number(json, MULTIPLIER);
        if (multiplier != null && (multiplier.signum() <= 0 || multiplier.compareTo(MULTIPLIER_MAX) > 0)) {
            throw invalid(MULTIPLIER, "must be more than 0 and at most 1000, with at most 4 decimals");
        }
        BigDecimal discount = number(json, DISCOUNT);
        if (discount != null && (discount.signum() < 0 || discount.compareTo(BigDecimal.ONE) >= 0)) {
            throw invalid(DISCOUNT, "must be from 0 to less than 1, with at most 4 decimals");
        }
        return new Privileges(multiplier, discount == null ? BigDecimal.ZERO : discount);
    }

    @SuppressWarnings("unchecked")
    static Privileges of(Json json, String text) {
        return of(json.parse(text, Map.class));
    }

    private static @Nullable BigDecimal number(Map<String, Object> json, String field) {
        Object value = json.get(field);
        if (value == null) {
            return null;
        }
        if (!(value instanceof Number)) {
            throw invalid(field, "must be a number");
        }
        BigDecimal number = new BigDecimal(value.toString()).stripTrailingZeros();
        if (number.scale() > DECIMALS_MAX) {
            throw invalid(field, "must have at most 4 decimals");
        }
        return number;
    }

    private static ProblemException invalid(String field, String message) {
        return new ProblemException(Problem.invalid("privileges." + field, message));
    }
}
