-- Ways to earn: what was missing.

-- The posting that made it, so that a request whose commit seemed lost knows its own sign-in; null: from before.
ALTER TABLE sign_in ADD COLUMN transaction_no BIGINT NULL;

-- Who has ordered, where invitations wait for that: some orders earn nothing and leave no other trace.
CREATE TABLE first_order (
    account_id  BIGINT      NOT NULL PRIMARY KEY,
    user_id     VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    ordered_at  DATETIME(3) NOT NULL,
    next_try_at DATETIME(3) NULL, -- to pay the user's invitation; null: done, or there is none
    KEY first_order_next_try (next_try_at)
);

-- Invitations that wait.
ALTER TABLE invitation ADD KEY invitation_invitee_paid (invitee_paid, invitee_id);

-- The dead rows of a job, which may be replayed.
ALTER TABLE grant_job_row ADD KEY grant_job_row_status (job_id, status);

-- Rows of uploads that were removed while they were still at it.
DELETE r FROM grant_job_row r LEFT JOIN grant_job j ON j.id = r.job_id WHERE j.id IS NULL;
