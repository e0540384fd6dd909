-- Awards as machines read them (Open Badges 3.0).

-- The public halves of the keys that credentials were ever signed with. None is taken out: what it signed is held against it.
CREATE TABLE signing_key (
    number   BIGINT  NOT NULL PRIMARY KEY,
    ed25519  TEXT    NOT NULL UNIQUE,
    p256     TEXT    NOT NULL UNIQUE,
    since    BIGINT  NOT NULL
);

-- A credential as it was signed, byte for byte. One that is issued anew for the same award has an id of its own, and the one
-- before it has ended.
CREATE TABLE credential (
    id            TEXT    NOT NULL PRIMARY KEY,
    award_id      TEXT    NOT NULL REFERENCES award (id),
    key_number    BIGINT  NOT NULL REFERENCES signing_key (number),
    status_index  BIGINT  NOT NULL UNIQUE CHECK (status_index >= 0 AND status_index < 131072),
    json          TEXT    NOT NULL,
    jwt           TEXT    NOT NULL,
    issued_at     BIGINT  NOT NULL,
    ended_at      BIGINT,
    ended_as      TEXT    CHECK (ended_as IN ('replaced', 'revoked')),
    CHECK ((ended_at IS NULL) = (ended_as IS NULL))
);
CREATE INDEX credential_by_award ON credential (award_id);
CREATE UNIQUE INDEX credential_in_force ON credential (award_id) WHERE ended_at IS NULL;

-- Awards that their holders show to everybody, and which of them stand in the public register.
CREATE TABLE publication (
    award_id     TEXT     NOT NULL PRIMARY KEY REFERENCES award (id),
    since        BIGINT   NOT NULL,
    in_register  BOOLEAN  NOT NULL
);
