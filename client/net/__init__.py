"""Everything that opens a socket, behind one door for TLS."""
