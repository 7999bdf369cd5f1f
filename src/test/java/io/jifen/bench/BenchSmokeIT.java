package io.jifen.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The benchmark runs, every part of it, and leaves right books. How fast, is not asked here. */
class BenchSmokeIT {

    @Test
    void every_part_has_its_figures_and_the_checker_finds_nothing() throws Exception {
        // When
        Report report =
                Bench.run(Scale.smoke(), Part.ALL.stream().map(Part::letter).collect(Collectors.toSet()));
        report.write(Path.of(System.getProperty("basedir", "")).resolve("target/bench-smoke"));

        // Then
        assertThat(Part.ALL).allSatisfy(part -> assertThat(report.figures(part.letter()))
                .as(part.title())
                .isNotEmpty()
                .allMatch(figure -> figure.value() > 0));
        assertThat(report.balanced()).isTrue();
    }
}
