package io.jifen.platform;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Where the service may not make its topics, somebody else makes all of them. */
class TopicsTest {

    private static final Path DEMO = Path.of("helm", "jifen", "examples", "demo-services.yaml");

    @Test
    void the_demonstration_has_all_of_them() throws IOException {
        List<String> names = new ArrayList<>();
        try (MappingIterator<JsonNode> documents =
                new ObjectMapper(new YAMLFactory()).readerFor(JsonNode.class).readValues(DEMO.toFile())) {
            while (documents.hasNext()) {
                JsonNode document = documents.next();
                if (document.path("kind").asText().equals("KafkaTopic")) {
                    names.add(document.path("metadata").path("name").asText());
                }
            }
        }

        assertThat(names).containsExactlyInAnyOrderElementsOf(Topics.NAMES);
    }
}
