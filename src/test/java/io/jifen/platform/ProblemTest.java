package io.jifen.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ProblemTest {

    private final Json json = Json.standalone();

    @Test
    void shows_figures_beside_the_standard_members_and_leaves_nulls_out() {
        Problem problem = Problem.of(ProblemCode.INSUFFICIENT_POINTS, "10 are needed, 3 are there.")
                .with("available", 3)
                .with("required", 10)
                .with("nothing", null);

        assertThat(json.text(problem))
                .isEqualTo("{\"type\":\"urn:jifen:problem:insufficient-points\",\"title\":\"Too few points\","
                        + "\"status\":409,\"detail\":\"10 are needed, 3 are there.\",\"code\":\"insufficient-points\","
                        + "\"available\":3,\"required\":10}");
    }

    @Test
    void shows_the_trace_id_and_the_wrong_fields() {
        Problem problem = Problem.invalid("points", "must be from 1 to 5").withTraceId("t1");

        assertThat(json.text(problem))
                .contains("\"detail\":\"points: must be from 1 to 5\"")
                .contains("\"traceId\":\"t1\"")
                .contains("\"errors\":[{\"field\":\"points\",\"message\":\"must be from 1 to 5\"}]");
    }

    @ParameterizedTest
    @EnumSource
    void every_code_is_found_by_its_name(ProblemCode code) {
        assertThat(ProblemCode.of(code.code())).isEqualTo(code);
        assertThat(code.code()).matches("[a-z-]+");
        assertThat(code.retryAfterSeconds() > 0).isEqualTo(code.status() == 429 || code.status() == 503);
    }

    @Test
    void an_unknown_code_is_a_mistake() {
        assertThatThrownBy(() -> ProblemCode.of("no-such-code")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void too_busy_says_when_to_come_back() {
        assertThat(ProblemResponses.headers(Problem.of(ProblemCode.OVERLOADED, "")))
                .containsEntry("Retry-After", "1");
        assertThat(ProblemResponses.headers(
                        Problem.of(ProblemCode.RATE_LIMITED, "").with(Problem.RETRY_AFTER, 30)))
                .containsEntry("Retry-After", "30");
    }

    @Test
    void a_database_that_is_away_is_not_an_internal_error() {
        assertThat(code(new SQLException("Acquisition timeout"))).isEqualTo("service-unavailable");
        assertThat(code(new RuntimeException(new SQLException("gone", "08S01", 0))))
                .isEqualTo("service-unavailable");
        assertThat(code(new RuntimeException(new SQLException("deadlock", "40001", 1213))))
                .isEqualTo("service-unavailable");
        assertThat(code(new RuntimeException(new SQLException("read-only", "HY000", 1290))))
                .isEqualTo("service-unavailable");
    }

    @Test
    void a_mistake_of_ours_tells_nothing_but_an_error_id() {
        Problem problem = Failures.problem(new SQLException("Duplicate entry 'secret'", "23000", 1062));

        assertThat(problem.code()).isEqualTo("internal-error");
        assertThat(problem.figures()).containsKey("errorId");
        assertThat(json.text(problem)).doesNotContain("secret", "SQL");
    }

    private static String code(Throwable failure) {
        return Failures.problem(failure).code();
    }
}
