-- The key of the client that a token is of, since another may get its id; -1 where
-- it is gone. 0 is what the release before this one writes.
ALTER TABLE refresh_token ADD COLUMN client_key BIGINT NOT NULL DEFAULT 0;
UPDATE refresh_token SET client_key = coalesce((SELECT c.key FROM client c
	WHERE c.id = refresh_token.client_id AND c.pool_key = refresh_token.pool_key), -1);
