package io.jifen.ledger;

import static io.jifen.ledger.Fixture.adjust;
import static io.jifen.ledger.Fixture.get;
import static io.jifen.ledger.Fixture.openAccount;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.nullValue;

import io.jifen.platform.Sql;
import io.jifen.services.InvariantsCheck;
import io.jifen.services.Tokens;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Rows changed behind the ledger's back; each test puts back what it damaged. */
@QuarkusTest
@ExtendWith(InvariantsCheck.class)
class ChainDbTest {

    @Inject
    DataSource database;

    private String user;

    @BeforeEach
    void five_entries() {
        user = openAccount();
        for (int i = 1; i <= 4; i++) {
            adjust(user, i);
        }
    }

    @Test
    void an_untouched_chain_is_right() {
        get(Tokens.service(), "/accounts/{userId}/entries/verify", user)
                .statusCode(200)
                .body("ok", equalTo(true))
                .body("checked", equalTo(5))
                .body("firstBroken", nullValue());
    }

    @Test
    void a_changed_entry_is_named() throws SQLException {
        // Given
        sql("UPDATE entry SET reason = 'another' WHERE version = 3 AND account_id = %s");

        // When / Then
        try {
            assertBrokenAt(3);
        } finally {
            sql("UPDATE entry SET reason = 'a correction' WHERE version = 3 AND account_id = %s");
        }
    }

    @Test
    void an_entry_that_was_removed_is_named() throws SQLException {
        // Given
        sql("UPDATE entry SET account_id = -account_id WHERE version = 4 AND account_id = %s");

        // When / Then
        try {
            assertBrokenAt(4);
        } finally {
            sql("UPDATE entry SET account_id = -account_id WHERE version = 4 AND account_id = -%s");
        }
    }

    @Test
    void a_last_entry_that_was_cut_off_is_missed() throws SQLException {
        // Given
        sql("UPDATE entry SET account_id = -account_id WHERE version = 5 AND account_id = %s");

        // When / Then
        try {
            assertBrokenAt(5);
        } finally {
            sql("UPDATE entry SET account_id = -account_id WHERE version = 5 AND account_id = -%s");
        }
    }

    @Test
    void an_entry_put_in_by_hand_is_named() throws SQLException {
        // Given: a copy of the last one, as the next
        sql("""
            INSERT INTO entry SELECT id + 1, account_id, 6, transaction_no, type, biz_type, biz_no, trace_id, points,
                frozen_change, pending_change, arrears_change, before_balance, after_balance, reason, expires_on,
                rule_code, rule_version, related_id, operator, occurred_at, created_at, hash, derivation
            FROM entry WHERE version = 5 AND account_id = %s""");

        // When / Then
        try {
            assertBrokenAt(6);
        } finally {
            sql("DELETE FROM entry WHERE version = 6 AND account_id = %s");
        }
    }

    private void assertBrokenAt(int version) {
        get(Tokens.service(), "/accounts/{userId}/entries/verify", user)
                .statusCode(200)
                .body("ok", equalTo(false))
                .body("checked", equalTo(version - 1))
                .body("firstBroken", equalTo(version));
    }

    /** @param statement with a place for the account's id */
    private void sql(String statement) throws SQLException {
        try (Connection connection = database.getConnection()) {
            long account = AccountOpening.find(connection, user).orElseThrow();
            Sql.update(connection, statement.formatted(account));
        }
    }
}
