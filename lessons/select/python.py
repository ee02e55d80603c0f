"""Eva waits for a call, a letter and closing time at once: the first one wins."""

import argparse
import os
import queue
import threading
import time

SPEED = float(os.environ.get("LESSON_SPEED", "1"))


def say(text):
    who = threading.current_thread().name
    print(f"{who:<16}  {text}\n", end="", flush=True)


def work(seconds):
    time.sleep(seconds / SPEED)


# Python can't wait for several queues. So one queue takes everything, each item with its kind.
# The smallest item comes out first: closing time before calls, and calls before letters.
CLOSING, CALL, LETTER = range(3)
inbox = queue.PriorityQueue()
answered = 0


def send(kind, name, pauses):
    for n, pause in enumerate(pauses, start=1):
        work(pause)
        say(f"{name} {n} is there")
        inbox.put((kind, f"{name} {n}"))


def serve(open_for):
    global answered
    threading.Timer(open_for / SPEED, inbox.put, args=[(CLOSING, "closing time")]).start()
    while True:
        try:
            kind, message = inbox.get(timeout=1 / SPEED)
        except queue.Empty:
            say("waters the flowers: nothing came for a second")
            continue
        if kind == CLOSING:
            return
        say(f"answers {message}")
        work(1)
        answered += 1


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=4, help="close after this many seconds")
    args = parser.parse_args()

    threads = [
        threading.Thread(target=serve, name="Eva", args=(args.seconds,)),
        threading.Thread(target=send, name="phone", args=(CALL, "call", [2, 1.8])),
        threading.Thread(target=send, name="post", args=(LETTER, "letter", [1.5, 0.2])),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    left = inbox.qsize()  # exact here: no other thread uses the queue any more
    say(f"{answered} answered, {left} left")
    assert answered + left == 4, "a message is lost or there twice"


if __name__ == "__main__":
    main()
