-- One queue for everything that is done here first and on the server when it can be reached.
CREATE TABLE operation_new (
    operation_id INTEGER PRIMARY KEY AUTOINCREMENT,
    account_id   TEXT    NOT NULL,
    raw_name     BLOB    NOT NULL,
    uidvalidity  INTEGER NOT NULL,
    uid          INTEGER NOT NULL,
    message_id   TEXT    NOT NULL,
    kind         TEXT    NOT NULL DEFAULT 'flag',   -- client.model.operation.OperationKind
    flag         TEXT    NOT NULL DEFAULT '',
    present      INTEGER NOT NULL DEFAULT 1,        -- 1: set the flag, 0: clear it
    target       BLOB    NOT NULL DEFAULT x'',      -- raw name of the mailbox a message goes to
    subject      TEXT    NOT NULL DEFAULT '',       -- for the list of what waits
    created_at   TEXT    NOT NULL,
    started      INTEGER NOT NULL DEFAULT 0,        -- written before the command that cannot be taken back
    undone       INTEGER NOT NULL DEFAULT 0,        -- taken back after it was started: the way back follows
    tries        INTEGER NOT NULL DEFAULT 0,
    not_before   TEXT,
    error_text   TEXT    NOT NULL DEFAULT '',       -- the server's words
    error_code   TEXT    NOT NULL DEFAULT '',
    parked       TEXT    NOT NULL DEFAULT '',       -- error code of one that waits for a person
    UNIQUE (account_id, raw_name, uidvalidity, uid, kind, flag)
);
INSERT INTO operation_new (operation_id, account_id, raw_name, uidvalidity, uid, message_id, flag, present, created_at, parked)
SELECT operation_id, account_id, raw_name, uidvalidity, uid, message_id, flag, present, created_at, parked FROM operation;
DROP TABLE operation;
ALTER TABLE operation_new RENAME TO operation;
CREATE INDEX operation_account ON operation (account_id, parked);
