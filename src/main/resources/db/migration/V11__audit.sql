-- Who changed what, from where, and why. Rows are added and never touched again: the service's user has no right to.
CREATE TABLE audit (
    id           BIGINT       NOT NULL PRIMARY KEY, -- made from the time
    who          VARCHAR(64)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    ip           VARCHAR(45)  CHARACTER SET ascii COLLATE ascii_bin NULL, -- null: by no request
    device       VARCHAR(128) CHARACTER SET ascii COLLATE ascii_bin NULL,
    action       VARCHAR(32)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    object_type  VARCHAR(32)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    object_id    VARCHAR(128) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    before_state MEDIUMTEXT   NULL, -- JSON
    after_state  MEDIUMTEXT   NULL, -- JSON
    reason       VARCHAR(255) NULL,
    created_at   DATETIME(3)  NOT NULL,
    KEY audit_who (who, id),
    KEY audit_object (object_type, object_id, id)
) DEFAULT CHARSET = utf8mb4;
