-- What is asked of many submissions at once, also of what has ended: without these, the whole of each table was read for it.

CREATE INDEX review_by_submission ON review (submission_id);
CREATE INDEX decision_by_submission ON decision (submission_id);
CREATE INDEX award_by_submission ON award (submission_id);
