-- Whether a passkey of a user has to be both factors.
ALTER TABLE app_user ADD COLUMN webauthn_mfa BIGINT NOT NULL DEFAULT 0;
