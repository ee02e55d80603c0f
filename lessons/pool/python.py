"""A pool: five tasks of three seconds on three worker processes. Who did what?"""

import multiprocessing
import os
import signal
import sys
import time

SPEED = float(os.environ.get("LESSON_SPEED", "1"))


def say(text):
    role = "worker" if multiprocessing.parent_process() else "main"
    who = f"{role} {os.getpid()}"
    print(f"{who:<16}  {text}\n", end="", flush=True)


def work(seconds):
    time.sleep(seconds / SPEED)


def introduce(queue):
    global begun
    begun = queue


def cook(n):
    say(f"begins task {n}")
    begun.put((n, os.getpid()))
    work(3)
    say(f"ends task {n}")
    return os.getpid()


def main():
    kill = "--kill" in sys.argv[1:]
    queue = multiprocessing.SimpleQueue()
    pool = multiprocessing.Pool(3, introduce, (queue,))
    tasks = [pool.apply_async(cook, (n,)) for n in range(1, 6)]
    pool.close()

    if kill:
        victim = next(pid for n, pid in iter(queue.get, None) if n == 2)
        work(1)
        os.kill(victim, signal.SIGKILL)
        say(f"kills worker {victim}, in the middle of task 2")

    workers, done = set(), 0
    for n, task in enumerate(tasks, 1):
        try:
            pid = task.get(timeout=12 / SPEED if kill else None)
            say(f"task {n} was done by worker {pid}")
            workers.add(pid)
            done += 1
        except multiprocessing.TimeoutError:
            say(f"in Python, task {n} has no result and no error, and join would wait for ever")
    if kill:
        pool.terminate()
    pool.join()
    say(f"{done} tasks done by {len(workers)} workers, 0 reported")


if __name__ == "__main__":
    main()
