"""A pipeline, count | square | sum: three processes, and a pipe after each."""

import os
import subprocess
import sys
import threading
import time

SPEED = float(os.environ.get("LESSON_SPEED", "1"))
MEGABYTE = b"x" * (1 << 20)


def say(text, name="main"):
    who = f"{name} {os.getpid()}"
    # In the pipeline, standard output is for the numbers.
    out = sys.stdout if name == "main" else sys.stderr
    print(f"{who:<16}  {text}\n", end="", flush=True, file=out)


def work(seconds):
    time.sleep(seconds / SPEED)


def write(n, name):
    say(f"writes {n}", name)
    print(n, flush=True)


def count():
    for n in range(1, 4):
        write(n, "count")
        work(1)


def count_on():
    n = 0
    while True:
        n += 1
        write(n, "count_on")
        work(1)


def fail():
    write(1, "fail")
    work(1)
    raise ValueError("there are no more numbers")


def square():
    for line in sys.stdin:
        write(int(line) ** 2, "square")


def total():
    write(sum(int(line) for line in sys.stdin), "sum")


def first():
    write(int(sys.stdin.readline()), "first")


def copy():
    while piece := sys.stdin.buffer.read1():
        sys.stdout.buffer.write(piece)
        sys.stdout.flush()


ROLES = {f.__name__: f for f in (count, count_on, fail, square, first, copy)} | {"sum": total}


def play(role):
    try:
        ROLES[role]()
    except Exception as error:
        say(f"fails: {error}", role)
        os._exit(1)  # at another exit, Python tries again to write what is left


def start(role, stdin=subprocess.DEVNULL):
    command = [sys.executable, "-I", "-S", __file__, "--role", role]
    return subprocess.Popen(command, stdin=stdin, stdout=subprocess.PIPE, stderr=sys.stdout)


def pipeline(*roles):
    a = start(roles[0])
    b = start(roles[1], stdin=a.stdout)
    c = start(roles[2], stdin=b.stdout)
    a.stdout.close()  # a copy: with it open, `a` would never learn that `b` has ended
    b.stdout.close()
    say("has started three processes")
    answer = c.stdout.read().decode().strip()
    say(f"reads {answer}, and the end")
    statuses = [process.wait() for process in (a, b, c)]
    for which, status in zip(("first", "second", "third"), statuses):
        say(f"the {which} has ended: exit status: {status}")
    return answer, [status == 0 for status in statuses]


def there_and_back():
    process = start("copy", stdin=subprocess.PIPE)
    threading.Timer(1 / SPEED, process.kill).start()
    say("writes a megabyte, and then reads")
    try:
        process.stdin.write(MEGABYTE)
        process.stdin.close()
        process.stdout.read()
    except BrokenPipeError as error:
        say(f"has not written all: {error}")
    process.wait()

    process = start("copy", stdin=subprocess.PIPE)
    say("lets communicate write and read")
    answer, _ = process.communicate(MEGABYTE)
    say(f"has read {len(answer)} bytes, and the end")
    assert answer == MEGABYTE and process.returncode == 0


def main():
    if "full" in sys.argv:
        there_and_back()
    elif "early" in sys.argv:
        assert pipeline("count_on", "square", "first") == ("1", [False, False, True])
    elif "fail" in sys.argv:
        assert pipeline("fail", "square", "sum") == ("1", [False, True, True])
    else:
        assert pipeline("count", "square", "sum") == ("14", [True, True, True])


if __name__ == "__main__":
    if sys.argv[1:2] == ["--role"]:
        play(sys.argv[2])
    else:
        main()
