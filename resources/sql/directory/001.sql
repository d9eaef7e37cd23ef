-- The copy of the organisation's directory. It can be fetched again: nothing here is worth a backup.

CREATE TABLE entry (
    address TEXT PRIMARY KEY COLLATE NOCASE,
    name    TEXT NOT NULL,
    title   TEXT NOT NULL,
    unit    TEXT NOT NULL,
    phone   TEXT NOT NULL,
    folded  TEXT NOT NULL           -- name, address, title and unit without marks: what is searched
) WITHOUT ROWID;

CREATE TABLE refresh (
    one          INTEGER PRIMARY KEY CHECK (one = 1),
    source       TEXT NOT NULL DEFAULT '',   -- server, base, filter and attributes the copy was made by
    refreshed_at TEXT,
    tried_at     TEXT,
    is_whole     INTEGER NOT NULL DEFAULT 0,
    error_code   TEXT NOT NULL DEFAULT '',
    error_reason TEXT NOT NULL DEFAULT ''
);

INSERT INTO refresh (one) VALUES (1);
