-- The first schema. Every row of a pool begins with the pool's internal key.
-- Times are microseconds UTC, 0 where there is none. {key}, {text} and {bytes}
-- are what the two engines spell differently.

CREATE TABLE meta (
	name  {text} NOT NULL PRIMARY KEY,
	value {text} NOT NULL
);

CREATE TABLE data_key (
	id      BIGINT  NOT NULL PRIMARY KEY,
	wrapped {bytes} NOT NULL,
	created BIGINT  NOT NULL
);

CREATE TABLE pool (
	key      {key},
	id       {text} NOT NULL UNIQUE,
	version  BIGINT NOT NULL,
	created  BIGINT NOT NULL,
	modified BIGINT NOT NULL,
	body     {text} NOT NULL -- JSON: settings, schema, what is fixed at creation
);

-- What a removed pool leaves behind, so that its rows can be cleared later.
CREATE TABLE tombstone (
	pool_key BIGINT NOT NULL PRIMARY KEY,
	id       {text} NOT NULL,
	removed  BIGINT NOT NULL
);
CREATE INDEX tombstone_removed ON tombstone (removed);

CREATE TABLE client (
	key           {key},
	id            {text} NOT NULL UNIQUE,
	pool_key      BIGINT NOT NULL,
	version       BIGINT NOT NULL,
	created       BIGINT NOT NULL,
	modified      BIGINT NOT NULL,
	sealed_secret {bytes},
	body          {text} NOT NULL -- JSON: settings
);
CREATE INDEX client_pool ON client (pool_key, id);

CREATE TABLE signing_key (
	pool_key BIGINT  NOT NULL,
	id       {text}  NOT NULL,
	use      {text}  NOT NULL,
	sealed   {bytes} NOT NULL,
	public   {bytes} NOT NULL,
	created  BIGINT  NOT NULL,
	starts   BIGINT  NOT NULL,
	retires  BIGINT  NOT NULL,
	PRIMARY KEY (pool_key, id)
);

CREATE TABLE app_user (
	pool_key           BIGINT NOT NULL,
	sub                {text} NOT NULL,
	username           {text} NOT NULL,
	username_folded    {text} NOT NULL,
	status             {text} NOT NULL,
	enabled            BIGINT NOT NULL,
	version            BIGINT NOT NULL,
	created            BIGINT NOT NULL,
	modified           BIGINT NOT NULL,
	attributes         {text} NOT NULL, -- JSON
	sealed_password    {bytes},
	password_set       BIGINT NOT NULL,
	session_generation BIGINT NOT NULL,
	token_generation   BIGINT NOT NULL,
	-- Folded copies to search by; not unique.
	email              {text},
	phone_number       {text},
	name               {text},
	given_name         {text},
	family_name        {text},
	preferred_username {text},
	PRIMARY KEY (pool_key, sub)
);
CREATE UNIQUE INDEX app_user_username ON app_user (pool_key, username_folded);
CREATE INDEX app_user_email ON app_user (pool_key, email, sub) WHERE email IS NOT NULL;
CREATE INDEX app_user_phone_number ON app_user (pool_key, phone_number, sub) WHERE phone_number IS NOT NULL;
CREATE INDEX app_user_name ON app_user (pool_key, name, sub) WHERE name IS NOT NULL;
CREATE INDEX app_user_given_name ON app_user (pool_key, given_name, sub) WHERE given_name IS NOT NULL;
CREATE INDEX app_user_family_name ON app_user (pool_key, family_name, sub) WHERE family_name IS NOT NULL;
CREATE INDEX app_user_preferred_username ON app_user (pool_key, preferred_username, sub) WHERE preferred_username IS NOT NULL;

-- A second name belongs to one user of a pool at most.
CREATE TABLE alias (
	pool_key BIGINT NOT NULL,
	kind     {text} NOT NULL,
	folded   {text} NOT NULL,
	sub      {text} NOT NULL,
	PRIMARY KEY (pool_key, kind, folded)
);
CREATE INDEX alias_sub ON alias (pool_key, sub);

CREATE TABLE code (
	pool_key  BIGINT  NOT NULL,
	sub       {text}  NOT NULL,
	purpose   {text}  NOT NULL,
	mac       {bytes} NOT NULL,
	attribute {text}  NOT NULL,
	expires   BIGINT  NOT NULL,
	PRIMARY KEY (pool_key, sub, purpose)
);
CREATE INDEX code_expires ON code (expires);

CREATE TABLE attempt (
	pool_key     BIGINT NOT NULL,
	subject      {text} NOT NULL,
	factor       {text} NOT NULL,
	tries        BIGINT NOT NULL,
	since        BIGINT NOT NULL,
	locked_until BIGINT NOT NULL,
	PRIMARY KEY (pool_key, subject, factor)
);
CREATE INDEX attempt_since ON attempt (since);

-- Sign-ins whose challenge session was used up.
CREATE TABLE spent_sign_in (
	pool_key BIGINT NOT NULL,
	id       {text} NOT NULL,
	expires  BIGINT NOT NULL,
	PRIMARY KEY (pool_key, id)
);
CREATE INDEX spent_sign_in_expires ON spent_sign_in (expires);

CREATE TABLE refresh_token (
	pool_key   BIGINT  NOT NULL,
	hash       {bytes} NOT NULL,
	family     {text}  NOT NULL,
	parent     {bytes},
	origin_jti {text}  NOT NULL,
	sub        {text}  NOT NULL,
	client_id  {text}  NOT NULL,
	generation BIGINT  NOT NULL,
	auth_time  BIGINT  NOT NULL,
	issued     BIGINT  NOT NULL,
	expires    BIGINT  NOT NULL,
	rotated    BIGINT  NOT NULL,
	revoked    BIGINT  NOT NULL,
	PRIMARY KEY (pool_key, hash)
);
CREATE INDEX refresh_token_family ON refresh_token (pool_key, family);
CREATE INDEX refresh_token_sub ON refresh_token (pool_key, sub);
CREATE INDEX refresh_token_expires ON refresh_token (expires);

-- What happened at a sign-in, a sign-up or a change of password, with what was
-- known of the caller; feedback is empty until somebody judges the event.
CREATE TABLE auth_event (
	pool_key          BIGINT NOT NULL,
	sub               {text} NOT NULL,
	id                {text} NOT NULL,
	created           BIGINT NOT NULL,
	type              {text} NOT NULL,
	response          {text} NOT NULL,
	risk_decision     {text} NOT NULL,
	risk_level        {text} NOT NULL,
	compromised       BIGINT NOT NULL,
	challenges        {text} NOT NULL, -- JSON
	context           {text} NOT NULL, -- JSON: address, device, city, country, time zone
	feedback          {text} NOT NULL,
	feedback_provider {text} NOT NULL,
	feedback_time     BIGINT NOT NULL,
	PRIMARY KEY (pool_key, sub, id)
);
CREATE INDEX auth_event_newest ON auth_event (pool_key, sub, created, id);
CREATE INDEX auth_event_created ON auth_event (created);

CREATE TABLE outbox (
	id          {text}  NOT NULL PRIMARY KEY,
	pool_key    BIGINT  NOT NULL,
	medium      {text}  NOT NULL,
	destination {text}  NOT NULL,
	created     BIGINT  NOT NULL,
	due         BIGINT  NOT NULL,
	tries       BIGINT  NOT NULL,
	sealed      {bytes} NOT NULL
);
CREATE INDEX outbox_due ON outbox (due, id) WHERE due > 0;
CREATE INDEX outbox_destination ON outbox (destination, id);
CREATE INDEX outbox_pool ON outbox (pool_key);
CREATE INDEX outbox_created ON outbox (created);

CREATE TABLE job (
	id       {text}  NOT NULL PRIMARY KEY,
	kind     {text}  NOT NULL,
	pool_key BIGINT  NOT NULL,
	state    {bytes} NOT NULL,
	due      BIGINT  NOT NULL,
	tries    BIGINT  NOT NULL
);
CREATE INDEX job_due ON job (due, id);
