package io.jifen.platform;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.util.Properties;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Secrets come from the environment or from files, never from the build. */
class SecretsTest {

    private static final Pattern SECRET =
            Pattern.compile("password|secret|token|credential|jaas|private", Pattern.CASE_INSENSITIVE);

    @Test
    void the_packaged_configuration_has_no_secret() throws IOException {
        Properties packaged = new Properties();
        try (InputStream file =
                        Thread.currentThread().getContextClassLoader().getResourceAsStream("application.properties");
                Reader text = new InputStreamReader(file, StandardCharsets.UTF_8)) {
            packaged.load(text);
        }

        assertThat(packaged.stringPropertyNames()).isNotEmpty().noneMatch(name -> SECRET.matcher(name)
                .find());
    }
}
