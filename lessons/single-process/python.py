"""One process: work_1, then work_2, one after the other."""

import os
import threading
import time

SPEED = float(os.environ.get("LESSON_SPEED", "1"))


def say(text):
    who = threading.current_thread().name
    print(f"{who:<16}  {text}\n", end="", flush=True)


def work(seconds):
    time.sleep(seconds / SPEED)


def work_1():
    for n in range(1, 4):
        say(f"does work_1, {n} of 3, in process {os.getpid()}")
        work(1)


def work_2():
    for n in range(1, 4):
        say(f"does work_2, {n} of 3, in process {os.getpid()}")
        work(1)


def main():
    work_1()
    work_2()
    say("both are done")


if __name__ == "__main__":
    main()
