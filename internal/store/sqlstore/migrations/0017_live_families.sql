-- The sign-ins of a user that are not over are found without those that are: whoever
-- signs in all day where sessions are few leaves a family behind each time.
DROP INDEX refresh_token_sub;
CREATE INDEX refresh_token_sub ON refresh_token (pool_key, sub, revoked, family) WHERE length(parent) IS NULL;
