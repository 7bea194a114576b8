-- Devices that users have confirmed.

CREATE TABLE device (
	pool_key      BIGINT  NOT NULL,
	sub           {text}  NOT NULL,
	key           {text}  NOT NULL,
	group_key     {text}  NOT NULL,
	name          {text}  NOT NULL,
	remembered    BIGINT  NOT NULL,
	created       BIGINT  NOT NULL,
	modified      BIGINT  NOT NULL,
	authenticated BIGINT  NOT NULL,
	address       {text}  NOT NULL,
	sealed        {bytes} NOT NULL, -- salt and verifier
	PRIMARY KEY (pool_key, sub, key)
);

-- Where a sign-in came from.
ALTER TABLE refresh_token ADD COLUMN device_key {text} NOT NULL DEFAULT '';
ALTER TABLE refresh_token ADD COLUMN agent {text} NOT NULL DEFAULT ''; -- JSON

-- The families of a user are found by their first tokens, which have no parent
-- and alone are in that index, and the newest token of a family by the time: so
-- a token that replaces another costs no more than it did. The condition is
-- written so that PostgreSQL does not take this index for queries that have no
-- user, as it does before it has counted the rows.
DROP INDEX refresh_token_sub;
CREATE INDEX refresh_token_sub ON refresh_token (pool_key, sub, family) WHERE length(parent) IS NULL;
DROP INDEX refresh_token_family;
CREATE INDEX refresh_token_family ON refresh_token (pool_key, family, issued);
