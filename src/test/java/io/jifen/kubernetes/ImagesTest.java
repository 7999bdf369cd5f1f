package io.jifen.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What can be said of the images without building them, and the script by which they are asked how they are. */
class ImagesTest {

    private static final Path FOLDER = Path.of("src", "main", "docker");
    private static final Pattern FROM = Pattern.compile("(?m)^FROM (\\S+)");
    private static final Pattern COPIED = Pattern.compile("(?m)^COPY (?!--from)(?:--\\S+ )*(.+) \\S+$");

    @ParameterizedTest
    @ValueSource(strings = {"Dockerfile.jvm", "Dockerfile.native"})
    void run_as_nobody_and_say_what_they_are(String name) {
        String dockerfile = Yaml.text(FOLDER.resolve(name));
        String last = dockerfile.substring(dockerfile.lastIndexOf("\nFROM "));

        assertThat(last)
                .containsPattern("(?m)^USER 10001:10001$")
                .containsPattern("(?m)^HEALTHCHECK .*\\[\"/jifen/healthy.sh\"]$")
                .containsPattern("(?m)^LABEL org\\.opencontainers\\.image\\.title=")
                .containsPattern("(?m)^ENTRYPOINT \\[");
        // After the last instruction that runs or copies anything: nothing in the image is theirs.
        assertThat(last.lastIndexOf("\nUSER ")).isGreaterThan(last.lastIndexOf("\nCOPY "));
        assertThat(last.lastIndexOf("\nUSER ")).isGreaterThan(last.lastIndexOf("\nRUN "));
    }

    /** Of two options that say different things the JVM takes the last one. */
    @Test
    void the_jvm_gets_the_options_of_who_runs_it_behind_the_images_own() {
        assertThat(Yaml.text(FOLDER.resolve("Dockerfile.jvm")))
                .containsPattern("(?m)^ENTRYPOINT .*exec java \\$\\{JAVA_OPTIONS} \\$\\{JAVA_OPTIONS_APPEND} .*-jar ");
    }

    /** The chart's file of settings is where the service looks by itself: config/ in the folder that it works in. */
    @ParameterizedTest
    @ValueSource(strings = {"Dockerfile.jvm", "Dockerfile.native"})
    void work_in_the_folder_that_the_chart_mounts_settings_into(String name) {
        String dockerfile = Yaml.text(FOLDER.resolve(name));

        assertThat(dockerfile.substring(dockerfile.lastIndexOf("\nFROM "))).containsPattern("(?m)^WORKDIR /jifen$");
        assertThat(Yaml.text(Chart.FOLDER.resolve("templates/_helpers.tpl"))).contains("mountPath: /jifen/config,");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Dockerfile.jvm", "Dockerfile.native"})
    void are_made_of_images_that_stay_the_same(String name) {
        String dockerfile = Yaml.text(FOLDER.resolve(name)).replace("${JAVA_IMAGE}", base(name));

        assertThat(FROM.matcher(dockerfile).results().map(match -> match.group(1)))
                .isNotEmpty()
                .allMatch(image -> image.matches("[a-z0-9.-]+/.+:[A-Za-z0-9_.-]+"))
                .noneMatch(image -> image.endsWith(":latest"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"Dockerfile.jvm", "Dockerfile.native"})
    void copy_what_is_there_and_let_in(String name) {
        List<String> let = Yaml.text(Path.of(".dockerignore"))
                .lines()
                .filter(line -> line.startsWith("!"))
                .map(line -> line.substring(1))
                .toList();
        List<String> copied = COPIED.matcher(Yaml.text(FOLDER.resolve(name)))
                .results()
                .flatMap(match -> Stream.of(match.group(1).split(" ")))
                .toList();

        assertThat(copied).isNotEmpty().allSatisfy(path -> {
            assertThat(let).anyMatch(path::startsWith);
            if (!path.startsWith("target/")) {
                assertThat(Path.of(path)).exists();
            }
        });
    }

    @Test
    void the_scripts_can_be_run() {
        assertThat(Stream.of("healthy.sh", "train.sh").map(FOLDER::resolve)).allMatch(Files::isExecutable);
    }

    @ParameterizedTest
    @CsvSource({"200, true", "503, false"})
    void are_well_when_the_service_says_so(int status, boolean well) throws Exception {
        // Given
        HttpServer service = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        service.createContext("/q/health/live", exchange -> {
            exchange.sendResponseHeaders(status, -1);
            exchange.close();
        });
        service.start();
        try {
            assertThat(isHealthy(service.getAddress().getPort())).isEqualTo(well);
        } finally {
            service.stop(0);
        }
    }

    @Test
    void are_not_well_when_nobody_answers() throws Exception {
        assertThat(isHealthy(1)).isFalse();
    }

    private static boolean isHealthy(int port) throws IOException, InterruptedException {
        Assumptions.assumeTrue(Files.isExecutable(Path.of("/bin/bash")), "there is no bash");
        Process process = new ProcessBuilder(
                        FOLDER.resolve("healthy.sh").toAbsolutePath().toString(), "127.0.0.1", Integer.toString(port))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        return process.waitFor() == 0;
    }

    private static String base(String name) {
        return Yaml.text(FOLDER.resolve(name))
                .lines()
                .filter(line -> line.startsWith("ARG JAVA_IMAGE="))
                .map(line -> line.substring("ARG JAVA_IMAGE=".length()))
                .findFirst()
                .orElse("");
    }
}
