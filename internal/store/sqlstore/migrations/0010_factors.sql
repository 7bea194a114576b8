-- The second factors that users have switched on, beside sms_mfa.

ALTER TABLE app_user ADD COLUMN email_mfa BIGINT NOT NULL DEFAULT 0;
ALTER TABLE app_user ADD COLUMN totp_mfa BIGINT NOT NULL DEFAULT 0;
ALTER TABLE app_user ADD COLUMN preferred_mfa {text} NOT NULL DEFAULT '';

-- Generators of one-time passwords.
CREATE TABLE software_token (
	pool_key BIGINT NOT NULL,
	sub      {text} NOT NULL,
	sealed   {bytes},         -- the seed in use
	name     {text} NOT NULL,
	used     BIGINT NOT NULL, -- the last time step a password of which was taken
	pending  {bytes},         -- a seed that waits for its first password
	PRIMARY KEY (pool_key, sub)
);

CREATE TABLE passkey (
	pool_key BIGINT NOT NULL,
	id       {text} NOT NULL,
	sub      {text} NOT NULL,
	created  BIGINT NOT NULL,
	used     BIGINT NOT NULL,
	counter  BIGINT NOT NULL,
	body     {text} NOT NULL, -- JSON: the public key, and what is known of the authenticator
	PRIMARY KEY (pool_key, id)
);
CREATE INDEX passkey_sub ON passkey (pool_key, sub, id);
