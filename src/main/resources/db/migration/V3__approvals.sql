-- What waits for a second person. Its effect is posted under the approval's own key, so it happens once.
CREATE TABLE approval (
    id              BIGINT       NOT NULL PRIMARY KEY,
    kind            VARCHAR(16)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    status          VARCHAR(8)   CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    user_id         VARCHAR(64)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    points          BIGINT       NOT NULL,
    reason          VARCHAR(255) NULL,
    request         TEXT         NOT NULL, -- JSON: what is done when it is approved
    requested_by    VARCHAR(64)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    decided_by      VARCHAR(64)  CHARACTER SET ascii COLLATE ascii_bin NULL,
    decision_reason VARCHAR(255) NULL,
    created_at      DATETIME(3)  NOT NULL,
    decided_at      DATETIME(3)  NULL,
    expires_at      DATETIME(3)  NOT NULL,
    KEY approval_status (status, id)
) DEFAULT CHARSET = utf8mb4;
