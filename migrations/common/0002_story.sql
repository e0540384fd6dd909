-- What mentors write: entries, links, evidence, candidacies and portfolios.

-- `folded` holds title and text as they are looked for: small letters without accents, made by `cairn_shared::fold`.
CREATE TABLE entry (
    id           TEXT    NOT NULL PRIMARY KEY,
    owner_id     TEXT    NOT NULL REFERENCES person (id),
    title        TEXT    CHECK (length(title) BETWEEN 1 AND 160),
    text         TEXT    NOT NULL,
    happened_on  TEXT    NOT NULL,
    state        TEXT    NOT NULL CHECK (state IN ('draft', 'kept')),
    created_at   BIGINT  NOT NULL,
    changed_at   BIGINT  NOT NULL,
    binned_at    BIGINT,
    version      BIGINT  NOT NULL,
    folded       TEXT    NOT NULL
);
CREATE INDEX entry_timeline ON entry (owner_id, happened_on DESC, id DESC);

-- Earlier texts: nobody's words are lost.
CREATE TABLE entry_version (
    id        TEXT    NOT NULL PRIMARY KEY,
    entry_id  TEXT    NOT NULL REFERENCES entry (id),
    title     TEXT,
    text      TEXT    NOT NULL,
    made_at   BIGINT  NOT NULL,
    reason    TEXT    NOT NULL CHECK (reason IN ('replaced', 'other_device', 'brought_back'))
);
CREATE INDEX entry_version_by_entry ON entry_version (entry_id, made_at);

CREATE TABLE standard_link (
    id            TEXT    NOT NULL PRIMARY KEY,
    entry_id      TEXT    NOT NULL REFERENCES entry (id),
    standard      TEXT    NOT NULL CHECK (standard IN ('s1', 's2', 's3', 's4')),
    guide         TEXT,
    quote         TEXT,
    quote_before  TEXT,
    quote_after   TEXT,
    quote_start   BIGINT,
    shows         TEXT    CHECK (length(shows) BETWEEN 1 AND 400),
    created_at    BIGINT  NOT NULL,
    CHECK ((quote IS NULL) = (quote_start IS NULL))
);
CREATE INDEX standard_link_by_entry ON standard_link (entry_id, standard);

CREATE TABLE evidence (
    id                TEXT    NOT NULL PRIMARY KEY,
    entry_id          TEXT    NOT NULL REFERENCES entry (id),
    kind              TEXT    NOT NULL CHECK (kind IN ('file', 'link')),
    name              TEXT,
    media_type        TEXT,
    bytes             BIGINT,
    sha256            TEXT,
    thumbnail_sha256  TEXT,
    url               TEXT,
    caption           TEXT,
    pupils            TEXT    NOT NULL CHECK (pupils IN ('unanswered', 'not_identifiable', 'identifiable')),
    created_at        BIGINT  NOT NULL,
    removed_at        BIGINT,
    CHECK ((kind = 'file') = (sha256 IS NOT NULL AND media_type IS NOT NULL AND bytes IS NOT NULL AND name IS NOT NULL)),
    CHECK ((kind = 'link') = (url IS NOT NULL))
);
CREATE INDEX evidence_by_entry ON evidence (entry_id);
CREATE INDEX evidence_by_file ON evidence (sha256);

-- One per mentor and qualification. The states are those of `cairn_shared::candidacy`; what is true in each of them
-- is checked here once more. `submission_id` is the submission that is with the panel, or that was awarded; `after_id`
-- the one whose decision suggested more.
CREATE TABLE candidacy (
    id              TEXT     NOT NULL PRIMARY KEY,
    mentor_id       TEXT     NOT NULL REFERENCES person (id),
    qualification   TEXT     NOT NULL CHECK (qualification IN ('qms', 'qlms')),
    state           TEXT     NOT NULL CHECK (state IN ('gathering', 'submitted', 'further_evidence', 'awarded')),
    secured_s1      BOOLEAN  NOT NULL,
    secured_s2      BOOLEAN  NOT NULL,
    secured_s3      BOOLEAN  NOT NULL,
    secured_s4      BOOLEAN  NOT NULL,
    submission_id   TEXT,
    after_id        TEXT,
    award_id        TEXT,
    stage_shared    BOOLEAN  NOT NULL,
    created_at      BIGINT   NOT NULL,
    UNIQUE (mentor_id, qualification),
    CHECK ((state IN ('submitted', 'awarded')) = (submission_id IS NOT NULL)),
    CHECK (state <> 'further_evidence' OR after_id IS NOT NULL),
    CHECK (after_id IS NULL OR state IN ('submitted', 'further_evidence')),
    CHECK ((state = 'awarded') = (award_id IS NOT NULL)),
    CHECK (state <> 'gathering' OR NOT (secured_s1 OR secured_s2 OR secured_s3 OR secured_s4)),
    CHECK (state <> 'awarded' OR (secured_s1 AND secured_s2 AND secured_s3 AND secured_s4))
);

CREATE TABLE portfolio (
    id            TEXT    NOT NULL PRIMARY KEY,
    candidacy_id  TEXT    NOT NULL UNIQUE REFERENCES candidacy (id),
    title         TEXT    NOT NULL CHECK (length(title) BETWEEN 1 AND 160),
    form          TEXT    NOT NULL CHECK (form IN ('electronic', 'paper', 'mixed')),
    changed_at    BIGINT  NOT NULL,
    version       BIGINT  NOT NULL
);

CREATE TABLE piece (
    portfolio_id  TEXT    NOT NULL REFERENCES portfolio (id),
    id            TEXT    NOT NULL,
    position      BIGINT  NOT NULL,
    kind          TEXT    NOT NULL CHECK (kind IN ('part', 'narrative', 'entry')),
    title         TEXT,
    text          TEXT,
    entry_id      TEXT    REFERENCES entry (id),
    PRIMARY KEY (portfolio_id, id),
    UNIQUE (portfolio_id, position),
    CHECK ((kind = 'part') = (title IS NOT NULL)),
    CHECK ((kind = 'narrative') = (text IS NOT NULL)),
    CHECK ((kind = 'entry') = (entry_id IS NOT NULL))
);
CREATE INDEX piece_by_entry ON piece (entry_id);

-- Sealed, hashed, immutable.
CREATE TABLE edition (
    id            TEXT    NOT NULL PRIMARY KEY,
    portfolio_id  TEXT    NOT NULL REFERENCES portfolio (id),
    content       TEXT    NOT NULL,
    hash          TEXT    NOT NULL CHECK (length(hash) = 64),
    words         BIGINT  NOT NULL,
    left_out      TEXT    NOT NULL,
    sealed_at     BIGINT  NOT NULL
);

CREATE TABLE edition_file (
    edition_id   TEXT  NOT NULL REFERENCES edition (id),
    evidence_id  TEXT  NOT NULL REFERENCES evidence (id),
    sha256       TEXT  NOT NULL,
    PRIMARY KEY (edition_id, evidence_id)
);
CREATE INDEX edition_file_by_evidence ON edition_file (evidence_id);
