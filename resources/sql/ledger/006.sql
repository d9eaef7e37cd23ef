-- What came back about mail that was sent: reports of servers and programs, unsigned, kept as they came.
CREATE TABLE receipt (
    receipt_id    INTEGER PRIMARY KEY AUTOINCREMENT,
    message_id    TEXT NOT NULL,                 -- of the message that was sent
    recipient     TEXT NOT NULL,
    kind          TEXT NOT NULL,                 -- client.model.receipt.ReceiptKind
    reported_at   TEXT,                          -- ISO 8601, UTC: the report's Date
    reported_by   TEXT NOT NULL,
    detail        TEXT NOT NULL DEFAULT '',
    source_sha256 TEXT NOT NULL,                 -- of the report as it came
    UNIQUE (message_id, recipient, kind, source_sha256)
);
CREATE TRIGGER receipt_no_update BEFORE UPDATE ON receipt
BEGIN SELECT RAISE(ABORT, 'receipt is append-only'); END;

-- Read receipts others asked for: what was decided, so that nobody is asked or answered twice.
CREATE TABLE receipt_answer (
    account_id  TEXT NOT NULL,
    message_id  TEXT NOT NULL,
    answered    INTEGER NOT NULL,                -- 1: sent, 0: refused
    answered_at TEXT NOT NULL,
    PRIMARY KEY (account_id, message_id)
);
