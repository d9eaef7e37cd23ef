-- What the message list says about signatures: found by verifying, and found again if this file is lost.
CREATE TABLE verdict (
    sha256    TEXT PRIMARY KEY,                  -- of the raw message
    display   TEXT NOT NULL,                     -- client.model.verdict.Display; '' for what is not told
    software  TEXT NOT NULL,
    ground    TEXT NOT NULL,                     -- digest of trust, revocation data and policy then
    judged_at TEXT NOT NULL,                     -- ISO 8601, UTC
    until     TEXT,                              -- what the verdict rested on is out of date from then on
    failures  INTEGER NOT NULL DEFAULT 0         -- checks that did not come to their end
) WITHOUT ROWID;
