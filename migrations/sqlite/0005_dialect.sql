-- What SQLite says in its own way: full-text search over entries, and a record that nobody rewrites.

CREATE VIRTUAL TABLE entry_search USING fts5 (
    folded, content = 'entry', content_rowid = 'rowid', tokenize = 'unicode61'
);
CREATE TRIGGER entry_search_add AFTER INSERT ON entry BEGIN
    INSERT INTO entry_search (rowid, folded) VALUES (new.rowid, new.folded);
END;
CREATE TRIGGER entry_search_change AFTER UPDATE OF folded ON entry BEGIN
    INSERT INTO entry_search (entry_search, rowid, folded) VALUES ('delete', old.rowid, old.folded);
    INSERT INTO entry_search (rowid, folded) VALUES (new.rowid, new.folded);
END;
CREATE TRIGGER entry_search_remove AFTER DELETE ON entry BEGIN
    INSERT INTO entry_search (entry_search, rowid, folded) VALUES ('delete', old.rowid, old.folded);
END;

CREATE TRIGGER audit_stays BEFORE UPDATE ON audit BEGIN SELECT RAISE(ABORT, 'audit is append-only'); END;
CREATE TRIGGER audit_remains BEFORE DELETE ON audit BEGIN SELECT RAISE(ABORT, 'audit is append-only'); END;
CREATE TRIGGER edition_stays BEFORE UPDATE ON edition BEGIN SELECT RAISE(ABORT, 'an edition is sealed'); END;
