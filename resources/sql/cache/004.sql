-- Which messages belong together: by their own identifier and those they answer, as 63-bit numbers.
CREATE TABLE message_link (
    link   INTEGER NOT NULL,                     -- client.store.links.link_of a Message-ID
    row_id INTEGER NOT NULL,
    PRIMARY KEY (link, row_id)
) WITHOUT ROWID;
CREATE INDEX message_link_row ON message_link (row_id);

CREATE TRIGGER message_unlinked_from_conversation AFTER DELETE ON message BEGIN
    DELETE FROM message_link WHERE row_id = old.row_id;
END;

-- What is here already is joined by its own identifier; what it answers is known for new mail.
INSERT OR IGNORE INTO message_link (link, row_id)
SELECT link_of(message_id), row_id FROM message WHERE message_id <> '';
