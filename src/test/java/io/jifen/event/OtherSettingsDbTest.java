package io.jifen.event;

import static io.jifen.event.EventsClient.accepted;
import static io.jifen.event.EventsClient.fresh;
import static io.jifen.event.EventsClient.statusOf;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;

import io.jifen.services.AtOnce;
import io.jifen.services.InvariantsCheck;
import io.jifen.services.TestServices;
import io.jifen.services.Tokens;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.restassured.response.ValidatableResponse;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.MemberDescription;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.eclipse.microprofile.config.ConfigProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@QuarkusTest
@TestProfile(OtherSettingsDbTest.OtherSettings.class)
@ExtendWith(InvariantsCheck.class)
class OtherSettingsDbTest {

    public static final class OtherSettings implements QuarkusTestProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of(
                    "jifen.roles", "api,relay",
                    "jifen.compat.anonymous", "true",
                    "jifen.compat.max-depth", "20",
                    "jifen.limits.ip-of.COMPAT", "3",
                    "jifen.rate.anonymous", "10",
                    "jifen.import.expired", "expire");
        }
    }

    @Test
    void a_pod_without_the_consumers_role_takes_events_in_and_has_no_place_in_the_group() throws Exception {
        String traceId = fresh("order");

        accepted("""
                {"traceId":"%s","userId":"bob","bizType":"ORDER","amount":1}""".formatted(traceId));

        assertThat(ConfigProvider.getConfig().getValue("mp.messaging.incoming.events.enabled", String.class))
                .isEqualTo("false");
        assertThat(membersOfTheGroup()).isEmpty();
        assertThat(statusOf(traceId)).isEqualTo("UNKNOWN");
    }

    @Test
    void the_compatibility_api_can_be_open_to_all_and_the_rest_stays_closed() {
        publish(somewhere()).statusCode(200).body("code", equalTo(1001));
        given().get("/api/points/o?page=1").then().statusCode(200).body("code", equalTo(1001));
        given().get("/api/v1/accounts/o").then().statusCode(401);
    }

    @Test
    void who_has_no_token_is_counted_by_address() {
        String address = somewhere();
        for (int i = 0; i < 3; i++) {
            publish(address).statusCode(200);
        }

        publish(address).statusCode(429).body("code", equalTo("rate-limited")).body("limit", equalTo(3));
        publish(somewhere()).statusCode(200);
    }

    @Test
    void an_address_that_runs_wild_is_stopped_and_no_other() throws Exception {
        String address = somewhere();

        List<ValidatableResponse> answers = AtOnce.run(100, i -> list(address));

        assertThat(answers).anySatisfy(answer -> answer.statusCode(200));
        assertThat(answers).anySatisfy(answer -> answer.statusCode(429).body("code", equalTo("rate-limited")));
        list(somewhere()).statusCode(200);
        given().get("/q/health/live").then().statusCode(200);
    }

    private static String somewhere() {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        return "203.%d.%d.%d".formatted(random.nextInt(1, 255), random.nextInt(256), random.nextInt(256));
    }

    private static ValidatableResponse publish(String address) {
        return given().contentType("application/json")
                .header("X-Forwarded-For", address)
                .body("""
                        {"openid":"%s","points":5,"action":"add","reason":"x"}""".formatted(fresh("stranger")))
                .post("/api/points/publish")
                .then();
    }

    private static ValidatableResponse list(String address) {
        return given().header("X-Forwarded-For", address)
                .get("/api/points/o?page=1")
                .then();
    }

    @Test
    void a_page_deeper_than_allowed_is_1002() {
        given().get("/api/points/o?page=3&limit=10").then().body("code", equalTo(1001));
        given().get("/api/points/o?page=4&limit=10").then().body("code", equalTo(1002));
    }

    @Test
    void points_whose_day_has_passed_expire_with_an_entry_that_says_so() {
        String openid = fresh("lisi");

        given().auth()
                .oauth2(Tokens.admin())
                .contentType("text/csv")
                .body("openid,points,expired_at\n%s,200,2020-01-31 00:00:00\n".formatted(openid))
                .post("/api/v1/imports/members")
                .then()
                .statusCode(200)
                .body("imported", equalTo(1))
                .body("rows[0].note", containsString("not available"));

        given().get("/api/points/{openid}?page=1", openid)
                .then()
                .body("data.action", contains("sub", "add"))
                .body("data.points", contains(200, 200));
        given().auth()
                .oauth2(Tokens.service())
                .get("/api/v1/accounts/{id}", openid)
                .then()
                .body("available", equalTo(0));
    }

    private static Collection<MemberDescription> membersOfTheGroup() throws InterruptedException, ExecutionException {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", TestServices.kafka()))) {
            return admin.describeConsumerGroups(List.of("jifen"))
                    .all()
                    .get()
                    .get("jifen")
                    .members();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof GroupIdNotFoundException) {
                return List.of(); // nobody has ever consumed from this broker
            }
            throw e;
        }
    }
}
