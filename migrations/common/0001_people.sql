-- People, schools, and who may do what.
-- `folded` holds a name as it is looked for and sorted: small letters without accents, made by `cairn_shared::fold`.

CREATE TABLE school (
    id          TEXT    NOT NULL PRIMARY KEY,
    name        TEXT    NOT NULL CHECK (length(name) BETWEEN 1 AND 160),
    phase       TEXT    NOT NULL CHECK (phase IN ('primary', 'secondary')),
    urn         TEXT    UNIQUE,
    created_at  BIGINT  NOT NULL,
    folded      TEXT    NOT NULL
);
CREATE INDEX school_by_name ON school (folded, id);

CREATE TABLE person (
    id             TEXT    NOT NULL PRIMARY KEY,
    given_name     TEXT    NOT NULL CHECK (length(given_name) BETWEEN 1 AND 80),
    family_name    TEXT    NOT NULL CHECK (length(family_name) BETWEEN 1 AND 80),
    email          TEXT    NOT NULL UNIQUE CHECK (email = lower(email)),
    phase          TEXT    CHECK (phase IN ('primary', 'secondary')),
    state          TEXT    NOT NULL CHECK (state IN ('invited', 'active', 'left')),
    password_hash  TEXT,
    created_at     BIGINT  NOT NULL,
    version        BIGINT  NOT NULL,
    folded         TEXT    NOT NULL
);
CREATE INDEX person_by_name ON person (folded, id);

CREATE TABLE role_grant (
    person_id   TEXT    NOT NULL REFERENCES person (id),
    role        TEXT    NOT NULL CHECK (role IN ('mentor', 'lead_mentor', 'reviewer', 'coordinator', 'school_lead')),
    granted_at  BIGINT  NOT NULL,
    PRIMARY KEY (person_id, role)
);

-- A dated stay at a school. `conflict_until` is the first day on which it no longer makes a conflict of interest:
-- empty while the person is there, and 24 months after the last day from then on.
CREATE TABLE membership (
    id              TEXT     NOT NULL PRIMARY KEY,
    person_id       TEXT     NOT NULL REFERENCES person (id),
    school_id       TEXT     NOT NULL REFERENCES school (id),
    since           TEXT     NOT NULL,
    until           TEXT,
    conflict_until  TEXT,
    leads           BOOLEAN  NOT NULL,
    CHECK ((until IS NULL) = (conflict_until IS NULL))
);
CREATE INDEX membership_by_person ON membership (person_id);
CREATE INDEX membership_by_school ON membership (school_id);

-- Who supports whom: a lead mentor and a mentor. Both have accounts.
CREATE TABLE support (
    id            TEXT  NOT NULL PRIMARY KEY,
    supporter_id  TEXT  NOT NULL REFERENCES person (id),
    supported_id  TEXT  NOT NULL REFERENCES person (id),
    since         TEXT  NOT NULL,
    until         TEXT,
    CHECK (supporter_id <> supported_id)
);
CREATE INDEX support_by_supporter ON support (supporter_id);
CREATE INDEX support_by_supported ON support (supported_id);

-- A trainee on placement with a mentor. Trainees have no account: initials are all that is known of them.
CREATE TABLE placement (
    id         TEXT  NOT NULL PRIMARY KEY,
    mentor_id  TEXT  NOT NULL REFERENCES person (id),
    initials   TEXT  NOT NULL CHECK (length(initials) BETWEEN 1 AND 8),
    phase      TEXT  NOT NULL CHECK (phase IN ('primary', 'secondary')),
    since      TEXT  NOT NULL,
    until      TEXT
);
CREATE INDEX placement_by_mentor ON placement (mentor_id);

-- A signed-in device.
CREATE TABLE session (
    id            TEXT    NOT NULL PRIMARY KEY,
    person_id     TEXT    NOT NULL REFERENCES person (id),
    device        TEXT    NOT NULL CHECK (device IN ('own', 'shared')),
    agent         TEXT    NOT NULL,
    signed_in_at  BIGINT  NOT NULL,
    used_at       BIGINT  NOT NULL,
    ended_at      BIGINT
);
CREATE INDEX session_by_person ON session (person_id);

-- Refresh tokens, by the SHA-256 of the token. A token is used once: its successor names it.
CREATE TABLE refresh_token (
    hash          TEXT    NOT NULL PRIMARY KEY,
    session_id    TEXT    NOT NULL REFERENCES session (id),
    issued_at     BIGINT  NOT NULL,
    replaced_at   BIGINT,
    successor     TEXT,
    first_used_at BIGINT
);
CREATE INDEX refresh_token_by_session ON refresh_token (session_id);

-- Links by e-mail, by the SHA-256 of the token.
CREATE TABLE sign_in_link (
    hash        TEXT    NOT NULL PRIMARY KEY,
    person_id   TEXT    NOT NULL REFERENCES person (id),
    purpose     TEXT    NOT NULL CHECK (purpose IN ('sign_in', 'invitation', 'email_change')),
    device      TEXT    NOT NULL CHECK (device IN ('own', 'shared')),
    email       TEXT,
    created_at  BIGINT  NOT NULL,
    expires_at  BIGINT  NOT NULL,
    used_at     BIGINT
);
CREATE INDEX sign_in_link_by_person ON sign_in_link (person_id);

-- A file of people and schools, and how far its rows are. It goes after 30 days, with the names in it.
CREATE TABLE import (
    id         TEXT     NOT NULL PRIMARY KEY,
    name       TEXT     NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
    made_by    TEXT     NOT NULL REFERENCES person (id),
    made_at    BIGINT   NOT NULL,
    day        TEXT     NOT NULL,
    encoding   TEXT     NOT NULL CHECK (encoding IN ('utf-8', 'utf-16', 'windows-1252')),
    uses       TEXT     NOT NULL,
    unused     TEXT     NOT NULL,
    invite     BOOLEAN,
    version    BIGINT   NOT NULL
);
CREATE INDEX import_by_age ON import (made_at, id);

-- A row of it. `number` is its number in the spreadsheet; what was done stays as it was done.
CREATE TABLE import_row (
    import_id    TEXT     NOT NULL REFERENCES import (id),
    number       BIGINT   NOT NULL,
    cells        TEXT     NOT NULL,
    school_key   TEXT     NOT NULL,
    new_school   BOOLEAN  NOT NULL,
    state        TEXT     NOT NULL CHECK (state IN ('needs', 'new', 'school', 'changes', 'unchanged')),
    deeds        TEXT     NOT NULL,
    differences  TEXT     NOT NULL,
    problems     TEXT     NOT NULL,
    adds_school  TEXT,
    person_id    TEXT,
    done_at      BIGINT,
    PRIMARY KEY (import_id, number),
    CHECK (done_at IS NULL OR state <> 'needs')
);
CREATE INDEX import_row_by_state ON import_row (import_id, state, number);
