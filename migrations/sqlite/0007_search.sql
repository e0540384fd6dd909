-- A search looks through one person's own story, which is short. The index of everybody's words is not needed for it,
-- and every save had to keep it up to date.

DROP TRIGGER entry_search_add;
DROP TRIGGER entry_search_change;
DROP TRIGGER entry_search_remove;
DROP TABLE entry_search;
