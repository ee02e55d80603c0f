"""A picture, computed by two threads, then by two processes, then by two sub-interpreters."""

import os
import platform
import threading
import time
from concurrent import futures

WIDTH, ROWS, STEPS, PIECES = 90, 40, 3_000, 10


def say(text):
    who = threading.current_thread().name
    print(f"{who:<16}  {text}\n", end="", flush=True)


def shade(x, y):
    point = complex(x / WIDTH * 2.8 - 2.1, 1.25 - y / ROWS * 1.25)
    z, steps = point, 1
    while steps < STEPS and abs(z) < 2:
        z = z * z + point
        steps += 1
    return steps


def compute(first):
    """A piece of the picture: the rows from this one on."""
    rows = range(first, min(first + ROWS // PIECES, ROWS))
    return [[shade(x, y) for x in range(WIDTH)] for y in rows]


def worker(pieces, picture, lock):
    rows = 0
    while True:
        with lock:
            first = next(pieces, None)
        if first is None:
            break
        piece = compute(first)
        picture[first] = piece
        rows += len(piece)
    say(f"computed {rows} rows")


def with_threads():
    pieces, picture, lock = iter(range(0, ROWS, ROWS // PIECES)), {}, threading.Lock()
    threads = [
        threading.Thread(target=worker, args=(pieces, picture, lock), name=f"thread {n}") for n in (1, 2)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return [row for first in sorted(picture) for row in picture[first]]


def with_pool(pool):
    with pool:
        pieces = pool.map(compute, range(0, ROWS, ROWS // PIECES))
        return [row for piece in pieces for row in piece]


def measured(paint, *arguments):
    began = time.perf_counter()
    picture = paint(*arguments)
    return picture, f"{len(picture)} rows in {time.perf_counter() - began:.2f} s"


def main():
    picture, took = measured(with_threads)
    say(took)
    alone, took = measured(lambda: [row for first in range(0, ROWS, ROWS // PIECES) for row in compute(first)])
    say(f"in Python, main alone: {took}")
    pools = {"processes": "ProcessPoolExecutor", "sub-interpreters": "InterpreterPoolExecutor"}
    for workers, name in pools.items():
        executor = getattr(futures, name, None)
        if executor is None:
            say(f"in Python {platform.python_version()}, there is no {name}: skipped")
            continue
        same, took = measured(lambda: with_pool(executor(max_workers=2)))
        say(f"in Python, 2 {workers}: {took}")
        assert same == picture == alone


if __name__ == "__main__":
    main()
