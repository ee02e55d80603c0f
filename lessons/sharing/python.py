"""A lamp to read by: in Python, everybody who knows of it shares it."""

import os
import sys
import threading
import time

SPEED = float(os.environ.get("LESSON_SPEED", "1"))


def say(text):
    who = threading.current_thread().name
    print(f"{who:<16}  {text}\n", end="", flush=True)


def work(seconds):
    time.sleep(seconds / SPEED)


class Lamp:
    def __init__(self, colour):
        self.colour = colour

    def __del__(self):
        say(f"switches the {self.colour} lamp off")


def read(lamp, seconds):
    say(f"reads by the {lamp.colour} lamp")
    work(seconds)


def named(name, target, *args):
    return threading.Thread(target=target, name=name, args=args)


def lend():
    lamp = Lamp("red")
    readers = [named(name, read, lamp, 1) for name in ("Ann", "Bob")]
    for reader in readers:
        reader.start()
    for reader in readers:  # if you forget this, the threads still have a lamp: it's theirs too
        reader.join()


def give():
    lamp = Lamp("green")
    cleo = named("Cleo", read, lamp, 1)
    del lamp  # nothing asks for this line; without it, main could go on using the lamp
    cleo.start()
    cleo.join()


def own_together():
    lamp = Lamp("blue")
    count(lamp)
    dora = named("Dora", stay, lamp, 2)
    emil = named("Emil", stay, lamp, 1, dora)
    count(lamp)
    del lamp  # main leaves first
    dora.start()
    emil.start()
    emil.join()


def stay(lamp, seconds, other=None):
    read(lamp, seconds)
    if other:
        other.join()
    count(lamp)


def count(lamp):
    # References, not owners: the names and the calls that lead to the lamp at this moment.
    say(f"in Python, references to the {lamp.colour} lamp: {sys.getrefcount(lamp)}")


def main():
    lend()
    give()
    own_together()


if __name__ == "__main__":
    main()
