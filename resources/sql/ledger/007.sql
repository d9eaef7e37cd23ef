-- What an override needs to be looked into later; each row's hash covers the row before it.
ALTER TABLE override_log ADD COLUMN user TEXT NOT NULL DEFAULT '';           -- mail address of who decided
ALTER TABLE override_log ADD COLUMN attachments TEXT NOT NULL DEFAULT '[]';  -- JSON array of SHA-256, never names
ALTER TABLE override_log ADD COLUMN policy TEXT NOT NULL DEFAULT '';         -- id and version of the rules then
ALTER TABLE override_log ADD COLUMN previous_hash TEXT NOT NULL DEFAULT '';
ALTER TABLE override_log ADD COLUMN row_hash TEXT NOT NULL DEFAULT '';       -- '' for rows from before this version

-- Documents that came in and went out: for the register, and for a number that is used twice.
CREATE TABLE register (
    register_id     INTEGER PRIMARY KEY AUTOINCREMENT,
    direction       TEXT    NOT NULL,            -- 'in' or 'out'
    account_id      TEXT    NOT NULL,
    message_id      TEXT    NOT NULL,
    message_sha256  TEXT    NOT NULL,
    recorded_at     TEXT    NOT NULL,            -- ISO 8601, UTC
    ordinal         INTEGER NOT NULL,            -- which document of the message, from 1; 0: it has none
    sha256          TEXT    NOT NULL,            -- of the file; signed here: before and after, a space between
    number          TEXT    NOT NULL,            -- 15/QĐ-SNV
    document_key    TEXT    NOT NULL,            -- client.model.register.RegisterEntry.key
    document_system TEXT    NOT NULL DEFAULT '', -- client.model.outgoing.DocumentSystem
    entry           TEXT    NOT NULL,            -- JSON
    UNIQUE (direction, message_sha256, ordinal)
);
CREATE INDEX register_key ON register (document_key) WHERE document_key <> '';
CREATE INDEX register_number ON register (direction, number);
