-- What of a draft may lie on the mail server, and what does.
ALTER TABLE draft ADD COLUMN identity TEXT NOT NULL DEFAULT '';    -- of one continued from another computer's; '': made of draft_id
ALTER TABLE draft ADD COLUMN version TEXT NOT NULL DEFAULT '';     -- digest of what is stored; '': from before this schema
ALTER TABLE draft ADD COLUMN changed_at TEXT;                      -- since when the server lacks the newest version
ALTER TABLE draft ADD COLUMN cleared TEXT NOT NULL DEFAULT '';     -- the version that was checked and holds no state secret
ALTER TABLE draft ADD COLUMN held TEXT NOT NULL DEFAULT '';        -- client.model.server_draft.Held
ALTER TABLE draft ADD COLUMN uploaded TEXT NOT NULL DEFAULT '';    -- the version the server took last
ALTER TABLE draft ADD COLUMN hurried INTEGER NOT NULL DEFAULT 0;   -- its window was closed: do not wait for more changes
ALTER TABLE draft ADD COLUMN tries INTEGER NOT NULL DEFAULT 0;
ALTER TABLE draft ADD COLUMN not_before TEXT;
ALTER TABLE draft ADD COLUMN error_code TEXT NOT NULL DEFAULT '';  -- why the last try failed
ALTER TABLE draft ADD COLUMN parked INTEGER NOT NULL DEFAULT 0;    -- not tried again before it is changed
ALTER TABLE draft ADD COLUMN note TEXT NOT NULL DEFAULT '';        -- client.model.server_draft.Note

-- Messages on the server that are a draft's: ours, written down before APPEND, and one it was begun from.
CREATE TABLE draft_copy (
    copy_id     INTEGER PRIMARY KEY AUTOINCREMENT,   -- a later one of the same draft supersedes
    account_id  TEXT    NOT NULL,
    draft_id    TEXT    NOT NULL,
    version     TEXT    NOT NULL,
    token       TEXT    NOT NULL,                -- in its field X-CongThu-Draft-Copy; '': another program's
    message_id  TEXT    NOT NULL,
    raw_name    BLOB    NOT NULL,
    uidvalidity INTEGER NOT NULL,
    uid         INTEGER NOT NULL DEFAULT 0,      -- 0: where it is, the server did not say
    state       TEXT    NOT NULL,                -- client.model.server_draft.CopyState
    made_at     TEXT    NOT NULL,
    tries       INTEGER NOT NULL DEFAULT 0,
    not_before  TEXT,                            -- of its removal
    error_code  TEXT    NOT NULL DEFAULT ''
);
CREATE INDEX draft_copy_draft ON draft_copy (draft_id);
CREATE INDEX draft_copy_message ON draft_copy (account_id, message_id);
