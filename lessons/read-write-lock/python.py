"""A read-write lock, built from a condition: readers side by side, a writer alone."""

import argparse
import os
import threading
import time

SPEED = float(os.environ.get("LESSON_SPEED", "1"))


def say(text):
    who = threading.current_thread().name
    print(f"{who:<16}  {text}\n", end="", flush=True)


def work(seconds):
    time.sleep(seconds / SPEED)


class ReadWriteLock:
    """A new reader goes past a writer who waits."""

    def __init__(self):
        self.readers = 0
        self.changed = threading.Condition()

    def begin_read(self):
        with self.changed:
            self.readers += 1

    def end_read(self):
        with self.changed:
            self.readers -= 1
            self.changed.notify_all()

    def begin_write(self):
        # A writer keeps the condition's own lock, so nobody else can begin.
        self.changed.acquire()
        self.changed.wait_for(lambda: self.readers == 0)

    def end_write(self):
        self.changed.release()


OLD, NEW = (10, 1), (11, 2)
lock = ReadWriteLock()
board = list(OLD)  # when a train leaves, and from which platform
old = []


def read(rounds, begin):
    work(begin)
    for _ in range(rounds):
        lock.begin_read()
        try:
            hour = board[0]
            work(1)
            platform = board[1]
        finally:
            lock.end_read()
        say(f"reads: {hour}:00, platform {platform}")
        assert (hour, platform) in (OLD, NEW), "half of a change is seen"
        if (hour, platform) == OLD:
            old.append(hour)
        work(0.25)


def write():
    work(0.75)
    lock.begin_write()
    try:
        board[0] = NEW[0]
        work(1)
        board[1] = NEW[1]
    finally:
        lock.end_write()
    say(f"writes: {board[0]}:00, platform {board[1]}")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3, help="times that Ann and Bob read")
    rounds = parser.parse_args().rounds
    threads = [
        threading.Thread(target=read, name="Ann", args=(rounds, 0)),
        threading.Thread(target=read, name="Bob", args=(rounds, 0.5)),
        threading.Thread(target=write, name="Tim"),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    say(f"{len(old)} of {2 * rounds} readings came before the change")
    assert tuple(board) == NEW, "the change is lost"


if __name__ == "__main__":
    main()
