-- Jobs that import users from a file, and the files, in parts of whole lines.

CREATE TABLE user_import (
	pool_key BIGINT NOT NULL,
	id       {text} NOT NULL,
	version  BIGINT NOT NULL,
	status   {text} NOT NULL,
	created  BIGINT NOT NULL,
	body     {text} NOT NULL, -- JSON: what was asked for, the file, how far it is
	PRIMARY KEY (pool_key, id)
);
-- A pool has one at a time that runs.
CREATE UNIQUE INDEX user_import_running ON user_import (pool_key)
	WHERE status IN ('Pending', 'InProgress', 'Stopping');

CREATE TABLE user_import_part (
	pool_key  BIGINT  NOT NULL,
	import_id {text}  NOT NULL,
	upload    {text}  NOT NULL,
	number    BIGINT  NOT NULL,
	line      BIGINT  NOT NULL, -- number of its first line in the file
	sealed    {bytes} NOT NULL,
	PRIMARY KEY (pool_key, import_id, upload, number)
);
