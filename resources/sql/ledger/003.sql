-- Why an outgoing message is where it is, beside the code: "wrong-name", "unknown-issuer" ...
ALTER TABLE outbox ADD COLUMN error_reason TEXT NOT NULL DEFAULT '';
-- The same message on its way twice is looked for by this.
CREATE INDEX outbox_message ON outbox (account_id, message_id);

-- People written to: made from what was sent, never from what came in.
CREATE TABLE contact (
    address   TEXT PRIMARY KEY,                  -- addr-spec, domain in lower case
    name      TEXT NOT NULL DEFAULT '',
    folded    TEXT NOT NULL,                     -- client.model.text.fold of name and address
    last_used TEXT NOT NULL,
    times     INTEGER NOT NULL DEFAULT 1
);
CREATE INDEX contact_used ON contact (times DESC, last_used DESC);
