-- The review ?1 with the sealed portfolio that is read for it, as its text stands.
SELECT '{"review":' || json_object(
    'id', review.id, 'submission_id', submission.id, 'qualification', candidacy.qualification, 'form', submission.form, 'number', submission.number,
    'mentor', json_object('id', person.id, 'given_name', given_name, 'family_name', family_name),
    'school', (SELECT school.name FROM membership JOIN school ON school.id = membership.school_id WHERE person_id = mentor_id AND until IS NULL LIMIT 1),
    'round', json_object('id', round.id, 'name', round.name, 'dates', json_object('submit_by', submit_by, 'review_opens', review_opens,
        'review_by', review_by, 'meeting', meeting, 'tell_by', tell_by), 'phase', 'in_review', 'accepts', json('false')))
    || ',"hash":"' || edition.hash || '","draft":' || review.draft || ',"comments":' || (
        SELECT json_group_array(json_object('id', id, 'entry_id', entry_id, 'passage', json_object('start', passage_start, 'end', passage_end),
            'audience', audience, 'text', text)) FROM review_comment WHERE review_id = review.id)
    || ',"others":' || (SELECT json_group_array(json_object('standard', standard, 'found', found, 'already_there', already_there, 'would_help', would_help))
        FROM review other JOIN judgement ON judgement.review_id = other.id
        WHERE other.submission_id = submission.id AND other.id <> review.id AND other.sent_at IS NOT NULL)
    || ',"edition":' || edition.content || '}'
FROM review JOIN submission ON submission.id = review.submission_id JOIN edition ON edition.id = submission.edition_id
JOIN candidacy ON candidacy.id = submission.candidacy_id JOIN person ON person.id = candidacy.mentor_id
LEFT JOIN round ON round.id = submission.round_id
WHERE review.id = ?1
