-- Letters to send, answers to repeat, and the record of what was done.

-- Letters are written in the transaction of what they tell of, and sent afterwards. Whoever takes one to send it moves
-- `due_at` on by the time that this may take, so that a server which dies over it leaves it to the next. A letter that
-- was sent, or given up, keeps no text: links in it are secrets.
CREATE TABLE mail (
    id           TEXT    NOT NULL PRIMARY KEY,
    to_address   TEXT    NOT NULL,
    subject      TEXT    NOT NULL,
    body         TEXT    NOT NULL,
    written_at   BIGINT  NOT NULL,
    due_at       BIGINT  NOT NULL,
    good_until   BIGINT,
    attempts     BIGINT  NOT NULL,
    trouble      TEXT    CHECK (trouble IN ('unreachable', 'not_now', 'not_taken', 'too_late')),
    sent_at      BIGINT,
    given_up_at  BIGINT,
    CHECK (sent_at IS NULL OR given_up_at IS NULL)
);
CREATE INDEX mail_due ON mail (due_at) WHERE sent_at IS NULL AND given_up_at IS NULL;
CREATE INDEX mail_by_address ON mail (to_address);

-- The answer to a request with an Idempotency-Key, written in the transaction of the request's effect.
CREATE TABLE idempotent_reply (
    person_id     TEXT    NOT NULL,
    key           TEXT    NOT NULL,
    request_hash  TEXT    NOT NULL,
    status        BIGINT  NOT NULL,
    body          TEXT    NOT NULL,
    created_at    BIGINT  NOT NULL,
    PRIMARY KEY (person_id, key)
);
CREATE INDEX idempotent_reply_by_age ON idempotent_reply (created_at);

-- Append-only: ids and words of a closed list, never what a person wrote.
CREATE TABLE audit (
    id           TEXT    NOT NULL PRIMARY KEY,
    at           BIGINT  NOT NULL,
    actor_id     TEXT,
    action       TEXT    NOT NULL,
    object_kind  TEXT    NOT NULL,
    object_id    TEXT    NOT NULL,
    about_id     TEXT
);
CREATE INDEX audit_by_object ON audit (object_id, at);
