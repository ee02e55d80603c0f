"""A barrier: three runners, and each waits until all have ended the lap."""

import os
import threading
import time

SPEED = float(os.environ.get("LESSON_SPEED", "1"))
RUNNERS = 3
LAPS = 3


def say(text):
    who = threading.current_thread().name
    print(f"{who:<16}  {text}\n", end="", flush=True)


def work(seconds):
    time.sleep(seconds / SPEED)


all_here = threading.Barrier(RUNNERS)
lock = threading.Lock()
ended = 0  # laps that were ended, by all runners together
led = [0] * RUNNERS
together = [True] * RUNNERS


def run_laps(runner):
    global ended
    for lap in range(1, LAPS + 1):
        work(0.5 * (1 + (runner + lap) % 3))
        say(f"ends lap {lap}")
        with lock:
            ended += 1
        number = all_here.wait()  # from 0 to 2, a different one for each
        together[runner - 1] &= ended >= lap * RUNNERS
        if number == 0:
            say(f"leads lap {lap}")
            led[runner - 1] += 1
    run_one_more(runner)


def run_one_more(runner):
    """One falls in a fourth lap. The others would wait for it for ever."""
    if runner == 3:
        work(0.5)
        say("in Python, a runner that falls can abort the barrier")
        all_here.abort()
        return
    try:
        all_here.wait()
    except threading.BrokenBarrierError:
        say("in Python, the others get an error: the barrier is broken")


def main():
    threads = [
        threading.Thread(target=run_laps, name=f"runner {runner}", args=(runner,))
        for runner in range(1, RUNNERS + 1)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    say(f"{LAPS} laps: the runners led {led} of them")
    assert all(together), "a runner went on before all were here"
    assert sum(led) == LAPS, "not every lap had one leader"


if __name__ == "__main__":
    main()
