package io.jifen;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The rights that docs/database.md gives to the service's user are the ones that its statements need. */
class DatabaseGrantsTest {

    private static final Pattern GRANT = Pattern.compile("GRANT ([A-Z, ]+) ON jifen\\.([a-z_]+) TO 'jifen_service'");

    private static final Pattern UPDATE =
            Pattern.compile("\\bUPDATE\\s+([a-z_]+)\\s+(?:SET|JOIN|[a-z]+\\s+(?:SET|JOIN))\\b");
    private static final Pattern DELETE = Pattern.compile("\\bDELETE\\s+(?:[a-z_]+\\s+)?FROM\\s+([a-z_]+)");
    private static final Pattern UPSERT = Pattern.compile("\\bON DUPLICATE KEY UPDATE\\b");
    private static final Pattern LOCK = Pattern.compile("\\bFOR UPDATE\\b");
    private static final Pattern INTO = Pattern.compile("\\bINSERT\\s+INTO\\s+([a-z_]+)");
    private static final Pattern FROM = Pattern.compile("\\bFROM\\s+([a-z_]+)");

    /** Of libraries, whose statements are not ours to read. */
    private static final Map<String, Set<String>> OF_LIBRARIES = Map.of("shedlock", Set.of("UPDATE"));

    /** Nobody may ever change these. */
    private static final List<String> APPEND_ONLY = List.of("entry", "lot_use", "request", "audit");

    @Test
    void what_is_granted_is_what_is_needed() throws IOException {
        assertThat(granted()).isEqualTo(needed());
    }

    @Test
    void the_ledger_and_the_audit_trail_are_only_added_to() throws IOException {
        assertThat(granted()).doesNotContainKeys(APPEND_ONLY.toArray(String[]::new));
    }

    private static Map<String, Set<String>> granted() throws IOException {
        Map<String, Set<String>> granted = new TreeMap<>();
        Matcher grants = GRANT.matcher(Files.readString(Path.of("docs", "database.md")));
        while (grants.find()) {
            granted.put(grants.group(2), new TreeSet<>(List.of(grants.group(1).split(", "))));
        }
        return granted;
    }

    private static Map<String, Set<String>> needed() throws IOException {
        Map<String, Set<String>> needed = new TreeMap<>();
        OF_LIBRARIES.forEach((table, rights) -> needed.put(table, new TreeSet<>(rights)));
        try (Stream<Path> sources = Files.walk(Path.of("src/main/java"))) {
            for (Path source :
                    sources.filter(file -> file.toString().endsWith(".java")).toList()) {
                // Statements in several pieces are one.
                String text = Files.readString(source).replaceAll("\"\\s*\\+\\s*\"", "");
                UPDATE.matcher(text).results().forEach(found -> need(needed, found.group(1), "UPDATE"));
                DELETE.matcher(text).results().forEach(found -> need(needed, found.group(1), "DELETE"));
                UPSERT.matcher(text)
                        .results()
                        .forEach(found -> need(needed, last(INTO, text, found.start()), "UPDATE"));
                LOCK.matcher(text).results().forEach(found -> need(needed, last(FROM, text, found.start()), "UPDATE"));
            }
        }
        return needed;
    }

    private static void need(Map<String, Set<String>> needed, String table, String right) {
        needed.computeIfAbsent(table, first -> new TreeSet<>()).add(right);
    }

    /** The table of the statement that ends here. */
    private static String last(Pattern table, String text, int end) {
        return table.matcher(text.substring(0, end))
                .results()
                .reduce((one, next) -> next)
                .orElseThrow()
                .group(1);
    }
}
