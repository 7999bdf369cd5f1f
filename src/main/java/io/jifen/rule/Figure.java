package io.jifen.rule;

import jakarta.validation.Constraint;
import jakarta.validation.Payload;
import jakarta.validation.ReportAsSingleViolation;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Points that a budget holds: 0 to 10<sup>15</sup>, all of them together far within a long. Null is valid. */
@Min(0)
@Max(1_000_000_000_000_000L)
@ReportAsSingleViolation
@Constraint(validatedBy = {})
@Documented
@Target({ElementType.FIELD, ElementType.METHOD, ElementType.PARAMETER, ElementType.TYPE_USE})
@Retention(RetentionPolicy.RUNTIME)
@interface Figure {
    String message() default "must be from 0 to 1000000000000000";

    Class<?>[] groups() default {};

    Class<? extends Payload>[] payload() default {};
}
