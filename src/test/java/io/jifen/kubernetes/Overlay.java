package io.jifen.kubernetes;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/** What kustomize makes of a folder, as far as our folders ask for: patches, images, replicas; not its generators. */
final class Overlay {

    /** Lists whose elements are told apart by one of their fields; all others are replaced as a whole. */
    private static final Map<String, String> MERGED_BY =
            Map.of("containers", "name", "env", "name", "volumes", "name", "volumeMounts", "mountPath");

    private final Path folder;
    private final Map<String, Object> kustomization;

    Overlay(Path folder) {
        this.folder = folder;
        this.kustomization = Yaml.map(folder.resolve("kustomization.yaml"));
    }

    Map<String, Object> kustomization() {
        return kustomization;
    }

    /** A change of what is there: of the object that it names, or of all that it selects. */
    record Patch(String where, List<Map<String, Object>> objects, Map<String, Object> target) {

        boolean selects(Map<String, Object> existing, Map<String, Object> object) {
            if (target.isEmpty()) {
                return ObjectRules.identity(existing).equals(ObjectRules.identity(object))
                        && existing.get("apiVersion").equals(object.get("apiVersion"));
            }
            String[] label = Yaml.string(target, "labelSelector").split("=");
            Map<String, Object> labels = Yaml.mapAt(existing, "metadata.labels");
            return (!target.containsKey("kind") || target.get("kind").equals(existing.get("kind")))
                    && (label.length != 2 || label[1].equals(labels.get(label[0])));
        }
    }

    List<Patch> patches() {
        return Yaml.list(kustomization, "patches").stream()
                .map(patch -> {
                    String path = Yaml.string(patch, "path");
                    String text = path.isEmpty() ? Yaml.string(patch, "patch") : Yaml.text(folder.resolve(path));
                    return new Patch(folder + " " + path, Yaml.maps(text), Yaml.mapAt(patch, "target"));
                })
                .toList();
    }

    /** What there is before patches, secrets aside, by kind and name; each file that is named has to be there. */
    Map<String, Map<String, Object>> unpatched() {
        Map<String, Map<String, Object>> objects = new TreeMap<>();
        for (String name : names("resources", "components")) {
            Path path = folder.resolve(name).normalize();
            if (Files.isDirectory(path)) {
                new Overlay(path).rendered().forEach(object -> objects.put(ObjectRules.identity(object), object));
            } else {
                Yaml.maps(Yaml.text(path)).forEach(object -> objects.put(ObjectRules.identity(object), object));
            }
        }
        return objects;
    }

    List<Map<String, Object>> rendered() {
        List<Map<String, Object>> objects = new ArrayList<>(unpatched().values());
        for (Patch patch : patches()) {
            for (Map<String, Object> change : patch.objects()) {
                if ("delete".equals(change.get("$patch"))) {
                    objects.removeIf(object -> patch.selects(object, change));
                } else {
                    objects.replaceAll(object -> patch.selects(object, change) ? patched(object, change) : object);
                }
            }
        }
        objects.forEach(this::setImages);
        objects.forEach(this::setReplicas);
        return objects;
    }

    /** What a patch is called says only which it is of. */
    private static Map<String, Object> patched(Map<String, Object> object, Map<String, Object> change) {
        String name = ObjectRules.name(object);
        Map<String, Object> patched = merged(object, change);
        Yaml.mapAt(patched, "metadata").put("name", name);
        return patched;
    }

    private static Map<String, Object> merged(Map<String, Object> base, Map<String, Object> change) {
        Map<String, Object> merged = new LinkedHashMap<>(base);
        change.forEach((key, value) -> {
            Object before = base.get(key);
            if (value == null) {
                merged.remove(key);
            } else if (before instanceof Map<?, ?> && value instanceof Map<?, ?>) {
                merged.put(key, merged(Yaml.map(before), Yaml.map(value)));
            } else if (before != null && MERGED_BY.containsKey(key)) {
                merged.put(key, merged(Yaml.list(base, key), Yaml.list(change, key), MERGED_BY.get(key)));
            } else {
                merged.put(key, value);
            }
        });
        return merged;
    }

    private static List<Map<String, Object>> merged(
            List<Map<String, Object>> base, List<Map<String, Object>> change, String by) {
        List<Map<String, Object>> merged = new ArrayList<>(base);
        for (Map<String, Object> one : change) {
            boolean known = base.stream().anyMatch(other -> Objects.equals(other.get(by), one.get(by)));
            if (known) {
                merged.replaceAll(other -> Objects.equals(other.get(by), one.get(by)) ? merged(other, one) : other);
            } else {
                merged.add(one);
            }
        }
        return merged;
    }

    private void setImages(Map<String, Object> object) {
        for (Map<String, Object> container : Yaml.list(ObjectRules.podSpec(object), "containers")) {
            for (Map<String, Object> image : Yaml.list(kustomization, "images")) {
                if (Yaml.string(container, "image").startsWith(image.get("name") + ":")) {
                    Object name = image.getOrDefault("newName", image.get("name"));
                    container.put("image", name + ":" + image.get("newTag"));
                }
            }
        }
    }

    private void setReplicas(Map<String, Object> object) {
        for (Map<String, Object> replicas : Yaml.list(kustomization, "replicas")) {
            if (ObjectRules.identity(object).equals("Deployment " + replicas.get("name"))) {
                Yaml.mapAt(object, "spec").put("replicas", replicas.get("count"));
            }
        }
    }

    private List<String> names(String... keys) {
        List<String> names = new ArrayList<>();
        for (String key : keys) {
            if (kustomization.get(key) instanceof List<?> list) {
                list.forEach(name -> names.add(name.toString()));
            }
        }
        return names;
    }
}
