"""Six tasks on a pool of two threads: their results as they come, an exception among them."""

import itertools
import os
import sys
import threading
import time
from concurrent import futures

SPEED = float(os.environ.get("LESSON_SPEED", "1"))


def say(text):
    who = threading.current_thread().name
    print(f"{who:<16}  {text}\n", end="", flush=True)


def work(seconds):
    time.sleep(seconds / SPEED)


def cook(dish):
    seconds = 2.5 if dish == "soup" else 1.0
    say(f"cooks {dish}")
    work(seconds)
    if dish == "fish":
        raise RuntimeError("the fish is burnt")
    return seconds


numbers = itertools.count(1)


def named():
    threading.current_thread().name = f"worker {next(numbers)}"


def outcome(future):
    try:
        return f"done after {future.result():.1f} s"
    except futures.CancelledError:
        return "cancelled"
    except RuntimeError as error:
        return f"lost: {error}"


def main():
    until = sys.argv[2] if sys.argv[1:2] == ["--until"] else "last"
    pool = futures.ThreadPoolExecutor(max_workers=2, initializer=named)
    dishes = {pool.submit(cook, dish): dish for dish in ["soup", "rice", "fish", "tea", "salad", "cake"]}
    cake = list(dishes)[5]
    say(f"cancels the cake in time: {str(cake.cancel()).lower()}")

    told = 0
    for future in futures.as_completed(dishes):
        say(f"{dishes[future]}: {outcome(future)}")
        told += 1
        failed = not future.cancelled() and future.exception()
        if failed and until == "failure" or not future.cancelled() and until == "first":
            for other in dishes:
                other.cancel()
    pool.shutdown()
    say(f"{told} dishes, and the kitchen is closed")


if __name__ == "__main__":
    main()
