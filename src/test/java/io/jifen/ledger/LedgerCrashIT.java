package io.jifen.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.jifen.services.AppProcess;
import io.jifen.services.TestServices;
import io.jifen.services.Tokens;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/**
 * {@code kill -9} of the service and of the database at random moments under load: in the end every request has exactly
 * one outcome, the one its caller was told, and all invariants hold. Profile proof has many more rounds.
 */
class LedgerCrashIT {

    private static final int ROUNDS = Integer.getInteger("jifen.proof.rounds", 3);

    @Test
    void killing_the_service_under_load_loses_and_doubles_nothing() throws Exception {
        AtomicReference<AppProcess> app = new AtomicReference<>(AppProcess.start(Map.of()));
        try (LoadOnPods load = new LoadOnPods(app::get)) {
            // Given
            load.openAccounts(app.get());

            // When
            for (int round = 0; round < ROUNDS; round++) {
                load.start();
                LoadOnPods.forAWhile();
                app.get().kill();
                load.stop();
                app.set(AppProcess.start(Map.of()));
            }

            // Then
            assertAllIsWell(load, app.get());
        } finally {
            app.get().close();
        }
    }

    @Test
    void killing_the_database_under_load_loses_and_doubles_nothing() throws Exception {
        try (AppProcess app = AppProcess.start(Map.of());
                LoadOnPods load = new LoadOnPods(() -> app)) {
            // Given
            load.openAccounts(app);

            // When
            for (int round = 0; round < ROUNDS; round++) {
                load.start();
                LoadOnPods.forAWhile();
                TestServices.mariaDbService().kill();
                LoadOnPods.forAWhile();
                TestServices.mariaDbService().start();
                app.awaitReady();
                LoadOnPods.forAWhile();
                load.stop();
            }

            // Then
            assertAllIsWell(load, app);
            assertThat(AppProcess.json(app.get("/api/v1/dead-letters", Tokens.admin()))
                            .get("items"))
                    .noneMatch(letter -> letter.path("traceId").asText().startsWith("l-"));
        } finally {
            TestServices.mariaDbService().start();
        }
    }

    private static void assertAllIsWell(LoadOnPods load, AppProcess app) {
        assertThat(load.answered())
                .as("answers between the kills")
                .isGreaterThanOrEqualTo(LoadOnPods.ANSWERED * ROUNDS);
        long expected = load.settle(app);
        assertThat(load.available(app)).isEqualTo(expected);
        JsonNode books = AppProcess.json(app.get("/api/v1/trial-balance", Tokens.admin()));
        assertThat(books.get("violations")).as(books.toString()).isEmpty();
    }
}
