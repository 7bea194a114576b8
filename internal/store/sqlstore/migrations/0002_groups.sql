-- Groups of users. The key is a random number, so that the memberships of a
-- group that was removed belong to nobody, whatever is made under its name.

CREATE TABLE app_group (
	pool_key    BIGINT NOT NULL,
	name        {text} NOT NULL,
	key         BIGINT NOT NULL,
	version     BIGINT NOT NULL,
	created     BIGINT NOT NULL,
	modified    BIGINT NOT NULL,
	description {text} NOT NULL,
	role_arn    {text} NOT NULL,
	precedence  BIGINT NOT NULL, -- -1 where there is none
	PRIMARY KEY (pool_key, name)
);
CREATE UNIQUE INDEX app_group_key ON app_group (pool_key, key);

CREATE TABLE membership (
	pool_key  BIGINT NOT NULL,
	sub       {text} NOT NULL,
	group_key BIGINT NOT NULL,
	PRIMARY KEY (pool_key, sub, group_key)
);
CREATE UNIQUE INDEX membership_group ON membership (pool_key, group_key, sub);
