-- How many requests a second are admitted, where an operator said so: of a
-- pool, or of every pool (key 0).

CREATE TABLE rate (
	pool_key   BIGINT NOT NULL,
	category   {text} NOT NULL,
	per_second BIGINT NOT NULL,
	PRIMARY KEY (pool_key, category)
);
