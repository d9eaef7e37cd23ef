-- Rows of a first look come faster than they can be indexed: indexed = -1 until the header is, too.
CREATE INDEX message_header_not_indexed ON message (mailbox_id) WHERE indexed < 0;
