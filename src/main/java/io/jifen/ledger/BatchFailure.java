package io.jifen.ledger;

import java.sql.SQLException;

/** What an SQL error of a batch means for its postings. */
enum BatchFailure {

    /** Another transaction wrote the same key first. */
    DUPLICATE_KEY(true),

    /** Another transaction was in the way for too long. */
    LOCK_TIMEOUT(true),

    /** Two transactions were in each other's way, and the server chose this one to end. */
    DEADLOCK(true),

    /** The rows themselves can't be written: one posting is the culprit. */
    DATA(false),

    /** The database can't be asked now; nothing is wrong with the postings. */
    UNAVAILABLE(false);

    /** Lost to another transaction: roll back, read again, decide again. */
    final boolean race;

    BatchFailure(boolean race) {
        this.race = race;
    }

    static BatchFailure of(SQLException e) {
        String state = e.getSQLState() == null ? "" : e.getSQLState();
        return switch (e.getErrorCode()) {
            case 1062 -> DUPLICATE_KEY;
            case 1205 -> LOCK_TIMEOUT;
            case 1213 -> DEADLOCK;
            case 3819 -> DATA; // a CHECK on MySQL
            case 1366 -> DATA; // a character that the column can't hold; MySQL gives it the state of a general error
            default -> state.startsWith("22") || state.startsWith("23") ? DATA : UNAVAILABLE;
        };
    }
}
