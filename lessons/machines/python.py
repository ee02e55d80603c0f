"""One more worker of the engine that the lesson in Rust has started: python.py ADDRESS"""

import os
import sys
import time

import psycopg

SPEED = float(os.environ.get("LESSON_SPEED", "1"))
LIMIT = 40  # seconds

TAKE = """
    SELECT n, nextval('hand_out') FROM (
        SELECT n FROM task WHERE number = 0 ORDER BY n LIMIT 1 FOR UPDATE SKIP LOCKED
    ) AS one"""
ACKNOWLEDGE = """
    UPDATE task SET number = %(number)s, worker = %(worker)s
    WHERE n = %(n)s AND (number, worker) IN ((0, ''), (%(number)s, %(worker)s))"""
RESULT = "INSERT INTO answer VALUES (%s, %s, %s, %s) ON CONFLICT DO NOTHING"


def say(text):
    print(f"worker {os.getpid():<9}  {text}\n", end="", flush=True)


def connect(address):
    if address.startswith("/"):
        address = f"host={address} user=lesson dbname=postgres"
    name, patience = f"worker {os.getpid()}", int(4000 / SPEED)
    options = (
        f"-c search_path=lesson_machines -c statement_timeout={LIMIT * 1000} "
        f"-c idle_in_transaction_session_timeout={patience}"
    )
    return psycopg.connect(
        address, autocommit=True, application_name=name, options=options,
        connect_timeout=2, tcp_user_timeout=patience
    )


def connect_again(address):
    """Tries for a while: the engine may be starting again, or the cable may be cut."""
    begun = time.monotonic()
    while True:
        try:
            return connect(address)
        except psycopg.OperationalError:
            if time.monotonic() - begun > LIMIT:
                raise
            time.sleep(0.1)


def answer(engine, n, number):
    this = {"n": n, "number": number, "worker": f"worker {os.getpid()}"}
    counts = engine.execute(ACKNOWLEDGE, this).rowcount == 1
    engine.execute(RESULT, (*this.values(), counts))
    return counts


def tell(n, number, counts):
    if counts:
        say(f"ends task {n}")
    else:
        say(f"is refused: task {n} is done, and not with number {number}")


def work_on(engine, done):
    """Works in one session. `done` holds a task whose result may not have come."""
    if done:
        n, number = done[0]
        say(f"hands task {n} in again")
        with engine.transaction():
            counts = answer(engine, n, number)
        done.clear()
        tell(n, number, counts)
    while engine.execute("SELECT count(*) FROM task WHERE number = 0").fetchone()[0]:
        with engine.transaction():
            task = engine.execute(TAKE).fetchone()
            if task:
                n, number = task
                say(f"begins task {n}, with number {number}")
                time.sleep(3 / SPEED)
                done.append(task)
                counts = answer(engine, n, number)
        if task:
            done.clear()
            tell(n, number, counts)
        else:
            time.sleep(0.1 / SPEED)


def work_for(address):
    engine, done = connect(address), []
    while True:
        try:
            return work_on(engine, done)
        except psycopg.Error:
            # After any other error, a second session would fail in the same way.
            if not engine.closed:
                raise
            say("its session is over")
            engine = connect_again(address)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("python.py ADDRESS: the lesson says where its engine is")
    work_for(sys.argv[1])
