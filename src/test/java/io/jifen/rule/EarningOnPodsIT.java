package io.jifen.rule;

import static io.jifen.services.AppProcess.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.jifen.services.AppProcess;
import io.jifen.services.AtOnce;
import io.jifen.services.Tokens;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.function.LongPredicate;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What earning must keep to on two pods: their lanes and memories are their own, so only the database can see to it. */
class EarningOnPodsIT {

    /** What is promised. */
    private static final Duration SEEN_WITHIN = Duration.ofSeconds(5);

    private static List<AppProcess> pods = List.of();

    private final String biz = "T_" + Long.toString(System.nanoTime(), 36).toUpperCase(Locale.ROOT);

    @BeforeAll
    static void start() {
        pods = List.of(AppProcess.launch(Map.of()), AppProcess.launch(Map.of()));
        pods.forEach(AppProcess::awaitReady);
    }

    @AfterAll
    static void stop() {
        pods.forEach(AppProcess::close);
    }

    @Test
    void an_edit_on_one_pod_is_soon_seen_by_the_other() {
        // Given
        AppProcess editor = pods.get(0);
        AppProcess other = pods.get(1);
        make(editor, "\"fixed\":7");
        await(other, points -> points == 7);

        // When
        edit(editor, "\"fixed\":8");

        // Then
        assertThat(simulated(editor)).as("at once where it was made").isEqualTo(8);
        await(other, points -> points == 8);

        // When: the other one takes it back
        edit(other, "\"status\":\"INACTIVE\"");

        // Then
        await(editor, points -> points == 0);
    }

    @Test
    void a_budget_that_both_pods_grant_from_at_once_is_used_up_to_the_last_point() throws Exception {
        // Given
        make(pods.get(0), "\"fixed\":7,\"budget\":100");
        await(pods.get(1), points -> points == 7);

        // When: a user each
        List<HttpResponse<String>> answers = AtOnce.run(60, i -> grant(pods.get(i % 2), "u-" + biz + "-" + i));

        // Then
        List<Integer> points = answers.stream().map(EarningOnPodsIT::points).toList();
        assertThat(points.stream().mapToInt(Integer::intValue).sum()).isEqualTo(100);
        assertThat(points).filteredOn(one -> one == 7).hasSize(14);
        assertThat(points).filteredOn(one -> one == 2).hasSize(1);
        assertThat(answers)
                .filteredOn(answer -> answer.statusCode() != 201)
                .allSatisfy(answer -> assertThat(answer.body()).contains("budget-exhausted"));
    }

    @Test
    void a_daily_limit_that_one_user_hits_on_both_pods_at_once_stops_exactly_there() throws Exception {
        // Given
        make(pods.get(0), "\"fixed\":3,\"dailyTimes\":10");
        await(pods.get(1), points -> points == 3);

        // When
        List<HttpResponse<String>> answers = AtOnce.run(50, i -> grant(pods.get(i % 2), "u-" + biz));

        // Then
        assertThat(answers).filteredOn(answer -> answer.statusCode() == 201).hasSize(10);
        assertThat(answers)
                .filteredOn(answer -> answer.statusCode() != 201)
                .allSatisfy(answer -> assertThat(answer.body()).contains("daily-limit-reached"));
    }

    @Test
    void one_user_who_signs_in_on_both_pods_at_once_has_signed_in_once() throws Exception {
        String user = "u-" + biz;

        // When
        List<Integer> statuses = AtOnce.run(40, i -> pods.get(i % 2)
                .post("/api/v1/accounts/" + user + "/sign-ins", Tokens.service(), "")
                .statusCode());

        // Then
        assertThat(statuses).containsOnlyOnce(201);
        assertThat(statuses).filteredOn(status -> status == 409).hasSize(39);
        JsonNode account = json(pods.get(0).get("/api/v1/accounts/" + user, Tokens.service()));
        assertThat(account.get("available").asInt())
                .as("registered, and signed in")
                .isEqualTo(105);
    }

    // ---- the words of this test ----

    private String rule(String figures) {
        return "{\"code\":\"%s\",\"bizType\":\"%s\",%s}".formatted(biz, biz, figures);
    }

    private void make(AppProcess pod, String figures) {
        HttpResponse<String> answer = pod.post("/api/v1/rules", Tokens.admin(), rule(figures));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
    }

    private void edit(AppProcess pod, String figures) {
        HttpResponse<String> answer = AppProcess.send(pod.request("/api/v1/rules/" + biz)
                .header("Authorization", "Bearer " + Tokens.admin())
                .header("Content-Type", "application/json")
                .PUT(HttpRequest.BodyPublishers.ofString(rule(figures))));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    }

    private HttpResponse<String> grant(AppProcess pod, String user) {
        return pod.post("/api/v1/grants", Tokens.service(), """
                {"traceId":"%s","userId":"%s","bizType":"%s"}""".formatted(UUID.randomUUID(), user, biz));
    }

    private static int points(HttpResponse<String> answer) {
        return answer.statusCode() == 201 ? json(answer).get("points").asInt() : 0;
    }

    private void await(AppProcess pod, LongPredicate seen) {
        Awaitility.await().atMost(SEEN_WITHIN).until(() -> seen.test(simulated(pod)));
    }

    private long simulated(AppProcess pod) {
        return json(pod.post("/api/v1/simulations", Tokens.service(), """
                        {"userId":"nobody-%s","bizType":"%s"}""".formatted(biz, biz)))
                .get("points")
                .asLong();
    }
}
