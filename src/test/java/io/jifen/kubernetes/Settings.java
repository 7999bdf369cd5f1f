package io.jifen.kubernetes;

import java.nio.file.Path;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The environment variables that say something to the service. Any other would be set in vain, and nobody would know. */
final class Settings {

    private static final Pattern PROPERTY = Pattern.compile("(?:%[a-z]+\\.)?([a-z][a-z0-9-]*(?:\\.[A-Za-z0-9-]+)+)");

    /** Of Quarkus and of Kafka's clients, as their references spell them; of ours, what README.md shortens. */
    private static final String OF_OTHERS = """
            quarkus.datasource.username quarkus.datasource.password quarkus.flyway.validate-at-start
            quarkus.flyway.connect-retries quarkus.flyway.connect-retries-interval
            quarkus.redis.client-type quarkus.redis.password quarkus.redis.tls.enabled
            quarkus.redis.tls.hostname-verification-algorithm quarkus.redis.tls.trust-certificate-pem
            quarkus.redis.tls.trust-certificate-pem.certs
            quarkus.shutdown.delay quarkus.otel.exporter.otlp.endpoint quarkus.log.level
            kafka.security.protocol kafka.sasl.mechanism kafka.sasl.jaas.config
            kafka.ssl.truststore.type kafka.ssl.truststore.location
            kafka.ssl.keystore.type kafka.ssl.keystore.location kafka.ssl.keystore.password
            jifen.maintenance.password
            """;

    private Settings() {}

    static Set<String> known() {
        String texts = Yaml.text(Path.of("src", "main", "resources", "application.properties"))
                + Yaml.text(Path.of("README.md"))
                + OF_OTHERS;
        Set<String> known = PROPERTY.matcher(texts)
                .results()
                .map(match -> match.group(1).replaceAll("[^A-Za-z0-9]", "_").toUpperCase(Locale.ROOT))
                .collect(Collectors.toCollection(HashSet::new));
        // The image's, for its JVM; and what only the url of the database refers to.
        known.addAll(Set.of("JAVA_OPTIONS_APPEND", "JIFEN_DATABASE_TRUST_STORE_PASSWORD"));
        return known;
    }
}
