-- The passwords that users had before, sealed as they were, for pools that
-- forbid them. version is that of the user's row when one was replaced.

CREATE TABLE former_password (
	pool_key BIGINT  NOT NULL,
	sub      {text}  NOT NULL,
	version  BIGINT  NOT NULL,
	sealed   {bytes} NOT NULL,
	PRIMARY KEY (pool_key, sub, version)
);

-- Whether a user wants codes by text message as second factor.
ALTER TABLE app_user ADD COLUMN sms_mfa BIGINT NOT NULL DEFAULT 0;
