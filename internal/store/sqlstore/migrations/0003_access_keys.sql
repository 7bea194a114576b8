-- Keys that sign the calls of operators.

CREATE TABLE access_key (
	id      {text}  NOT NULL PRIMARY KEY,
	name    {text}  NOT NULL,
	created BIGINT  NOT NULL,
	sealed  {bytes} NOT NULL,
	scope   {text}  NOT NULL -- JSON: patterns of operations and pools
);
