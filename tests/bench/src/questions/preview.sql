-- All that stands in the portfolio ?1, in the order of its pieces.
SELECT json_object('edition', json_object('format', 1, 'qualification', qualification, 'title', title, 'pieces', (
    SELECT json_group_array(CASE piece.kind
        WHEN 'part' THEN json_object('kind', 'part', 'title', piece.title)
        WHEN 'narrative' THEN json_object('kind', 'narrative', 'text', piece.text)
        ELSE (SELECT json_object('kind', 'entry', 'id', entry.id, 'title', entry.title, 'happened_on', happened_on, 'text', entry.text,
            'links', (SELECT json_group_array(json_object('id', id, 'standard', standard, 'guide', guide,
                'passage', json_object('start', quote_start, 'end', quote_start + length(quote)), 'shows', shows))
                FROM standard_link WHERE entry_id = entry.id),
            'evidence', (SELECT json_group_array(json_object('id', id, 'caption', caption, 'kind', json_object('kind', kind, 'name', name,
                'media_type', media_type, 'bytes', bytes, 'sha256', sha256, 'url', url)))
                FROM evidence WHERE entry_id = entry.id AND removed_at IS NULL))
            FROM entry WHERE entry.id = piece.entry_id) END)
    FROM (SELECT * FROM piece WHERE portfolio_id = portfolio.id ORDER BY position) piece
)), 'advice', json_array(), 'minutes', 1)
FROM portfolio JOIN candidacy ON candidacy.id = portfolio.candidacy_id WHERE portfolio.id = ?1
