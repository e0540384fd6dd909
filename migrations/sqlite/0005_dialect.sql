-- What SQLite says in its own way: full-text search over entries, and a record that nobody rewrites.

CREATE VIRTUAL TABLE entry_search USING fts5 (
    title, text, content = 'entry', content_rowid = 'rowid', tokenize = 'unicode61 remove_diacritics 2'
);
CREATE TRIGGER entry_search_add AFTER INSERT ON entry BEGIN
    INSERT INTO entry_search (rowid, title, text) VALUES (new.rowid, new.title, new.text);
END;
CREATE TRIGGER entry_search_change AFTER UPDATE OF title, text ON entry BEGIN
    INSERT INTO entry_search (entry_search, rowid, title, text) VALUES ('delete', old.rowid, old.title, old.text);
    INSERT INTO entry_search (rowid, title, text) VALUES (new.rowid, new.title, new.text);
END;
CREATE TRIGGER entry_search_remove AFTER DELETE ON entry BEGIN
    INSERT INTO entry_search (entry_search, rowid, title, text) VALUES ('delete', old.rowid, old.title, old.text);
END;

CREATE TRIGGER audit_stays BEFORE UPDATE ON audit BEGIN SELECT RAISE(ABORT, 'audit is append-only'); END;
CREATE TRIGGER audit_remains BEFORE DELETE ON audit BEGIN SELECT RAISE(ABORT, 'audit is append-only'); END;
CREATE TRIGGER edition_stays BEFORE UPDATE ON edition BEGIN SELECT RAISE(ABORT, 'an edition is sealed'); END;
