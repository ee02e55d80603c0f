"""A lock between processes: one at a time, and never free again when its holder is killed."""

import multiprocessing
import os
import time

SPEED = float(os.environ.get("LESSON_SPEED", "1"))


def say(text):
    who = f"{multiprocessing.current_process().name} {os.getpid()}"
    print(f"{who:<16}  {text}\n", end="", flush=True)


def work(seconds):
    time.sleep(seconds / SPEED)


def work_under(lock):
    with lock:
        for n in range(1, 4):
            say(f"works under the lock, {n} of 3")
            work(0.5)


def hold(lock):
    with lock:
        say("holds the lock, and will never free it")
        while True:
            work(60)


def until_held(lock):
    while lock.acquire(block=False):
        lock.release()
        time.sleep(0.01)


def main():
    lock = multiprocessing.Lock()
    first = multiprocessing.Process(target=work_under, name="work_1", args=(lock,))
    second = multiprocessing.Process(target=work_under, name="work_2", args=(lock,))
    first.start()
    second.start()
    first.join()
    second.join()

    holder = multiprocessing.Process(target=hold, name="hold", args=(lock,))
    holder.start()
    until_held(lock)
    work(0.5)
    say(f"kills the holder, {holder.pid}")
    holder.kill()
    holder.join()
    # Without a time limit this would wait for ever.
    acquired = lock.acquire(timeout=2 / SPEED)
    assert not acquired, "somebody has freed the lock"
    say("in Python, the lock stays held by the dead")


if __name__ == "__main__":
    main()
