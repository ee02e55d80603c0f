-- One task from its hand-out to its result, without any work in between.
-- pgbench -n -c 8 -j 2 -T 6 -f lessons/machines/rate.sql ADDRESS
BEGIN;
SELECT n, nextval('lesson_machines.hand_out') AS number FROM (
    SELECT n FROM lesson_machines.task WHERE number = 0 ORDER BY n LIMIT 1 FOR UPDATE SKIP LOCKED
) AS one \gset
UPDATE lesson_machines.task SET number = :number, worker = 'pgbench'
    WHERE n = :n AND (number, worker) IN ((0, ''), (:number, 'pgbench'));
INSERT INTO lesson_machines.answer VALUES (:n, :number, 'pgbench', true) ON CONFLICT DO NOTHING;
COMMIT;
