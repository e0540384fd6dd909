-- The round ?1 with its panel and what was sent to it: where each is, and who reads it. The titles are those of today.
SELECT json_object(
    'round', json_object('id', round.id, 'name', name, 'dates', json_object('submit_by', submit_by, 'review_opens', review_opens,
        'review_by', review_by, 'meeting', meeting, 'tell_by', tell_by)),
    'panel', (SELECT json_group_array(json_object('id', person.id, 'given_name', given_name, 'family_name', family_name))
        FROM panel_member JOIN person ON person.id = panel_member.person_id WHERE panel_member.round_id = round.id),
    'submissions', (SELECT json_group_array(json_object('id', submission.id,
        'mentor', json_object('id', person.id, 'given_name', given_name, 'family_name', family_name),
        'school', (SELECT school.name FROM membership JOIN school ON school.id = membership.school_id WHERE person_id = mentor_id AND until IS NULL LIMIT 1),
        'qualification', candidacy.qualification, 'title', portfolio.title, 'number', submission.number, 'form', submission.form,
        'readers', (SELECT json_group_array(json_object('review_id', review.id, 'person', json_object('id', reader.id, 'given_name', reader.given_name,
            'family_name', reader.family_name), 'state', CASE WHEN sent_at IS NOT NULL THEN 'sent' WHEN opened_at IS NOT NULL THEN 'reading' ELSE 'new' END))
            FROM review JOIN person reader ON reader.id = review.reviewer_id WHERE review.submission_id = submission.id AND ended_at IS NULL),
        'decided', EXISTS (SELECT 1 FROM decision WHERE decision.submission_id = submission.id),
        'carried_over', carried_over_at IS NOT NULL, 'conflicts', json_array()))
        FROM submission JOIN candidacy ON candidacy.id = submission.candidacy_id JOIN person ON person.id = candidacy.mentor_id
        JOIN portfolio ON portfolio.candidacy_id = candidacy.id
        WHERE submission.round_id = round.id AND withdrawn_at IS NULL))
FROM round WHERE id = ?1
