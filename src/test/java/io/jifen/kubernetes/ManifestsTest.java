package io.jifen.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The manifests in k8s/: what is there without Helm is what the chart makes, and overlays change what exists. */
class ManifestsTest {

    private static final Path FOLDER = Path.of("k8s");
    private static final Path BASE = FOLDER.resolve("base");
    private static final Path MONITORING = FOLDER.resolve("components/monitoring");

    private static final Map<String, ?> MONITORED =
            Map.of("metrics.monitor", "PodMonitor", "alerts.enabled", true, "dashboard.enabled", true);

    @TempDir
    private Path temporary;

    @Test
    void the_base_is_what_the_chart_makes_by_default() throws IOException {
        assertSame(BASE, "Kustomization", files(Chart.withHooks(temporary, Map.of())));
    }

    @Test
    void the_component_monitoring_is_what_the_chart_adds_for_it() throws IOException {
        Map<String, String> files = files(Chart.withHooks(temporary, MONITORED));
        files.keySet().removeAll(files(Chart.text(Map.of())).keySet());
        files.keySet().removeIf(name -> name.contains("migration"));

        assertThat(files).hasSize(3);
        assertSame(MONITORING, "Component", files);
    }

    @ParameterizedTest
    @MethodSource("files")
    void every_object_is_one_that_kubernetes_knows(Path file) {
        List<Map<String, Object>> objects = Yaml.maps(Yaml.text(file));
        boolean patch = patches().contains(file);

        assertThat(objects).isNotEmpty();
        assertThat(objects.stream()
                        .flatMap(object ->
                                (patch ? StrictModel.problemsOfPatch(object) : StrictModel.problems(object)).stream()))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"base", "overlays/local", "overlays/production"})
    void what_goes_to_a_cluster_is_restricted_limited_and_connected(String folder) {
        List<Map<String, Object>> objects = new Overlay(FOLDER.resolve(folder)).rendered();

        ObjectRules.assertKnown(objects);
        ObjectRules.assertRestricted(objects);
        ObjectRules.assertLimited(objects);
        ObjectRules.assertConnected(objects);
    }

    @ParameterizedTest
    @ValueSource(strings = {"local", "production"})
    void an_overlay_changes_what_exists(String name) {
        Overlay overlay = overlay(name);
        Map<String, Map<String, Object>> existing = overlay.unpatched();

        assertThat(overlay.patches()).isNotEmpty();
        for (Overlay.Patch patch : overlay.patches()) {
            for (Map<String, Object> object : patch.objects()) {
                List<Map<String, Object>> patched = existing.values().stream()
                        .filter(each -> patch.selects(each, object))
                        .toList();
                assertThat(patched)
                        .as(patch.where() + ": " + ObjectRules.identity(object))
                        .isNotEmpty();
                assertThat(patched)
                        .allSatisfy(each -> assertThat(containers(each)).containsAll(containers(object)));
                assertThat(StrictModel.problemsOfPatch(object)).isEmpty();
            }
        }
        for (Map<String, Object> replicas : Yaml.list(overlay.kustomization(), "replicas")) {
            assertThat(existing).containsKey("Deployment " + replicas.get("name"));
        }
        for (Map<String, Object> image : Yaml.list(overlay.kustomization(), "images")) {
            assertThat(existing.values().stream()
                            .flatMap(object -> Yaml.list(ObjectRules.podSpec(object), "containers").stream())
                            .map(container -> Yaml.string(container, "image")))
                    .anyMatch(each -> each.startsWith(image.get("name") + ":"));
            assertThat(Yaml.string(image, "newTag")).isNotEmpty().isNotEqualTo("latest");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"local", "production"})
    void an_overlay_says_whose_tokens_count_and_sets_what_the_service_has(String name) {
        List<Map<String, Object>> objects = overlay(name).rendered();
        Set<String> known = Settings.known();

        assertThat(settings(objects, "jifen")).containsKeys("MP_JWT_VERIFY_ISSUER", "MP_JWT_VERIFY_PUBLICKEY_LOCATION");
        assertThat(known)
                .containsAll(settings(objects, "jifen").keySet())
                .containsAll(settings(objects, "jifen-migration").keySet());
        for (Map<String, Object> owner : ObjectRules.withPods(objects)) {
            for (Map<String, Object> container : Yaml.list(ObjectRules.podSpec(owner), "containers")) {
                if (!Yaml.list(container, "envFrom").isEmpty()) {
                    assertThat(Yaml.list(container, "env"))
                            .as(ObjectRules.identity(owner))
                            .allMatch(variable -> known.contains(Yaml.string(variable, "name")));
                }
            }
        }
    }

    /** As docs/security.md and docs/database.md say it has to be. */
    @Test
    void production_talks_to_nobody_it_has_not_checked_and_has_a_login_for_tables_of_its_own() {
        List<Map<String, Object>> objects = overlay("production").rendered();
        Map<String, Object> settings = settings(objects, "jifen");

        assertThat(settings)
                .containsEntry("KAFKA_SECURITY_PROTOCOL", "SASL_SSL")
                .containsEntry("QUARKUS_REDIS_TLS_HOSTNAME_VERIFICATION_ALGORITHM", "HTTPS")
                .containsKeys("JIFEN_CLIENT_TRUSTED_PROXIES", "MP_JWT_VERIFY_AUDIENCES");
        assertThat(settings.get("QUARKUS_REDIS_HOSTS").toString()).startsWith("rediss://");
        assertThat(settings.get("QUARKUS_DATASOURCE_JDBC_URL").toString()).contains("sslMode=VERIFY_IDENTITY");
        assertThat(settings(objects, "jifen-migration").get("QUARKUS_DATASOURCE_JDBC_URL"))
                .isEqualTo(settings.get("QUARKUS_DATASOURCE_JDBC_URL"));
        for (Map<String, Object> owner : ObjectRules.withPods(objects)) {
            String identity = ObjectRules.identity(owner);
            String pod = ObjectRules.podSpec(owner).toString();
            assertThat(pod).as(identity).contains("mountPath=/jifen/tls/database,", "name=jifen-database-tls");
            assertThat(pod.contains("jifen-database-owner"))
                    .as(identity)
                    .isEqualTo(Set.of("Job jifen-migration", "Deployment jifen-jobs")
                            .contains(identity));
        }
    }

    static Stream<Path> files() {
        try (Stream<Path> paths = Files.walk(FOLDER)) {
            return paths.filter(path -> path.toString().endsWith(".yaml")).sorted().toList().stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Each object in a file of its own, and the list of them. */
    private static Map<String, String> files(String rendered) {
        Map<String, String> files = new TreeMap<>();
        for (String document : rendered.split("(?m)^---\\R")) {
            String text = document.replaceFirst("(?m)^# Source: .*\\R", "").strip();
            if (text.isEmpty() || text.contains("helm.sh/hook: test")) {
                continue;
            }
            Map<String, Object> object = Yaml.maps(text).getFirst();
            String name = (object.get("kind") + "-" + Yaml.string(object, "metadata.name")).toLowerCase(Locale.ROOT);
            files.put(name + ".yaml", text + "\n");
        }
        return files;
    }

    private static void assertSame(Path folder, String kind, Map<String, String> files) throws IOException {
        String version = kind.equals("Component") ? "v1alpha1" : "v1beta1";
        String list = files.keySet().stream().map(name -> "  - " + name + "\n").collect(Collectors.joining());
        Map<String, String> all = new TreeMap<>(files);
        all.put("kustomization.yaml", """
                # Made of helm/jifen, as are the files beside this one: ./mvnw test -Dtest=ManifestsTest -Djifen.k8s.write
                apiVersion: kustomize.config.k8s.io/%s
                kind: %s
                resources:
                %s""".formatted(version, kind, list));
        if (Boolean.getBoolean("jifen.k8s.write")) {
            Files.createDirectories(folder);
            for (Path old : in(folder)) {
                Files.delete(old);
            }
            for (var file : all.entrySet()) {
                Files.writeString(folder.resolve(file.getKey()), file.getValue());
            }
        }
        Map<String, String> committed = new TreeMap<>();
        for (Path file : in(folder)) {
            committed.put(file.getFileName().toString(), Yaml.text(file));
        }
        assertThat(committed)
                .as("if the chart was meant to change: ./mvnw test -Dtest=ManifestsTest -Djifen.k8s.write")
                .isEqualTo(all);
    }

    private static List<Path> in(Path folder) throws IOException {
        try (Stream<Path> paths = Files.list(folder)) {
            return paths.sorted().toList();
        }
    }

    private static Overlay overlay(String name) {
        return new Overlay(FOLDER.resolve("overlays").resolve(name));
    }

    private static Map<String, Object> settings(List<Map<String, Object>> objects, String name) {
        return objects.stream()
                .filter(object -> ObjectRules.identity(object).equals("ConfigMap " + name))
                .map(object -> Yaml.mapAt(object, "data"))
                .findFirst()
                .orElseThrow();
    }

    /** The files that are patches, and no objects of their own. */
    private static Set<Path> patches() {
        return files().filter(file -> file.endsWith("kustomization.yaml"))
                .flatMap(file -> Yaml.list(Yaml.map(file), "patches").stream()
                        .map(patch -> Yaml.string(patch, "path"))
                        .filter(path -> !path.isEmpty())
                        .map(path -> file.resolveSibling(path)))
                .collect(Collectors.toSet());
    }

    private static Set<String> containers(Map<String, Object> object) {
        return Yaml.list(ObjectRules.podSpec(object), "containers").stream()
                .map(container -> Yaml.string(container, "name"))
                .collect(Collectors.toSet());
    }
}
