"""Starts threads or processes that do nothing, one after another, and prints the microseconds of one.

Run by `cargo bench -p bench --bench costs`, with: thread, or one of Python's ways to start a process.
"""

import multiprocessing
import os
import sys
import threading
import time


def nothing():
    pass


def main():
    how = sys.argv[1]
    count, size = int(os.environ["BENCH_COUNT"]), int(os.environ["BENCH_SIZE"])
    make = threading.Thread if how == "thread" else multiprocessing.get_context(how).Process
    held = bytearray(b"\1") * size

    def one():
        child = make(target=nothing)
        child.start()
        child.join()
        if how != "thread" and child.exitcode != 0:
            sys.exit(f"a process ended with {child.exitcode}")

    one()  # not counted
    began = time.perf_counter()
    for _ in range(count):
        one()
    each = (time.perf_counter() - began) / count
    assert len(held) == size
    print(each * 1e6)


if __name__ == "__main__":
    main()
