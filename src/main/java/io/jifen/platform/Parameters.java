package io.jifen.platform;

import jakarta.ws.rs.ext.ParamConverter;
import jakarta.ws.rs.ext.ParamConverterProvider;
import jakarta.ws.rs.ext.Provider;
import java.lang.annotation.Annotation;
import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Reads query parameters. JAX-RS answers 404 to {@code limit=abc}, as if the path were wrong; reading them here keeps
 * the value and what is allowed, from which the error mapping makes a 400 that names the parameter.
 */
@Provider
class Parameters implements ParamConverterProvider {

    /** A value that is not what its parameter takes. */
    static final class WrongValueException extends RuntimeException {
        private static final long serialVersionUID = 1;

        private final String value;
        private final String allowed;

        WrongValueException(String value, String allowed) {
            super(allowed, null, false, false);
            this.value = value;
            this.allowed = allowed;
        }

        String value() {
            return value;
        }

        String allowed() {
            return allowed;
        }
    }

    private record Reader<T>(Function<String, T> parse, String allowed) implements ParamConverter<T> {
        @Override
        public @Nullable T fromString(@Nullable String value) {
            if (value == null) {
                return null;
            }
            try {
                return parse.apply(value);
            } catch (RuntimeException e) { // NumberFormatException, DateTimeException, no such constant
                throw new WrongValueException(value, allowed);
            }
        }

        @Override
        public String toString(T value) {
            return String.valueOf(value);
        }
    }

    private static final Reader<Integer> INTEGER = new Reader<>(Integer::valueOf, "must be a whole number");
    private static final Reader<Long> LONG = new Reader<>(Long::valueOf, "must be a whole number");
    private static final Reader<Boolean> BOOLEAN = new Reader<>(Parameters::bool, "must be true or false");

    private static final Map<Class<?>, Reader<?>> READERS = Map.of(
            int.class, INTEGER,
            Integer.class, INTEGER,
            long.class, LONG,
            Long.class, LONG,
            boolean.class, BOOLEAN,
            Boolean.class, BOOLEAN,
            BigDecimal.class, new Reader<>(BigDecimal::new, "must be a number"),
            Instant.class, new Reader<>(JsonRules::instant, JsonProblems.INSTANT_ALLOWED),
            LocalDate.class, new Reader<>(JsonRules::day, JsonProblems.DAY_ALLOWED),
            YearMonth.class, new Reader<>(YearMonth::parse, "must be a month such as 2026-11"));

    @Override
    @SuppressWarnings({"unchecked", "rawtypes"})
    public <T> @Nullable ParamConverter<T> getConverter(
            Class<T> type, Type genericType, Annotation @Nullable [] annotations) {
        if (type.isEnum()) {
            return (Reader<T>) new Reader<>(text -> Enum.valueOf((Class) type, text), JsonProblems.oneOf(type));
        }
        return (Reader<T>) READERS.get(type);
    }

    private static boolean bool(String text) {
        return switch (text) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new IllegalArgumentException(text);
        };
    }
}
