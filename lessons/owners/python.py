"""Owners: CPython counts the references to each object. When the last reference goes, CPython drops the object."""

import sys
import threading
import time

READERS = 3
dropped = 0


def say(text):
    who = threading.current_thread().name
    print(f"{who:<16}  {text}\n", end="", flush=True)


class Letter:
    def __init__(self, text):
        self.text = text

    def __del__(self):
        global dropped
        say("was the last owner: the letter goes")
        dropped += 1


def read(letter):
    say(f"reads: {letter.text}")
    time.sleep(0.5)


def main():
    letter = Letter("Dear all")
    before = sys.getrefcount(letter)
    threads = [
        threading.Thread(target=read, name=f"reader {n}", args=(letter,))
        for n in range(1, READERS + 1)
    ]
    say(f"in Python, they make {sys.getrefcount(letter) - before} references more")
    for thread in threads:
        thread.start()
    del letter
    for thread in threads:
        thread.join()
    say(f"{READERS} owners have dropped the letter {dropped} times")
    assert dropped == 1, "one owner has to drop it, and no other"


if __name__ == "__main__":
    main()
