"""A queue between processes: one process puts letters on it, another takes them."""

import multiprocessing
import os
import sys
import time

SPEED = float(os.environ.get("LESSON_SPEED", "1"))


def say(text):
    who = f"{multiprocessing.current_process().name} {os.getpid()}"
    print(f"{who:<16}  {text}\n", end="", flush=True)


def work(seconds):
    time.sleep(seconds / SPEED)


LETTERS = ["A", "B", "C"]


def put(letters):
    for letter in LETTERS:
        say(f"sends {letter}")
        letters.put(letter)
        work(1)


def get(letters):
    received = []
    while (letter := letters.get()) is not None:
        say(f"received {letter}")
        received.append(letter)
    say("the queue has ended")
    assert received == LETTERS


def kill_a_reader(letters):
    reader = multiprocessing.Process(target=get, name="get", args=(letters,))
    reader.start()
    # A reader that waits holds a lock inside the queue. As long as we get it, nobody waits yet.
    while letters._rlock.acquire(block=False):
        letters._rlock.release()
        time.sleep(0.01)
    work(0.5)
    say("kills a reader that waits for a letter")
    reader.kill()
    reader.join()


def main():
    kill = "--kill" in sys.argv[1:]
    letters = multiprocessing.Queue(10)
    if kill:
        kill_a_reader(letters)
    writer = multiprocessing.Process(target=put, name="put", args=(letters,))
    reader = multiprocessing.Process(target=get, name="get", args=(letters,))
    writer.start()
    reader.start()
    writer.join()
    # The queue doesn't end by itself: a message has to stand for the end. Some programs call
    # reader.terminate() instead. That loses what isn't read yet, and the queue's lock if the reader holds it.
    letters.put(None)
    reader.join(timeout=3 / SPEED if kill else None)
    if reader.is_alive():
        say("in Python, the other reader gets no letter, and join would wait for ever")
        reader.kill()
        reader.join()
    else:
        say("both have ended")


if __name__ == "__main__":
    main()
