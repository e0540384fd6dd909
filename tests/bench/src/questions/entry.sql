-- The entry ?1 with its links and what goes with it.
SELECT json_object(
    'id', id, 'title', title, 'text', text, 'happened_on', happened_on, 'state', state,
    'created_at', strftime('%Y-%m-%dT%H:%M:%SZ', created_at / 1000000, 'unixepoch'),
    'changed_at', strftime('%Y-%m-%dT%H:%M:%SZ', changed_at / 1000000, 'unixepoch'),
    'links', (SELECT json_group_array(json_object('id', id, 'standard', standard, 'guide', guide,
        'anchor', CASE WHEN quote IS NULL THEN NULL ELSE json_object('quote', quote, 'before', quote_before, 'after', quote_after, 'start', quote_start) END,
        'orphaned', json('false'), 'shows', shows)) FROM standard_link WHERE entry_id = entry.id),
    'evidence', (SELECT json_group_array(json_object('id', id, 'kind', json_object('kind', kind, 'name', name,
        'media_type', media_type, 'bytes', bytes, 'thumbnail', thumbnail_sha256 IS NOT NULL, 'url', url), 'caption', caption, 'pupils', pupils))
        FROM evidence WHERE entry_id = entry.id AND removed_at IS NULL)
)
FROM entry WHERE id = ?1
