-- Ten tasks at a time.
-- pgbench -n -c 8 -j 2 -T 6 -f lessons/machines/rate-batch.sql ADDRESS
BEGIN;
WITH few AS (
    SELECT n FROM lesson_machines.task WHERE number = 0 ORDER BY n LIMIT 10 FOR UPDATE SKIP LOCKED
), numbered AS (
    UPDATE lesson_machines.task SET number = nextval('lesson_machines.hand_out'), worker = 'pgbench'
    FROM few WHERE task.n = few.n RETURNING task.n, task.number
)
INSERT INTO lesson_machines.answer
    SELECT n, number, 'pgbench', true FROM numbered ON CONFLICT DO NOTHING;
COMMIT;
