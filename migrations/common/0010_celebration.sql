-- Certificates on paper, and the evening on which they are handed out.

-- As what the signatory of a certificate signs; “Chair, portfolio review panel”, if nothing is said.
ALTER TABLE award ADD COLUMN signed_as TEXT;

-- An evening for those who were awarded in some rounds.
CREATE TABLE celebration (
    id            TEXT    NOT NULL PRIMARY KEY,
    title         TEXT    NOT NULL,
    place         TEXT    NOT NULL,
    details       TEXT    NOT NULL,
    starts_at     BIGINT  NOT NULL,
    ends_at       BIGINT  NOT NULL CHECK (ends_at > starts_at),
    reply_by      TEXT    NOT NULL,
    -- How many people there is room for, and how many guests each may bring.
    places        BIGINT  NOT NULL CHECK (places > 0),
    guests_each   BIGINT  NOT NULL CHECK (guests_each >= 0),
    -- How often its entry in calendars was changed (RFC 5545, SEQUENCE).
    sequence      BIGINT  NOT NULL,
    created_at    BIGINT  NOT NULL,
    invited_at    BIGINT,
    cancelled_at  BIGINT,
    cancelled_why TEXT,
    thanked_at    BIGINT,
    -- When diets and access needs were deleted, which nobody needs any more.
    cleared_at    BIGINT,
    version       BIGINT  NOT NULL
);

CREATE TABLE celebration_round (
    celebration_id  TEXT  NOT NULL REFERENCES celebration (id),
    round_id        TEXT  NOT NULL REFERENCES round (id),
    PRIMARY KEY (celebration_id, round_id)
);

-- Who is invited to it, what they answered, and where they sit.
CREATE TABLE invitation (
    id             TEXT     NOT NULL PRIMARY KEY,
    celebration_id TEXT     NOT NULL REFERENCES celebration (id),
    person_id      TEXT     NOT NULL REFERENCES person (id),
    invited_as     TEXT     NOT NULL CHECK (invited_as IN ('awarded', 'school_lead')),
    school_name    TEXT,
    sent_at        BIGINT   NOT NULL,
    reply          TEXT     NOT NULL CHECK (reply IN ('none', 'coming', 'waiting', 'not_coming')),
    replied_at     BIGINT,
    waiting_since  BIGINT,
    -- Names of guests, a line each.
    guests         TEXT     NOT NULL,
    diet           TEXT     NOT NULL,
    access         TEXT     NOT NULL,
    photos         BOOLEAN  NOT NULL,
    table_number   BIGINT   CHECK (table_number > 0),
    running_order  BIGINT,
    -- When they were reminded to answer, and of the evening itself.
    nudged_at      BIGINT,
    reminded_at    BIGINT,
    version        BIGINT   NOT NULL,
    UNIQUE (celebration_id, person_id)
);
CREATE INDEX invitation_by_person ON invitation (person_id);

-- Certificates of a round or an evening, made as one document to be printed.
CREATE TABLE print_run (
    id              TEXT    NOT NULL PRIMARY KEY,
    round_id        TEXT    REFERENCES round (id),
    celebration_id  TEXT    REFERENCES celebration (id),
    made_by         TEXT    NOT NULL REFERENCES person (id),
    begun_at        BIGINT  NOT NULL,
    -- When its maker last told how far it is.
    moved_at        BIGINT  NOT NULL,
    made            BIGINT  NOT NULL,
    total           BIGINT  NOT NULL,
    -- Who is not in it, because no typeface has their letters: a line each.
    left_out        TEXT    NOT NULL,
    -- In base64: rows are carried from one database to the other as JSON.
    document        TEXT,
    CHECK ((round_id IS NULL) <> (celebration_id IS NULL))
);

-- The address under which somebody's calendar asks for what is on, by the SHA-256 of its token.
CREATE TABLE calendar_feed (
    person_id  TEXT    NOT NULL PRIMARY KEY REFERENCES person (id),
    token_hash TEXT    NOT NULL UNIQUE,
    since      BIGINT  NOT NULL
);

-- What a letter brings along to be put into a calendar, and how it is meant (RFC 5546, METHOD).
ALTER TABLE mail ADD COLUMN calendar TEXT;
