"""The embedded demo city: servers on loopback, a demo PKI, two offices and their mail."""
