"""A semaphore: five cars, and a car park with three places."""

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


lock = threading.Lock()  # guards the next two
parked = 0
most = 0


def park(free):
    global parked, most
    with free:  # acquire here, and release at the end of the block
        with lock:
            parked += 1
            most = max(most, parked)
            count = parked
        say(f"parks; cars parked: {count}")
        work(1)
        with lock:
            parked -= 1
        say("drives off")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cars", type=int, default=5, help="cars that want to park")
    parser.add_argument("--places", type=int, default=3, help="parking places, 1 or more")
    parser.add_argument("--closed", action="store_true", help="no place is free until main opens the car park")
    args = parser.parse_args()
    if args.places < 1:
        parser.error(f"--places {args.places}: the cars would wait for ever")

    free = threading.Semaphore(0 if args.closed else args.places)
    cars = [threading.Thread(target=park, name=f"car {n}", args=(free,)) for n in range(1, args.cars + 1)]
    for car in cars:
        car.start()
    if args.closed:
        work(0.5)
        say(f"opens {args.places} places")
        free.release(args.places)
    for car in cars:
        car.join()

    # A semaphore of Python doesn't tell its number. So take all permits that there are.
    left = 0
    while free.acquire(blocking=False):
        left += 1
    say(f"parked at once: at most {most}; free places at the end: {left}")
    assert most <= args.places, "more cars than places"
    assert left == args.places, "a place is lost, or there twice"


if __name__ == "__main__":
    main()
