package io.jifen.kubernetes;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import java.util.Map;

/** The fields of kustomize's own files that are used here. */
final class Kustomization {

    @JsonProperty("apiVersion")
    String apiVersion;

    @JsonProperty("kind")
    String kind;

    @JsonProperty("namespace")
    String namespace;

    @JsonProperty("resources")
    List<String> resources;

    @JsonProperty("components")
    List<String> components;

    @JsonProperty("images")
    List<Image> images;

    @JsonProperty("replicas")
    List<Replicas> replicas;

    @JsonProperty("generatorOptions")
    GeneratorOptions generatorOptions;

    @JsonProperty("secretGenerator")
    List<SecretGenerator> secretGenerator;

    @JsonProperty("patches")
    List<Patch> patches;

    static final class Image {
        @JsonProperty("name")
        String name;

        @JsonProperty("newName")
        String newName;

        @JsonProperty("newTag")
        String newTag;

        @JsonProperty("digest")
        String digest;
    }

    static final class GeneratorOptions {
        @JsonProperty("disableNameSuffixHash")
        Boolean disableNameSuffixHash;

        @JsonProperty("labels")
        Map<String, String> labels;
    }

    static final class SecretGenerator {
        @JsonProperty("name")
        String name;

        @JsonProperty("literals")
        List<String> literals;

        @JsonProperty("files")
        List<String> files;
    }

    static final class Replicas {
        @JsonProperty("name")
        String name;

        @JsonProperty("count")
        Integer count;
    }

    static final class Patch {
        @JsonProperty("path")
        String path;

        @JsonProperty("patch")
        String patch;

        @JsonProperty("target")
        Target target;
    }

    static final class Target {
        @JsonProperty("kind")
        String kind;

        @JsonProperty("name")
        String name;

        @JsonProperty("labelSelector")
        String labelSelector;
    }

    private Kustomization() {}
}
