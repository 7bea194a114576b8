-- A code may have gone to an address that is the user's only once it comes
-- back; '' where it went to the one that the user has.

ALTER TABLE code ADD COLUMN pending {text} NOT NULL DEFAULT '';
