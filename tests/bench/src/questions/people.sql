-- The people whose names hold ?1.
SELECT json_object('items', json_group_array(json_object(
    'id', id, 'given_name', given_name, 'family_name', family_name, 'email', email, 'phase', phase, 'state', state,
    'roles', (SELECT json_group_array(role) FROM role_grant WHERE person_id = page.id),
    'schools', (SELECT json_group_array(json_object('school_id', school.id, 'school_name', school.name, 'since', since, 'leads', leads))
        FROM membership JOIN school ON school.id = membership.school_id WHERE person_id = page.id AND until IS NULL)
)))
FROM (SELECT * FROM person WHERE folded LIKE '%' || ?1 || '%' ORDER BY folded, id LIMIT 30) page
