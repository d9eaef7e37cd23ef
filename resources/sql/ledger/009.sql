-- Certificates that mail servers showed and that were accepted: what a refused one is explained with. No pins.
CREATE TABLE server_certificate (
    account_id TEXT NOT NULL,
    place      TEXT NOT NULL,                    -- host:port
    sha256     TEXT NOT NULL,                    -- upper-case hex
    subject    TEXT NOT NULL,
    issuer     TEXT NOT NULL,
    not_before TEXT NOT NULL,                    -- ISO 8601, UTC, as all moments
    not_after  TEXT NOT NULL,
    first_seen TEXT NOT NULL,
    last_seen  TEXT NOT NULL,
    PRIMARY KEY (account_id, place, sha256)
) WITHOUT ROWID;
