package io.jifen.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import io.jifen.services.AppProcess;
import io.jifen.services.TestServices;
import io.jifen.services.Tokens;
import java.net.http.HttpResponse;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** A pod that is told to end answers what it took, each with what was committed, and then ends. */
class GracefulStopIT {

    private static final int CALLERS = 20;
    private static final Pattern DEPTH = Pattern.compile("^jifen_ledger_queue_depth\\{.*} (\\S+)$", Pattern.MULTILINE);

    private final String user = "u-" + UUID.randomUUID();

    @Test
    void what_was_taken_is_answered_before_the_pod_ends() throws Exception {
        try (AppProcess app = AppProcess.start(Map.of());
                ExecutorService callers = Executors.newFixedThreadPool(CALLERS + 1);
                Connection holder = DriverManager.getConnection(
                        TestServices.jdbcUrl(), TestServices.jdbcUser(), TestServices.jdbcPassword())) {
            // Given: requests that wait, as somebody holds their account
            app.post("/api/v1/accounts", Tokens.service(), "{\"userId\":\"%s\"}".formatted(user));
            holder.setAutoCommit(false);
            try (var locked = holder.createStatement()
                    .executeQuery("SELECT id FROM account WHERE user_id = '%s' FOR UPDATE".formatted(user))) {
                assertThat(locked.next()).isTrue();
            }
            List<Future<HttpResponse<String>>> answers = new ArrayList<>();
            answers.add(callers.submit(() -> deduct(app, 0)));
            Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> isWaitedFor(holder));
            for (int i = 1; i < CALLERS; i++) {
                int number = i;
                answers.add(callers.submit(() -> deduct(app, number)));
            }
            Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> depth(app) == CALLERS - 1);

            // When: it is told to end while they wait
            Future<?> stopping = callers.submit(app::stop);
            Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> !app.isReady());
            holder.rollback();

            // Then
            for (Future<HttpResponse<String>> answer : answers) {
                assertThat(answer.get().statusCode()).isEqualTo(201);
            }
            stopping.get();
            try (var left = holder.createStatement()
                    .executeQuery("SELECT available FROM account WHERE user_id = '%s'".formatted(user))) {
                assertThat(left.next()).isTrue();
                assertThat(left.getLong(1)).isEqualTo(100 - CALLERS);
            }
        }
    }

    private HttpResponse<String> deduct(AppProcess app, int number) {
        return app.post("/api/v1/deductions", Tokens.service(), """
                {"traceId":"%s-%d","userId":"%s","points":1,"bizType":"CUP","bizNo":"c-1"}""".formatted(user, number, user));
    }

    /** Whether a transaction waits for a row that another holds. */
    private static boolean isWaitedFor(Connection connection) throws SQLException {
        try (var waiting = connection
                .createStatement()
                .executeQuery("SELECT trx_id FROM information_schema.innodb_trx WHERE trx_state = 'LOCK WAIT'")) {
            return waiting.next();
        }
    }

    private static double depth(AppProcess app) {
        Matcher matcher = DEPTH.matcher(app.get("/q/metrics", Tokens.service()).body());
        double depth = 0;
        while (matcher.find()) {
            depth += Double.parseDouble(matcher.group(1));
        }
        return depth;
    }
}
