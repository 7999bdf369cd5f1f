package io.jifen.access;

import io.jifen.services.ApiOperation;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.arbitraries.ListArbitrary;

/**
 * Requests for the operations of the API document: mostly as it describes them, here and there as nobody would send them
 * who means well. What fits more or less gets past the first checks; what doesn't tries those.
 */
final class RequestGenerator {

    /**
     * One request.
     *
     * @param parameters of the path and the query, by name
     * @param body a JSON value, as objects; null: none
     */
    record Request(ApiOperation operation, Map<String, Object> parameters, Object body) {}

    private static final int NESTING = 4;

    /** Texts that somebody has stumbled over. */
    private static final List<Object> NASTY_TEXTS = List.of(
            "",
            " ",
            "a b",
            "'; DROP TABLE entry; -- ",
            "\" OR 1=1",
            "../../etc/passwd",
            "%00",
            "%s%n%x",
            "\u0000",
            "\u202e",
            "\ud83d\ude00",
            "é".repeat(70),
            "x".repeat(5_000),
            "\n\r\t",
            "NaN",
            "null",
            "-1",
            "9223372036854775808",
            "9998-12-31T23:59:59.999Z",
            "-999999999-01-01T00:00:00Z",
            "=cmd|' /C calc'!A0",
            "${jndi:ldap://x}",
            "{{7*7}}",
            "<script>");

    private static final List<Object> NASTY_VALUES = List.of(
            0,
            -1,
            1,
            1.5,
            true,
            Long.MAX_VALUE,
            Long.MIN_VALUE,
            new BigDecimal("1e100"),
            new BigDecimal("-0.001"),
            new BigDecimal("99999999999999999999999999.99"),
            List.of(),
            Map.of(),
            List.of(List.of(List.of())),
            Map.of("a", Map.of("b", Map.of())));

    private final Map<String, Object> schemas;
    private final Map<String, List<Object>> known;

    /** @param known values that are there, by the names of the fields and parameters that take them */
    RequestGenerator(Map<String, Object> schemas, Map<String, List<Object>> known) {
        this.schemas = schemas;
        this.known = known;
    }

    Arbitrary<Request> requests(List<ApiOperation> operations) {
        return Arbitraries.of(operations).flatMap(operation -> Combinators.combine(
                        parameters(operation), body(operation).injectNull(0.03))
                .as((parameters, body) -> new Request(operation, parameters, body)));
    }

    private Arbitrary<Map<String, Object>> parameters(ApiOperation operation) {
        Map<String, Arbitrary<Object>> values = new LinkedHashMap<>();
        if (operation.document().get("parameters") instanceof List<?> parameters) {
            for (Object one : parameters) {
                Map<String, Object> parameter = object(one);
                String name = (String) parameter.get("name");
                Arbitrary<Object> value = value(name, object(parameter.get("schema")), 0);
                values.put(name, "path".equals(parameter.get("in")) ? value : value.injectNull(0.6));
            }
        }
        return all(values);
    }

    private Arbitrary<Object> body(ApiOperation operation) {
        Map<String, Object> content =
                object(object(operation.document().get("requestBody")).get("content"));
        return content.isEmpty()
                ? Arbitraries.just(Map.of())
                : value("body", object(object(content.get("application/json")).get("schema")), 0);
    }

    /** Seldom something else than the schema says. */
    private Arbitrary<Object> value(String name, Map<String, Object> schema, int depth) {
        return Arbitraries.frequencyOf(
                net.jqwik.api.Tuple.of(20, fitting(name, schema, depth)),
                net.jqwik.api.Tuple.of(1, Arbitraries.of(NASTY_TEXTS)),
                net.jqwik.api.Tuple.of(1, Arbitraries.of(NASTY_VALUES)));
    }

    private Arbitrary<Object> fitting(String name, Map<String, Object> said, int depth) {
        Map<String, Object> schema = resolved(said);
        if (known.containsKey(name)) {
            return Arbitraries.of(known.get(name));
        }
        if (schema.get("enum") instanceof List<?> values) {
            return Arbitraries.of(List.copyOf(values));
        }
        List<Arbitrary<?>> choices = new ArrayList<>();
        if (schema.get("examples") instanceof List<?> examples && !examples.isEmpty()) {
            choices.add(Arbitraries.of(List.copyOf(examples)));
        }
        choices.add(
                switch (type(schema)) {
                    case "integer" -> Arbitraries.longs().between(-1, 2_000).map(Long::valueOf);
                    case "number" ->
                        Arbitraries.bigDecimals()
                                .between(BigDecimal.ZERO, BigDecimal.valueOf(1_000))
                                .ofScale(2);
                    case "boolean" -> Arbitraries.of(true, false);
                    case "array" -> list(name, schema, depth);
                    case "object" -> depth > NESTING ? Arbitraries.just(Map.of()) : fields(schema, depth);
                    default -> text(schema);
                });
        return Arbitraries.oneOf(choices.stream().map(Arbitrary::asGeneric).toList());
    }

    private ListArbitrary<Object> list(String name, Map<String, Object> schema, int depth) {
        return value(name, object(schema.get("items")), depth + 1).list().ofMaxSize(3);
    }

    private Arbitrary<Map<String, Object>> fields(Map<String, Object> schema, int depth) {
        Map<String, Arbitrary<Object>> fields = new LinkedHashMap<>();
        object(schema.get("properties")).forEach((name, field) -> {
            boolean required = schema.get("required") instanceof List<?> names && names.contains(name);
            fields.put(name, value(name, object(field), depth + 1).injectNull(required ? 0.02 : 0.4));
        });
        return all(fields);
    }

    private static Arbitrary<String> text(Map<String, Object> schema) {
        return switch (String.valueOf(schema.get("format"))) {
            case "date-time" -> Arbitraries.of("2026-01-01T00:00:00Z", "2036-12-31T23:59:59.999+08:00", "2020-02-29");
            case "date" -> Arbitraries.of("2026-01-01", "2028-02-29", "2027-02-29");
            default -> Arbitraries.strings().ascii().ofMaxLength(40);
        };
    }

    /** Null leaves a field out, as it does in the API. */
    private static Arbitrary<Map<String, Object>> all(Map<String, Arbitrary<Object>> values) {
        List<String> names = List.copyOf(values.keySet());
        if (names.isEmpty()) {
            return Arbitraries.just(Map.of());
        }
        return Combinators.combine(List.copyOf(values.values())).as(made -> {
            Map<String, Object> map = new LinkedHashMap<>();
            for (int i = 0; i < names.size(); i++) {
                if (made.get(i) != null) {
                    map.put(names.get(i), made.get(i));
                }
            }
            return Collections.unmodifiableMap(map);
        });
    }

    private Map<String, Object> resolved(Map<String, Object> schema) {
        if (schema.get("$ref") instanceof String reference) {
            return resolved(object(schemas.get(reference.substring(reference.lastIndexOf('/') + 1))));
        }
        for (String several : List.of("anyOf", "allOf", "oneOf")) {
            if (schema.get(several) instanceof List<?> choices) {
                return choices.stream()
                        .map(RequestGenerator::object)
                        .filter(choice -> !"null".equals(choice.get("type")))
                        .findFirst()
                        .map(this::resolved)
                        .orElse(schema);
            }
        }
        return schema;
    }

    private static String type(Map<String, Object> schema) {
        Object type = schema.get("type");
        if (type instanceof List<?> types) {
            return types.stream()
                    .filter(Objects::nonNull)
                    .map(Object::toString)
                    .filter(one -> !one.equals("null"))
                    .findFirst()
                    .orElse("string");
        }
        return type == null ? (schema.containsKey("properties") ? "object" : "string") : type.toString();
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> object(Object value) {
        return value instanceof Map<?, ?> map ? (Map<String, Object>) map : Map.of();
    }
}
