"""Messages from bytes and to bytes. Pure: no I/O."""
