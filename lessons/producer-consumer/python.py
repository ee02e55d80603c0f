"""Tim makes a bone every half second, King and Wang eat one a second each, a queue between them."""

import argparse
import os
import queue
import threading
import time

SPEED = float(os.environ.get("LESSON_SPEED", "1"))


def say(text):
    who = threading.current_thread().name
    print(f"{who:<16}  {text}\n", end="", flush=True)


def work(seconds):
    time.sleep(seconds / SPEED)


stop = threading.Event()
made = {}
eaten = {}


def make(bones):
    made["Tim"] = 0
    while not stop.is_set():
        work(0.5)
        bone = f"bone {made['Tim'] + 1}"
        # Python can't wait for a queue and for something else at once, so look now and then.
        while not stop.is_set():
            try:
                bones.put(bone, timeout=0.05 / SPEED)
            except queue.Full:
                continue
            made["Tim"] += 1
            say(f"made {bone}")
            break


def eat(bones, name):
    eaten[name] = 0
    while not stop.is_set():
        try:
            bone = bones.get(timeout=0.05 / SPEED)
        except queue.Empty:
            continue
        say(f"eats {bone}")
        work(1)
        eaten[name] += 1


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=6, help="stop after so many seconds; Ctrl-C stops sooner")
    parser.add_argument("--capacity", type=int, default=10, help="room in the queue; 0 is room without end")
    args = parser.parse_args()

    bones = queue.Queue(args.capacity)
    threads = [
        threading.Thread(target=make, name="Tim", args=(bones,)),
        threading.Thread(target=eat, name="King", args=(bones, "King")),
        threading.Thread(target=eat, name="Wang", args=(bones, "Wang")),
    ]
    for thread in threads:
        thread.start()
    try:
        work(args.seconds)
    except KeyboardInterrupt:
        pass
    say("says stop")
    stop.set()
    for thread in threads:
        thread.join()
    left, all_eaten = bones.qsize(), sum(eaten.values())
    say(f"{made['Tim']} made, {all_eaten} eaten, {left} left")
    assert made["Tim"] == all_eaten + left


if __name__ == "__main__":
    main()
