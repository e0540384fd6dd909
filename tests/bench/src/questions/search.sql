-- Those of ?1's entries that hold the word ?2, the newest day first. The whole story is looked through: it is short,
-- and the index of everybody's words would have to be narrowed to it.
SELECT json_object('items', json_group_array(json_object(
    'id', id, 'title', title, 'opening', substr(text, 1, 240), 'happened_on', happened_on,
    'created_at', strftime('%Y-%m-%dT%H:%M:%SZ', created_at / 1000000, 'unixepoch'), 'state', state,
    'standards', (SELECT json_group_array(standard) FROM (SELECT DISTINCT standard FROM standard_link WHERE entry_id = page.id ORDER BY standard)),
    'links', (SELECT count(quote) FROM standard_link WHERE entry_id = page.id),
    'evidence', (SELECT count(*) FROM evidence WHERE entry_id = page.id AND removed_at IS NULL)
)))
FROM (
    SELECT * FROM entry WHERE owner_id = ?1 AND binned_at IS NULL AND instr(folded, ?2)
     ORDER BY happened_on DESC, id DESC LIMIT 30
) page
