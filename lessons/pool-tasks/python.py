"""Three different tasks on two worker processes: results come back, and so does an exception."""

import multiprocessing
import os
import time

SPEED = float(os.environ.get("LESSON_SPEED", "1"))


def say(text):
    role = "worker" if multiprocessing.parent_process() else "main"
    who = f"{role} {os.getpid()}"
    print(f"{who:<16}  {text}\n", end="", flush=True)


def work(seconds):
    time.sleep(seconds / SPEED)


def clean(rooms):
    say(f"cleans {rooms} rooms")
    work(2)
    return rooms


def cook(dish):
    say(f"cooks {dish}")
    work(3)
    return f"a bowl of {dish}"


def shop(things):
    say(f"shops for {' and '.join(things)}")
    work(1)
    raise RuntimeError("the shop is closed")


def main():
    pool = multiprocessing.Pool(2)
    cleaned = pool.apply_async(func=clean, args=(2,))
    cooked = pool.apply_async(func=cook, args=("noodles",))
    shopped = pool.apply_async(func=shop, args=(["rice", "tea"],))
    pool.close()

    say(f"clean returned: {cleaned.get()} rooms")
    say(f"cook returned: {cooked.get()}")
    try:
        shopped.get()
    except RuntimeError as error:
        say(f"in Python, shop raised: {error}")
    pool.join()


if __name__ == "__main__":
    main()
