-- What a list may be filtered by stands in its own index: unread, starred, with attachments, signed.
-- Reading the filtered rows of 200,000 never goes to the table, and they come in the list's order.
DROP INDEX message_list;
CREATE INDEX message_list ON message (mailbox_id, received_at DESC, row_id DESC, flags, has_attachment, signed_shape) WHERE uid IS NOT NULL;
