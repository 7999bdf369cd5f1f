package io.jifen.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The table of values in the chart's README is made of values.yaml: of each value the comment that begins with "--". */
class ChartReadmeTest {

    private static final Path README = Chart.FOLDER.resolve("README.md");
    private static final String BEGIN = "<!-- values: begin -->\n";
    private static final String END = "<!-- values: end -->";
    private static final Pattern KEY = Pattern.compile("( *)([A-Za-z]+):.*");
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Map<String, Object> values = Yaml.map(Chart.FOLDER.resolve("values.yaml"));
    private final List<String> described = new ArrayList<>();

    @Test
    void its_table_is_made_of_the_values() throws IOException {
        String readme = Yaml.text(README);
        int begin = readme.indexOf(BEGIN) + BEGIN.length();
        int end = readme.indexOf(END);
        String table = table();

        if (Boolean.getBoolean("jifen.k8s.write")) {
            Files.writeString(README, readme.substring(0, begin) + table + readme.substring(end));
        } else {
            assertThat(readme.substring(begin, end))
                    .as("if it was meant to change: ./mvnw test -Dtest=ChartReadmeTest -Djifen.k8s.write")
                    .isEqualTo(table);
        }
    }

    @Test
    void every_value_is_described() {
        table();
        List<String> leaves = new ArrayList<>();
        leaves(values, "", leaves);

        assertThat(leaves).isNotEmpty().allMatch(leaf -> described.stream()
                .anyMatch(path -> leaf.equals(path) || leaf.startsWith(path + ".")));
    }

    private String table() {
        StringBuilder table = new StringBuilder("| value | default | what it does |\n|---|---|---|\n");
        Deque<String> path = new ArrayDeque<>();
        StringBuilder comment = new StringBuilder();
        for (String line :
                Yaml.text(Chart.FOLDER.resolve("values.yaml")).lines().toList()) {
            String text = line.strip();
            Matcher key = KEY.matcher(line);
            if (text.startsWith("# -- ")) {
                comment.setLength(0);
                comment.append(text.substring(5));
            } else if (text.startsWith("#") && !comment.isEmpty()) {
                comment.append(' ').append(text.substring(1).strip());
            } else if (key.matches()) {
                while (path.size() > key.group(1).length() / 2) {
                    path.removeLast();
                }
                path.addLast(key.group(2));
                if (!comment.isEmpty()) {
                    String full = String.join(".", path);
                    described.add(full);
                    table.append("| `%s` | %s | %s |\n".formatted(full, shown(Yaml.at(values, full)), comment));
                }
                comment.setLength(0);
            }
        }
        return table.toString();
    }

    private static String shown(Object value) {
        try {
            return "".equals(value) ? "" : "`" + JSON.writeValueAsString(value) + "`";
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void leaves(Map<String, Object> map, String path, List<String> leaves) {
        map.forEach((key, value) -> {
            if (value instanceof Map<?, ?> && !((Map<?, ?>) value).isEmpty()) {
                leaves(Yaml.map(value), path + key + ".", leaves);
            } else {
                leaves.add(path + key);
            }
        });
    }
}
