package io.jifen.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import io.agroal.api.AgroalDataSource;
import io.jifen.ledger.AccountOpening.Opened;
import io.jifen.platform.Time;
import io.jifen.services.InvariantsCheck;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@QuarkusTest
@ExtendWith(InvariantsCheck.class)
class AccountOpeningDbTest {

    private static final int THREADS = 8;
    /** One race in many is enough to be seen. */
    private static final int USERS = 50;

    @Inject
    AccountOpening opening;

    @Inject
    AgroalDataSource database;

    @Inject
    Time time;

    @Test
    void gives_all_who_come_at_once_the_account_that_one_of_them_opened() throws Exception {
        // Given
        List<String> users = new ArrayList<>();
        for (int i = 0; i < USERS; i++) {
            users.add("open-" + UUID.randomUUID());
        }
        CyclicBarrier together = new CyclicBarrier(THREADS);

        // When
        List<Future<List<Opened>>> running = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(THREADS)) {
            for (int thread = 0; thread < THREADS; thread++) {
                running.add(threads.submit(() -> openAll(users, together)));
            }
        }

        // Then
        for (int user = 0; user < USERS; user++) {
            List<Opened> ofOne = new ArrayList<>();
            for (Future<List<Opened>> thread : running) {
                ofOne.add(thread.get().get(user));
            }
            assertThat(ofOne)
                    .extracting(Opened::id)
                    .containsOnly(ofOne.getFirst().id());
            assertThat(ofOne).filteredOn(Opened::now).hasSize(1);
        }
    }

    private List<Opened> openAll(List<String> users, CyclicBarrier together) throws Exception {
        List<Opened> opened = new ArrayList<>();
        try (Connection connection = database.getConnection()) {
            for (String user : users) {
                together.await(20, TimeUnit.SECONDS);
                opened.add(opening.open(connection, user, null, time.now()));
            }
        }
        return opened;
    }
}
