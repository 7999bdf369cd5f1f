package io.jifen.kubernetes;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.google.gson.annotations.SerializedName;
import java.lang.reflect.Field;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * Whether an object has only fields that its kind has, of the right type, and all that it needs. The classes of the Java
 * clients are taken as lists of fields: neither they nor an API server would refuse a misspelt one, they drop it.
 */
final class StrictModel {

    private static final String CORE = "io.kubernetes.client.openapi.models.";
    private static final String MONITORING = "io.fabric8.openshift.api.model.monitoring.v1.";

    /** The kinds there are here. Another one has to be added, so that none goes by unseen. */
    private static final Map<String, String> KINDS = Map.ofEntries(
            Map.entry("v1 ConfigMap", CORE + "V1ConfigMap"),
            Map.entry("v1 Namespace", CORE + "V1Namespace"),
            Map.entry("v1 Pod", CORE + "V1Pod"),
            Map.entry("v1 Service", CORE + "V1Service"),
            Map.entry("v1 ServiceAccount", CORE + "V1ServiceAccount"),
            Map.entry("apps/v1 Deployment", CORE + "V1Deployment"),
            Map.entry("apps/v1 StatefulSet", CORE + "V1StatefulSet"),
            Map.entry("batch/v1 Job", CORE + "V1Job"),
            Map.entry("autoscaling/v2 HorizontalPodAutoscaler", CORE + "V2HorizontalPodAutoscaler"),
            Map.entry("policy/v1 PodDisruptionBudget", CORE + "V1PodDisruptionBudget"),
            Map.entry("networking.k8s.io/v1 NetworkPolicy", CORE + "V1NetworkPolicy"),
            Map.entry("networking.k8s.io/v1 Ingress", CORE + "V1Ingress"),
            Map.entry("monitoring.coreos.com/v1 PodMonitor", MONITORING + "PodMonitor"),
            Map.entry("monitoring.coreos.com/v1 ServiceMonitor", MONITORING + "ServiceMonitor"),
            Map.entry("monitoring.coreos.com/v1 PrometheusRule", MONITORING + "PrometheusRule"),
            Map.entry("keda.sh/v1alpha1 ScaledObject", ScaledObject.class.getName()),
            Map.entry("kustomize.config.k8s.io/v1beta1 Kustomization", Kustomization.class.getName()),
            Map.entry("kustomize.config.k8s.io/v1alpha1 Component", Kustomization.class.getName()));

    /** What classes of custom resources don't say by themselves: the fields their operators ask for. */
    private static final Map<String, Set<String>> REQUIRED = Map.ofEntries(
            Map.entry(MONITORING + "PodMonitor", Set.of("spec")),
            Map.entry(MONITORING + "PodMonitorSpec", Set.of("selector", "podMetricsEndpoints")),
            Map.entry(MONITORING + "ServiceMonitor", Set.of("spec")),
            Map.entry(MONITORING + "ServiceMonitorSpec", Set.of("selector", "endpoints")),
            Map.entry(MONITORING + "PrometheusRule", Set.of("spec")),
            Map.entry(MONITORING + "RuleGroup", Set.of("name", "rules")),
            Map.entry(MONITORING + "Rule", Set.of("expr")),
            Map.entry(ScaledObject.class.getName(), Set.of("spec")),
            Map.entry(ScaledObject.Spec.class.getName(), Set.of("scaleTargetRef", "triggers")),
            Map.entry(ScaledObject.Target.class.getName(), Set.of("name")),
            Map.entry(ScaledObject.Trigger.class.getName(), Set.of("type", "metadata")));

    private static final Pattern NAME = Pattern.compile("[a-z0-9]([-a-z0-9.]{0,61}[a-z0-9])?");
    private static final Pattern LABEL = Pattern.compile("([A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?)?");
    private static final Pattern QUANTITY = Pattern.compile("[0-9]+(\\.[0-9]+)?(m|k|M|G|T|Ki|Mi|Gi|Ti)?");

    private final boolean whole;
    private final List<String> problems = new ArrayList<>();

    private StrictModel(boolean whole) {
        this.whole = whole;
    }

    /** What is wrong with an object; nothing if it is empty. */
    static List<String> problems(Map<String, Object> object) {
        return new StrictModel(true).check(object);
    }

    /** What is wrong with a part of an object that is to be merged into it: it may leave out what it needs. */
    static List<String> problemsOfPatch(Map<String, Object> object) {
        return new StrictModel(false).check(object);
    }

    private List<String> check(Map<String, Object> object) {
        String kind = object.get("apiVersion") + " " + object.get("kind");
        String type = KINDS.get(kind);
        if (type == null) {
            problems.add("unknown kind " + kind);
            return problems;
        }
        try {
            check(Class.forName(type), object, object.get("kind") + " " + Yaml.string(object, "metadata.name"));
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException(e);
        }
        if (!kind.startsWith("kustomize")) {
            match(NAME, Yaml.string(object, "metadata.name"), "metadata.name");
        }
        Yaml.mapAt(object, "metadata.labels")
                .forEach((key, value) -> match(LABEL, String.valueOf(value), "metadata.labels." + key));
        Yaml.mapAt(object, "spec.template.metadata.labels")
                .forEach((key, value) -> match(LABEL, String.valueOf(value), "spec.template.metadata.labels." + key));
        return problems;
    }

    private void match(Pattern pattern, String value, String path) {
        if (!pattern.matcher(value).matches()) {
            problems.add(path + " is \"" + value + "\"");
        }
    }

    private void check(Type type, Object value, String path) {
        switch (type) {
            case ParameterizedType generic -> checkGeneric(generic, value, path);
            case Class<?> simple -> checkClass(simple, value, path);
            default -> throw new IllegalStateException(path + ": " + type);
        }
    }

    private void checkGeneric(ParameterizedType type, Object value, String path) {
        Type[] arguments = type.getActualTypeArguments();
        if (Map.class.isAssignableFrom((Class<?>) type.getRawType())) {
            if (value instanceof Map<?, ?> map) {
                map.forEach((key, each) -> check(arguments[1], each, path + "." + key));
            } else {
                wrong("a map", value, path);
            }
        } else if (Collection.class.isAssignableFrom((Class<?>) type.getRawType())) {
            if (value instanceof List<?> list) {
                for (int i = 0; i < list.size(); i++) {
                    check(arguments[0], list.get(i), path + "[" + i + "]");
                }
            } else {
                wrong("a list", value, path);
            }
        } else {
            throw new IllegalStateException(path + ": " + type);
        }
    }

    private void checkClass(Class<?> type, Object value, String path) {
        if (type == Object.class) {
            return;
        }
        switch (type.getSimpleName()) {
            case "String", "OffsetDateTime" -> require(value instanceof String, "a text", value, path);
            case "Boolean" -> require(value instanceof Boolean, "true or false", value, path);
            case "Integer" -> require(value instanceof Integer, "an integer", value, path);
            case "Long" -> require(value instanceof Integer || value instanceof Long, "an integer", value, path);
            case "Double", "Float" -> require(value instanceof Number, "a number", value, path);
            case "IntOrString" ->
                require(value instanceof Integer || value instanceof String, "an integer or a text", value, path);
            case "Quantity" ->
                require(value != null && QUANTITY.matcher(value.toString()).matches(), "a quantity", value, path);
            default -> checkFields(type, value, path);
        }
    }

    private void checkFields(Class<?> type, Object value, String path) {
        if (!(value instanceof Map<?, ?> map)) {
            wrong("a map", value, path);
            return;
        }
        Map<String, Type> fields = fields(type);
        for (var entry : map.entrySet()) {
            String key = entry.getKey().toString();
            boolean directive = !whole && key.equals("$patch");
            if (!fields.containsKey(key) && !directive) {
                problems.add(path + " has no field " + key);
            } else if (!directive) {
                check(fields.get(key), entry.getValue(), path + "." + key);
            }
        }
        for (String name : whole ? required(type) : Set.<String>of()) {
            if (!map.containsKey(name)) {
                problems.add(path + " lacks " + name);
            }
        }
    }

    private static Map<String, Type> fields(Class<?> type) {
        Map<String, Type> fields = new TreeMap<>();
        for (Class<?> each = type; each != Object.class; each = each.getSuperclass()) {
            for (Field field : each.getDeclaredFields()) {
                SerializedName gson = field.getAnnotation(SerializedName.class);
                JsonProperty jackson = field.getAnnotation(JsonProperty.class);
                if (gson != null) {
                    fields.put(gson.value(), field.getGenericType());
                } else if (jackson != null) {
                    fields.put(jackson.value(), field.getGenericType());
                }
            }
        }
        if (fields.isEmpty()) {
            throw new IllegalStateException(type + " has no fields that are known");
        }
        return fields;
    }

    @SuppressWarnings("unchecked")
    private static Set<String> required(Class<?> type) {
        if (REQUIRED.containsKey(type.getName())) {
            return REQUIRED.get(type.getName());
        }
        try {
            return (Set<String>) type.getField("openapiRequiredFields").get(null);
        } catch (NoSuchFieldException e) {
            return Set.of();
        } catch (IllegalAccessException e) {
            throw new IllegalStateException(e);
        }
    }

    private void require(boolean fits, String what, Object value, String path) {
        if (!fits) {
            wrong(what, value, path);
        }
    }

    private void wrong(String what, Object value, String path) {
        problems.add(path + " is " + value + " instead of " + what);
    }
}
