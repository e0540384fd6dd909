-- What the reviewer ?1 was given to read, the latest round first. The titles are those of today.
SELECT json_object('items', json_group_array(json_object(
    'id', id, 'submission_id', submission_id, 'title', title,
    'mentor', json_object('id', mentor_id, 'given_name', given_name, 'family_name', family_name),
    'school', (SELECT school.name FROM membership JOIN school ON school.id = membership.school_id WHERE person_id = mentor_id AND until IS NULL LIMIT 1),
    'qualification', qualification, 'form', form, 'number', number, 'minutes', words / 220,
    'state', CASE WHEN sent_at IS NOT NULL THEN 'sent' WHEN opened_at IS NOT NULL THEN 'reading' ELSE 'new' END,
    'sent_at', strftime('%Y-%m-%dT%H:%M:%SZ', sent_at / 1000000, 'unixepoch'), 'judged', draft ->> '$.judgements.s1' IS NOT NULL, 'open', 4,
    'round', json_object('id', round_id, 'name', round_name, 'dates', json_object('submit_by', submit_by, 'review_opens', review_opens,
        'review_by', review_by, 'meeting', meeting, 'tell_by', tell_by), 'phase', 'in_review', 'accepts', json('false'))
)))
FROM (
    SELECT review.id, review.submission_id, review.draft, review.sent_at, review.opened_at, portfolio.title, edition.words,
        candidacy.mentor_id, candidacy.qualification, person.given_name, person.family_name, submission.form, submission.number,
        round.id AS round_id, round.name AS round_name, submit_by, review_opens, review_by, meeting, tell_by
    FROM review JOIN submission ON submission.id = review.submission_id JOIN round ON round.id = submission.round_id
    JOIN candidacy ON candidacy.id = submission.candidacy_id JOIN person ON person.id = candidacy.mentor_id
    JOIN portfolio ON portfolio.candidacy_id = candidacy.id JOIN edition ON edition.id = submission.edition_id
    WHERE review.reviewer_id = ?1 AND review.ended_at IS NULL AND submission.withdrawn_at IS NULL
    ORDER BY round.review_by DESC, review.id LIMIT 30
)
