"""Two processes: work_1 and work_2 side by side, each in a process of its own."""

import multiprocessing
import os
import time

SPEED = float(os.environ.get("LESSON_SPEED", "1"))


def say(text):
    who = f"{multiprocessing.current_process().name} {os.getpid()}"
    print(f"{who:<16}  {text}\n", end="", flush=True)


def work(seconds):
    time.sleep(seconds / SPEED)


def work_1():
    for n in range(1, 4):
        say(f"does work_1, {n} of 3")
        work(1)


def work_2():
    for n in range(1, 4):
        say(f"does work_2, {n} of 3")
        work(1)


def main():
    first = multiprocessing.Process(target=work_1, name="work_1")
    second = multiprocessing.Process(target=work_2, name="work_2")
    first.start()
    say(f"has started {first.pid}")
    second.start()
    say(f"has started {second.pid}")
    first.join()
    second.join()
    say("both are done")


if __name__ == "__main__":
    main()
