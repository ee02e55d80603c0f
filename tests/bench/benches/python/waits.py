"""Waits many times at once, as tasks or as threads, and prints how many milliseconds that takes beyond one wait, or how many KiB
each of the waits needs.

Run by `cargo bench -p bench --bench costs`, with: tasks or threads, and time or memory.
"""

import asyncio
import os
import sys
import threading
import time

COUNT = int(os.environ["BENCH_COUNT"])
WAIT = 1
LONG = 3600  # longer than anything that is measured here


def resident():
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmRSS:"))


def start_tasks(wait):
    return [asyncio.ensure_future(asyncio.sleep(wait)) for _ in range(COUNT)]


def start_threads(wait, *args):
    threads = [threading.Thread(target=wait, args=args) for _ in range(COUNT)]
    for thread in threads:
        thread.start()
    return threads


async def time_of_tasks():
    await asyncio.gather(*start_tasks(WAIT))


def time_of_threads():
    for thread in start_threads(time.sleep, WAIT):
        thread.join()


async def memory_of_tasks():
    before = resident()
    tasks = start_tasks(LONG)
    await asyncio.sleep(WAIT)
    grown = resident() - before
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    return grown


def memory_of_threads():
    before = resident()
    over = threading.Event()
    threads = start_threads(over.wait, LONG)
    time.sleep(WAIT)
    grown = resident() - before
    over.set()
    for thread in threads:
        thread.join()
    return grown


def main():
    how, what = sys.argv[1:]
    if what == "memory":
        grown = asyncio.run(memory_of_tasks()) if how == "tasks" else memory_of_threads()
        print(grown / COUNT)
    else:
        began = time.perf_counter()
        asyncio.run(time_of_tasks()) if how == "tasks" else time_of_threads()
        print((time.perf_counter() - began - WAIT) * 1e3)


if __name__ == "__main__":
    main()
