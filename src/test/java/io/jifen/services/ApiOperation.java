package io.jifen.services;

import static io.restassured.RestAssured.given;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * An operation of the API as its document tells of it.
 *
 * @param name such as {@code POST /api/v1/rules}
 * @param roles whom the document lets in
 * @param document all it says of the operation
 */
public record ApiOperation(String name, String method, String path, Set<String> roles, Map<String, Object> document) {

    /** All there are, by path. */
    public static List<ApiOperation> all() {
        Map<String, Map<String, Object>> paths = given().queryParam("format", "json")
                .get("/q/openapi")
                .jsonPath()
                .get("paths");
        List<ApiOperation> all = new ArrayList<>();
        paths.forEach((path, methods) -> methods.forEach((method, document) -> {
            if (document instanceof Map<?, ?> map && map.containsKey("responses")) {
                @SuppressWarnings("unchecked")
                Map<String, Object> operation = (Map<String, Object>) map;
                String verb = method.toUpperCase(Locale.ROOT);
                all.add(new ApiOperation(verb + " " + path, verb, path, roles(operation), operation));
            }
        }));
        return all;
    }

    private static Set<String> roles(Map<String, Object> operation) {
        Set<String> roles = new TreeSet<>();
        if (operation.get("security") instanceof List<?> ways) {
            for (Object way : ways) {
                if (way instanceof Map<?, ?> schemes) {
                    schemes.values().forEach(names -> ((List<?>) names).forEach(name -> roles.add((String) name)));
                }
            }
        }
        return roles;
    }
}
