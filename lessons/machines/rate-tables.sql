-- What rate.sql needs: the tables of the lesson, with a million tasks, and an index that finds an open one.
-- psql ADDRESS -f lessons/machines/rate-tables.sql
DROP SCHEMA IF EXISTS lesson_machines CASCADE;
CREATE SCHEMA lesson_machines;
SET search_path = lesson_machines;
CREATE TABLE task (n int PRIMARY KEY, number bigint DEFAULT 0, worker text DEFAULT '');
CREATE INDEX ON task (n) WHERE number = 0;
CREATE TABLE answer (
    task int, number bigint, worker text, counts bool, PRIMARY KEY (task, number, worker)
);
CREATE SEQUENCE hand_out;
INSERT INTO task SELECT generate_series(1, 1000000);
VACUUM ANALYZE task;
