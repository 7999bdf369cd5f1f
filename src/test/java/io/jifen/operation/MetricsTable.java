package io.jifen.operation;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The tables of {@code docs/metrics.md}: metrics by name, with their labels. */
final class MetricsTable {

    static final Path FILE = Path.of("docs", "metrics.md");

    private static final Pattern ROW =
            Pattern.compile("^\\| `([a-z_]+)` \\| (counter|gauge|histogram|summary) \\|([^|]*)\\|", Pattern.MULTILINE);
    private static final Pattern QUOTED = Pattern.compile("`([^`]+)`");
    private static final Pattern IN_EXPRESSION =
            Pattern.compile("\\b(jifen|http|agroal|jvm|process|system|kafka|redis|worker)_[a-z_]+");

    private MetricsTable() {}

    static Map<String, Set<String>> labels() throws IOException {
        Map<String, Set<String>> labels = new TreeMap<>();
        Matcher row = ROW.matcher(Files.readString(FILE));
        while (row.find()) {
            labels.put(row.group(1), quoted(row.group(3)));
        }
        return labels;
    }

    /** The metrics that an expression asks for, as the table calls them. */
    static Set<String> metricsOf(String expression, Set<String> known) {
        Set<String> names = new TreeSet<>();
        Matcher name = IN_EXPRESSION.matcher(expression);
        while (name.find()) {
            String base = name.group().replaceFirst("_(bucket|count|sum|max)$", "");
            names.add(known.contains(name.group()) ? name.group() : base);
        }
        return names;
    }

    private static Set<String> quoted(String cell) {
        Set<String> values = new TreeSet<>();
        Matcher value = QUOTED.matcher(cell);
        while (value.find()) {
            values.add(value.group(1));
        }
        return values;
    }
}
