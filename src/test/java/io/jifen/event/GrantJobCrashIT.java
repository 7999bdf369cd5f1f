package io.jifen.event;

import static io.jifen.services.AppProcess.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.jifen.services.AppProcess;
import io.jifen.services.Tokens;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** Grants in bulk outlive the pod that sends them. */
class GrantJobCrashIT {

    private static final int ROWS = 20_000;
    private static final int USERS = 50;

    /** The dead pod's locks and its place among the consumers have to run out first: sooner than in production. */
    private static final Map<String, String> SOONER = Map.of(
            "jifen.grant-jobs.lock-at-most", "4s",
            "mp.messaging.incoming.events.session.timeout.ms", "6000",
            "mp.messaging.incoming.events.heartbeat.interval.ms", "1500");

    private static final Duration PATIENCE = Duration.ofMinutes(3);

    private final String run = UUID.randomUUID().toString().substring(0, 8);

    @Test
    void a_job_whose_pod_is_killed_in_the_middle_is_finished_by_another_and_grants_each_row_once() {
        // Given
        String job;
        try (AppProcess pod = AppProcess.start(SOONER)) {
            job = upload(pod);
            Awaitility.await()
                    .atMost(PATIENCE)
                    .pollInterval(Duration.ofMillis(20))
                    .until(() -> figure(pod, job, "posted") > 0);

            // When
            pod.kill();
        }
        try (AppProcess another = AppProcess.start(SOONER)) {
            assertThat(figure(another, job, "posted"))
                    .as("killed before its end")
                    .isLessThan(ROWS);

            // Then
            Awaitility.await()
                    .atMost(PATIENCE)
                    .until(() -> job(another, job).get("status").asText().equals("DONE"));
            assertThat(figure(another, job, "posted")).isEqualTo(ROWS);
            long granted = IntStream.range(0, USERS)
                    .mapToLong(user -> get(another, "/api/v1/accounts/" + user(user))
                            .get("totalEarned")
                            .asLong())
                    .sum();
            assertThat(granted).isEqualTo(USERS * 100L + ROWS * 2L);
            assertThat(get(another, "/api/v1/trial-balance").get("violations")).isEmpty();
        }
    }

    private String upload(AppProcess pod) {
        String rows = IntStream.range(0, ROWS)
                .mapToObj(i -> """
                        {"userId":"%s","bizType":"COMPAT","points":2}""".formatted(user(i % USERS)))
                .collect(Collectors.joining(",", "[", "]"));
        HttpResponse<String> answer = AppProcess.send(pod.request("/api/v1/grants/jobs")
                .header("Authorization", "Bearer " + Tokens.admin())
                .header("Content-Type", "application/json")
                .header("Idempotency-Key", "job-" + run)
                .POST(HttpRequest.BodyPublishers.ofString(rows)));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
        return json(answer).get("jobId").asText();
    }

    private String user(int number) {
        return "bulk-" + run + "-" + number;
    }

    private static int figure(AppProcess pod, String job, String name) {
        return job(pod, job).get(name).asInt();
    }

    private static JsonNode job(AppProcess pod, String job) {
        return get(pod, "/api/v1/grants/jobs/" + job);
    }

    private static JsonNode get(AppProcess pod, String path) {
        HttpResponse<String> answer = pod.get(path, Tokens.admin());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return json(answer);
    }
}
