-- Ways to earn: sign-ins, invitations, tasks, and grants in bulk.

-- The streak as it was after that day: the next day needs no more than the row before.
CREATE TABLE sign_in (
    account_id BIGINT      NOT NULL,
    day        DATE        NOT NULL, -- of the program's zone
    streak     INT         NOT NULL,
    created_at DATETIME(3) NOT NULL,
    PRIMARY KEY (account_id, day)
);

-- By the invitee, who is invited once.
CREATE TABLE invitation (
    invitee_id     VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
    inviter_id     VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    transaction_no BIGINT      NOT NULL,
    invitee_paid   BOOLEAN     NOT NULL,
    inviter_paid   BOOLEAN     NOT NULL,
    created_at     DATETIME(3) NOT NULL
);

-- Grants in bulk: a file, and its rows. How far a job is, its marks say: all rows up to that number.
CREATE TABLE grant_job (
    id           BIGINT      NOT NULL PRIMARY KEY,
    status       VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    requested_by VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    approval_id  BIGINT      NULL,
    row_count    INT         NOT NULL DEFAULT 0,
    rejected     INT         NOT NULL DEFAULT 0,
    points       BIGINT      NOT NULL DEFAULT 0, -- given in all rows together
    last_row     INT         NOT NULL DEFAULT 0,
    sent         INT         NOT NULL DEFAULT 0, -- with the broker
    settled      INT         NOT NULL DEFAULT 0, -- the outcome is known
    posted       INT         NOT NULL DEFAULT 0,
    refused      INT         NOT NULL DEFAULT 0,
    dead         INT         NOT NULL DEFAULT 0,
    created_at   DATETIME(3) NOT NULL,
    finished_at  DATETIME(3) NULL,
    KEY grant_job_status (status, id)
);

CREATE TABLE grant_job_row (
    job_id         BIGINT       NOT NULL,
    row_no         INT          NOT NULL,
    user_id        VARCHAR(64)  CHARACTER SET ascii COLLATE ascii_bin NULL,
    event          TEXT         NULL, -- JSON, as it is sent; null where the row can't be an event
    status         VARCHAR(8)   CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    code           VARCHAR(32)  CHARACTER SET ascii COLLATE ascii_bin NULL,
    detail         VARCHAR(500) NULL,
    transaction_no BIGINT       NULL,
    PRIMARY KEY (job_id, row_no)
) DEFAULT CHARSET = utf8mb4;
