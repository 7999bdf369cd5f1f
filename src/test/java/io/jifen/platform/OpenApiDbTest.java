package io.jifen.platform;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.quarkus.test.junit.QuarkusTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The API document in the repository is what clients and reviewers read, so it has to be the one of this build. */
@QuarkusTest
class OpenApiDbTest {

    private static final Path COMMITTED = Path.of("docs", "openapi.yaml");
    private static final String REGENERATE =
            "; if the API was meant to change: ./mvnw test -Dtest=OpenApiDbTest -Djifen.openapi.write, then commit it";

    @Test
    void the_committed_document_is_the_generated_one() throws IOException {
        String generated = generated();

        if (Boolean.getBoolean("jifen.openapi.write")) {
            Files.createDirectories(COMMITTED.getParent());
            Files.writeString(COMMITTED, generated);
        }
        List<String> expected = Files.exists(COMMITTED) ? Files.readAllLines(COMMITTED) : List.of();
        List<String> actual = generated.lines().toList();
        for (int line = 0; line < Math.max(expected.size(), actual.size()); line++) {
            if (!lineAt(expected, line).equals(lineAt(actual, line))) {
                fail("%s line %d is \"%s\", the API says \"%s\"%s"
                        .formatted(COMMITTED, line + 1, lineAt(expected, line), lineAt(actual, line), REGENERATE));
            }
        }
    }

    @Test
    void it_shows_no_resource_of_the_tests_and_no_address() {
        assertThat(generated()).doesNotContain("test-only", "localhost", "servers:");
    }

    @Test
    void every_operation_says_how_its_errors_look() {
        Map<String, Map<String, Map<String, Map<String, Map<String, String>>>>> paths = given().queryParam(
                        "format", "json")
                .get("/q/openapi")
                .jsonPath()
                .get("paths");

        assertThat(paths).isNotEmpty();
        paths.forEach((path, operations) -> operations.forEach(
                (method, operation) -> assertThat(operation.get("responses").get("default"))
                        .as(method + " " + path)
                        .containsEntry("$ref", "#/components/responses/Problem")));
    }

    private static String generated() {
        return given().accept("application/yaml")
                .get("/q/openapi")
                .then()
                .statusCode(200)
                .extract()
                .asString();
    }

    private static String lineAt(List<String> lines, int line) {
        return line < lines.size() ? lines.get(line) : "(nothing)";
    }
}
