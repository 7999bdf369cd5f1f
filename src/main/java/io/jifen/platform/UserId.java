package io.jifen.platform;

import jakarta.validation.Constraint;
import jakarta.validation.Payload;
import jakarta.validation.ReportAsSingleViolation;
import jakarta.validation.constraints.Pattern;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** The caller's id of a user; {@code openid} in the compatibility API. Null is valid: say {@code @NotNull} too. */
@Pattern(regexp = Patterns.USER_ID)
@ReportAsSingleViolation
@Constraint(validatedBy = {})
@Documented
@Target({ElementType.FIELD, ElementType.METHOD, ElementType.PARAMETER, ElementType.TYPE_USE})
@Retention(RetentionPolicy.RUNTIME)
public @interface UserId {
    String message() default Patterns.USER_ID_ALLOWED;

    Class<?>[] groups() default {};

    Class<? extends Payload>[] payload() default {};
}
