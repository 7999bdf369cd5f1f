-- The ledger's tables and those of the first rooms. One dialect for MySQL 8.4+ and MariaDB 11.4.
-- Times are UTC, DATETIME(3). Keys, codes and numbers of others are ascii_bin: compared byte by byte.
-- No foreign keys between rooms: each table can move to another shard or database by itself.

CREATE TABLE account (
    id              BIGINT      NOT NULL PRIMARY KEY,
    user_id         VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    nickname        VARCHAR(64) NULL,
    status          VARCHAR(8)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT 'ACTIVE',
    available       BIGINT      NOT NULL DEFAULT 0,
    frozen          BIGINT      NOT NULL DEFAULT 0,
    pending         BIGINT      NOT NULL DEFAULT 0,
    arrears         BIGINT      NOT NULL DEFAULT 0,
    total_earned    BIGINT      NOT NULL DEFAULT 0,
    total_consumed  BIGINT      NOT NULL DEFAULT 0,
    total_expired   BIGINT      NOT NULL DEFAULT 0,
    level_code      VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT 'NORMAL',
    level_basis     BIGINT      NOT NULL DEFAULT 0,
    next_expires_on DATE        NULL,               -- no lot with points left expires before this day
    version         BIGINT      NOT NULL DEFAULT 0, -- of the last entry
    last_entry_id   BIGINT      NOT NULL DEFAULT 0,
    last_hash       BINARY(32)  NULL,               -- of the last entry; null before the first
    created_at      DATETIME(3) NOT NULL,
    updated_at      DATETIME(3) NOT NULL,           -- created_at of the last entry
    UNIQUE KEY account_user (user_id),
    CONSTRAINT account_not_negative CHECK (available >= 0 AND frozen >= 0 AND pending >= 0 AND arrears >= 0),
    CONSTRAINT account_arrears_first CHECK (arrears = 0 OR available = 0)
) DEFAULT CHARSET = utf8mb4;

-- The id is made by the application from the time (milliseconds since 2020-01-01 UTC in its upper bits),
-- so a range of ids is a range of time. The first partition takes everything before December 2026;
-- a job adds the coming months. There is no MAXVALUE partition: it would have to be split, row by row.
CREATE TABLE entry (
    id             BIGINT       NOT NULL PRIMARY KEY,
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
    KEY entry_account (account_id, version)
) DEFAULT CHARSET = utf8mb4
PARTITION BY RANGE (id) (PARTITION p202611 VALUES LESS THAN (915391748505600000));

-- What each entry took from which lot: kept, so that a refund finds its way back.
CREATE TABLE lot_use (
    entry_id   BIGINT NOT NULL,
    account_id BIGINT NOT NULL,
    expires_on DATE   NOT NULL,
    points     BIGINT NOT NULL,
    PRIMARY KEY (entry_id, expires_on)
)
PARTITION BY RANGE (entry_id) (PARTITION p202611 VALUES LESS THAN (915391748505600000));

CREATE TABLE lot (
    account_id BIGINT NOT NULL,
    expires_on DATE   NOT NULL, -- the last day of use; 9999-12-31: never expires
    granted    BIGINT NOT NULL,
    remaining  BIGINT NOT NULL,
    PRIMARY KEY (account_id, expires_on),
    KEY lot_expiry (expires_on, account_id)
);

CREATE TABLE spend (
    transaction_no BIGINT NOT NULL PRIMARY KEY,
    account_id     BIGINT NOT NULL,
    points         BIGINT NOT NULL,
    refunded       BIGINT NOT NULL DEFAULT 0,
    CONSTRAINT spend_refunded CHECK (refunded BETWEEN 0 AND points)
);

-- A rule grants once per (account, bizType, bizNo): this key is what makes it so.
CREATE TABLE earning (
    account_id     BIGINT        NOT NULL,
    biz_type       VARCHAR(32)   CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    biz_no         VARCHAR(64)   CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    rule_code      VARCHAR(32)   CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    entry_id       BIGINT        NOT NULL,
    transaction_no BIGINT        NOT NULL,
    points         BIGINT        NOT NULL,
    amount         DECIMAL(18,2) NULL,
    expires_on     DATE          NOT NULL,
    clawed_back    BIGINT        NOT NULL DEFAULT 0,
    PRIMARY KEY (account_id, biz_type, biz_no, rule_code),
    CONSTRAINT earning_clawed_back CHECK (clawed_back BETWEEN 0 AND points)
);

-- Outcomes by idempotency key, for good. key_hash = first 16 bytes of SHA-256(scope, 0x00, trace_id).
CREATE TABLE request (
    key_hash       BINARY(16)   NOT NULL PRIMARY KEY,
    scope          VARCHAR(80)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    trace_id       VARCHAR(128) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    content_hash   BINARY(16)   NOT NULL,
    account_id     BIGINT       NULL,
    user_id        VARCHAR(64)  CHARACTER SET ascii COLLATE ascii_bin NULL, -- where there is no account
    outcome        VARCHAR(8)   CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    status         SMALLINT     NOT NULL,
    code           VARCHAR(32)  CHARACTER SET ascii COLLATE ascii_bin NULL,
    transaction_no BIGINT       NULL,
    answer         MEDIUMBLOB   NULL, -- the first answer's body, byte for byte; null for events, which get none
    created_at     DATETIME(3)  NOT NULL
);

-- Sums of the entries, one row per writer (slot): writers never wait for each other's row.
CREATE TABLE daily_total (
    day            DATE        NOT NULL,
    type           VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    biz_type       VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    slot           SMALLINT    NOT NULL,
    entries        BIGINT      NOT NULL,
    points         BIGINT      NOT NULL,
    frozen_change  BIGINT      NOT NULL,
    pending_change BIGINT      NOT NULL,
    arrears_change BIGINT      NOT NULL,
    PRIMARY KEY (day, type, biz_type, slot)
);

-- One row per committed batch; deleted when the broker has its messages.
CREATE TABLE outbox (
    id         BIGINT      NOT NULL PRIMARY KEY,
    payload    MEDIUMBLOB  NOT NULL,
    created_at DATETIME(3) NOT NULL
);

CREATE TABLE level (
    code       VARCHAR(32)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
    name       VARCHAR(64)  NOT NULL,
    min_points BIGINT       NOT NULL,
    privileges TEXT         NOT NULL,
    UNIQUE KEY level_min_points (min_points)
) DEFAULT CHARSET = utf8mb4;

INSERT INTO level (code, name, min_points, privileges) VALUES
    ('NORMAL', 'Normal', 0, '{}'),
    ('VIP1', 'VIP 1', 1000, '{}'),
    ('VIP2', 'VIP 2', 5000, '{}'),
    ('VIP3', 'VIP 3', 10000, '{}');

-- A rule's every version; an event is decided by the one in force when it occurred.
CREATE TABLE rule_version (
    code               VARCHAR(32)   CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    version            INT           NOT NULL,
    name               VARCHAR(64)   NOT NULL,
    biz_type           VARCHAR(32)   CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    ratio              DECIMAL(18,6) NOT NULL DEFAULT 0,
    fixed              BIGINT        NOT NULL DEFAULT 0,
    max_per_event      BIGINT        NOT NULL DEFAULT 0,
    daily_times        INT           NOT NULL DEFAULT 0,
    daily_points       BIGINT        NOT NULL DEFAULT 0,
    budget             BIGINT        NOT NULL DEFAULT 0,
    valid_days         INT           NOT NULL DEFAULT 365,
    rounding           VARCHAR(8)    CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT 'MONTH',
    pending_days       INT           NOT NULL DEFAULT 0,
    allow_given_points BOOLEAN       NOT NULL DEFAULT FALSE,
    once_per_biz_no    BOOLEAN       NOT NULL DEFAULT TRUE,
    clawback_policy    VARCHAR(16)   CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT 'ARREARS',
    condition_cel      TEXT          NULL,
    level_multipliers  TEXT          NULL,
    status             VARCHAR(8)    CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT 'ACTIVE',
    effective_from     DATETIME(3)   NOT NULL,
    effective_to       DATETIME(3)   NULL,
    updated_by         VARCHAR(64)   CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    created_at         DATETIME(3)   NOT NULL,
    PRIMARY KEY (code, version),
    KEY rule_version_biz_type (biz_type)
) DEFAULT CHARSET = utf8mb4;

INSERT INTO rule_version (code, version, name, biz_type, ratio, fixed, allow_given_points, effective_from, updated_by, created_at) VALUES
    ('REGISTER', 1, 'Registration', 'REGISTER', 0, 100, FALSE, '2020-01-01', 'jifen', '2020-01-01'),
    ('ORDER', 1, 'Order completed', 'ORDER', 1, 0, FALSE, '2020-01-01', 'jifen', '2020-01-01'),
    ('COMPAT', 1, 'Compatibility API', 'COMPAT', 0, 0, TRUE, '2020-01-01', 'jifen', '2020-01-01');

-- Messages that can never be applied. The message's place in the broker makes redelivery harmless.
CREATE TABLE dead_letter (
    id           BIGINT        NOT NULL PRIMARY KEY,
    topic        VARCHAR(128)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    partition_no INT           NOT NULL,
    offset_no    BIGINT        NOT NULL,
    message_key  VARBINARY(512) NULL,
    payload      MEDIUMBLOB    NULL,
    trace_id     VARCHAR(128)  CHARACTER SET ascii COLLATE ascii_bin NULL,
    code         VARCHAR(32)   CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    detail       VARCHAR(1000) NOT NULL,
    state        VARCHAR(8)    CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT 'DEAD',
    created_at   DATETIME(3)   NOT NULL,
    UNIQUE KEY dead_letter_place (topic, partition_no, offset_no)
) DEFAULT CHARSET = utf8mb4;

-- Rows of an import, kept so that the same file again changes nothing.
CREATE TABLE import_detail (
    openid     VARCHAR(64)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    detail_key VARCHAR(64)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    points     BIGINT       NOT NULL, -- signed
    reason     VARCHAR(255) NULL,
    created_at DATETIME(3)  NOT NULL,
    entry_made BOOLEAN      NOT NULL DEFAULT FALSE,
    PRIMARY KEY (openid, detail_key)
) DEFAULT CHARSET = utf8mb4;

CREATE TABLE shedlock (
    name       VARCHAR(64)  NOT NULL PRIMARY KEY,
    lock_until TIMESTAMP(3) NOT NULL,
    locked_at  TIMESTAMP(3) NOT NULL,
    locked_by  VARCHAR(255) NOT NULL
) DEFAULT CHARSET = utf8mb4;
