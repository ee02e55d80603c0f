"""What threads share and processes don't: memory and crashes; what a start costs."""

import multiprocessing
import os
import threading
import time


def say(text):
    process, thread = multiprocessing.current_process().name, threading.current_thread().name
    who = f"{process if thread == 'MainThread' else thread} {os.getpid()}"
    print(f"{who:<16}  {text}\n", end="", flush=True)


count = 0


def add():
    global count
    say(f"count was {count}, is {count + 1}")
    count += 1


def memory():
    thread = threading.Thread(target=add, name="thread")
    thread.start()
    thread.join()
    say(f"after the thread: count is {count}")

    process = multiprocessing.Process(target=add, name="add")
    process.start()
    process.join()
    say(f"after the process: count is {count}")
    assert count == 1


def fate():
    child = multiprocessing.Process(target=crash, name="crash")
    child.start()
    child.join()
    say(f"in Python, the child has crashed: exit code {child.exitcode}")
    say("and this process goes on")


def crash():
    say("crashes")
    os.abort()


def cost():
    thread = median(threading.Thread)
    process = median(multiprocessing.Process)
    say(f"start and join a thread: {thread * 1e6:.1f}µs, a process: {process * 1e6:.1f}µs")


def median(kind):
    times = []
    for _ in range(5):
        start = time.perf_counter()
        idler = kind(target=idle)
        idler.start()
        idler.join()
        times.append(time.perf_counter() - start)
    return sorted(times)[2]


def idle():
    pass


def main():
    memory()
    fate()
    cost()


if __name__ == "__main__":
    main()
