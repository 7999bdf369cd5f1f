package io.jifen.job;

import static io.restassured.RestAssured.given;
import static org.awaitility.Awaitility.await;

import io.jifen.services.Tokens;
import io.restassured.path.json.JsonPath;
import java.time.Duration;

/** Starts jobs as an admin does. */
public final class JobsClient {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private JobsClient() {}

    /** Starts the job and waits for its end, which must be a good one. */
    public static JsonPath run(String job) {
        String id = given().auth()
                .oauth2(Tokens.admin())
                .post("/api/v1/jobs/{name}/runs", job)
                .then()
                .statusCode(202)
                .extract()
                .path("runId");
        return awaitDone(id);
    }

    public static JsonPath awaitDone(String runId) {
        JsonPath ended = await().atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(20))
                .until(() -> get(runId), run -> !run.getString("state").equals("RUNNING"));
        if (!ended.getString("state").equals("DONE")) {
            throw new AssertionError(ended.prettify());
        }
        return ended;
    }

    static JsonPath get(String runId) {
        return given().auth()
                .oauth2(Tokens.admin())
                .get("/api/v1/jobs/runs/{runId}", runId)
                .then()
                .statusCode(200)
                .extract()
                .jsonPath();
    }
}
