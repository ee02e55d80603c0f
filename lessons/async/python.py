"""One waiter and ten thousand guests: each of them waits, and one thread is enough for all of these waits."""

import argparse
import asyncio
import os
import threading
import time

SPEED = float(os.environ.get("LESSON_SPEED", "1"))


def say(text):
    who = asyncio.current_task().get_name()
    print(f"{who:<16}  {text}\n", end="", flush=True)


async def wait_for(seconds):
    await asyncio.sleep(seconds / SPEED)


async def ben(block):
    await wait_for(0.5)
    say("asks what is in the rice")
    if block:
        time.sleep(2.5 / SPEED)  # and the whole thread with it
    else:
        await wait_for(2.5)
    say("orders rice")


async def eva():
    try:
        await asyncio.wait_for(dinner(), timeout=2.5 / SPEED)
        say("pays for two")
    except asyncio.TimeoutError:
        say("goes home: nobody came")


async def dinner():
    asyncio.current_task().set_name("Eva")  # before Python 3.12, wait_for makes a task of its own
    try:
        await wait_for(60)  # CancelledError is raised here
        say("eats with her friend")
    finally:
        say("takes her coat")


async def read_menu():
    await wait_for(2.0)
    return threading.get_ident()


async def evening(waits, block):
    asyncio.current_task().set_name("main")
    say(f"lets in Ben, Eva and {waits} more")
    guests = [asyncio.create_task(ben(block), name="Ben"), asyncio.create_task(eva(), name="Eva")]
    threads = await asyncio.gather(*(read_menu() for _ in range(waits)))
    say(f"{len(threads)} guests have read the menu")
    assert all(one == threading.get_ident() for one in threads), "two threads"
    await asyncio.gather(*guests)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--waits", type=int, default=10000, help="guests who only read the menu")
    parser.add_argument("--block", action="store_true", help="Ben keeps the waiter, instead of waiting for the cook's answer")
    args = parser.parse_args()
    asyncio.run(evening(args.waits, args.block))


if __name__ == "__main__":
    main()
