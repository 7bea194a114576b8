-- What ListUsers can ask for besides names and addresses.

CREATE INDEX app_user_status ON app_user (pool_key, status, sub);
CREATE INDEX app_user_disabled ON app_user (pool_key, sub) WHERE enabled = 0;
