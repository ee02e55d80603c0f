-- What rate.sql needs: the tables of the lesson, with a million tasks (or as many as `-v tasks=N` says), and an index that finds an open one.
-- psql ADDRESS -f lessons/machines/rate-tables.sql
\if :{?tasks}
\else
    \set tasks 1000000
\endif
DROP SCHEMA IF EXISTS lesson_machines CASCADE;
CREATE SCHEMA lesson_machines;
SET search_path = lesson_machines;
CREATE TABLE task (n int PRIMARY KEY, number bigint DEFAULT 0, worker text DEFAULT '');
CREATE INDEX ON task (n) WHERE number = 0;
CREATE TABLE answer (
    task int, number bigint, worker text, counts bool, PRIMARY KEY (task, number, worker)
);
CREATE SEQUENCE hand_out;
INSERT INTO task SELECT generate_series(1, :tasks);
VACUUM ANALYZE task;
