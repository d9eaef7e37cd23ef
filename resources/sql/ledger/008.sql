-- What a server was seen to do about copies of sent messages: client.model.account.SentCopy without 'auto'.
CREATE TABLE sent_habit (
    account_id TEXT PRIMARY KEY,
    habit      TEXT NOT NULL,
    learnt_at  TEXT NOT NULL                     -- ISO 8601, UTC
);
