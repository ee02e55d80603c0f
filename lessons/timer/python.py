"""Later, unless it is cancelled; and every half second, without drift."""

import argparse
import os
import threading
import time

SPEED = float(os.environ.get("LESSON_SPEED", "1"))


def say(text):
    who = threading.current_thread().name
    print(f"{who:<16}  {text}\n", end="", flush=True)


def work(seconds):
    time.sleep(seconds / SPEED)


rung = set()
stop = threading.Event()
stirred = []  # how often


def ring(name, text):
    rung.add(name)
    say(text)


def stir(drift):
    period = 0.5 / SPEED
    start = time.monotonic()
    due, times = start + period, 0
    # wait() returns True when the event is set, and False when the time is over.
    while not stop.wait(due - time.monotonic()):
        times += 1
        late = time.monotonic() - (start + period * times)
        say(f"stirs the soup, {times}: {max(0, late):.2f} s late")
        work(0.2)
        due = (time.monotonic() if drift else due) + period
    stirred.append(times)


def timer(name, seconds, text):
    timer = threading.Timer(seconds / SPEED, ring, args=(name, text))
    timer.name = name
    timer.start()
    return timer


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--drift", action="store_true", help="count each half second from the end of the work before it")
    args = parser.parse_args()

    timers = [timer("tea", 2, "the tea is ready"), timer("eggs", 4, "the eggs are done")]
    soup = threading.Thread(target=stir, name="soup", args=(args.drift,))
    soup.start()

    work(3.2)
    say("cancels what is still to come")
    for each in timers:
        each.cancel()  # returns None, whether it came in time or not
        each.join()
        say(f"{each.name}: {'too late' if each.name in rung else 'cancelled in time'}")
    stop.set()
    soup.join()
    say(f"the soup was stirred {stirred[0]} times")


if __name__ == "__main__":
    main()
