"""Rows of a picture a second, by threads or processes: the same picture as in parallel.rs.

    parallel.py alone|threads|processes
"""

import os
import sys
import time
from concurrent import futures

COUNT = int(os.environ["BENCH_COUNT"])
WIDTH, STEPS = 1_600, 200


def row(y):
    im = 1.25 - y / COUNT * 1.25
    pixels = bytearray(WIDTH)
    for x in range(WIDTH):
        re = x / WIDTH * 2.8 - 2.1
        a, b, steps = re, im, 1
        while steps < STEPS and a * a + b * b < 4.0:
            a, b = a * a - b * b + re, 2.0 * a * b + im
            steps += 1
        pixels[x] = steps
    return bytes(pixels)


def main():
    how = sys.argv[1]
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    executor = {"threads": futures.ThreadPoolExecutor, "processes": futures.ProcessPoolExecutor}.get(how)
    if executor is None:
        began = time.perf_counter()
        picture = [row(y) for y in range(COUNT)]
    else:
        with executor(cores) as pool:
            # The workers are there before the clock starts.
            list(pool.map(time.sleep, [0.01] * 4 * cores))
            began = time.perf_counter()
            picture = list(pool.map(row, range(COUNT)))
    seconds = time.perf_counter() - began
    assert len(picture) == COUNT and picture[COUNT // 2] == row(COUNT // 2)
    print(COUNT / seconds)


if __name__ == "__main__":
    main()
