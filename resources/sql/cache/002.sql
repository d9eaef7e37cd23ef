-- Full-text search. Both indexes hold no text of their own; their rowid is message.row_id.
-- Text is folded (client.model.text.fold) before it comes here, so the tokenizer has no marks to remove.
CREATE VIRTUAL TABLE message_text USING fts5 (
    subject, sender, recipients, files, numbers, body,
    content = '', contentless_delete = 1, tokenize = 'unicode61 remove_diacritics 0'
);

-- The words that carry marks, as written: who types marks gets these messages first.
CREATE VIRTUAL TABLE message_marks USING fts5 (
    words,
    content = '', contentless_delete = 1, detail = none, tokenize = 'unicode61 remove_diacritics 0'
);

-- Fires for rows that go with their mailbox, too: the indexes are never out of step.
CREATE TRIGGER message_unindexed AFTER DELETE ON message BEGIN
    DELETE FROM message_text WHERE rowid = old.row_id;
    DELETE FROM message_marks WHERE rowid = old.row_id;
END;

-- How much of the message is indexed: 0 the header, 1 its own text and the attachments' names, 2 all there is.
ALTER TABLE message ADD COLUMN indexed INTEGER NOT NULL DEFAULT 0;
ALTER TABLE message DROP COLUMN folded;
CREATE INDEX message_not_indexed ON message (mailbox_id, received_at DESC) WHERE indexed < 2 AND body_path <> '';

INSERT INTO message_text (rowid, subject, sender, recipients, files, numbers, body)
SELECT row_id, fold(subject), fold(sender_name || ' ' || sender_address), fold(recipients), '', document_numbers(subject), ''
FROM message;
INSERT INTO message_marks (rowid, words)
SELECT row_id, marked_words(subject || ' ' || sender_name || ' ' || recipients) FROM message;
