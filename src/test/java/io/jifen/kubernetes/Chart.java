package io.jifen.kubernetes;

import com.marcnuri.helm.Helm;
import com.marcnuri.helm.LintResult;
import com.marcnuri.helm.TemplateCommand;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The chart, and what Helm makes of it. */
final class Chart {

    static final Path FOLDER = Path.of("helm", "jifen");
    static final Path ALL = FOLDER.resolve("ci/all-values.yaml");
    static final Path MINIMAL = FOLDER.resolve("ci/minimal-values.yaml");
    static final Path DEMO = FOLDER.resolve("examples/demo-values.yaml");

    /** The oldest that the chart takes; Helm's library would say 1.20 by itself. */
    private static final String KUBERNETES = "1.30.0";

    /** Helm renders no hooks when asked for templates: they are looked at as ordinary objects, in a copy of the chart. */
    static final String HOOK = "helm.sh/hook";

    private static final String NO_HOOK = "jifen.io/was-hook";

    private Chart() {}

    static LintResult lint() {
        return new Helm(FOLDER).lint().strict().call();
    }

    /** All objects but hooks, as text. */
    static String text(Map<String, ?> values, Path... files) {
        return template(FOLDER, values, files);
    }

    /** All objects, hooks among them. */
    static List<Map<String, Object>> objects(Path folder, Map<String, ?> values, Path... files) {
        return Yaml.maps(withHooks(folder, values, files));
    }

    /** All objects, hooks among them, as text. */
    static String withHooks(Path folder, Map<String, ?> values, Path... files) {
        return template(copyWithoutHooks(folder), values, files).replace(NO_HOOK, HOOK);
    }

    private static String template(Path chart, Map<String, ?> values, Path... files) {
        TemplateCommand command = new Helm(chart.toAbsolutePath())
                .template()
                .withName("jifen")
                .withNamespace("jifen")
                .withKubeVersion(KUBERNETES);
        for (Path file : files) {
            command.withValuesFile(file.toAbsolutePath());
        }
        values.forEach(command::set);
        return command.call();
    }

    private static Path copyWithoutHooks(Path folder) {
        Path copy = folder.resolve("jifen");
        try (Stream<Path> paths = Files.walk(FOLDER)) {
            for (Path path : paths.toList()) {
                Path to = copy.resolve(FOLDER.relativize(path).toString());
                if (Files.isDirectory(path)) {
                    Files.createDirectories(to);
                } else if (path.startsWith(FOLDER.resolve("templates"))) {
                    Files.writeString(to, Yaml.text(path).replace(HOOK, NO_HOOK));
                } else {
                    Files.write(to, Files.readAllBytes(path));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return copy;
    }
}
