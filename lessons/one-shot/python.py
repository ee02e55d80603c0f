"""One letter from one thread to another, and one that nobody receives."""

import os
import threading
import time
from concurrent.futures import Future

SPEED = float(os.environ.get("LESSON_SPEED", "1"))


def say(text):
    who = threading.current_thread().name
    print(f"{who:<16}  {text}\n", end="", flush=True)


class Letter:
    def __init__(self, number):
        self.number = number

    def __del__(self):  # when nothing refers to it any more
        say(f"drops letter {self.number}")


def write(number, to):
    time.sleep(1 / SPEED)
    say(f"sends letter {number}")
    to.set_result(Letter(number))


def main():
    for number, reads in [(1, True), (2, False)]:
        channel = Future()
        name = f"writer {number}"
        writer = threading.Thread(target=write, name=name, args=(number, channel))
        writer.start()
        if reads:
            letter = channel.result()  # blocks until it is there
            say(f"has received letter {letter.number}")
            del letter
        writer.join()
        del writer, channel


if __name__ == "__main__":
    main()
