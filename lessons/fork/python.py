"""What os.fork copies: four copies of this process, and the three start methods."""

import multiprocessing
import os
import signal
import subprocess
import sys
import threading
import time

SPEED = float(os.environ.get("LESSON_SPEED", "1"))
COUNT = 0


def say(text, who="main"):
    print(f"{who + ' ' + str(os.getpid()):<16}  {text}\n", end="", flush=True)


def work(seconds):
    time.sleep(seconds / SPEED)


def fork(copy):
    """The copy calls this function and ends; the parent gets its process id."""
    pid = os.fork()
    if pid:
        return pid
    status = 1
    try:
        copy()
        status = 0
    finally:
        os._exit(status)


def wait_for(pid):
    assert os.waitpid(pid, 0)[1] == 0


def pages(when):
    try:
        with open("/proc/self/smaps_rollup") as file:
            counts = {line.split()[0]: line.split()[1] for line in file.readlines()[1:]}
    except OSError:
        return say(f"{when}; this system doesn't count its pages")
    own, shared = (int(counts[name]) >> 10 for name in ("Private_Dirty:", "Shared_Dirty:"))
    say(f"{when}: {own} MiB of its own, {shared} shared")


def memory():
    half = 32 << 20
    data = bytearray(b"\1") * (2 * half)
    pages("before the fork")

    def copy():
        pages("after it")
        data[:half] = b"\2" * half
        pages("has filled half with 2")

    wait_for(fork(copy))
    say(f"still has {data[0]}")
    assert data[0] == 1


def open_end():
    reader, writer = os.pipe()

    def copy():
        work(1)
        say("ends, and never knew of the pipe")

    pid = fork(copy)
    os.close(writer)
    say("has closed the writing end")
    with open(reader) as pipe:
        pipe.read()
    say("reads the end of the pipe")
    wait_for(pid)


def line():
    reader, writer = os.pipe()
    with open(writer, "w") as order:
        order.write("a cup of tea\n")  # into the buffer only
        wait_for(fork(order.flush))
    with open(reader) as pipe:
        orders = pipe.read().splitlines()
    say("orders " + ", ".join(orders))
    assert len(orders) == 2


def lock():
    oven, is_taken = threading.Lock(), threading.Event()

    def bake():
        with oven:
            say("has the lock", "baker")
            is_taken.set()
            work(1)
            say("gives it back", "baker")

    baker = threading.Thread(target=bake)
    baker.start()
    is_taken.wait()
    pid = fork(oven.acquire)  # since Python 3.12, this warns: there is another thread
    with oven:
        say("has had the lock")
    work(1)
    assert os.waitpid(pid, os.WNOHANG) == (0, 0)
    say("kills the copy, which still waits for the lock")
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    baker.join()


def child(pipe, method, parent):
    who = "main" if os.getppid() == parent else "another process"
    say(f"in Python, with {method}: the count is {COUNT}, and my parent is {who}", "child")
    pipe.recv()  # until main has looked who is there


def start_methods():
    global COUNT
    COUNT = 1
    for method in multiprocessing.get_all_start_methods():
        context = multiprocessing.get_context(method)
        ours, theirs = context.Pipe()
        process = context.Process(target=child, args=(theirs, method, os.getpid()))
        process.start()
        work(1)
        ps = ["ps", "-A", "-o", "pid=,ppid="]
        rows = subprocess.run(ps, stdout=subprocess.PIPE, text=True).stdout.splitlines()
        ids = {int(pid): int(parent) for pid, parent in (row.split() for row in rows)}
        mine = sum(parent == os.getpid() and is_python(pid) for pid, parent in ids.items())
        say(f"in Python, with {method}: main has {mine} Python processes as children")
        ours.send("go on")
        process.join()


def is_python(pid):
    name = subprocess.run(["ps", "-o", "comm=", "-p", str(pid)], stdout=subprocess.PIPE, text=True).stdout
    return "python" in name.lower()


if __name__ == "__main__":
    if not hasattr(os, "fork"):
        say("Windows has no fork: there, each process is a fresh start")
    else:
        memory()
        open_end()
        line()
        lock()
        start_methods()
