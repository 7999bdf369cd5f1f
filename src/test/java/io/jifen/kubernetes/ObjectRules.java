package io.jifen.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What has to be true of all objects that go to a cluster together, whoever made them: the chart or an overlay. */
final class ObjectRules {

    private static final Set<String> WITH_PODS = Set.of("Deployment", "StatefulSet", "Job", "Pod");
    private static final List<String> AMOUNTS =
            List.of("requests.cpu", "requests.memory", "limits.cpu", "limits.memory");

    private ObjectRules() {}

    static String identity(Map<String, Object> object) {
        return object.get("kind") + " " + name(object);
    }

    static String name(Map<String, Object> object) {
        return Yaml.string(object, "metadata.name");
    }

    static Map<String, Object> podSpec(Map<String, Object> owner) {
        return Yaml.mapAt(owner, "Pod".equals(owner.get("kind")) ? "spec" : "spec.template.spec");
    }

    static List<Map<String, Object>> withPods(List<Map<String, Object>> objects) {
        List<Map<String, Object>> owners = objects.stream()
                .filter(object -> WITH_PODS.contains(object.get("kind").toString()))
                .toList();
        assertThat(owners).isNotEmpty();
        return owners;
    }

    static void assertKnown(List<Map<String, Object>> objects) {
        assertThat(objects.stream().flatMap(object -> StrictModel.problems(object).stream()))
                .isEmpty();
        assertThat(objects).extracting(ObjectRules::identity).doesNotHaveDuplicates();
    }

    /** As the Pod Security Standard "restricted" says, and a little more. */
    static void assertRestricted(List<Map<String, Object>> objects) {
        for (Map<String, Object> owner : withPods(objects)) {
            Map<String, Object> pod = podSpec(owner);
            String name = identity(owner);
            assertThat(Yaml.at(pod, "automountServiceAccountToken")).as(name).isEqualTo(false);
            assertThat(Yaml.at(pod, "enableServiceLinks")).as(name).isEqualTo(false);
            assertThat(Yaml.at(pod, "securityContext.runAsNonRoot")).as(name).isEqualTo(true);
            assertThat(Yaml.at(pod, "securityContext.seccompProfile.type"))
                    .as(name)
                    .isEqualTo("RuntimeDefault");
            assertThat(pod).as(name).doesNotContainKeys("hostNetwork", "hostPID", "hostIPC");
            for (Map<String, Object> container : Yaml.list(pod, "containers")) {
                Map<String, Object> security = Yaml.mapAt(container, "securityContext");
                assertThat(security)
                        .as(name)
                        .containsEntry("allowPrivilegeEscalation", false)
                        .containsEntry("capabilities", Map.of("drop", List.of("ALL")));
                // A database writes where its image says.
                if (isOurs(owner)) {
                    assertThat(security).as(name).containsEntry("readOnlyRootFilesystem", true);
                }
            }
            assertThat(Yaml.list(pod, "volumes"))
                    .as("nothing of the node: " + name)
                    .noneMatch(volume -> volume.containsKey("hostPath"));
        }
    }

    static void assertLimited(List<Map<String, Object>> objects) {
        for (Map<String, Object> owner : withPods(objects)) {
            for (Map<String, Object> container : Yaml.list(podSpec(owner), "containers")) {
                for (String amount : AMOUNTS) {
                    assertThat(Yaml.at(container, "resources." + amount))
                            .as(identity(owner) + " " + amount)
                            .isNotNull();
                }
                assertThat(Yaml.string(container, "image"))
                        .as(identity(owner))
                        .matches(".+(:[A-Za-z0-9_.-]+|@sha256:[0-9a-f]{64})")
                        .doesNotEndWith(":latest");
            }
        }
    }

    /** What an object selects, or names, is among them, and what is mounted is a volume. */
    static void assertConnected(List<Map<String, Object>> objects) {
        Set<String> identities = objects.stream().map(ObjectRules::identity).collect(Collectors.toSet());
        List<String> missing = new ArrayList<>();
        for (Map<String, Object> object : objects) {
            referred(object).filter(name -> !identities.contains(name)).forEach(missing::add);
            for (Map<String, Object> selector : selectors(object)) {
                boolean found = objects.stream()
                        .flatMap(other -> labelsOf(object, other))
                        .anyMatch(labels -> labels.entrySet().containsAll(selector.entrySet()));
                if (!found) {
                    missing.add(identity(object) + " selects " + selector);
                }
            }
        }
        assertThat(missing).isEmpty();
        for (Map<String, Object> owner : withPods(objects)) {
            Set<Object> volumes = Yaml.list(podSpec(owner), "volumes").stream()
                    .map(volume -> volume.get("name"))
                    .collect(Collectors.toSet());
            Set<Object> mounted = Yaml.list(podSpec(owner), "containers").stream()
                    .flatMap(container -> Yaml.list(container, "volumeMounts").stream())
                    .map(mount -> mount.get("name"))
                    .collect(Collectors.toSet());
            assertThat(mounted).as(identity(owner)).isEqualTo(volumes);
        }
    }

    private static boolean isOurs(Map<String, Object> owner) {
        return "jifen".equals(Yaml.mapAt(owner, "metadata.labels").get("app.kubernetes.io/part-of"));
    }

    /** Objects of the release that this one names. */
    private static Stream<String> referred(Map<String, Object> object) {
        List<String> names = new ArrayList<>();
        Object target = Yaml.at(object, "spec.scaleTargetRef.name");
        if (target != null) {
            names.add("Deployment " + target);
        }
        for (Map<String, Object> container : Yaml.list(podSpec(object), "containers")) {
            for (Map<String, Object> from : Yaml.list(container, "envFrom")) {
                names.add("ConfigMap " + Yaml.string(from, "configMapRef.name"));
            }
        }
        for (Map<String, Object> volume : Yaml.list(podSpec(object), "volumes")) {
            if (volume.containsKey("configMap")) {
                names.add("ConfigMap " + Yaml.string(volume, "configMap.name"));
            }
        }
        for (Map<String, Object> rule : Yaml.list(object, "spec.rules")) {
            for (Map<String, Object> path : Yaml.list(rule, "http.paths")) {
                names.add("Service " + Yaml.string(path, "backend.service.name"));
            }
        }
        if ("Deployment".equals(object.get("kind"))
                && !"default".equals(Yaml.string(podSpec(object), "serviceAccountName"))) {
            names.add("ServiceAccount " + Yaml.string(podSpec(object), "serviceAccountName"));
        }
        return names.stream();
    }

    private static List<Map<String, Object>> selectors(Map<String, Object> object) {
        return switch (object.get("kind").toString()) {
            case "Service" -> List.of(Yaml.mapAt(object, "spec.selector"));
            case "NetworkPolicy" -> List.of(Yaml.mapAt(object, "spec.podSelector.matchLabels"));
            case "Deployment", "StatefulSet", "PodDisruptionBudget", "PodMonitor", "ServiceMonitor" ->
                List.of(Yaml.mapAt(object, "spec.selector.matchLabels"));
            default -> List.of();
        };
    }

    /** The labels of another object by which this one could select it: a ServiceMonitor selects Services, all others pods. */
    private static Stream<Map<String, Object>> labelsOf(Map<String, Object> selecting, Map<String, Object> other) {
        if ("ServiceMonitor".equals(selecting.get("kind"))) {
            return "Service".equals(other.get("kind"))
                    ? Stream.of(Yaml.mapAt(other, "metadata.labels"))
                    : Stream.empty();
        }
        return Stream.of(Yaml.mapAt(other, "spec.template.metadata.labels")).filter(labels -> !labels.isEmpty());
    }
}
