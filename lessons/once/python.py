"""Once: two bakers need the oven at the same time, and it is lit once."""

import argparse
import functools
import importlib
import os
import pathlib
import sys
import tempfile
import threading
import time

SPEED = float(os.environ.get("LESSON_SPEED", "1"))


def say(text):
    who = threading.current_thread().name
    print(f"{who:<16}  {text}\n", end="", flush=True)


def work(seconds):
    time.sleep(seconds / SPEED)


the_oven = None  # nothing ties it to its lock
lock = threading.Lock()
times_lit = 0


def light():
    global times_lit
    say("lights the oven")
    work(2)
    times_lit += 1
    return {"lit_by": threading.current_thread().name}


def oven():
    global the_oven
    with lock:  # held until the oven is lit: the other baker waits here
        if the_oven is None:
            the_oven = light()
        return the_oven


class Own(threading.local):
    def __init__(self):  # called once in each thread that uses it
        self.loaves = 0


own = Own()
used = {}


def bake(loaves):
    say("needs the oven")
    the_one = oven()
    for _ in range(loaves):
        work(1)
        own.loaves += 1
        say(f"has baked {own.loaves}")
    used[threading.current_thread().name] = (the_one, own.loaves)


def in_two_threads(function, arguments, names=(None, None)):
    threads = [threading.Thread(target=function, args=(a,), name=n) for a, n in zip(arguments, names)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def imported(folder):
    """The ovens that two threads get if both import a module at once, and the module makes one."""
    pathlib.Path(folder, "slow_oven.py").write_text("import time\ntime.sleep(0.1)\noven = object()\n")
    sys.path.insert(0, folder)
    ovens = []
    in_two_threads(lambda _: ovens.append(importlib.import_module("slow_oven").oven), [0, 0])
    return ovens


def cached():
    """The ovens that two threads get if both call a cached function at once, and the function makes one."""
    both_are_in = threading.Barrier(2)

    @functools.cache
    def slow_oven():
        try:
            both_are_in.wait(timeout=10)
        except threading.BrokenBarrierError:
            pass  # only one thread is in
        return object()

    ovens = []
    in_two_threads(lambda _: ovens.append(slow_oven()), [0, 0])
    return ovens


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--loaves", type=int, default=2, help="loaves that each of them bakes")
    loaves = parser.parse_args().loaves
    in_two_threads(bake, [loaves, loaves], ["Ann", "Bob"])
    (anns, by_ann), (bobs, by_bob) = used["Ann"], used["Bob"]
    say(f"{anns['lit_by']} lit the oven, {times_lit} time")
    say(f"loaves: Ann {by_ann}, Bob {by_bob}, main {own.loaves}")
    assert times_lit == 1 and anns is bobs, "there has to be one oven"
    assert (by_ann, by_bob, own.loaves) == (loaves, loaves, 0), "each has to count its own loaves"

    with tempfile.TemporaryDirectory() as folder:
        ovens = imported(folder)
    say(f"in Python, two threads that import one module get {len({id(oven) for oven in ovens})} oven")
    ovens = cached()
    say(f"in Python, two threads that call one cached function get {len({id(oven) for oven in ovens})} ovens")


if __name__ == "__main__":
    main()
