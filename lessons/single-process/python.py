"""One process: what it is, and what it does: work_1, then work_2."""

import os
import sys
import threading
import time

SPEED = float(os.environ.get("LESSON_SPEED", "1"))


def say(text):
    who = threading.current_thread().name
    print(f"{who:<16}  {text}\n", end="", flush=True)


def work(seconds):
    time.sleep(seconds / SPEED)


def what_it_was_given():
    say(f"is process {os.getpid()}")
    say(f"in Python, runs the program {os.path.basename(sys.executable)}")
    say(f"has {len(sys.argv) - 1} arguments")
    say(f"has {len(os.environ)} variables in its environment")
    say(f"works in the folder {os.path.basename(os.getcwd())}")


def memory():
    try:
        with open("/proc/self/maps") as areas:
            areas = [area.split() for area in areas]
    except FileNotFoundError:
        say("has no list of its memory on this system")
        return
    say(f"has {len(areas)} areas of memory")
    # A function is data: the interpreter is the code that runs.
    for what, thing in (("a function", work_1), ("a string", "".join(["a", "string"]))):
        say(f"in Python, has {what} in {area(areas, id(thing))}")
    code = next(area for area in areas if area[1] == "r-xp")
    say(f"in Python, has its code in {code[1]} {os.path.basename(code[5])}")


def area(areas, address):
    for words in areas:
        begin, end = (int(number, 16) for number in words[0].split("-"))
        if begin <= address < end:
            file = os.path.basename(words[5]) if len(words) > 5 else "no file"
            return f"{words[1]} {file}"


def open_files():
    for number in range(3):
        try:
            leads_to = os.readlink(f"/proc/self/fd/{number}")
        except FileNotFoundError:
            say("has no list of its open files on this system")
            return
        say(f"has open file {number}: {leads_to.split(':')[0]}")


def work_1():
    for n in range(1, 4):
        say(f"does work_1, {n} of 3, in process {os.getpid()}")
        work(1)


def work_2():
    for n in range(1, 4):
        say(f"does work_2, {n} of 3, in process {os.getpid()}")
        work(1)


def main():
    what_it_was_given()
    memory()
    open_files()
    work_1()
    work_2()
    say("both are done")


if __name__ == "__main__":
    main()
