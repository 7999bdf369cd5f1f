-- Messages that are sent again until their receiver confirms them.
CREATE TABLE outbox_message (
    id            BIGINT       NOT NULL PRIMARY KEY,
    topic         VARCHAR(249) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    message_key   VARCHAR(64)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    body          MEDIUMBLOB   NULL, -- JSON, perhaps with an address: gone as soon as nobody needs it any more
    state         VARCHAR(16)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    tries         INT          NOT NULL,
    next_try_at   DATETIME(3)  NOT NULL,
    last_tried_at DATETIME(3)  NULL,
    created_at    DATETIME(3)  NOT NULL,
    settled_at    DATETIME(3)  NULL, -- when it was confirmed, withdrawn or given up
    given_up_by   VARCHAR(64)  CHARACTER SET ascii COLLATE ascii_bin NULL,
    reason        VARCHAR(255) NULL,
    KEY outbox_message_due (state, next_try_at, tries),
    KEY outbox_message_state (state, id)
) DEFAULT CHARSET = utf8mb4;

-- What the warehouse sends: one order for each exchange.
CREATE TABLE shipping_order (
    id          BIGINT       NOT NULL PRIMARY KEY, -- also what the carrier knows a repetition by
    exchange_id BIGINT       NOT NULL,
    message_id  BIGINT       NOT NULL, -- of the request
    type        TINYINT      NOT NULL, -- 1 purchase, 2 exchange
    goods_id    VARCHAR(64)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    quantity    INT          NOT NULL,
    address     TEXT         NULL, -- JSON; gone when the carrier has it
    status      VARCHAR(20)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    waybill_no  VARCHAR(64)  CHARACTER SET ascii COLLATE ascii_bin NULL,
    tries       INT          NOT NULL, -- for a waybill; once there is one, looks at the parcel
    next_try_at DATETIME(3)  NOT NULL,
    tracking    TEXT         NULL, -- JSON: what the carrier last said of the parcel
    tracked_at  DATETIME(3)  NULL, -- when it said that
    asked_at    DATETIME(3)  NULL, -- when it was last asked
    created_at  DATETIME(3)  NOT NULL,
    updated_at  DATETIME(3)  NOT NULL, -- of the status
    UNIQUE KEY shipping_order_exchange (exchange_id),
    KEY shipping_order_due (status, next_try_at)
) DEFAULT CHARSET = utf8mb4;
