"""What is in an attached document. Pure: bytes in, values out."""
