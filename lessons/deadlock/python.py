"""A deadlock: two threads take two locks in opposite order, and wait for ever."""

import argparse
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


pen = threading.Lock()
paper = threading.Lock()


def pen_first():
    with pen:
        say("has the pen, wants the paper")
        work(1)
        with paper:
            say("writes with a blue pen on white paper")
            work(1)


def paper_first():
    with paper:
        say("has the paper, wants the pen")
        work(1)
        with pen:
            say("writes with a blue pen on white paper")
            work(1)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--order", choices=["opposite", "same"], default="opposite", help="Bob's, compared with Ann's")
    order = parser.parse_args().order
    threads = [
        # Without daemon=True, Python would wait at the end for the stuck threads, for ever.
        threading.Thread(target=pen_first, name="Ann", daemon=True),
        threading.Thread(target=paper_first if order == "opposite" else pen_first, name="Bob", daemon=True),
    ]
    for thread in threads:
        thread.start()

    deadline = time.monotonic() + 6 / SPEED  # their work takes 4 seconds
    for thread in threads:
        thread.join(max(0, deadline - time.monotonic()))
    late = [thread.name for thread in threads if thread.is_alive()]
    if late:
        say(f"in Python, nobody can tell whether {' and '.join(late)} are stuck or slow")
    else:
        say("both are done")


if __name__ == "__main__":
    main()
