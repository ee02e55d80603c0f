-- What rate.sql needs: the tables of the lesson, with a million tasks, and an index that finds an open one.
-- psql ADDRESS -f lessons/machines/rate-tables.sql
DROP SCHEMA IF EXISTS lesson_machines CASCADE;
CREATE SCHEMA lesson_machines;
SET search_path = lesson_machines;
CREATE TABLE task (n int PRIMARY KEY, number bigint NOT NULL DEFAULT 0);
CREATE INDEX ON task (n) WHERE number = 0;
CREATE TABLE answer (number bigint PRIMARY KEY, task int, worker text, counts bool);
CREATE SEQUENCE hand_out;
INSERT INTO task SELECT generate_series(1, 1000000);
VACUUM ANALYZE task;
