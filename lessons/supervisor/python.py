"""Starts a child again when it fails: later each time, and not for ever."""

import os
import sys
import time
from collections import deque
from multiprocessing import Pipe, Process, current_process

SPEED = float(os.environ.get("LESSON_SPEED", "1"))
# When the first process of this program began. The others have it in their environment.
BEGAN = float(os.environ.setdefault("LESSON_BEGAN", str(time.time())))

FIRST = 0.5  # seconds before the first restart, then twice as long each time
LONGEST = 8.0  # but never longer than this
READY = 1.0  # to get ready
STEADY = 0.5  # worked this long: all was well
RESTARTS = 3  # at most
WINDOW = 30.0  # in this time


def say(text):
    who = f"{current_process().name} {os.getpid()}"
    print(f"{who:<16}  {text}\n", end="", flush=True)


def supervise(child):
    """Returns whether the child ended well at last, and how long each pause was."""
    pause, pauses, restarts = FIRST, [], deque()
    while True:
        ended_well, worked = live(child)
        if ended_well:
            say("all is done: no restart")
            return True, pauses
        if worked >= STEADY:
            pause = FIRST
        while restarts and time.monotonic() - restarts[0] >= WINDOW:
            restarts.popleft()
        if len(restarts) == RESTARTS:
            say(f"gives up: {RESTARTS} restarts in {WINDOW:.0f}s")
            return False, pauses
        say(f"starts it again in {pause:g} s")
        time.sleep(pause / SPEED)
        restarts.append(time.monotonic())
        pauses.append(pause)
        pause = min(LONGEST, 2 * pause)


def live(child):
    """Starts the child, and returns when it has ended. If it isn't ready in time, it is killed.
    Returns whether it ended well, and how long it worked."""
    told, tell = Pipe(duplex=False)
    process = Process(target=child, args=(tell,), name=child.__name__, daemon=True)
    process.start()
    tell.close()  # or its end would not come when the child has ended
    who, ready = f"child {process.pid}", None
    try:
        if told.poll(READY):
            told.recv()
            ready = time.monotonic()
            say(f"{who} is ready")
        else:
            say(f"{who} isn't ready after {READY:g}s: kills it")
            process.kill()
    except EOFError:
        pass  # it has ended
    process.join()
    worked = time.monotonic() - ready if ready else 0.0
    code = process.exitcode
    status = f"exit status: {code}" if code >= 0 else f"signal: {-code}"
    if ready:
        say(f"{who} worked for {worked:.1f} s: {status}")
    else:
        say(f"{who} was never ready: {status}")
    return code == 0, worked


def fail(why):
    say(f"fails: {why}")
    sys.exit(1)


def crashes(tell):
    tell.send("ready")
    fail("the oven is broken")


def recovers(tell):
    if time.time() - BEGAN < 1.2 / SPEED:
        fail("the oven is cold")
    tell.send("ready")
    time.sleep(1.0 / SPEED)


def flaps(tell):
    tell.send("ready")
    time.sleep(1.0)
    fail("the fuse has blown")


def silent(tell):
    while True:
        time.sleep(1.0)


def main():
    children = {child.__name__: child for child in (crashes, recovers, flaps, silent)}
    name = sys.argv[1] if len(sys.argv) > 1 else "crashes"
    ended_well, pauses = supervise(children[name])
    assert ended_well == (name == "recovers")
    if not ended_well:
        assert pauses == ([0.5, 0.5, 0.5] if name == "flaps" else [0.5, 1.0, 2.0])


if __name__ == "__main__":
    main()
