-- A second step of signing in (RFC 6238). The secrets of apps are encrypted: whoever reads the database alone makes no
-- code of them. `pending` is one that is being set up, beside that of today until a code of it was given. `last_step` is
-- the last half minute whose code was taken: each is taken once.
CREATE TABLE second_step (
    person_id      TEXT    NOT NULL PRIMARY KEY REFERENCES person (id),
    sealed         TEXT,
    since          BIGINT,
    last_step      BIGINT  NOT NULL,
    pending        TEXT,
    pending_since  BIGINT,
    CHECK ((sealed IS NULL) = (since IS NULL)),
    CHECK ((pending IS NULL) = (pending_since IS NULL))
);

-- Recovery codes, by their SHA-256: they have 120 bits. A code is used once, and then no longer here.
CREATE TABLE recovery_code (
    hash       TEXT  NOT NULL PRIMARY KEY,
    person_id  TEXT  NOT NULL REFERENCES person (id)
);
CREATE INDEX recovery_code_by_person ON recovery_code (person_id);
