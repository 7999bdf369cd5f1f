package io.jifen.exchange;

import jakarta.validation.Constraint;
import jakarta.validation.Payload;
import jakarta.validation.ReportAsSingleViolation;
import jakarta.validation.constraints.Pattern;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** What goods are called by: a number that we made, or an id of the shop's own. Null is valid. */
@Pattern(regexp = "[A-Za-z0-9._-]{1,64}")
@ReportAsSingleViolation
@Constraint(validatedBy = {})
@Documented
@Target({ElementType.FIELD, ElementType.METHOD, ElementType.PARAMETER, ElementType.TYPE_USE})
@Retention(RetentionPolicy.RUNTIME)
public @interface GoodsId {
    String message() default "must be 1 to 64 characters of A-Z a-z 0-9 . _ -";

    Class<?>[] groups() default {};

    Class<? extends Payload>[] payload() default {};
}
