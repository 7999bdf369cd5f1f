package io.jifen.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/** The figures of one run, by part, as a table for people and as JSON for programs. */
final class Report {

    /** What a part found, and what the checker found after it. */
    private record Section(
            String title, List<Figure> figures, @Nullable Check check, double seconds) {}

    private final Map<Character, Section> sections = new LinkedHashMap<>();
    private final List<Figure> figures = new ArrayList<>();
    private final Map<String, Object> machine;
    private List<Figure> open = new ArrayList<>();

    Report(Map<String, Object> machine) {
        this.machine = machine;
    }

    void add(Figure figure) {
        open.add(figure);
        figures.add(figure);
        World.say("   %s: %s%s%s%s"
                .formatted(
                        figure.what(),
                        Figure.number(figure.value()),
                        figure.unit(),
                        figure.ratio() == null ? "" : " = %.2f × %s".formatted(figure.ratio(), figure.beside()),
                        figure.detail().isEmpty() ? "" : " (" + figure.detail() + ")"));
    }

    /** Something about the whole run. */
    void note(String name, String value) {
        machine.put(name, value);
    }

    /** Of an earlier part; empty if that was not run. */
    OptionalDouble value(String key) {
        return figures.stream()
                .filter(figure -> figure.key().equals(key))
                .mapToDouble(Figure::value)
                .findFirst();
    }

    void end(Part part, @Nullable Check check, double seconds) {
        sections.put(part.letter(), new Section(part.title(), open, check, seconds));
        open = new ArrayList<>();
    }

    List<Figure> figures(char part) {
        return sections.containsKey(part) ? sections.get(part).figures() : List.of();
    }

    /** Whether the checker found nothing, after any part. */
    boolean balanced() {
        return sections.values().stream()
                .allMatch(section -> section.check() == null || section.check().balanced());
    }

    void write(Path folder) throws IOException {
        Files.createDirectories(folder);
        Files.writeString(folder.resolve("report.md"), markdown());
        Files.writeString(
                folder.resolve("report.json"),
                new ObjectMapper()
                        .enable(SerializationFeature.INDENT_OUTPUT)
                        .writeValueAsString(Map.of("machine", machine, "parts", sections)));
    }

    private String markdown() {
        StringBuilder text = new StringBuilder("# Benchmark\n\n");
        text.append("One run; figures of other machines, or of another day, are not comparable, ratios are.\n\n");
        machine.forEach((name, value) ->
                text.append("- ").append(name).append(": ").append(value).append('\n'));
        text.append("\n| | what | figure | beside | goal | reached | |\n|---|---|--:|---|---|---|---|\n");
        sections.forEach((letter, section) -> section.figures().forEach(figure -> text.append(row(letter, figure))));
        text.append("\nWhat bounds those that were not reached, and what was tried, is in docs/performance.md.\n");
        text.append(
                "\n| | checker | accounts | entries | hashes | took | part took |\n|---|---|--:|--:|---|--:|--:|\n");
        sections.forEach((letter, section) -> text.append(row(letter, section)));
        return text.toString();
    }

    private static String row(char letter, Figure figure) {
        return "| %s | %s | %s%s | %s | %s | %s | %s |%n"
                .formatted(
                        letter,
                        figure.what(),
                        Figure.number(figure.value()),
                        figure.unit(),
                        figure.ratio() == null
                                ? ""
                                : String.format(Locale.ROOT, "%.2f × %s", figure.ratio(), figure.beside()),
                        figure.goal(),
                        figure.goal().isEmpty() ? "" : figure.reached() == null ? "?" : figure.reached() ? "yes" : "no",
                        figure.detail());
    }

    private static String row(char letter, Section section) {
        Check check = section.check();
        return check == null
                ? String.format(Locale.ROOT, "| %s | nothing to check | | | | | %.0f s |%n", letter, section.seconds())
                : String.format(
                        Locale.ROOT,
                        "| %s | %s | %,d | %,d | %s | %.0f s | %.0f s |%n",
                        letter,
                        check.balanced() ? "found nothing" : check.violations(),
                        check.accounts(),
                        check.entries(),
                        check.hashes() ? "checked" : "not checked",
                        check.seconds(),
                        section.seconds());
    }
}
