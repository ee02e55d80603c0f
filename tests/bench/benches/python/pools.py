"""Two worker processes, and tasks for them.

Run by `cargo bench -p bench --bench costs`, with what to measure: first (prints milliseconds), one, many or map
(print tasks a second), or scale and a number of workers (prints how many times as fast as one).
"""

import concurrent.futures
import multiprocessing
import os
import sys
import time

COUNT = int(os.environ["BENCH_COUNT"])
WORKERS = 2


def next_one(n):
    return n + 1


def compute(n):
    """About a millisecond."""
    for _ in range(12_000):
        n = (n * 6_364_136_223_846_793_005 + 1) % (1 << 64)
    return n


def executor():
    return concurrent.futures.ProcessPoolExecutor(WORKERS)


def first():
    total = 0
    for _ in range(COUNT):
        began = time.perf_counter()
        pool = multiprocessing.Pool(WORKERS)
        assert pool.apply(next_one, (1,)) == 2
        total += time.perf_counter() - began
        pool.close()
        pool.join()
    return total * 1e3 / COUNT


def first_executor():
    total = 0
    for _ in range(COUNT):
        began = time.perf_counter()
        pool = executor()
        assert pool.submit(next_one, 1).result() == 2
        total += time.perf_counter() - began
        pool.shutdown()
    return total * 1e3 / COUNT


def timed(work):
    """Tasks a second; `work` takes their inputs and returns their results in order."""
    work(range(100))  # so that the workers have started
    began = time.perf_counter()
    results = work(range(COUNT))
    took = time.perf_counter() - began
    assert results == list(range(1, COUNT + 1))
    return COUNT / took


def with_pool(work):
    with multiprocessing.Pool(WORKERS) as pool:
        result = timed(lambda inputs: work(pool, inputs))
        pool.close()
        pool.join()
    return result


def with_executor(work):
    with executor() as pool:
        return timed(lambda inputs: work(pool, inputs))


def submit_all(pool, inputs):
    pending = [pool.apply_async(next_one, (n,)) for n in inputs]
    return [task.get() for task in pending]


def time_with(workers):
    with multiprocessing.Pool(workers) as pool:
        pool.map(compute, range(4 * workers), chunksize=1)  # so that every worker has started
        began = time.perf_counter()
        results = pool.map(compute, range(COUNT), chunksize=1)
        took = time.perf_counter() - began
        pool.close()
        pool.join()
    return took, results


def scale():
    (one, expected), (several, results) = time_with(1), time_with(int(sys.argv[2]))
    assert results == expected
    return one / several


if __name__ == "__main__":
    # The cheapest way to start a process, where the system has it: the default of Python up to 3.13.
    if "fork" in multiprocessing.get_all_start_methods():
        multiprocessing.set_start_method("fork")
    works = {
        "first": first,
        "first-executor": first_executor,
        "one": lambda: with_pool(lambda pool, inputs: [pool.apply(next_one, (n,)) for n in inputs]),
        "one-executor": lambda: with_executor(
            lambda pool, inputs: [pool.submit(next_one, n).result() for n in inputs]
        ),
        "many": lambda: with_pool(lambda pool, inputs: pool.map(next_one, inputs, chunksize=1)),
        "map": lambda: with_pool(lambda pool, inputs: pool.map(next_one, inputs)),
        "map-executor": lambda: with_executor(lambda pool, inputs: list(pool.map(next_one, inputs, chunksize=1000))),
        "many-async": lambda: with_pool(submit_all),
        "many-executor": lambda: with_executor(lambda pool, inputs: list(pool.map(next_one, inputs))),
        "scale": scale,
    }
    print(works[sys.argv[1]]())
