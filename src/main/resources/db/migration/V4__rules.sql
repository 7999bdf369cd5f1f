-- Rules, campaigns, limits and budgets.

-- How an entry's points came about, as JSON; null where rule, version and points say it all. Beside the chain of
-- hashes: what counts are the figures, which the chain covers.
ALTER TABLE entry ADD COLUMN derivation TEXT NULL;

-- A campaign's every version. The first one is effective from the campaign's start on, later ones from their edit on.
CREATE TABLE campaign_version (
    code           VARCHAR(32)   CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    version        INT           NOT NULL,
    name           VARCHAR(64)   NOT NULL,
    biz_types      VARCHAR(2000) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, -- with commas between; empty: all
    factor         DECIMAL(10,4) NOT NULL,
    starts_at      DATETIME(3)   NOT NULL,
    ends_at        DATETIME(3)   NOT NULL,
    stackable      BOOLEAN       NOT NULL,
    budget         BIGINT        NOT NULL, -- 0: no limit
    condition_cel  TEXT          NULL,
    status         VARCHAR(8)    CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    effective_from DATETIME(3)   NOT NULL,
    updated_by     VARCHAR(64)   CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    created_at     DATETIME(3)   NOT NULL,
    PRIMARY KEY (code, version)
) DEFAULT CHARSET = utf8mb4;

-- What a rule (R:CODE) or a campaign (C:CODE) with a budget has issued of it. Locked after the accounts, by code.
CREATE TABLE budget (
    code   VARCHAR(34) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
    issued BIGINT      NOT NULL DEFAULT 0,
    CONSTRAINT budget_issued CHECK (issued >= 0)
);

INSERT INTO rule_version (code, version, name, biz_type, ratio, fixed, daily_times, allow_given_points, condition_cel,
                          effective_from, updated_by, created_at) VALUES
    ('SIGN_IN', 1, 'Sign-in', 'SIGN_IN', 0, 5, 0, FALSE, NULL, '2020-01-01', 'jifen', '2020-01-01'),
    ('SIGN_IN_STREAK', 1, 'Every 7th sign-in in a row', 'SIGN_IN', 0, 10, 0, FALSE,
     'has(event.attributes.streak) && event.attributes.streak > 0 && event.attributes.streak % 7 == 0',
     '2020-01-01', 'jifen', '2020-01-01'),
    ('INVITE', 1, 'Invitation', 'INVITE', 0, 50, 0, FALSE, NULL, '2020-01-01', 'jifen', '2020-01-01'),
    ('TASK', 1, 'Task completed', 'TASK', 0, 10, 0, TRUE, NULL, '2020-01-01', 'jifen', '2020-01-01'),
    ('REVIEW', 1, 'Review', 'REVIEW', 0, 20, 5, FALSE, NULL, '2020-01-01', 'jifen', '2020-01-01');

-- What is counted of transfers has a name that no rule can have.
UPDATE rule_usage SET rule_code = 'transfer' WHERE rule_code = 'TRANSFER';
