"""Keys, signatures and their verification; the only importer of the cryptographic libraries."""
