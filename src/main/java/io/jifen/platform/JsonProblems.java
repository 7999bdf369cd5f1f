package io.jifen.platform;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.exc.InputCoercionException;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.core.exc.StreamReadException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Says what is wrong with a JSON text, in the words of its sender: the path of the field and what belongs there. What
 * Jackson says is not passed on, as it speaks of our classes.
 */
final class JsonProblems {

    /** What the whole is called when no field of it is to blame. */
    static final String BODY = "body";

    static final String INSTANT_ALLOWED = "must be an instant such as 2026-11-22T08:00:00.123Z";
    static final String DAY_ALLOWED = "must be a day such as 2026-11-22";

    private static final List<Class<?>> WHOLE_NUMBERS = List.of(
            long.class,
            Long.class,
            int.class,
            Integer.class,
            short.class,
            Short.class,
            byte.class,
            Byte.class,
            BigInteger.class);
    private static final List<Class<?>> NUMBERS =
            List.of(BigDecimal.class, double.class, Double.class, float.class, Float.class);

    /** Jackson has no type of its own for these two, only a message. */
    private static final Pattern DUPLICATE = Pattern.compile("Duplicate field '(.{1,64})'.*", Pattern.DOTALL);

    private static final String TRAILING = "Trailing token";

    private JsonProblems() {}

    static Problem of(IOException failure) {
        if (!(failure instanceof JsonProcessingException json)) {
            return Problem.invalid(BODY, "must be JSON in UTF-8");
        }
        String field = json instanceof JsonMappingException mapping ? path(mapping) : "";
        if (cause(json, InputCoercionException.class) != null) {
            return Problem.invalid(named(field), "must be a whole number that fits 64 bits");
        }
        if (cause(json, StreamConstraintsException.class) != null) {
            return Problem.invalid(BODY, "must not be nested that deeply, nor have numbers or texts that long");
        }
        StreamReadException unreadable = cause(json, StreamReadException.class);
        if (unreadable != null) {
            return Problem.invalid(BODY, syntax(unreadable));
        }
        return Problem.invalid(
                named(field), json instanceof MismatchedInputException mismatch ? allowed(mismatch) : "is not valid");
    }

    /** What belongs into a field or parameter of this type. */
    static String allowed(@Nullable Class<?> type) {
        if (type == null) {
            return "is not valid";
        }
        if (WHOLE_NUMBERS.contains(type)) {
            return "must be a whole number, not quoted";
        }
        if (NUMBERS.contains(type)) {
            return "must be a number, not quoted";
        }
        if (type == boolean.class || type == Boolean.class) {
            return "must be true or false";
        }
        if (type == String.class) {
            return "must be a text";
        }
        if (type == Instant.class) {
            return INSTANT_ALLOWED;
        }
        if (type == LocalDate.class) {
            return DAY_ALLOWED;
        }
        if (type.isEnum()) {
            return oneOf(type);
        }
        if (type.isArray() || Collection.class.isAssignableFrom(type)) {
            return "must be a list";
        }
        return type.getName().startsWith("java.time.") ? "must be a time or period in ISO 8601" : "must be an object";
    }

    static String oneOf(Class<?> type) {
        return Arrays.stream(type.getEnumConstants())
                .map(constant -> ((Enum<?>) constant).name())
                .collect(Collectors.joining(", ", "must be one of ", ""));
    }

    private static String allowed(MismatchedInputException mismatch) {
        if (mismatch.getOriginalMessage().startsWith(TRAILING)) {
            return "must be one JSON value with nothing after it";
        }
        return allowed(mismatch.getTargetType());
    }

    private static String syntax(StreamReadException unreadable) {
        Matcher duplicate = DUPLICATE.matcher(unreadable.getOriginalMessage());
        if (duplicate.matches()) {
            return "must not have the field " + duplicate.group(1) + " twice";
        }
        JsonLocation place = unreadable.getLocation();
        return place == null
                ? "must be valid JSON"
                : "must be valid JSON; it is not at line " + place.getLineNr() + ", column " + place.getColumnNr();
    }

    /** The parser's complaint, which binding may have wrapped to add the path. */
    private static <T extends Exception> @Nullable T cause(Throwable failure, Class<T> type) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (type.isInstance(cause)) {
                return type.cast(cause);
            }
        }
        return null;
    }

    private static String path(JsonMappingException failure) {
        StringBuilder path = new StringBuilder();
        for (JsonMappingException.Reference step : failure.getPath()) {
            if (step.getFieldName() == null) {
                path.append('[').append(step.getIndex()).append(']');
            } else {
                path.append(path.isEmpty() ? "" : ".").append(step.getFieldName());
            }
        }
        return path.toString();
    }

    private static String named(String field) {
        return field.isEmpty() ? BODY : field;
    }
}
