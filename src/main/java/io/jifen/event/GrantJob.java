package io.jifen.event;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Grants in bulk: a file of rows, each of which becomes an event of its own.
 *
 * @param approvalId null: it needed none
 * @param rows of the file, the rejected ones included
 * @param points given in all rows together
 * @param lastRow the number of the last row
 * @param sent all rows up to this number are with the broker
 * @param settled of all rows up to this number the outcome is known
 */
record GrantJob(
        long id,
        Status status,
        String requestedBy,
        @Nullable Long approvalId,
        int rows,
        int rejected,
        long points,
        int lastRow,
        int sent,
        int settled,
        int posted,
        int refused,
        int dead,
        Instant createdAt,
        @Nullable Instant finishedAt) {

    enum Status {
        UPLOADING,
        /** An upload that was given up, until all of its rows are gone; nobody has heard of it. */
        REMOVED,
        /** For its approval; with {@code finishedAt} for nothing any more, until its rows are gone. */
        WAITING,
        RUNNING,
        DONE,
        /** Not approved; its rows are gone. */
        REJECTED,
        /** Approved by nobody in time; its rows are gone. */
        EXPIRED
    }

    boolean canStart() {
        return status == Status.UPLOADING || (status == Status.WAITING && finishedAt == null);
    }

    /** A row, and what became of it. {@code event}: as it is sent; null where the row can't be. */
    record Row(
            int number,
            @Nullable String userId,
            @Nullable String event,
            RowStatus status,
            @Nullable String code,
            @Nullable String detail,
            @Nullable Long transactionNo) {

        static Row waiting(int number, String userId, String event) {
            return new Row(number, userId, event, RowStatus.WAITING, null, null, null);
        }

        static Row rejected(int number, String code, String detail) {
            return new Row(number, null, null, RowStatus.REJECTED, code, detail, null);
        }

        Row settled(RowStatus outcome, @Nullable String why, @Nullable Long transaction) {
            return new Row(number, userId, event, outcome, why, detail, transaction);
        }
    }

    enum RowStatus {
        /** Can't be an event; it is never sent. */
        REJECTED,
        /** Not applied yet. */
        WAITING,
        POSTED,
        REFUSED,
        /** Put aside as a dead letter. */
        DEAD
    }

    /** The key of a row's event: the same however often it is sent. */
    static String traceId(long id, int row) {
        return "job-" + id + "-" + row;
    }
}
