package io.jifen.kubernetes;

import static io.jifen.kubernetes.ObjectRules.identity;
import static io.jifen.kubernetes.ObjectRules.name;
import static io.jifen.kubernetes.ObjectRules.podSpec;
import static io.jifen.kubernetes.ObjectRules.withPods;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.marcnuri.helm.LintResult;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The chart, for each set of values that matters. */
class ChartTest {

    private static final Map<String, List<Map<String, Object>>> RENDERED = new TreeMap<>();

    @TempDir
    private static Path folder;

    @BeforeAll
    static void render() throws IOException {
        Map<String, List<Path>> sets = Map.of(
                "default", List.of(),
                "minimal", List.of(Chart.MINIMAL),
                "all", List.of(Chart.ALL),
                "demo", List.of(Chart.DEMO));
        for (var set : sets.entrySet()) {
            Path copy = Files.createDirectory(folder.resolve(set.getKey()));
            RENDERED.put(
                    set.getKey(), Chart.objects(copy, Map.of(), set.getValue().toArray(Path[]::new)));
        }
    }

    static Stream<String> sets() {
        return RENDERED.keySet().stream();
    }

    @Test
    void lint_has_nothing_to_say() {
        LintResult lint = Chart.lint();

        assertThat(lint.isFailed()).as(String.join("\n", lint.getMessages())).isFalse();
        assertThat(lint.getMessages())
                .noneMatch(message -> message.contains("[ERROR]") || message.contains("[WARNING]"));
    }

    @ParameterizedTest
    @MethodSource("sets")
    void every_object_is_one_that_kubernetes_knows_and_there_once(String set) {
        ObjectRules.assertKnown(RENDERED.get(set));
    }

    @ParameterizedTest
    @MethodSource("sets")
    void pods_are_restricted(String set) {
        ObjectRules.assertRestricted(RENDERED.get(set));
    }

    @ParameterizedTest
    @MethodSource("sets")
    void containers_have_limits_and_an_image_that_stays_the_same(String set) {
        ObjectRules.assertLimited(RENDERED.get(set));
    }

    @ParameterizedTest
    @MethodSource("sets")
    void what_refers_to_something_finds_it_and_what_is_mounted_is_there(String set) {
        ObjectRules.assertConnected(RENDERED.get(set));
    }

    @ParameterizedTest
    @MethodSource("sets")
    void services_of_jifen_are_probed_at_the_port_that_they_have(String set) {
        for (Map<String, Object> deployment : kind(set, "Deployment")) {
            for (Map<String, Object> container : Yaml.list(podSpec(deployment), "containers")) {
                Map<String, String> probes = Map.of(
                        "startupProbe", "/q/health/started",
                        "livenessProbe", "/q/health/live",
                        "readinessProbe", "/q/health/ready");
                probes.forEach((probe, path) -> {
                    assertThat(Yaml.string(container, probe + ".httpGet.path")).isEqualTo(path);
                    assertThat(Yaml.list(container, "ports"))
                            .extracting(port -> port.get("name"))
                            .contains(Yaml.at(container, probe + ".httpGet.port"));
                });
            }
        }
    }

    @Test
    void by_default_there_is_a_deployment_for_each_role() {
        assertThat(kind("default", "Deployment").stream()
                        .collect(Collectors.toMap(ObjectRules::name, deployment -> env(deployment, "JIFEN_ROLES"))))
                .isEqualTo(Map.of(
                        "jifen-api", "api",
                        "jifen-consumer", "consumer",
                        "jifen-jobs", "jobs,relay",
                        "jifen-warehouse", "warehouse"));
    }

    @Test
    void what_scales_is_told_no_number_of_pods_and_all_others_are() {
        for (String set : RENDERED.keySet()) {
            Set<String> scaled = Stream.concat(
                            kind(set, "HorizontalPodAutoscaler").stream(), kind(set, "ScaledObject").stream())
                    .map(scaler -> Yaml.string(scaler, "spec.scaleTargetRef.name"))
                    .collect(Collectors.toSet());
            for (Map<String, Object> deployment : kind(set, "Deployment")) {
                assertThat(Yaml.at(deployment, "spec.replicas") == null)
                        .as(set + " " + name(deployment))
                        .isEqualTo(scaled.contains(name(deployment)));
            }
        }
        assertThat(kind("default", "HorizontalPodAutoscaler"))
                .extracting(ObjectRules::name)
                .containsExactlyInAnyOrder("jifen-api", "jifen-consumer");
        assertThat(kind("all", "HorizontalPodAutoscaler"))
                .extracting(ObjectRules::name)
                .containsExactly("points-api");
        assertThat(kind("all", "ScaledObject")).extracting(ObjectRules::name).containsExactly("points-consumer");
    }

    @Test
    void everything_that_can_be_there_is() {
        assertThat(RENDERED.get("all"))
                .extracting(object -> object.get("kind"))
                .contains(
                        "ConfigMap",
                        "Deployment",
                        "HorizontalPodAutoscaler",
                        "Ingress",
                        "Job",
                        "NetworkPolicy",
                        "Pod",
                        "PodDisruptionBudget",
                        "PrometheusRule",
                        "ScaledObject",
                        "Service",
                        "ServiceAccount",
                        "ServiceMonitor");
        Path copy = folder.resolve("pod-monitor");
        assertThat(Chart.objects(copy, Map.of("metrics.monitor", "PodMonitor")))
                .anySatisfy(object -> {
                    assertThat(object).containsEntry("kind", "PodMonitor");
                    assertThat(StrictModel.problems(object)).isEmpty();
                })
                .noneMatch(object -> "ServiceMonitor".equals(object.get("kind")));
    }

    @Test
    void what_is_scraped_or_called_has_a_port_of_that_name() {
        Set<String> ofPods = names(kind("all", "Deployment").stream()
                .flatMap(deployment -> Yaml.list(podSpec(deployment), "containers").stream())
                .flatMap(container -> Yaml.list(container, "ports").stream()));
        Set<String> ofServices =
                names(kind("all", "Service").stream().flatMap(service -> Yaml.list(service, "spec.ports").stream()));

        assertThat(kind("all", "Service").stream().flatMap(service -> Yaml.list(service, "spec.ports").stream()))
                .isNotEmpty()
                .allMatch(port -> ofPods.contains(Yaml.string(port, "targetPort")));
        assertThat(Yaml.list(kind("all", "ServiceMonitor").getFirst(), "spec.endpoints"))
                .allMatch(endpoint -> ofServices.contains(Yaml.string(endpoint, "port")));
        assertThat(kind("all", "Ingress").getFirst().toString()).contains("port={name=http}");
        assertThat(kind("all", "NetworkPolicy").stream()
                        .flatMap(policy -> Yaml.list(policy, "spec.ingress").stream())
                        .flatMap(rule -> Yaml.list(rule, "ports").stream()))
                .allMatch(port -> ofPods.contains(Yaml.string(port, "port")));
    }

    @Test
    void the_migration_comes_before_all_else_and_needs_nothing_of_it() {
        Map<String, Object> job = kind("all", "Job").getFirst();

        assertThat(annotation(job, Chart.HOOK)).isEqualTo("pre-install,pre-upgrade");
        assertThat(env(job, "JIFEN_MIGRATE_ONLY")).isEqualTo("true");
        assertThat(Yaml.string(podSpec(job), "serviceAccountName")).isEqualTo("default");
        Map<String, Object> settings = RENDERED.get("all").stream()
                .filter(object -> identity(object).equals("ConfigMap points-migration"))
                .findFirst()
                .orElseThrow();
        assertThat(annotation(settings, Chart.HOOK)).isEqualTo("pre-install,pre-upgrade");
        assertThat(Integer.parseInt(annotation(settings, Chart.HOOK + "-weight")))
                .isLessThan(Integer.parseInt(annotation(job, Chart.HOOK + "-weight")));
        assertThat(settings.get("data").toString()).doesNotContain("JIFEN_MIGRATE=");
        assertThat(RENDERED.get("minimal")).noneMatch(object -> "Job".equals(object.get("kind")));
    }

    @Test
    void only_the_migration_and_jobs_may_change_tables() {
        for (Map<String, Object> owner : withPods(RENDERED.get("all"))) {
            String kind = identity(owner);
            boolean may = kind.startsWith("Job ") || kind.equals("Deployment points-jobs");
            assertThat(podSpec(owner).toString().contains("points-database-owner"))
                    .as(kind)
                    .isEqualTo(may);
        }
    }

    @Test
    void only_the_api_is_called_from_outside() {
        Map<String, Object> outside = Map.of("kubernetes.io/metadata.name", "ingress-nginx");
        for (Map<String, Object> policy : kind("all", "NetworkPolicy")) {
            assertThat(Yaml.at(policy, "spec.policyTypes")).isEqualTo(List.of("Ingress", "Egress"));
            assertThat(policy.toString().contains(outside.toString()))
                    .as(name(policy))
                    .isEqualTo(name(policy).equals("points-api"));
        }
        assertThat(kind("all", "NetworkPolicy"))
                .extracting(ObjectRules::name)
                .containsExactlyInAnyOrder(
                        "points-api", "points-consumer", "points-jobs", "points-warehouse", "points-migration");
    }

    @Test
    void the_ingress_leads_to_the_api_alone() {
        assertThat(kind("all", "Ingress").getFirst().toString())
                .contains("path=/api,")
                .doesNotContain("path=/,", "path=/q");
    }

    @Test
    void other_settings_are_other_pods() {
        Function<Map<String, String>, String> settings = values -> Yaml.maps(Chart.text(values)).stream()
                .filter(object -> identity(object).equals("Deployment jifen-api"))
                .map(object -> Yaml.mapAt(object, "spec.template.metadata.annotations"))
                .map(annotations -> annotations.get("jifen.io/settings").toString())
                .findFirst()
                .orElseThrow();

        assertThat(settings.apply(Map.of("zone", "UTC"))).isNotEqualTo(settings.apply(Map.of()));
        assertThat(settings.apply(Map.of())).isEqualTo(settings.apply(Map.of()));
    }

    @Test
    void settings_are_those_that_the_service_has() {
        // Given: what the values themselves say, not the chart
        Set<String> known = Settings.known();
        known.add("NODE_NAME");

        // Then
        assertThat(RENDERED.values().stream()
                        .flatMap(List::stream)
                        .flatMap(ChartTest::variables)
                        .distinct())
                .isNotEmpty()
                .allMatch(known::contains);
    }

    @Test
    void config_is_a_file_of_properties_that_says_what_the_values_say() throws IOException {
        Map<String, Object> config = Yaml.mapAt(Yaml.map(Chart.ALL), "config");
        Map<String, String> pods = Map.of("points-config", "Deployment", "points-migration-config", "Job");

        assertThat(config).containsKey("jifen.limits.ip-of.ORDER");
        for (var file : pods.entrySet()) {
            Properties read = new Properties();
            Map<String, Object> map = kind("all", "ConfigMap").stream()
                    .filter(object -> name(object).equals(file.getKey()))
                    .findFirst()
                    .orElseThrow();
            read.load(new StringReader(
                    Yaml.mapAt(map, "data").get("application.properties").toString()));
            assertThat(read).isEqualTo(config);
            for (Map<String, Object> owner : kind("all", file.getValue())) {
                assertThat(podSpec(owner).toString())
                        .as(identity(owner))
                        .contains("configMap={name=" + file.getKey() + "}", "mountPath=/jifen/config,");
            }
        }
        assertThat(RENDERED.get("default").toString()).doesNotContain("application.properties");
    }

    /** Else it would count the ingress controller as one caller, and refuse everybody after a hundred requests. */
    @Test
    void an_ingress_needs_to_be_believed() {
        Map<String, Object> ingress = Map.of("ingress.enabled", true, "ingress.host", "points.example.com");

        assertThatThrownBy(() -> Chart.text(ingress)).hasMessageContaining("client.trustedProxies is empty");
        assertThat(Yaml.mapAt(kind("all", "ConfigMap").getFirst(), "data"))
                .containsEntry("JIFEN_CLIENT_TRUSTED_PROXIES", "10.244.0.0/16,fd00:10:244::/56")
                .containsEntry("MP_JWT_VERIFY_AUDIENCES", "points,shop");
    }

    @Test
    void alerts_ask_for_what_is_absent_here_and_lead_to_the_runbook() {
        String rules = kind("all", "PrometheusRule").getFirst().toString();

        assertThat(rules)
                .contains("https://git.example.com/shop/jifen/blob/main/docs/runbook.md#jifenaway")
                .doesNotContain("runbook_url=docs")
                .contains("absent(jifen_ledger_queue_depth{namespace=\"jifen\",app_kubernetes_io_component=\"api\"})");
        assertThat(Chart.text(Map.of("alerts.enabled", true, "api.enabled", false)))
                .contains("app_kubernetes_io_component=\"consumer\"")
                .contains("runbook_url: docs/runbook.md#jifenaway");
    }

    @Test
    void names_are_resolved_at_the_ports_given() {
        assertThat(kind("all", "NetworkPolicy")).allSatisfy(policy -> assertThat(
                        Yaml.list(Yaml.list(policy, "spec.egress").getFirst(), "ports"))
                .extracting(port -> port.get("protocol") + " " + port.get("port"))
                .containsExactly("UDP 53", "TCP 53", "UDP 5353", "TCP 5353"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            image.tags                         | 1.0          | tags
            image.tag                          | latest       | tag
            image.digest                       | sha256:12    | digest
            api.replica                        | 3            | replica
            api.replicas                       | many         | replicas
            api.resources.limits.cpus          | 2            | cpus
            api.resources.limits.memory        | much         | memory
            api.autoscaling.targetCpuPercent   | 0            | targetCpuPercent
            consumer.roles                     | eater        | roles
            database.url                       | jdbc:h2:mem  | url
            database.existingSecret            | Jifen_Secret | existingSecret
            kafka.securityProtocol             | TLS          | securityProtocol
            kafka.bootstrapServers             | kafka        | bootstrapServers
            redis.clientType                   | single       | clientType
            warehouse.carrierUrl               | carrier:8080 | carrierUrl
            ingress.enabled                    | true         | host
            service.port                       | 70000        | port
            networkPolicy.databasePort         | none         | databasePort
            metrics.monitor                    | both         | monitor
            pods.runAsUser                     | 0            | runAsUser
            config.jifen\\.zone                | UTC          | set by the chart
            config.jifen zone                  | UTC          | jifen zone
            config.jifen\\.roles               | api          | set by the chart
            client.trustedProxies[0]           | ingress      | trustedProxies
            alerts.runbookUrl                  | runbook.md   | runbookUrl
            consumer.autoscaling.maxReplicas   | 13           | kafka.partitions
            api.autoscaling.minReplicas        | 7            | minReplicas
            jobs.enabled                       | false        | relay
            """)
    void refuses_values_that_can_not_be_meant(String value, String wrong, String said) {
        Object typed = wrong.matches("[0-9]+")
                ? Integer.valueOf(wrong)
                : wrong.matches("true|false") ? Boolean.valueOf(wrong) : wrong;

        assertThatThrownBy(() -> Chart.text(Map.of(value, typed))).hasMessageContaining(said);
    }

    /** Else a value could be given that nothing looks at, or that nobody hears of. */
    @Test
    void the_schema_has_the_values_that_there_are_and_no_others() throws IOException {
        JsonNode schema = new ObjectMapper()
                .readTree(Chart.FOLDER.resolve("values.schema.json").toFile());
        Set<String> inSchema = new HashSet<>();
        properties(schema, schema, "", inSchema);
        inSchema.remove("global");
        Set<String> inValues = new HashSet<>();
        keys(Yaml.map(Chart.FOLDER.resolve("values.yaml")), schema, schema, "", inValues);

        assertThat(inValues).isEqualTo(inSchema);
    }

    private static void properties(JsonNode root, JsonNode node, String path, Set<String> found) {
        JsonNode properties = resolved(root, node).path("properties");
        properties.fieldNames().forEachRemaining(name -> {
            String full = path + name;
            JsonNode child = resolved(root, properties.get(name));
            found.add(full);
            // Lists of amounts may leave out some.
            if (!full.endsWith("resources")) {
                properties(root, child, full + ".", found);
            }
        });
    }

    private static void keys(Map<String, Object> values, JsonNode root, JsonNode node, String path, Set<String> found) {
        JsonNode properties = resolved(root, node).path("properties");
        values.forEach((name, value) -> {
            String full = path + name;
            found.add(full);
            JsonNode child = resolved(root, properties.path(name));
            if (value instanceof Map<?, ?> && child.has("properties") && !full.endsWith("resources")) {
                keys(Yaml.map(value), root, child, full + ".", found);
            }
        });
    }

    private static JsonNode resolved(JsonNode root, JsonNode node) {
        return node.has("$ref") ? root.at(node.get("$ref").asText().substring(1)) : node;
    }

    private static Set<String> names(Stream<Map<String, Object>> named) {
        return named.map(each -> Yaml.string(each, "name")).collect(Collectors.toSet());
    }

    private static List<Map<String, Object>> kind(String set, String kind) {
        return RENDERED.get(set).stream()
                .filter(object -> kind.equals(object.get("kind")))
                .toList();
    }

    private static String annotation(Map<String, Object> object, String name) {
        return String.valueOf(Yaml.mapAt(object, "metadata.annotations").get(name));
    }

    private static String env(Map<String, Object> owner, String name) {
        return Yaml.list(podSpec(owner), "containers").stream()
                .flatMap(container -> Yaml.list(container, "env").stream())
                .filter(variable -> name.equals(variable.get("name")))
                .map(variable -> String.valueOf(variable.get("value")))
                .findFirst()
                .orElse("");
    }

    /** The environment variables that an object sets: in its containers, or in a ConfigMap for all of them. */
    private static Stream<String> variables(Map<String, Object> object) {
        if ("ConfigMap".equals(object.get("kind"))) {
            return Yaml.mapAt(object, "data").keySet().stream()
                    .filter(key -> !key.endsWith(".json") && !key.endsWith(".properties"));
        }
        return Yaml.list(podSpec(object), "containers").stream()
                .flatMap(container -> Yaml.list(container, "env").stream())
                .map(variable -> variable.get("name").toString());
    }
}
