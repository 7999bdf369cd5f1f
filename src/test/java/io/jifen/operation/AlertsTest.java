package io.jifen.operation;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Who is woken up finds what to do, and is woken up by something that is told. */
class AlertsTest {

    private static final Path FILES = Path.of("helm", "jifen", "files");
    private static final Path RUNBOOK = Path.of("docs", "runbook.md");
    private static final Pattern DURATION = Pattern.compile("[1-9][0-9]*[smhd]");

    private final Set<String> metrics = MetricsTable.labels().keySet();
    private final List<JsonNode> alerts = alerts();

    AlertsTest() throws IOException {}

    @Test
    void every_alert_says_how_bad_it_is_what_it_is_and_where_help_is() {
        Set<String> names = new HashSet<>();
        for (JsonNode alert : alerts) {
            String name = alert.path("alert").asText();
            assertThat(name).matches("Jifen[A-Za-z]+");
            assertThat(names.add(name)).as("%s is there once", name).isTrue();
            assertThat(fields(alert)).as(name).isSubsetOf("alert", "expr", "for", "labels", "annotations");
            assertThat(fields(alert.path("labels"))).as(name).containsExactly("severity");
            assertThat(alert.path("labels").path("severity").asText()).as(name).isIn("critical", "warning");
            assertThat(alert.path("for").asText("1m")).as(name).matches(DURATION);
            assertThat(alert.path("annotations").path("summary").asText())
                    .as(name)
                    .isNotBlank();
            assertThat(alert.path("annotations").path("runbook_url").asText())
                    .isEqualTo("docs/runbook.md#" + name.toLowerCase(Locale.ROOT));
        }
    }

    @Test
    void the_runbook_has_a_section_for_every_alert_and_no_other() throws IOException {
        List<String> sections = new ArrayList<>();
        for (String section : Files.readString(RUNBOOK).split("(?m)^### ")) {
            String name = section.lines().findFirst().orElse("");
            if (!name.startsWith("Jifen")) {
                continue;
            }
            sections.add(name);
            assertThat(section).as(name).contains("\n**What it means.** ", "\n**How to look.** ", "\n**What to do.** ");
        }
        assertThat(sections)
                .containsExactlyElementsOf(alerts.stream()
                        .map(alert -> alert.path("alert").asText())
                        .toList());
    }

    @Test
    void what_alerts_ask_for_is_told() {
        for (JsonNode alert : alerts) {
            Set<String> asked = MetricsTable.metricsOf(alert.path("expr").asText(), metrics);
            assertThat(asked).as(alert.path("alert").asText()).isNotEmpty().isSubsetOf(metrics);
        }
    }

    @Test
    void what_the_dashboard_asks_for_is_told_and_all_of_ours_is_asked_for() throws IOException {
        JsonNode dashboard =
                new ObjectMapper().readTree(FILES.resolve("dashboard.json").toFile());
        Set<String> asked = new HashSet<>();
        Set<Integer> ids = new HashSet<>();
        for (JsonNode panel : dashboard.path("panels")) {
            String title = panel.path("title").asText();
            assertThat(title).isNotBlank();
            assertThat(ids.add(panel.path("id").asInt())).as(title).isTrue();
            if (panel.path("type").asText().equals("row")) {
                continue;
            }
            assertThat(panel.path("description").asText()).as(title).isNotBlank();
            assertThat(panel.path("targets")).as(title).isNotEmpty();
            for (JsonNode target : panel.path("targets")) {
                Set<String> names = MetricsTable.metricsOf(target.path("expr").asText(), metrics);
                assertThat(names).as(title).isNotEmpty().isSubsetOf(metrics);
                asked.addAll(names);
            }
        }
        // What nobody looks at need not be counted.
        assertThat(asked)
                .containsAll(metrics.stream()
                        .filter(name -> name.startsWith("jifen_"))
                        .toList());
    }

    @Test
    void what_these_pages_point_at_is_there() throws IOException {
        Pattern link = Pattern.compile("]\\((?:([a-z./-]+\\.(?:md|yaml|json|txt)))?(?:#([a-z0-9-]+))?\\)");
        for (String page : List.of("runbook.md", "operations.md", "metrics.md")) {
            Path file = Path.of("docs", page);
            Matcher found = link.matcher(Files.readString(file));
            while (found.find()) {
                Path target = found.group(1) == null ? file : file.resolveSibling(found.group(1));
                assertThat(target).as(page).exists();
                if (found.group(2) != null) {
                    assertThat(anchors(target)).as(page).contains(found.group(2));
                }
            }
        }
    }

    /** Of a page's headings, as those who show it make them. */
    private static List<String> anchors(Path page) throws IOException {
        return Files.readAllLines(page).stream()
                .filter(line -> line.startsWith("#"))
                .map(line -> line.replaceFirst("^#+ ", "")
                        .toLowerCase(Locale.ROOT)
                        .replaceAll("[^a-z0-9 -]", "")
                        .replace(' ', '-'))
                .toList();
    }

    private static Set<String> fields(JsonNode object) {
        Set<String> names = new HashSet<>();
        object.fieldNames().forEachRemaining(names::add);
        return names;
    }

    private static List<JsonNode> alerts() throws IOException {
        JsonNode document = new ObjectMapper(new YAMLFactory())
                .readTree(FILES.resolve("alerts.yaml").toFile());
        assertThat(fields(document)).containsExactly("groups");
        List<JsonNode> alerts = new ArrayList<>();
        for (JsonNode group : document.path("groups")) {
            assertThat(fields(group)).containsExactlyInAnyOrder("name", "rules");
            group.path("rules").forEach(alerts::add);
        }
        return alerts;
    }
}
