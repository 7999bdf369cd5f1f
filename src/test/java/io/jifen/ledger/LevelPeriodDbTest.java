package io.jifen.ledger;

import static io.jifen.ledger.Fixture.get;
import static io.jifen.ledger.Fixture.newKey;
import static io.jifen.ledger.Fixture.openAccount;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.nullValue;

import io.jifen.job.JobsClient;
import io.jifen.platform.Sql;
import io.jifen.platform.Time;
import io.jifen.services.InvariantsCheck;
import io.jifen.services.TestClock;
import io.jifen.services.Tokens;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.LocalDate;
import java.util.List;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Levels by what a period of twelve months earned. It shares the settings, and so the start, of another test. */
@QuarkusTest
@TestProfile(PostingQueueDbTest.ShortQueue.class)
@ExtendWith(InvariantsCheck.class)
class LevelPeriodDbTest {

    @Inject
    TestClock clock;

    @Inject
    Time time;

    @Inject
    Ledger ledger;

    @Inject
    AccountIds accounts;

    @Inject
    Partitions partitions;

    @Inject
    DataSource database;

    @AfterEach
    void presentTime() {
        clock.reset();
    }

    @Test
    void a_level_is_kept_for_its_period_renewed_if_earned_again_and_else_lost_after_its_grace() throws SQLException {
        // Given two who reach a level, of whom one goes on earning
        LocalDate begin = time.today();
        String idle = openAccount();
        String busy = openAccount();
        earn(idle, 1000);
        earn(busy, 1000);
        String end = begin.plusMonths(12).toString();
        get(Tokens.user(idle), "/accounts/{userId}", idle)
                .body("level.code", equalTo("VIP1"))
                .body("level.validUntil", equalTo(end));
        passTo(begin.plusMonths(11));
        earn(busy, 1500);

        // When the period is over
        passTo(begin.plusMonths(12).plusDays(1));
        JobsClient.run("level-periods");

        // Then
        get(Tokens.user(busy), "/accounts/{userId}", busy)
                .body("level.code", equalTo("VIP1"))
                .body("level.validUntil", equalTo(time.today().plusMonths(12).toString()))
                .body("level.pointsToNext", equalTo(3500));
        get(Tokens.user(idle), "/accounts/{userId}", idle)
                .body("level.code", equalTo("VIP1"))
                .body("level.validUntil", equalTo(end));
        assertThat(earned(idle)).as("what has left the period").isEmpty();
        assertThat(earned(busy)).containsExactly(1500L);

        // When the grace is over as well
        passTo(begin.plusMonths(12).plusDays(31));
        JobsClient.run("level-periods");
        JobsClient.run("level-periods");

        // Then
        get(Tokens.user(idle), "/accounts/{userId}", idle)
                .body("level.code", equalTo("NORMAL"))
                .body("level.validUntil", nullValue())
                .body("level.pointsToNext", equalTo(1000));
        get(Tokens.user(idle), "/accounts/{userId}/levels", idle)
                .body("items.cause", contains("PERIOD_ENDED", "REACHED"))
                .body("items.to", contains("NORMAL", "VIP1"));
        get(Tokens.user(busy), "/accounts/{userId}/levels", busy).body("items.cause", contains("REACHED"));
    }

    private void passTo(LocalDate day) {
        clock.moveTo(day.atTime(12, 0).atZone(time.zone()).toInstant());
        partitions.ensure(clock.instant());
    }

    private void earn(String user, long points) {
        Operation.Line line = new Operation.Line(points, LocalDate.of(2090, 12, 31), null, null);
        assertThat(ledger.post(Posting.of(
                        new Key("", newKey()),
                        ContentHash.of("grant").with("points", points).bytes(),
                        new Target.User(user, false),
                        new Operation.Grant(List.of(line)))))
                .isInstanceOf(Answer.Posted.class);
    }

    private List<Long> earned(String user) throws SQLException {
        try (Connection connection = database.getConnection()) {
            return Sql.list(
                    connection,
                    "SELECT points FROM level_earned WHERE account_id = ? ORDER BY day",
                    row -> row.getLong(1),
                    accounts.require(user));
        }
    }
}
