-- Custom senders are called while mail and text messages may wait for days.

CREATE INDEX outbox_medium ON outbox (medium, due, id) WHERE due > 0;
