-- Rounds and what the panel does in them.

CREATE TABLE round (
    id            TEXT    NOT NULL PRIMARY KEY,
    name          TEXT    NOT NULL CHECK (length(name) BETWEEN 1 AND 60),
    submit_by     TEXT    NOT NULL,
    review_opens  TEXT    NOT NULL,
    review_by     TEXT    NOT NULL,
    meeting       TEXT    NOT NULL,
    tell_by       TEXT    NOT NULL,
    readers       BIGINT  NOT NULL CHECK (readers BETWEEN 2 AND 5),
    chair_id      TEXT    REFERENCES person (id),
    deputy_id     TEXT    REFERENCES person (id),
    released_at   BIGINT,
    created_at    BIGINT  NOT NULL,
    version       BIGINT  NOT NULL,
    CHECK (submit_by < review_opens AND review_opens < review_by AND review_by < meeting AND meeting < tell_by)
);
CREATE INDEX round_by_close ON round (submit_by, id);

CREATE TABLE panel_member (
    round_id   TEXT  NOT NULL REFERENCES round (id),
    person_id  TEXT  NOT NULL REFERENCES person (id),
    PRIMARY KEY (round_id, person_id)
);
CREATE INDEX panel_member_by_person ON panel_member (person_id);

CREATE TABLE submission (
    id                    TEXT     NOT NULL PRIMARY KEY,
    candidacy_id          TEXT     NOT NULL REFERENCES candidacy (id),
    edition_id            TEXT     NOT NULL UNIQUE REFERENCES edition (id),
    number                BIGINT   NOT NULL CHECK (number >= 1),
    round_id              TEXT     REFERENCES round (id),
    form                  TEXT     NOT NULL CHECK (form IN ('electronic', 'paper', 'mixed')),
    after_id              TEXT     REFERENCES submission (id),
    quotes_agreed         BOOLEAN  NOT NULL,
    submitted_at          BIGINT   NOT NULL,
    withdrawn_at          BIGINT,
    carried_over_at       BIGINT,
    carried_over_message  TEXT,
    version               BIGINT   NOT NULL,
    UNIQUE (candidacy_id, number),
    CHECK ((carried_over_at IS NULL) = (carried_over_message IS NULL))
);
CREATE INDEX submission_by_round ON submission (round_id);

-- The paper of a submission that is read on paper, alone or as well: its cover sheet, and where it is.
CREATE TABLE paper (
    submission_id  TEXT    NOT NULL PRIMARY KEY REFERENCES submission (id),
    code           TEXT    NOT NULL UNIQUE,
    parts          TEXT    NOT NULL CHECK (length(parts) BETWEEN 1 AND 200),
    hand_in        TEXT    NOT NULL CHECK (length(hand_in) BETWEEN 1 AND 200),
    promised_for   TEXT    NOT NULL,
    note           TEXT    NOT NULL,
    registered_by  TEXT    NOT NULL REFERENCES person (id),
    received_at    BIGINT,
    shelf          TEXT,
    returned_at    BIGINT,
    given_to       TEXT,
    version        BIGINT  NOT NULL,
    CHECK ((received_at IS NULL) = (shelf IS NULL)),
    CHECK ((returned_at IS NULL) = (given_to IS NULL)),
    CHECK (returned_at IS NULL OR received_at IS NOT NULL)
);

CREATE TABLE declared_conflict (
    id            TEXT    NOT NULL PRIMARY KEY,
    person_id     TEXT    NOT NULL REFERENCES person (id),
    mentor_id     TEXT    NOT NULL REFERENCES person (id),
    reason        TEXT,
    declared_by   TEXT    NOT NULL REFERENCES person (id),
    declared_at   BIGINT  NOT NULL,
    withdrawn_at  BIGINT
);
CREATE INDEX declared_conflict_by_person ON declared_conflict (person_id, mentor_id);

-- Every pair of a person and a mentor whose submissions that person must never know of, and why. `until` is the
-- first day on which the pair no longer counts; none means it lasts. Every query of the panel joins this.
CREATE VIEW conflict_between AS
    SELECT id AS person_id, id AS mentor_id, 'themselves' AS kind, CAST(NULL AS TEXT) AS until_one, CAST(NULL AS TEXT) AS until_other
      FROM person
    UNION ALL
    SELECT one.person_id, other.person_id, 'same_school', one.conflict_until, other.conflict_until
      FROM membership one JOIN membership other ON other.school_id = one.school_id AND other.person_id <> one.person_id
    UNION ALL
    SELECT supporter_id, supported_id, 'support', until, until FROM support
    UNION ALL
    SELECT supported_id, supporter_id, 'support', until, until FROM support
    UNION ALL
    SELECT person_id, mentor_id, 'declared', CAST(NULL AS TEXT), CAST(NULL AS TEXT)
      FROM declared_conflict WHERE withdrawn_at IS NULL;

CREATE TABLE review (
    id             TEXT    NOT NULL PRIMARY KEY,
    submission_id  TEXT    NOT NULL REFERENCES submission (id),
    reviewer_id    TEXT    NOT NULL REFERENCES person (id),
    draft          TEXT    NOT NULL,
    first_reading  TEXT,
    assigned_at    BIGINT  NOT NULL,
    opened_at      BIGINT,
    sent_at        BIGINT,
    ended_at       BIGINT,
    nudged_at      BIGINT,
    version        BIGINT  NOT NULL
);
-- One live review per reviewer and submission; what was taken back or stepped aside from stays on record.
CREATE UNIQUE INDEX review_live ON review (submission_id, reviewer_id) WHERE ended_at IS NULL;
CREATE INDEX review_by_reviewer ON review (reviewer_id);

-- The judgements of a review that was sent. There are two, and the second says what would help.
CREATE TABLE judgement (
    review_id      TEXT  NOT NULL REFERENCES review (id),
    standard       TEXT  NOT NULL CHECK (standard IN ('s1', 's2', 's3', 's4')),
    found          TEXT  NOT NULL CHECK (found IN ('evidenced', 'more_needed')),
    already_there  TEXT  NOT NULL,
    would_help     TEXT  NOT NULL,
    who_can_help   TEXT,
    PRIMARY KEY (review_id, standard),
    CHECK ((found = 'more_needed') = (length(trim(would_help)) > 0))
);

CREATE TABLE review_comment (
    id             TEXT    NOT NULL PRIMARY KEY,
    review_id      TEXT    NOT NULL REFERENCES review (id),
    entry_id       TEXT,
    passage_start  BIGINT,
    passage_end    BIGINT,
    place          TEXT    CHECK (length(place) BETWEEN 1 AND 80),
    audience       TEXT    NOT NULL CHECK (audience IN ('mentor', 'panel')),
    text           TEXT    NOT NULL CHECK (length(trim(text)) > 0),
    -- What the reviewer wrote, where the chair has put it otherwise since.
    original       TEXT    CHECK (length(trim(original)) > 0),
    created_at     BIGINT  NOT NULL,
    CHECK ((passage_start IS NULL) = (passage_end IS NULL)),
    CHECK (place IS NULL OR entry_id IS NULL)
);
CREATE INDEX review_comment_by_review ON review_comment (review_id);

-- What the panel agreed. There are two outcomes. A correction is a decision of its own that names the one before.
CREATE TABLE decision (
    id             TEXT    NOT NULL PRIMARY KEY,
    submission_id  TEXT    NOT NULL REFERENCES submission (id),
    outcome        TEXT    NOT NULL CHECK (outcome IN ('award', 'further_evidence')),
    message        TEXT    NOT NULL,
    decided_by     TEXT    NOT NULL REFERENCES person (id),
    decided_at     BIGINT  NOT NULL,
    released_at    BIGINT,
    corrects_id    TEXT    UNIQUE REFERENCES decision (id),
    reason         TEXT,
    CHECK (outcome <> 'award' OR length(trim(message)) > 0),
    CHECK ((corrects_id IS NULL) = (reason IS NULL))
);
CREATE UNIQUE INDEX decision_first ON decision (submission_id) WHERE corrects_id IS NULL;

CREATE TABLE finding (
    decision_id  TEXT  NOT NULL REFERENCES decision (id),
    standard     TEXT  NOT NULL CHECK (standard IN ('s1', 's2', 's3', 's4')),
    found        TEXT  NOT NULL CHECK (found IN ('evidenced', 'more_needed')),
    note         TEXT  NOT NULL,
    PRIMARY KEY (decision_id, standard)
);

CREATE TABLE suggestion (
    id             TEXT    NOT NULL PRIMARY KEY,
    decision_id    TEXT    NOT NULL,
    standard       TEXT    NOT NULL,
    position       BIGINT  NOT NULL,
    already_there  TEXT    NOT NULL,
    would_help     TEXT    NOT NULL CHECK (length(trim(would_help)) > 0),
    who_can_help   TEXT,
    UNIQUE (decision_id, standard, position),
    FOREIGN KEY (decision_id, standard) REFERENCES finding (decision_id, standard)
);

CREATE TABLE suggestion_reply (
    suggestion_id  TEXT    NOT NULL PRIMARY KEY REFERENCES suggestion (id),
    text           TEXT    NOT NULL,
    changed_at     BIGINT  NOT NULL
);

CREATE TABLE award (
    id                  TEXT    NOT NULL PRIMARY KEY,
    candidacy_id        TEXT    NOT NULL REFERENCES candidacy (id),
    submission_id       TEXT    NOT NULL REFERENCES submission (id),
    person_id           TEXT    NOT NULL REFERENCES person (id),
    qualification       TEXT    NOT NULL CHECK (qualification IN ('qms', 'qlms')),
    number              TEXT    NOT NULL UNIQUE,
    code                TEXT    NOT NULL UNIQUE,
    token               TEXT    NOT NULL UNIQUE,
    awarded_on          TEXT    NOT NULL,
    holder_given_name   TEXT    NOT NULL,
    holder_family_name  TEXT    NOT NULL,
    school_name         TEXT,
    signed_by           TEXT,
    status              TEXT    NOT NULL CHECK (status IN ('in_force', 'revoked')),
    issued_at           BIGINT  NOT NULL,
    revoked_at          BIGINT,
    revoked_reason      TEXT,
    CHECK ((status = 'revoked') = (revoked_at IS NOT NULL AND revoked_reason IS NOT NULL))
);
CREATE UNIQUE INDEX award_in_force ON award (candidacy_id) WHERE status = 'in_force';
CREATE INDEX award_by_person ON award (person_id);
