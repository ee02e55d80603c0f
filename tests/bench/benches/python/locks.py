"""Locks and unlocks between threads or processes.

Run by `cargo bench -p bench --bench costs`, with: threads (prints milliseconds), or thread, process or
processes (prints nanoseconds for one lock and unlock).
"""

import multiprocessing
import os
import sys
import threading
import time

COUNT = int(os.environ["BENCH_COUNT"])
balance = 0


def add(lock):
    global balance
    for _ in range(COUNT):
        with lock:
            balance += 1


def take_turns(lock):
    for _ in range(COUNT):
        with lock:
            pass


def threads():
    lock = threading.Lock()
    both = [threading.Thread(target=add, args=(lock,)) for _ in range(2)]
    began = time.perf_counter()
    for thread in both:
        thread.start()
    for thread in both:
        thread.join()
    took = time.perf_counter() - began
    assert balance == 2 * COUNT, balance
    return took * 1e3


def alone(lock, work):
    began = time.perf_counter()
    work(lock)
    return (time.perf_counter() - began) * 1e9 / COUNT


def thread():
    each = alone(threading.Lock(), add)
    assert balance == COUNT, balance
    return each


def process():
    return alone(multiprocessing.Lock(), take_turns)


def processes():
    lock = multiprocessing.Lock()
    both = [multiprocessing.Process(target=take_turns, args=(lock,)) for _ in range(2)]
    with lock:
        for child in both:
            child.start()
        time.sleep(0.1)  # until both wait for the lock
        began = time.perf_counter()
    for child in both:
        child.join()
        assert child.exitcode == 0, child.exitcode
    return (time.perf_counter() - began) * 1e9 / (2 * COUNT)


if __name__ == "__main__":
    print({"threads": threads, "thread": thread, "process": process, "processes": processes}[sys.argv[1]]())
