package io.jifen.ledger;

import java.sql.SQLException;

/** What an SQL error of a batch means for its postings. */
enum BatchFailure {

    /** Another transaction was first, or in the way: roll back, read again, decide again. */
    LOST_RACE,

    /** The rows themselves can't be written: one posting is the culprit. */
    DATA,

    /** The database can't be asked now; nothing is wrong with the postings. */
    UNAVAILABLE;

    static final int DUPLICATE_KEY = 1062;
    private static final int LOCK_TIMEOUT = 1205;
    private static final int DEADLOCK = 1213;
    private static final int CHECK_VIOLATED_MYSQL = 3819;

    /** A character that the column can't hold; MySQL gives it the state of a general error. */
    private static final int WRONG_VALUE = 1366;

    static BatchFailure of(SQLException e) {
        String state = e.getSQLState() == null ? "" : e.getSQLState();
        return switch (e.getErrorCode()) {
            case DUPLICATE_KEY, LOCK_TIMEOUT, DEADLOCK -> LOST_RACE;
            case CHECK_VIOLATED_MYSQL, WRONG_VALUE -> DATA;
            default -> state.startsWith("22") || state.startsWith("23") ? DATA : UNAVAILABLE;
        };
    }
}
