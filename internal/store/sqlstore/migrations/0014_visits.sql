-- Where a user's sign-ins came from, apart from all that others try.
CREATE INDEX auth_event_visit ON auth_event (pool_key, sub, id)
	WHERE type = 'SignIn' AND feedback <> 'Invalid' AND (response = 'Pass' OR feedback = 'Valid');
