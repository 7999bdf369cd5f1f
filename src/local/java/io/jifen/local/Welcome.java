package io.jifen.local;

import io.jifen.fake.TokenIssuer;
import io.quarkus.vertx.http.HttpServerStart;
import jakarta.enterprise.event.ObservesAsync;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Says, once the service answers, where it is and what to try first. */
@Singleton
class Welcome {

    private static final String SAID = "jifen.local.welcomed";

    private final Path folder;
    private final int port;

    Welcome(
            @ConfigProperty(name = "jifen.local.folder") Path folder,
            @ConfigProperty(name = "quarkus.http.port") int port) {
        this.folder = folder;
        this.port = port;
    }

    void say(@ObservesAsync HttpServerStart start) throws IOException {
        // Once for each JVM: after a live reload the reader knows.
        if (System.getProperty(SAID) != null) {
            return;
        }
        System.setProperty(SAID, "yes");
        String token =
                TokenIssuer.load(folder.resolve("keys")).token("service", "points-service", Duration.ofDays(365));
        String address = "http://localhost:" + port;
        System.out.print("""

                Jifen is ready.

                  Address      %1$s
                  Swagger UI   %1$s/q/swagger-ui
                  Tokens       %2$s/tokens.json
                  Anybody's    curl -s '%1$s/dev/token?user=bob&role=points-user'

                An order of alice for 100 yuan, her balance, and her entries:

                curl -s %1$s/api/v1/events -H 'Content-Type: application/json' -H 'Authorization: Bearer %3$s' -d '{"traceId":"try-1","userId":"alice","bizType":"ORDER","bizNo":"try-1","amount":100}'

                curl -s %1$s/api/v1/accounts/alice/balance -H 'Authorization: Bearer %3$s'

                curl -s %1$s/api/v1/accounts/alice/entries -H 'Authorization: Bearer %3$s'

                """.formatted(address, folder, token));
    }
}
