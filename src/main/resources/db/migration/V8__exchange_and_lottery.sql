-- What points buy and what they win, and cash off an order.

-- Locked by whoever takes of it, after the accounts; goods_id is the order in which several are locked.
CREATE TABLE goods (
    goods_id       VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
    place          BIGINT      NOT NULL, -- grows with time: newest first is by this
    name           VARCHAR(64) NOT NULL,
    kind           VARCHAR(8)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    points_price   BIGINT      NOT NULL,
    stock          BIGINT      NOT NULL, -- of coupons: the codes that nobody has yet
    sold           BIGINT      NOT NULL,
    stocked        BIGINT      NOT NULL, -- all that was ever put in
    stock_set      BIGINT      NULL,     -- what the last edit that named the stock said
    per_user_limit INT         NOT NULL, -- 0: none
    required_level VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NULL,
    on_sale_from   DATETIME(3) NULL,
    on_sale_to     DATETIME(3) NULL,
    status         VARCHAR(8)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    version        INT         NOT NULL,
    updated_by     VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    updated_at     DATETIME(3) NOT NULL,
    UNIQUE KEY goods_place (place),
    KEY goods_price (points_price, place),
    CONSTRAINT goods_stock CHECK (stock >= 0 AND sold >= 0)
) DEFAULT CHARSET = utf8mb4;

-- Each edit as it was said.
CREATE TABLE goods_version (
    goods_id   VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    version    INT         NOT NULL,
    body       TEXT        NOT NULL, -- JSON
    PRIMARY KEY (goods_id, version)
) DEFAULT CHARSET = utf8mb4;

-- Taken under the lock of their goods.
CREATE TABLE coupon_code (
    id          BIGINT      NOT NULL PRIMARY KEY,
    goods_id    VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    code        VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    exchange_id BIGINT      NULL, -- null: nobody has it yet
    UNIQUE KEY coupon_code_once (goods_id, code),
    KEY coupon_code_free (goods_id, exchange_id, id),
    KEY coupon_code_exchange (exchange_id)
);

-- The id is the transactionNo of the spend that paid for it, or of the draw that won it (points_cost 0).
CREATE TABLE exchange (
    id          BIGINT      NOT NULL PRIMARY KEY,
    account_id  BIGINT      NOT NULL,
    goods_id    VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    quantity    INT         NOT NULL,
    points_cost BIGINT      NOT NULL,
    status      VARCHAR(20) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    message_id  BIGINT      NULL, -- to the warehouse; null: nothing is shipped
    waybill_no  VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NULL,
    created_at  DATETIME(3) NOT NULL,
    updated_at  DATETIME(3) NOT NULL,
    UNIQUE KEY exchange_message (message_id),
    KEY exchange_account (account_id, id),
    KEY exchange_of_user (account_id, goods_id)
);

-- Where it goes: a snapshot, deleted on request and kept nowhere else in this room.
CREATE TABLE exchange_address (
    exchange_id BIGINT       NOT NULL PRIMARY KEY,
    name        VARCHAR(64)  NOT NULL,
    phone       VARCHAR(32)  NOT NULL,
    region      VARCHAR(128) NULL,
    line        VARCHAR(255) NOT NULL,
    postcode    VARCHAR(16)  NULL
) DEFAULT CHARSET = utf8mb4;

-- A lottery's every version; a draw is decided by the one that was the newest when it was asked for.
CREATE TABLE lottery_version (
    code       VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    version    INT         NOT NULL,
    body       TEXT        NOT NULL, -- JSON; of each prize its weight and what it is
    PRIMARY KEY (code, version)
) DEFAULT CHARSET = utf8mb4;

-- What is left of each prize. Locked after the goods.
CREATE TABLE prize (
    prize_key VARCHAR(65) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY, -- lottery/prize
    stock     BIGINT      NULL, -- null: no limit
    drawn     BIGINT      NOT NULL,
    stocked   BIGINT      NULL, -- all that was ever put in; null: no limit
    stock_set BIGINT      NULL, -- what the last edit said
    CONSTRAINT prize_stock CHECK (drawn >= 0 AND (stock IS NULL OR stock >= 0))
);

-- How often a user has drawn. Written by whoever holds the account's lock.
CREATE TABLE lottery_usage (
    account_id   BIGINT      NOT NULL,
    lottery_code VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    day          DATE        NOT NULL, -- the last one, in the program's zone
    times_of_day INT         NOT NULL,
    times        INT         NOT NULL,
    PRIMARY KEY (account_id, lottery_code)
);

-- The id is the transactionNo of its spend. Version and ticket say which prize it is, at any time.
CREATE TABLE draw (
    id           BIGINT      NOT NULL PRIMARY KEY,
    account_id   BIGINT      NOT NULL,
    lottery_code VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    version      INT         NOT NULL,
    ticket       BIGINT      NOT NULL, -- the random value: 0 up to the sum of the version's weights, exclusive
    prize_code   VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, -- that the ticket stands for
    won          BOOLEAN     NOT NULL, -- false: the prize is nothing, or was out of stock
    points_price BIGINT      NOT NULL,
    points_won   BIGINT      NOT NULL,
    created_at   DATETIME(3) NOT NULL,
    KEY draw_account (account_id, id),
    KEY draw_prize (lottery_code, prize_code)
);

-- What another room decided (an exchange, a draw) is refunded by that room, or not at all.
ALTER TABLE spend ADD COLUMN bound BOOLEAN NOT NULL DEFAULT FALSE;

-- A captured hold knows its order: when that is refunded, points come back pro rata.
ALTER TABLE hold ADD COLUMN order_amount DECIMAL(18,2) NULL;
ALTER TABLE hold ADD COLUMN capture_no BIGINT NULL; -- the transactionNo of its CAPTURE entry
ALTER TABLE hold ADD KEY hold_order (account_id, biz_no);
