-- Risk checks: what they are set to, whom they block or let pass, what they look at beside the ledger, what they found.

-- The settings' every version, as JSON; the newest one counts.
CREATE TABLE risk_settings (
    version    INT         NOT NULL PRIMARY KEY,
    settings   TEXT        NOT NULL,
    updated_by VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    created_at DATETIME(3) NOT NULL
) DEFAULT CHARSET = utf8mb4;

-- All checks in shadow: they tell what they would have done, and do nothing until somebody wants them to.
INSERT INTO risk_settings (version, settings, updated_by, created_at) VALUES
    (1, '{"reviewAt":50,"rejectAt":100,"largeSpend":1000,"largeGrant":10000,"checks":[{"check":"MANY_POSTINGS","mode":"SHADOW","weight":60,"limit":50},{"check":"ONE_SOURCE","mode":"SHADOW","weight":30,"limit":95},{"check":"NEW_ORIGIN","mode":"SHADOW","weight":50,"limit":24},{"check":"RECEIVER_BURST","mode":"SHADOW","weight":60,"limit":20},{"check":"YOUNG_ACCOUNT","mode":"SHADOW","weight":40,"limit":7},{"check":"SHARED_DEVICE","mode":"SHADOW","weight":50,"limit":5}]}',
     'jifen', '2020-01-01');

-- Who is blocked, or passes unchecked; kind and value say whom.
CREATE TABLE risk_listed (
    id         BIGINT       NOT NULL PRIMARY KEY,
    list       VARCHAR(8)   CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    kind       VARCHAR(8)   CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    value      VARCHAR(128) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    reason     VARCHAR(255) NOT NULL,
    expires_at DATETIME(3)  NULL,
    created_by VARCHAR(64)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    created_at DATETIME(3)  NOT NULL,
    UNIQUE KEY risk_listed_whom (kind, value)
) DEFAULT CHARSET = utf8mb4;

-- Counts the edits of the two above: pods read them again when it has grown.
CREATE TABLE risk_edits (
    id     TINYINT NOT NULL PRIMARY KEY,
    number BIGINT  NOT NULL
);
INSERT INTO risk_edits (id, number) VALUES (1, 0);

-- From which devices and addresses an account has been used; hashed, as nobody has to read them.
CREATE TABLE risk_origin (
    account_id BIGINT      NOT NULL,
    kind       VARCHAR(8)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    value      CHAR(32)    CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    first_seen DATETIME(3) NOT NULL,
    last_seen  DATETIME(3) NOT NULL,
    PRIMARY KEY (account_id, kind, value),
    KEY risk_origin_value (kind, value)
);

-- What was found about a request, each time that it was judged: one that was refused may come again under its key.
-- Requests about which nothing was found have no row.
CREATE TABLE risk_decision (
    id               BIGINT       NOT NULL PRIMARY KEY,
    scope            VARCHAR(80)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    trace_id         VARCHAR(128) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    account_id       BIGINT       NOT NULL,
    user_id          VARCHAR(64)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    kind             VARCHAR(16)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    points           BIGINT       NOT NULL,
    verdict          VARCHAR(8)   CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    shadow_verdict   VARCHAR(8)   CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    score            INT          NOT NULL,
    reasons          TEXT         NOT NULL, -- JSON
    settings_version INT          NOT NULL,
    approval_id      BIGINT       NULL,
    created_at       DATETIME(3)  NOT NULL,
    KEY risk_decision_key (trace_id, scope, id),
    KEY risk_decision_user (user_id, id)
) DEFAULT CHARSET = utf8mb4;

-- A hold that waits for a person's word is captured and released by nothing else.
ALTER TABLE hold ADD COLUMN bound BOOLEAN NOT NULL DEFAULT FALSE;

-- What a review holds until it is decided, and why it was asked for; and whether all that was decided is done.
ALTER TABLE approval
    ADD COLUMN hold_id BIGINT NULL,
    ADD COLUMN reasons TEXT NULL,
    ADD COLUMN settled BOOLEAN NOT NULL DEFAULT FALSE,
    ADD KEY approval_settled (settled, status, id);
