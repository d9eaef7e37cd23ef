-- One account's mail as the server has it. Everything here can be fetched again.
CREATE TABLE mailbox (
    mailbox_id    INTEGER PRIMARY KEY,           -- given by the ledger, so that it outlives this file
    raw_name      BLOB    NOT NULL UNIQUE,       -- identity, byte for byte as LIST shows it
    name          TEXT    NOT NULL,
    special_use   TEXT    NOT NULL DEFAULT '',
    uidvalidity   INTEGER NOT NULL DEFAULT 0,
    uidnext       INTEGER NOT NULL DEFAULT 0,
    highestmodseq INTEGER NOT NULL DEFAULT 0
);

CREATE TABLE message (
    row_id         INTEGER PRIMARY KEY AUTOINCREMENT,
    mailbox_id     INTEGER NOT NULL REFERENCES mailbox ON DELETE CASCADE,
    uid            INTEGER,                      -- NULL: unlinked, waiting to be found again or purged
    unlinked_at    INTEGER,                      -- unix seconds
    received_at    INTEGER NOT NULL,             -- INTERNALDATE, unix seconds
    flags          INTEGER NOT NULL DEFAULT 0,   -- as the server has them: client.store.flags
    size           INTEGER NOT NULL DEFAULT 0,
    subject        TEXT    NOT NULL DEFAULT '',
    sender_name    TEXT    NOT NULL DEFAULT '',
    sender_address TEXT    NOT NULL DEFAULT '',
    recipients     TEXT    NOT NULL DEFAULT '',
    message_id     TEXT    NOT NULL DEFAULT '',
    has_attachment INTEGER NOT NULL DEFAULT 0,
    signed_shape   INTEGER NOT NULL DEFAULT 0,
    body_path      TEXT    NOT NULL DEFAULT '',  -- relative to the account's folder
    folded         TEXT    NOT NULL DEFAULT ''   -- client.model.text.fold of what a search looks at
);

CREATE UNIQUE INDEX message_uid ON message (mailbox_id, uid);
CREATE INDEX message_list ON message (mailbox_id, received_at DESC, row_id DESC) WHERE uid IS NOT NULL;
CREATE INDEX message_unread ON message (mailbox_id) WHERE uid IS NOT NULL AND (flags & 1) = 0;
CREATE INDEX message_unlinked ON message (message_id) WHERE uid IS NULL;
CREATE INDEX message_body ON message (body_path) WHERE body_path <> '';
