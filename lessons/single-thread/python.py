"""One thread: music three times, then a film four times, one after the other."""

import os
import threading
import time

SPEED = float(os.environ.get("LESSON_SPEED", "1"))


def say(text):
    who = threading.current_thread().name
    print(f"{who:<16}  {text}\n", end="", flush=True)


def work(seconds):
    time.sleep(seconds / SPEED)


def music(times):
    for n in range(1, times + 1):
        say(f"listens to music, {n} of {times}")
        work(1)


def film(times):
    for n in range(1, times + 1):
        say(f"watches a film, {n} of {times}")
        work(1)


def main():
    music(3)
    film(4)
    say("both are over")


if __name__ == "__main__":
    main()
