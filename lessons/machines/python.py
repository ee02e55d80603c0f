"""One more worker of the engine that the lesson in Rust has started: python.py ADDRESS"""

import os
import sys
import time

import psycopg

SPEED = float(os.environ.get("LESSON_SPEED", "1"))

TAKE = """
    SELECT n, nextval('hand_out') FROM (
        SELECT n FROM task WHERE number = 0 ORDER BY n LIMIT 1 FOR UPDATE SKIP LOCKED
    ) AS one"""
ACKNOWLEDGE = "UPDATE task SET number = %s WHERE n = %s AND number IN (0, %s)"
RESULT = "INSERT INTO answer VALUES (%s, %s, %s, %s) ON CONFLICT DO NOTHING"


def say(text):
    print(f"worker {os.getpid():<9}  {text}\n", end="", flush=True)


def connect(address):
    if address.startswith("/"):
        address = f"host={address} user=lesson dbname=postgres"
    name, patience = f"worker {os.getpid()}", int(4000 / SPEED)
    options = (
        "-c search_path=lesson_machines -c statement_timeout=40000 "
        f"-c idle_in_transaction_session_timeout={patience}"
    )
    return psycopg.connect(
        address, autocommit=True, application_name=name, options=options, connect_timeout=40
    )


def answer(engine, n, number):
    counts = engine.execute(ACKNOWLEDGE, (number, n, number)).rowcount == 1
    engine.execute(RESULT, (number, n, f"worker {os.getpid()}", counts))
    return counts


def work_for(address):
    engine = connect(address)
    while engine.execute("SELECT count(*) FROM task WHERE number = 0").fetchone()[0]:
        n = None
        try:
            with engine.transaction():
                task = engine.execute(TAKE).fetchone()
                if task:
                    n, number = task
                    say(f"begins task {n}, with number {number}")
                    time.sleep(3 / SPEED)
                    counts = answer(engine, n, number)
        except psycopg.Error:
            if n is None:
                raise
            say(f"its session is over: hands task {n} in again")
            engine = connect(address)
            with engine.transaction():
                counts = answer(engine, n, number)
        if n is None:
            time.sleep(0.1 / SPEED)
        elif counts:
            say(f"ends task {n}")
        else:
            say(f"is refused: task {n} is done, and not with number {number}")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("python.py ADDRESS: the lesson says where its engine is")
    work_for(sys.argv[1])
