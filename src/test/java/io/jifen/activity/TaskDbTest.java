package io.jifen.activity;

import static io.jifen.activity.ActivityClient.available;
import static io.jifen.activity.ActivityClient.editRule;
import static io.jifen.activity.ActivityClient.fresh;
import static io.jifen.activity.ActivityClient.make;
import static io.jifen.activity.ActivityClient.open;
import static io.jifen.activity.ActivityClient.post;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;

import io.jifen.services.AtOnce;
import io.jifen.services.InvariantsCheck;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@QuarkusTest
@ExtendWith(InvariantsCheck.class)
class TaskDbTest {

    private final String share =
            "T_" + UUID.randomUUID().toString().substring(0, 8).toUpperCase(Locale.ROOT);

    private String bob;

    @BeforeEach
    void account() {
        bob = open("bob");
    }

    @Test
    void a_task_earns_by_rule_task_once_and_for_good() {
        // When
        complete("PROFILE", bob)
                .statusCode(201)
                .body("bizType", equalTo("TASK"))
                .body("bizNo", equalTo("PROFILE"))
                .body("points", equalTo(10));

        // Then
        complete("PROFILE", bob).statusCode(409).body("code", equalTo("already-granted"));
        complete("SURVEY", bob).statusCode(201);
        assertThat(available(bob)).isEqualTo(120);
    }

    @Test
    void twenty_completions_at_once_are_one() throws Exception {
        List<Integer> statuses =
                AtOnce.run(20, i -> complete("PROFILE", bob).extract().statusCode());

        assertThat(statuses).containsOnlyOnce(201);
        assertThat(available(bob)).isEqualTo(110);
    }

    @Test
    void a_task_with_a_rule_of_its_own_earns_by_that_one_alone() {
        // Given: a rule that grants again for the same task
        make("rules", rule("fixed", 30));

        // When
        complete(share, bob).statusCode(201).body("points", equalTo(30));
        complete(share, bob).statusCode(201).body("points", equalTo(30));

        // Then: it is no rule of other tasks
        complete("PROFILE", bob).body("points", equalTo(10));
        assertThat(available(bob)).isEqualTo(170);

        // When: it is switched off
        editRule(share, rule("status", "INACTIVE"));

        // Then: rule TASK does not stand in for it
        complete(share, bob).statusCode(422).body("code", equalTo("rule-not-found"));
    }

    @Test
    void a_task_keeps_to_the_limits_of_its_own_rule_however_many_complete_it_at_once() throws Exception {
        // Given
        make("rules", rule("fixed", 30, "dailyTimes", 3));

        // When
        List<Integer> statuses =
                AtOnce.run(20, i -> complete(share, bob).extract().statusCode());

        // Then
        assertThat(statuses.stream().filter(status -> status == 201)).hasSize(3);
        assertThat(statuses.stream().filter(status -> status == 409)).hasSize(17);
        complete(share, bob)
                .statusCode(409)
                .body("code", equalTo("daily-limit-reached"))
                .body("limit", equalTo(3))
                .body("used", equalTo(3));
        assertThat(available(bob)).isEqualTo(190);
    }

    @Test
    void a_repeat_gets_the_first_answer() {
        Map<String, String> body = Map.of("userId", bob, "traceId", fresh("key"));
        byte[] first = post("/tasks/PROFILE/completions", body).extract().asByteArray();

        assertThat(post("/tasks/PROFILE/completions", body)
                        .statusCode(200)
                        .extract()
                        .asByteArray())
                .isEqualTo(first);
        post("/tasks/SURVEY/completions", body).statusCode(422).body("code", equalTo("idempotency-key-reused"));
        post("/tasks/PROFILE/completions", Map.of("userId", bob))
                .statusCode(400)
                .body("code", equalTo("missing-idempotency-key"));
        post("/tasks/pro-file/completions", body).statusCode(400).body("code", equalTo("invalid-request"));
    }

    private static ValidatableResponse complete(String task, String user) {
        return post("/tasks/" + task + "/completions", Map.of("userId", user, "traceId", fresh("key")));
    }

    /** Of the task, and by which it may be done again. */
    private Map<String, Object> rule(Object... more) {
        Map<String, Object> rule = new HashMap<>(Map.of("code", share, "bizType", "TASK", "oncePerBizNo", false));
        for (int i = 0; i < more.length; i += 2) {
            rule.put((String) more[i], more[i + 1]);
        }
        return rule;
    }
}
