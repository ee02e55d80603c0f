"""Two threads that the main thread waits for. join returns neither a result nor an exception."""

import os
import threading
import time

SPEED = float(os.environ.get("LESSON_SPEED", "1"))


def say(text):
    who = threading.current_thread().name
    print(f"{who:<16}  {text}\n", end="", flush=True)


def work(seconds):
    time.sleep(seconds / SPEED)


results = {}


def music(songs):
    for n in range(1, songs + 1):
        say(f"listens to music, {n} of {songs}")
        work(1)
    results["music"] = songs  # what a thread's function returns is lost


def film(parts):
    for n in range(1, parts + 1):
        say(f"watches a film, {n} of {parts}")
        work(1)
        if n == 3:
            raise RuntimeError("the film tears")


def main():
    listening = threading.Thread(target=music, name="music", args=(3,))
    watching = threading.Thread(target=film, name="film", args=(4,))
    listening.start()
    watching.start()

    listening.join()
    say(f"music returned: {results['music']} songs")
    joined = watching.join()
    say(f"in Python, join returned {joined}, and the exception went to standard error")


if __name__ == "__main__":
    main()
