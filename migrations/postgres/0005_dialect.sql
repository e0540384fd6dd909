-- What PostgreSQL says in its own way: full-text search over entries, and a record that nobody rewrites.

CREATE INDEX entry_search ON entry USING gin (to_tsvector('simple', folded));

CREATE FUNCTION stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME;
END
$$;
CREATE TRIGGER audit_stays BEFORE UPDATE OR DELETE ON audit FOR EACH ROW EXECUTE FUNCTION stays();
CREATE TRIGGER edition_stays BEFORE UPDATE ON edition FOR EACH ROW EXECUTE FUNCTION stays();
