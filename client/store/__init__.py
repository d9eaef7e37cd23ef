"""The local databases and the keyring."""
