-- Who made this computer trust whom, and when; what is trusted now follows from it.
CREATE TABLE trust_log (
    entry_id      INTEGER PRIMARY KEY,           -- 1, 2, 3 ... without a gap
    logged_at     TEXT NOT NULL,                 -- ISO 8601, UTC
    actor         TEXT NOT NULL,                 -- name at the operating system
    act           TEXT NOT NULL,                 -- client.model.anchor.TrustAct
    role          TEXT NOT NULL,                 -- client.model.anchor.CertificateRole
    sha256        TEXT NOT NULL,                 -- of the certificate, upper-case hex
    certificate   BLOB NOT NULL,                 -- DER
    origin        TEXT NOT NULL,                 -- client.model.anchor.TrustOrigin
    note          TEXT NOT NULL,                 -- name of the file it came from
    previous_hash TEXT NOT NULL,
    row_hash      TEXT NOT NULL UNIQUE
);
CREATE TRIGGER trust_log_no_update BEFORE UPDATE ON trust_log
BEGIN SELECT RAISE(ABORT, 'trust_log is append-only'); END;
CREATE TRIGGER trust_log_no_delete BEFORE DELETE ON trust_log
BEGIN SELECT RAISE(ABORT, 'trust_log is append-only'); END;

-- Where revocation data is fetched from, how it went last and when it is due again.
CREATE TABLE revocation_source (
    url           TEXT NOT NULL,
    about         TEXT NOT NULL DEFAULT '',      -- OCSP: SHA-256 of the certificate asked about; CRL: empty
    origin        TEXT NOT NULL,                 -- client.model.revocation.SourceOrigin
    request       BLOB NOT NULL DEFAULT x'',     -- OCSP: the request in DER
    added_at      TEXT NOT NULL,
    not_before    TEXT NOT NULL,                 -- due from then on
    attempts      INTEGER NOT NULL DEFAULT 0,    -- in vain since the last success
    fetched_at    TEXT,
    etag          TEXT NOT NULL DEFAULT '',
    last_modified TEXT NOT NULL DEFAULT '',
    issuer        TEXT NOT NULL DEFAULT '',
    file          TEXT NOT NULL DEFAULT '',      -- name in the folder "revocation" of what is used now
    this_update   TEXT,
    next_update   TEXT,
    error_code    TEXT NOT NULL DEFAULT '',
    error_reason  TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (url, about)
);
CREATE INDEX revocation_due ON revocation_source (not_before);

-- Messages whose verdict wants for revocation data; each is judged again when new data is here.
CREATE TABLE waiting_verdict (
    sha256     TEXT PRIMARY KEY,                 -- of the raw message
    mailbox_id INTEGER NOT NULL,
    row_id     INTEGER NOT NULL,
    subject    TEXT NOT NULL,
    display    TEXT NOT NULL,                    -- what was said last
    since      TEXT NOT NULL
);
