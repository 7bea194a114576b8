-- What administrators set up in a pool beside its users: resource servers,
-- identity providers, looks of pages and more, each a row of its kind.

CREATE TABLE setting (
	pool_key  BIGINT NOT NULL,
	kind      {text} NOT NULL,
	id        {text} NOT NULL,
	client_id {text} NOT NULL, -- the app client that it ends with, or empty
	version   BIGINT NOT NULL,
	created   BIGINT NOT NULL,
	modified  BIGINT NOT NULL,
	body      {text} NOT NULL, -- JSON
	sealed    {bytes},         -- what of it is secret
	PRIMARY KEY (pool_key, kind, id)
);
CREATE INDEX setting_client ON setting (pool_key, client_id);

-- A second name belongs to one setting of its kind at most.
CREATE TABLE setting_name (
	pool_key BIGINT NOT NULL,
	kind     {text} NOT NULL,
	name     {text} NOT NULL,
	id       {text} NOT NULL,
	PRIMARY KEY (pool_key, kind, name)
);
CREATE INDEX setting_name_id ON setting_name (pool_key, kind, id);

-- A domain belongs to one pool of all, and a pool has one of each sort.
CREATE TABLE domain (
	name            {text} NOT NULL PRIMARY KEY,
	pool_key        BIGINT NOT NULL,
	custom          BIGINT NOT NULL,
	version         BIGINT NOT NULL,
	created         BIGINT NOT NULL,
	modified        BIGINT NOT NULL,
	login_version   BIGINT NOT NULL,
	certificate     {text} NOT NULL,
	security_policy {text} NOT NULL
);
CREATE UNIQUE INDEX domain_pool ON domain (pool_key, custom);

-- While the secret of a client is exchanged for another it has both.
ALTER TABLE client ADD COLUMN secret_created BIGINT NOT NULL DEFAULT 0;
ALTER TABLE client ADD COLUMN second_secret {bytes};
ALTER TABLE client ADD COLUMN second_created BIGINT NOT NULL DEFAULT 0;
UPDATE client SET secret_created = created WHERE sealed_secret IS NOT NULL;
