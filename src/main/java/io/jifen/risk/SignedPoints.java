package io.jifen.risk;

import io.jifen.platform.Points;
import jakarta.validation.Constraint;
import jakarta.validation.ConstraintValidator;
import jakarta.validation.ConstraintValidatorContext;
import jakarta.validation.Payload;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.jspecify.annotations.Nullable;

/** Points of a correction: up to 10<sup>12</sup> in either direction, not 0. Null is valid. */
@Constraint(validatedBy = SignedPoints.Validator.class)
@Documented
@Target({ElementType.FIELD, ElementType.METHOD, ElementType.PARAMETER, ElementType.TYPE_USE})
@Retention(RetentionPolicy.RUNTIME)
@interface SignedPoints {
    String message() default "must be from -1000000000000 to 1000000000000, and not 0";

    Class<?>[] groups() default {};

    Class<? extends Payload>[] payload() default {};

    class Validator implements ConstraintValidator<SignedPoints, Long> {
        @Override
        public boolean isValid(@Nullable Long points, ConstraintValidatorContext context) {
            return points == null || (points != 0 && points >= -Points.MAX && points <= Points.MAX);
        }
    }
}
