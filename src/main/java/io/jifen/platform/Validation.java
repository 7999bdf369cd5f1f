package io.jifen.platform;

import jakarta.inject.Singleton;
import jakarta.validation.ConstraintViolation;
import jakarta.validation.ElementKind;
import jakarta.validation.Path;
import jakarta.validation.Validator;
import java.util.Comparator;
import java.util.List;
import java.util.Set;

/** Checks what comes in other ways than as a REST body (where {@code @Valid} does it) by the same constraints. */
@Singleton
public class Validation {

    private final Validator validator;

    Validation(Validator validator) {
        this.validator = validator;
    }

    /** Gives the value back when all its constraints hold; else throws {@code invalid-request} with the fields. */
    public <T> T check(T value) {
        Set<ConstraintViolation<T>> violations = validator.validate(value);
        if (!violations.isEmpty()) {
            throw new ProblemException(problem(violations));
        }
        return value;
    }

    static Problem problem(Set<? extends ConstraintViolation<?>> violations) {
        List<Problem.FieldError> errors = violations.stream()
                .map(violation -> new Problem.FieldError(jsonPath(violation.getPropertyPath()), violation.getMessage()))
                .distinct()
                .sorted(Comparator.comparing(Problem.FieldError::field).thenComparing(Problem.FieldError::message))
                .toList();
        return Problem.invalid(errors);
    }

    /**
     * The path as the client knows it: {@code events[2].points}. The resource method's name is left out, and so is its
     * parameter's, unless the parameter itself is what is wrong: parameters are called as in the URL, bodies "body".
     */
    private static String jsonPath(Path path) {
        StringBuilder json = new StringBuilder();
        String parameter = "body";
        for (Path.Node node : path) {
            if (node.isInIterable()) {
                json.append('[')
                        .append(node.getIndex() == null ? node.getKey() : node.getIndex())
                        .append(']');
            }
            if (node.getKind() == ElementKind.PARAMETER) {
                parameter = node.getName();
            } else if (node.getKind() == ElementKind.PROPERTY) {
                json.append(json.isEmpty() ? "" : ".").append(node.getName());
            }
        }
        return json.isEmpty() ? parameter : json.toString();
    }
}
