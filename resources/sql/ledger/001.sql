-- What exists nowhere else: it must never lose a row, and no code path deletes this file.
CREATE TABLE mailbox_number (
    mailbox_id INTEGER PRIMARY KEY AUTOINCREMENT,
    account_id TEXT NOT NULL,
    raw_name   BLOB NOT NULL,
    UNIQUE (account_id, raw_name)
);

CREATE TABLE outbox (
    outbox_id  INTEGER PRIMARY KEY AUTOINCREMENT,
    account_id TEXT    NOT NULL,
    message_id TEXT    NOT NULL,
    subject    TEXT    NOT NULL,
    mail_from  TEXT    NOT NULL,
    rcpt_to    TEXT    NOT NULL,                 -- JSON array
    raw        BLOB    NOT NULL,
    sha256     TEXT    NOT NULL,
    state      TEXT    NOT NULL,                 -- client.model.outgoing.OutboxState
    created_at TEXT    NOT NULL,                 -- ISO 8601, UTC
    not_before TEXT,
    attempts   INTEGER NOT NULL DEFAULT 0,
    error_code TEXT    NOT NULL DEFAULT '',
    error_text TEXT    NOT NULL DEFAULT '',
    draft_id   TEXT    NOT NULL DEFAULT ''
);
CREATE INDEX outbox_state ON outbox (state, account_id);

-- Bytes signed = bytes sent = bytes filed: the database itself refuses to change them.
CREATE TRIGGER outbox_frozen BEFORE UPDATE OF raw, sha256, mail_from, rcpt_to, message_id ON outbox
BEGIN SELECT RAISE(ABORT, 'outbox rows are frozen'); END;

CREATE TABLE draft (
    draft_id   TEXT PRIMARY KEY,
    account_id TEXT NOT NULL,
    saved_at   TEXT NOT NULL,
    content    BLOB NOT NULL                     -- JSON without the attachments' bytes
);
CREATE TABLE draft_attachment (
    draft_id TEXT    NOT NULL REFERENCES draft ON DELETE CASCADE,
    position INTEGER NOT NULL,
    sha256   TEXT    NOT NULL,
    content  BLOB    NOT NULL,
    PRIMARY KEY (draft_id, position)
);

-- Flag changes made here that the server has not taken yet.
CREATE TABLE operation (
    operation_id INTEGER PRIMARY KEY AUTOINCREMENT,
    account_id   TEXT    NOT NULL,
    raw_name     BLOB    NOT NULL,
    uidvalidity  INTEGER NOT NULL,
    uid          INTEGER NOT NULL,
    message_id   TEXT    NOT NULL,
    flag         TEXT    NOT NULL,
    present      INTEGER NOT NULL,               -- 1: set the flag, 0: clear it
    created_at   TEXT    NOT NULL,
    parked       TEXT    NOT NULL DEFAULT '',    -- error code of one that waits for a person
    UNIQUE (account_id, raw_name, uidvalidity, uid, flag)
);

CREATE TABLE override_log (
    override_id INTEGER PRIMARY KEY AUTOINCREMENT,
    logged_at   TEXT NOT NULL,
    account_id  TEXT NOT NULL,
    role        TEXT NOT NULL,
    message_id  TEXT NOT NULL,
    sha256      TEXT NOT NULL,                   -- of the message that left
    rules       TEXT NOT NULL,                   -- JSON array of finding codes
    reason      TEXT NOT NULL
);
CREATE TRIGGER override_log_no_update BEFORE UPDATE ON override_log
BEGIN SELECT RAISE(ABORT, 'override_log is append-only'); END;
CREATE TRIGGER override_log_no_delete BEFORE DELETE ON override_log
BEGIN SELECT RAISE(ABORT, 'override_log is append-only'); END;

CREATE TABLE evidence (
    evidence_id    INTEGER PRIMARY KEY,          -- 1, 2, 3 ... without a gap
    recorded_at    TEXT NOT NULL,
    subject_sha256 TEXT NOT NULL,                -- of the raw message or file that was judged
    report         TEXT NOT NULL,                -- JSON
    software       TEXT NOT NULL,
    policy         TEXT NOT NULL,
    previous_hash  TEXT NOT NULL,
    row_hash       TEXT NOT NULL UNIQUE
);
CREATE INDEX evidence_subject ON evidence (subject_sha256);
CREATE TRIGGER evidence_no_update BEFORE UPDATE ON evidence
BEGIN SELECT RAISE(ABORT, 'evidence is append-only'); END;
CREATE TRIGGER evidence_no_delete BEFORE DELETE ON evidence
BEGIN SELECT RAISE(ABORT, 'evidence is append-only'); END;
