package io.jifen.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BatchFailureTest {

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "duplicate key, 23000, 1062, DUPLICATE_KEY",
        "lock time-out, HY000, 1205, LOCK_TIMEOUT",
        "deadlock, 40001, 1213, DEADLOCK",
        "text too long for its column, 22001, 1406, DATA",
        "a character its column can't hold, HY000, 1366, DATA",
        "CHECK violated on MySQL, HY000, 3819, DATA",
        "CHECK violated on MariaDB, 23000, 4025, DATA",
        "connection lost, 08S01, 0, UNAVAILABLE",
        "read-only after a failover, HY000, 1290, UNAVAILABLE",
        "no connection in the pool, , 0, UNAVAILABLE",
        "server going down, 08S01, 1053, UNAVAILABLE"
    })
    void means_for_its_postings(String what, String state, int code, BatchFailure meaning) {
        assertThat(BatchFailure.of(new SQLException(what, state, code))).isEqualTo(meaning);
    }
}
