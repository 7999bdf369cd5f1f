-- What the rest of the postings need: holds, refunds of orders, grants that are not active yet, daily limits.

CREATE TABLE hold (
    id              BIGINT      NOT NULL PRIMARY KEY, -- the id of its HOLD entry
    account_id      BIGINT      NOT NULL,
    points          BIGINT      NOT NULL,
    captured_points BIGINT      NOT NULL DEFAULT 0,
    status          VARCHAR(8)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    biz_no          VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NULL,
    expires_at      DATETIME(3) NOT NULL,
    created_at      DATETIME(3) NOT NULL,
    KEY hold_account (account_id, status),
    KEY hold_due (status, expires_at),
    CONSTRAINT hold_captured CHECK (captured_points BETWEEN 0 AND points)
);

-- What a hold reserves, by lot; never changed, counted while the hold is open.
CREATE TABLE hold_lot (
    hold_id    BIGINT NOT NULL,
    account_id BIGINT NOT NULL,
    expires_on DATE   NOT NULL,
    points     BIGINT NOT NULL,
    PRIMARY KEY (hold_id, expires_on)
);

-- Granted, not active yet; deleted when nothing of it is left.
CREATE TABLE pending_grant (
    entry_id       BIGINT        NOT NULL PRIMARY KEY,
    account_id     BIGINT        NOT NULL,
    points         BIGINT        NOT NULL, -- still pending
    activates_at   DATETIME(3)   NOT NULL,
    valid_days     INT           NOT NULL, -- from the day of activation on; 0: for ever
    to_month_end   BOOLEAN       NOT NULL,
    biz_type       VARCHAR(32)   CHARACTER SET ascii COLLATE ascii_bin NULL,
    biz_no         VARCHAR(64)   CHARACTER SET ascii COLLATE ascii_bin NULL,
    rule_code      VARCHAR(32)   CHARACTER SET ascii COLLATE ascii_bin NULL,
    rule_version   INT           NULL,
    KEY pending_grant_account (account_id),
    KEY pending_grant_due (activates_at),
    CONSTRAINT pending_grant_points CHECK (points > 0)
);

-- Refunds of orders, kept even if the order has not earned anything (yet).
CREATE TABLE order_refund (
    account_id BIGINT        NOT NULL,
    order_no   VARCHAR(64)   CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    trace_id   VARCHAR(128)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    amount     DECIMAL(18,2) NOT NULL,
    created_at DATETIME(3)   NOT NULL,
    PRIMARY KEY (account_id, order_no, trace_id)
);

-- How often, and with how many points, a rule or a limit has been used on a day.
CREATE TABLE rule_usage (
    account_id BIGINT      NOT NULL,
    rule_code  VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    day        DATE        NOT NULL,
    times      INT         NOT NULL,
    points     BIGINT      NOT NULL,
    PRIMARY KEY (account_id, rule_code, day)
);

ALTER TABLE earning ADD COLUMN clawback_policy VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT 'ARREARS';
ALTER TABLE earning ADD COLUMN rule_version INT NOT NULL DEFAULT 1;
