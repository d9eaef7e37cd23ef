-- Signed documents that are to get, later and by themselves, what proves them for years.
CREATE TABLE extension (
    extension_id INTEGER PRIMARY KEY AUTOINCREMENT,
    path         TEXT    NOT NULL UNIQUE,        -- absolute
    target       TEXT    NOT NULL,               -- B-T, B-LT or B-LTA
    state        TEXT    NOT NULL,               -- client.model.extension.ExtensionState
    created_at   TEXT    NOT NULL,               -- ISO 8601, UTC
    not_before   TEXT    NOT NULL,
    attempts     INTEGER NOT NULL DEFAULT 0,
    error_code   TEXT    NOT NULL DEFAULT '',
    error_params TEXT    NOT NULL DEFAULT '{}'   -- JSON
);
CREATE INDEX extension_due ON extension (state, not_before);
