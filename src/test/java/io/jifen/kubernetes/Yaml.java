package io.jifen.kubernetes;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** YAML as Kubernetes reads it; a key that is there twice is refused, where Kubernetes takes the last one. */
final class Yaml {

    private Yaml() {}

    static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Map<String, Object> map(Path file) {
        Object loaded = parser().load(text(file));
        return map(loaded);
    }

    /** All documents that are not empty. */
    static List<Map<String, Object>> maps(String text) {
        List<Map<String, Object>> maps = new ArrayList<>();
        for (Object document : parser().loadAll(text)) {
            if (document != null) {
                maps.add(map(document));
            }
        }
        return maps;
    }

    @SuppressWarnings("unchecked")
    static Map<String, Object> map(Object value) {
        return (Map<String, Object>) value;
    }

    /** What is at a path of keys, such as {@code spec.template.spec}; nothing where a part of it is missing. */
    static @Nullable Object at(Map<String, Object> object, String path) {
        Object value = object;
        for (String key : path.split("\\.")) {
            value = value instanceof Map<?, ?> map ? map.get(key) : null;
        }
        return value;
    }

    static String string(Map<String, Object> object, String path) {
        Object value = at(object, path);
        return value == null ? "" : value.toString();
    }

    static Map<String, Object> mapAt(Map<String, Object> object, String path) {
        Object value = at(object, path);
        return value == null ? Map.of() : map(value);
    }

    @SuppressWarnings("unchecked")
    static List<Map<String, Object>> list(Map<String, Object> object, String path) {
        Object value = at(object, path);
        return value == null ? List.of() : (List<Map<String, Object>>) value;
    }

    private static org.yaml.snakeyaml.Yaml parser() {
        LoaderOptions options = new LoaderOptions();
        options.setAllowDuplicateKeys(false);
        return new org.yaml.snakeyaml.Yaml(new SafeConstructor(options));
    }
}
