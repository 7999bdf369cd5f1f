-- Reconciliation, the watch on what is issued and consumed, and the archive of old entries.

-- Up to where an account's entries were found right, and what they came to.
CREATE TABLE account_checkpoint (
    account_id    BIGINT      NOT NULL PRIMARY KEY,
    version       BIGINT      NOT NULL, -- of the last entry that was checked
    entry_id      BIGINT      NOT NULL,
    available     BIGINT      NOT NULL,
    frozen        BIGINT      NOT NULL,
    pending       BIGINT      NOT NULL,
    arrears       BIGINT      NOT NULL,
    total_expired BIGINT      NOT NULL,
    hash          BINARY(32)  NOT NULL,
    checked_at    DATETIME(3) NOT NULL
);

-- The id is that of the job's run.
CREATE TABLE reconciliation_run (
    id          BIGINT      NOT NULL PRIMARY KEY,
    kind        VARCHAR(8)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    from_at     DATETIME(3) NOT NULL, -- what was posted from then on
    to_at       DATETIME(3) NOT NULL, -- and before then
    accounts    BIGINT      NOT NULL DEFAULT 0,
    findings    BIGINT      NOT NULL DEFAULT 0,
    figures     MEDIUMTEXT  NULL,     -- JSON; null until its end
    started_at  DATETIME(3) NOT NULL,
    finished_at DATETIME(3) NULL,
    KEY reconciliation_run_to (kind, to_at)
) DEFAULT CHARSET = utf8mb4;

CREATE TABLE finding (
    id             BIGINT       NOT NULL PRIMARY KEY,
    run_id         BIGINT       NOT NULL,
    fingerprint    BINARY(16)   NOT NULL, -- of what it says: the same is found again until it is gone
    invariant      VARCHAR(64)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    user_id        VARCHAR(64)  CHARACTER SET ascii COLLATE ascii_bin NULL,
    expected       BIGINT       NOT NULL,
    actual         BIGINT       NOT NULL,
    detail         VARCHAR(500) NOT NULL,
    state          VARCHAR(8)   CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT 'OPEN',
    reason         VARCHAR(255) NULL,
    transaction_no BIGINT       NULL, -- of the adjustment that mended it
    resolved_by    VARCHAR(64)  CHARACTER SET ascii COLLATE ascii_bin NULL,
    resolved_at    DATETIME(3)  NULL,
    created_at     DATETIME(3)  NOT NULL,
    UNIQUE KEY finding_once (run_id, fingerprint),
    KEY finding_state (state, fingerprint),
    KEY finding_run (run_id, id)
) DEFAULT CHARSET = utf8mb4;

-- What came in and went out in an hour.
CREATE TABLE hourly_flow (
    hour     DATETIME(3) NOT NULL, -- its begin
    biz_type VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, -- '': entries without one
    issued   BIGINT      NOT NULL,
    consumed BIGINT      NOT NULL,
    PRIMARY KEY (hour, biz_type)
);

-- How far each partition of table entry has come on its way into the archive.
CREATE TABLE archive_part (
    id          BIGINT      NOT NULL PRIMARY KEY, -- grows with time
    end_id      BIGINT      NOT NULL,             -- the first id that is not in the partition
    state       VARCHAR(8)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL, -- COPYING, CHECKING, MOVED, DONE
    copied_id   BIGINT      NOT NULL,             -- the last one that was copied
    entries     BIGINT      NOT NULL DEFAULT 0,   -- verified one by one so far
    account_id  BIGINT      NOT NULL DEFAULT 0,   -- up to where chains were verified
    version     BIGINT      NOT NULL DEFAULT 0,
    started_at  DATETIME(3) NOT NULL,
    finished_at DATETIME(3) NULL,
    UNIQUE KEY archive_part_end (end_id),         -- two pods at once begin it once
    KEY archive_part_state (state)
);

-- The columns of table entry, and the part it came with. By account, as it is read.
CREATE TABLE entry_archive (
    id             BIGINT       NOT NULL,
    account_id     BIGINT       NOT NULL,
    version        BIGINT       NOT NULL,
    transaction_no BIGINT       NOT NULL,
    type           VARCHAR(16)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    biz_type       VARCHAR(32)  CHARACTER SET ascii COLLATE ascii_bin NULL,
    biz_no         VARCHAR(64)  CHARACTER SET ascii COLLATE ascii_bin NULL,
    trace_id       VARCHAR(128) CHARACTER SET ascii COLLATE ascii_bin NULL,
    points         BIGINT       NOT NULL,
    frozen_change  BIGINT       NOT NULL,
    pending_change BIGINT       NOT NULL,
    arrears_change BIGINT       NOT NULL,
    before_balance BIGINT       NOT NULL,
    after_balance  BIGINT       NOT NULL,
    reason         VARCHAR(255) NULL,
    expires_on     DATE         NULL,
    rule_code      VARCHAR(32)  CHARACTER SET ascii COLLATE ascii_bin NULL,
    rule_version   INT          NULL,
    related_id     VARCHAR(64)  CHARACTER SET ascii COLLATE ascii_bin NULL,
    operator       VARCHAR(64)  CHARACTER SET ascii COLLATE ascii_bin NULL,
    occurred_at    DATETIME(3)  NOT NULL,
    created_at     DATETIME(3)  NOT NULL,
    hash           BINARY(32)   NOT NULL,
    derivation     TEXT         NULL,
    part_id        BIGINT       NOT NULL,
    PRIMARY KEY (account_id, version),
    UNIQUE KEY entry_archive_id (id),
    KEY entry_archive_part (part_id)
) DEFAULT CHARSET = utf8mb4;

-- All entries, each once: while a partition is copied the hot ones count, and from when all of it is verified on, the
-- archived ones.
CREATE SQL SECURITY INVOKER VIEW entry_all AS
SELECT id, account_id, version, transaction_no, type, biz_type, biz_no, trace_id, points, frozen_change,
       pending_change, arrears_change, before_balance, after_balance, reason, expires_on, rule_code, rule_version,
       related_id, operator, occurred_at, created_at, hash, derivation
  FROM entry
 WHERE id >= (SELECT COALESCE(MAX(p.end_id), 0) FROM archive_part p WHERE p.state = 'MOVED')
UNION ALL
SELECT a.id, a.account_id, a.version, a.transaction_no, a.type, a.biz_type, a.biz_no, a.trace_id, a.points,
       a.frozen_change, a.pending_change, a.arrears_change, a.before_balance, a.after_balance, a.reason, a.expires_on,
       a.rule_code, a.rule_version, a.related_id, a.operator, a.occurred_at, a.created_at, a.hash, a.derivation
  FROM entry_archive a
  JOIN archive_part p ON p.id = a.part_id AND p.state IN ('MOVED', 'DONE');
