"""Two threads that nobody waits for: they die with the main thread, in the middle of what they do."""

import itertools
import os
import threading
import time

SPEED = float(os.environ.get("LESSON_SPEED", "1"))


def say(text):
    who = threading.current_thread().name
    # Not print: if a daemon thread holds the lock of sys.stdout when Python shuts down, Python aborts.
    os.write(1, f"{who:<16}  {text}\n".encode())


def work(seconds):
    time.sleep(seconds / SPEED)


def music():
    for n in itertools.count(1):
        say(f"listens to music, {n}")
        work(1)


def film():
    for n in itertools.count(1):
        say(f"watches a film, {n}")
        work(1)


def main():
    # Without daemon=True, Python would wait here for both threads, for ever.
    threading.Thread(target=music, name="music", daemon=True).start()
    threading.Thread(target=film, name="film", daemon=True).start()
    work(2.5)
    say("ends, and waits for nobody")


if __name__ == "__main__":
    main()
