"""A cook waits until three orders are there, asleep at a condition."""

import argparse
import os
import threading
import time

SPEED = float(os.environ.get("LESSON_SPEED", "1"))


def say(text):
    who = threading.current_thread().name
    print(f"{who:<16}  {text}\n", end="", flush=True)


def work(seconds):
    time.sleep(seconds / SPEED)


orders = 0
bell = threading.Condition()  # a lock, and the place to sleep, in one
begun = wakes = 0


def order(guest):
    global orders
    work(guest / 2)
    with bell:
        orders += 1
        say(f"gives order {orders}")
        bell.notify()


def cook(wanted, comes):
    global begun, wakes
    work(comes)
    with bell:
        while orders < wanted:
            bell.wait()
            wakes += 1
            say(f"wakes up: {orders} of {wanted} orders")
        begun = orders
    say(f"cooks for {begun}")
    work(1)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--guests", type=int, default=3, help="guests, each with one order")
    parser.add_argument("--late", action="store_true", help="the cook comes when all have ordered")
    args = parser.parse_args()

    comes = args.guests if args.late else 0
    threads = [threading.Thread(target=cook, name="cook", args=(args.guests, comes))]
    for guest in range(1, args.guests + 1):
        threads.append(threading.Thread(target=order, name=f"guest {guest}", args=(guest,)))
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    say(f"the cook began with {begun} of {args.guests} orders, and woke up {wakes} times")
    assert begun == args.guests, "the cook began too early"


if __name__ == "__main__":
    main()
