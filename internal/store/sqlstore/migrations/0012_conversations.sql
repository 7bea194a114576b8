-- Sign-ins by custom challenges between two of their rounds.

CREATE TABLE conversation (
	pool_key   BIGINT  NOT NULL,
	sign_in_id {text}  NOT NULL,
	sub        {text}  NOT NULL,
	round      BIGINT  NOT NULL,
	expires    BIGINT  NOT NULL,
	sealed     {bytes} NOT NULL, -- history and private parameters
	PRIMARY KEY (pool_key, sign_in_id)
);
CREATE INDEX conversation_sub ON conversation (pool_key, sub);
CREATE INDEX conversation_expires ON conversation (expires);

-- Ids of events sort by time, so the key lists the newest first as well.
DROP INDEX auth_event_newest;
