package io.jifen.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The check of all others: each way to get a field wrong is seen, also deep inside. */
class StrictModelTest {

    private static String everything = "";

    @BeforeAll
    static void render(@TempDir Path folder) {
        everything = Chart.withHooks(folder, Map.of(), Chart.ALL);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            readOnlyRootFilesystem: true   | readOnlyRootFileSystem: true   | has no field readOnlyRootFileSystem
            runAsNonRoot: true             | runAsNonRoot: "true"           | instead of true or false
            containerPort: 8080            | containerPort: "8080"          | instead of an integer
            containerPort: 8080            | hostPort: 8080                 | lacks containerPort
            cpu: "2"                       | cpu: two                       | instead of a quantity
            maxUnavailable: 25%            | maxUnavailable: true           | instead of an integer or a text
            pathType: Prefix               | pathTyp: Prefix                | has no field pathTyp
            maxSkew: 1                     | maxSkew: 1.5                   | instead of an integer
            backoffLimit: 6                | backOffLimit: 6                | has no field backOffLimit
            interval: 15s                  | intervall: 15s                 | has no field intervall
            expr:                          | expression:                    | lacks expr
            lagThreshold: "10000"          | lagThreshold: 10000            | instead of a text
            maxReplicaCount: 12            | maxReplicas: 12                | has no field maxReplicas
            except:                        | excepts:                       | has no field excepts
            kind: PodDisruptionBudget      | kind: PodDisruptionBudgets     | unknown kind
            """)
    void sees_what_is_wrong(String right, String wrong, String problem) {
        // Given
        assertThat(everything).contains(right);

        // When
        List<String> problems = Yaml.maps(everything.replace(right, wrong)).stream()
                .flatMap(object -> StrictModel.problems(object).stream())
                .toList();

        // Then
        assertThat(problems).anyMatch(each -> each.contains(problem));
    }

    @Test
    void finds_nothing_wrong_where_nothing_is() {
        assertThat(Yaml.maps(everything).stream().flatMap(object -> StrictModel.problems(object).stream()))
                .isEmpty();
    }

    @Test
    void a_patch_may_leave_out_what_the_whole_needs_but_misspells_nothing() {
        Map<String, Object> patch = Yaml.maps("""
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: jifen-api}
                spec: {template: {spec: {containers: [{image: a}]}}}
                """).getFirst();

        assertThat(StrictModel.problems(patch)).anyMatch(problem -> problem.contains("lacks selector"));
        assertThat(StrictModel.problemsOfPatch(patch)).isEmpty();
        Yaml.mapAt(patch, "spec").put("replica", 1);
        assertThat(StrictModel.problemsOfPatch(patch)).anyMatch(problem -> problem.contains("has no field replica"));
    }
}
