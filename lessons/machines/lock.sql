-- A lock between machines: an advisory lock, and a number. Its first holder loses the session, and doesn't know it.
-- psql ADDRESS -f lessons/machines/lock.sql
DROP SCHEMA IF EXISTS lesson_lock CASCADE;
CREATE SCHEMA lesson_lock;
SET search_path = lesson_lock;
-- ANCHOR: lock
CREATE TABLE ledger (number bigint, text text);
INSERT INTO ledger VALUES (0, '');
CREATE SEQUENCE holder;

-- The first holder. Outside of BEGIN and COMMIT, each statement is a transaction of its own.
SELECT pg_advisory_lock(1);
SELECT nextval('holder') AS first \gset
-- ANCHOR_END: lock
\connect -
SET search_path = lesson_lock;
-- ANCHOR: second
-- Its session is over, and the lock is free: a second holder takes it, and writes.
SELECT pg_advisory_lock(1);
SELECT nextval('holder') AS second \gset
UPDATE ledger SET number = :second, text = 'second' WHERE number <= :second;

-- The first one goes on over a new connection: this changes no row.
UPDATE ledger SET number = :first, text = 'first' WHERE number <= :first;
-- ANCHOR_END: second
