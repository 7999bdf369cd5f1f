package io.jifen.kubernetes;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.kubernetes.client.openapi.models.V1ObjectMeta;
import io.kubernetes.client.openapi.models.V2HorizontalPodAutoscalerBehavior;
import java.util.List;
import java.util.Map;

/**
 * KEDA's ScaledObject, of which no library has a model: the fields of its definition (keda.sh/v1alpha1, KEDA 2.17) that a
 * scaled deployment can have.
 */
final class ScaledObject {

    @JsonProperty("apiVersion")
    String apiVersion;

    @JsonProperty("kind")
    String kind;

    @JsonProperty("metadata")
    V1ObjectMeta metadata;

    @JsonProperty("spec")
    Spec spec;

    static final class Spec {
        @JsonProperty("scaleTargetRef")
        Target scaleTargetRef;

        @JsonProperty("pollingInterval")
        Integer pollingInterval;

        @JsonProperty("initialCooldownPeriod")
        Integer initialCooldownPeriod;

        @JsonProperty("cooldownPeriod")
        Integer cooldownPeriod;

        @JsonProperty("idleReplicaCount")
        Integer idleReplicaCount;

        @JsonProperty("minReplicaCount")
        Integer minReplicaCount;

        @JsonProperty("maxReplicaCount")
        Integer maxReplicaCount;

        @JsonProperty("advanced")
        Advanced advanced;

        @JsonProperty("triggers")
        List<Trigger> triggers;

        @JsonProperty("fallback")
        Fallback fallback;
    }

    static final class Target {
        @JsonProperty("apiVersion")
        String apiVersion;

        @JsonProperty("kind")
        String kind;

        @JsonProperty("name")
        String name;

        @JsonProperty("envSourceContainerName")
        String envSourceContainerName;
    }

    static final class Advanced {
        @JsonProperty("horizontalPodAutoscalerConfig")
        AutoscalerConfig horizontalPodAutoscalerConfig;

        @JsonProperty("restoreToOriginalReplicaCount")
        Boolean restoreToOriginalReplicaCount;
    }

    static final class AutoscalerConfig {
        @JsonProperty("behavior")
        V2HorizontalPodAutoscalerBehavior behavior;

        @JsonProperty("name")
        String name;
    }

    static final class Trigger {
        @JsonProperty("type")
        String type;

        @JsonProperty("name")
        String name;

        @JsonProperty("useCachedMetrics")
        Boolean useCachedMetrics;

        /** Texts only: an operator refuses a number here. */
        @JsonProperty("metadata")
        Map<String, String> metadata;

        @JsonProperty("authenticationRef")
        Authentication authenticationRef;

        @JsonProperty("metricType")
        String metricType;
    }

    static final class Authentication {
        @JsonProperty("name")
        String name;

        @JsonProperty("kind")
        String kind;
    }

    static final class Fallback {
        @JsonProperty("failureThreshold")
        Integer failureThreshold;

        @JsonProperty("replicas")
        Integer replicas;

        @JsonProperty("behavior")
        String behavior;
    }

    private ScaledObject() {}
}
