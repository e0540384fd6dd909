-- What a certificate of the code ?1 says.
SELECT json_object('holder', holder_given_name || ' ' || holder_family_name, 'qualification', qualification, 'awarded_on', awarded_on,
    'status', status, 'awarded_by', 'Teacher Education Partnership', 'code', code, 'checked_at', strftime('%Y-%m-%dT%H:%M:%SZ', 'now'), 'credential_url', NULL)
FROM award WHERE code = ?1
