"""Shared memory: two processes count in one array, and some counts are lost."""

import multiprocessing
import os
import time
from multiprocessing import resource_tracker
from multiprocessing.shared_memory import SharedMemory

SPEED = float(os.environ.get("LESSON_SPEED", "1"))


def say(text):
    who = f"{multiprocessing.current_process().name} {os.getpid()}"
    print(f"{who:<16}  {text}\n", end="", flush=True)


def work(seconds):
    time.sleep(seconds / SPEED)


ALL = 200_000
ALL_LOCKED = 20_000


def count(counts, total):
    say("counts")
    for _ in range(ALL // 2):
        counts[0] += 1  # each of the two accesses takes the array's lock, and frees it again
    for _ in range(ALL_LOCKED // 2):
        with total.get_lock():
            total.value += 1


def make(tell):
    memory = SharedMemory(create=True, size=8_000_000)
    say(f"has an array of {memory.size // 8} numbers")
    tell.send(memory.name)
    while True:
        work(60)


def kill_a_maker():
    # Otherwise the maker starts a tracker of its own, which removes the memory when the maker ends.
    resource_tracker.ensure_running()
    made, tell = multiprocessing.Pipe(duplex=False)
    maker = multiprocessing.Process(target=make, name="make", args=(tell,))
    maker.start()
    name = made.recv()
    work(0.5)
    maker.kill()
    maker.join()
    left = SharedMemory(name)  # an error if there is none of this name
    say(f"in Python, make was killed, and {left.size} bytes are left under a name")
    left.close()
    left.unlink()


def main():
    counts = multiprocessing.Array("Q", 1)
    total = multiprocessing.Value("Q", 0)
    counting = [multiprocessing.Process(target=count, name="count", args=(counts, total)) for _ in range(2)]
    for process in counting:
        process.start()
    for process in counting:
        process.join()
    say(f"load, then store: {counts[0]} of {ALL}, {ALL - counts[0]} are lost")
    say("in Python, no step on shared memory is atomic")
    say(f"load, then store, under the lock: {total.value} of {ALL_LOCKED}")
    assert total.value == ALL_LOCKED
    kill_a_maker()


if __name__ == "__main__":
    main()
