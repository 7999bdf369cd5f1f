-- Jobs and their runs, what was told of expiring points, and levels that are edited and can end.

-- One row per run. Who works on a run knows its attempt; whoever takes it over raises that, and the one before is out.
CREATE TABLE job_run (
    id          BIGINT        NOT NULL PRIMARY KEY,
    job         VARCHAR(32)   CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    due         VARCHAR(19)   CHARACTER SET ascii COLLATE ascii_bin NULL, -- local date and time; null: asked for
    state       VARCHAR(8)    CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    started_by  VARCHAR(64)   CHARACTER SET ascii COLLATE ascii_bin NULL,
    stopped_by  VARCHAR(64)   CHARACTER SET ascii COLLATE ascii_bin NULL,
    attempt     INT           NOT NULL DEFAULT 0,
    fruitless   INT           NOT NULL DEFAULT 0, -- attempts since the last batch that was finished
    checkpoint  VARCHAR(1000) NULL,
    processed   BIGINT        NOT NULL DEFAULT 0,
    batches     BIGINT        NOT NULL DEFAULT 0,
    detail      VARCHAR(1000) NULL,
    started_at  DATETIME(3)   NOT NULL,
    finished_at DATETIME(3)   NULL,
    UNIQUE KEY job_run_due (job, due),
    KEY job_run_job (job, id),
    KEY job_run_state (state, job, finished_at)
) DEFAULT CHARSET = utf8mb4;

-- How far the accounts whose points expire on a day have been told so, these many days ahead.
CREATE TABLE expiry_notice (
    expires_on DATE    NOT NULL,
    days_ahead INT     NOT NULL,
    account_id BIGINT  NOT NULL, -- the last one that was told
    done       BOOLEAN NOT NULL,
    PRIMARY KEY (expires_on, days_ahead)
);

ALTER TABLE level ADD COLUMN version INT NOT NULL DEFAULT 1;
ALTER TABLE level ADD COLUMN updated_by VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT 'jifen';
ALTER TABLE level ADD COLUMN updated_at DATETIME(3) NOT NULL DEFAULT '2020-01-01';

-- A level as each edit left it.
CREATE TABLE level_version (
    code       VARCHAR(32)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    version    INT          NOT NULL,
    name       VARCHAR(64)  NOT NULL,
    min_points BIGINT       NOT NULL,
    privileges TEXT         NOT NULL,
    updated_by VARCHAR(64)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    updated_at DATETIME(3)  NOT NULL,
    PRIMARY KEY (code, version)
) DEFAULT CHARSET = utf8mb4;

INSERT INTO level_version (code, version, name, min_points, privileges, updated_by, updated_at)
SELECT code, version, name, min_points, privileges, updated_by, updated_at FROM level;

-- Every change of an account's level.
CREATE TABLE level_history (
    id             BIGINT      NOT NULL PRIMARY KEY,
    account_id     BIGINT      NOT NULL,
    from_code      VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    to_code        VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    cause          VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    level_basis    BIGINT      NOT NULL, -- after it
    valid_until    DATE        NULL,
    created_at     DATETIME(3) NOT NULL,
    KEY level_history_account (account_id, id)
);

-- The last day on which the level is sure to be kept; null: no end.
ALTER TABLE account ADD COLUMN level_until DATE NULL;
ALTER TABLE account ADD KEY account_level_until (level_until, id);

-- What an account earned on a day, less what was clawed back on it; only where levels go by a period, and no longer.
CREATE TABLE level_earned (
    account_id BIGINT NOT NULL,
    day        DATE   NOT NULL,
    points     BIGINT NOT NULL,
    PRIMARY KEY (account_id, day),
    KEY level_earned_day (day, account_id)
);
