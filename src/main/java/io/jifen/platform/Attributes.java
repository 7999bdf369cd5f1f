package io.jifen.platform;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import jakarta.validation.Constraint;
import jakarta.validation.ConstraintValidator;
import jakarta.validation.ConstraintValidatorContext;
import jakarta.validation.Payload;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.util.Collection;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A free JSON object (a {@code Map}) of at most 4 KiB, which conditions of rules may look at. Null is valid. */
@Constraint(validatedBy = Attributes.Validator.class)
@Documented
@Target({ElementType.FIELD, ElementType.METHOD, ElementType.PARAMETER, ElementType.TYPE_USE})
@Retention(RetentionPolicy.RUNTIME)
public @interface Attributes {
    /** 4 KiB as compact JSON in UTF-8. */
    int MAX_BYTES = 4096;

    String message() default "must be at most 4096 bytes of JSON, without numbers beyond double precision's range";

    Class<?>[] groups() default {};

    Class<? extends Payload>[] payload() default {};

    /** Measures what would be stored and sent on, not what was received. */
    class Validator implements ConstraintValidator<Attributes, Map<String, Object>> {

        private static final JsonMapper COMPACT = new JsonMapper();

        @Override
        public boolean isValid(@Nullable Map<String, Object> attributes, ConstraintValidatorContext context) {
            if (attributes == null) {
                return true;
            }
            try {
                return isFinite(attributes) && COMPACT.writeValueAsBytes(attributes).length <= MAX_BYTES;
            } catch (JsonProcessingException e) {
                return false; // half of a surrogate pair
            }
        }

        /** JSON has no infinity, but {@code 1e999} becomes one. */
        private static boolean isFinite(@Nullable Object value) {
            return switch (value) {
                case Double number -> Double.isFinite(number);
                case Map<?, ?> object -> object.values().stream().allMatch(Validator::isFinite);
                case Collection<?> list -> list.stream().allMatch(Validator::isFinite);
                case null, default -> true;
            };
        }
    }
}
