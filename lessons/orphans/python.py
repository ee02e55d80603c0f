"""A zombie, two orphans, and the one that a kill of their group doesn't reach."""

import os
import signal
import subprocess
import sys
import threading
import time

SPEED = float(os.environ.get("LESSON_SPEED", "1"))
ROLE = sys.argv[1] if len(sys.argv) > 1 else "main"


def say(text):
    who = f"{ROLE} {os.getpid()}"
    print(f"{who:<16}  {text}\n", end="", flush=True)


def work(seconds):
    time.sleep(seconds / SPEED)


def look(pid):
    """Name, state, parent and group, from the system's table; None if it isn't there."""
    asked = ["ps", "-o", "state=,ppid=,pgid=,comm=", "-p", str(pid)]
    try:
        with open(f"/proc/{pid}/stat") as stat:
            name, fields = stat.read().split(" (", 1)[1].rsplit(") ", 1)
            state, parent, group = fields.split()[:3]
    except OSError:
        if sys.platform == "linux":
            return None
        line = subprocess.run(asked, stdout=subprocess.PIPE, text=True).stdout
        if not line.strip():
            return None
        state, parent, group, path = line.split(None, 3)
        name = path.strip().rsplit("/", 1)[-1]
    return name, "zombie" if state.startswith("Z") else "alive", int(parent), int(group)


def start(role, tell, **options):
    command = [sys.executable, __file__, role, str(tell)]
    return subprocess.Popen(command, pass_fds=[tell], **options)


def child(tell):
    end_with_main()
    os.setpgid(0, 0)  # since Python 3.11, Popen has process_group=0
    say("starts two processes")
    start("stays", tell)
    start("leaves", tell, start_new_session=True)
    while True:
        work(1)


def grandchild(tell):
    end_with_main()
    parent = os.getppid()
    say(f"has parent {parent}")
    os.write(tell, f"{ROLE} {os.getpid()}\n".encode())
    while os.getppid() == parent:
        time.sleep(0.005)
    row = look(os.getppid())
    say(f"is an orphan: adopted by {os.getppid()} ({row[0] if row else 'unknown'})")
    os.write(tell, f"{ROLE} has another parent\n".encode())
    while True:
        work(1)


def end_with_main():
    """main has the other end of this pipe, and when main ends, so does the pipe."""

    def wait():
        os.read(0, 1)
        os._exit(0)

    threading.Thread(target=wait, daemon=True).start()


def until_ended(pid):
    while (look(pid) or ["", "zombie"])[1] != "zombie":
        time.sleep(0.005)


def main():
    told, tell = os.pipe()
    first = start("child", tell, stdin=subprocess.PIPE)
    os.close(tell)
    told = open(told)
    both = dict(told.readline().split() for _ in range(2))
    say("has a child and two grandchildren")
    stays, leaves = int(both["stays"]), int(both["leaves"])

    def show():
        for name, pid in [("child", first.pid), ("stays", stays), ("leaves", leaves)]:
            row = look(pid)
            state = "not in the table"
            if row:
                state = f"{row[1]}, parent {row[2]}, group {row[3]}"
            say(f"{name} {pid}: {state}")

    show()
    work(1)

    say(f"kills child {first.pid}, and doesn't wait for it yet")
    first.kill()
    for _ in range(2):
        told.readline()
    show()
    assert look(first.pid)[1] == "zombie"
    work(1)
    first.wait()
    say(f"has waited for child {first.pid}: it is not in the table")
    assert look(first.pid) is None
    work(1)

    say(f"kills group {first.pid}, whose first process is gone")
    os.killpg(first.pid, signal.SIGKILL)
    until_ended(stays)
    show()
    assert look(leaves)[1] == "alive"
    work(1)

    say(f"kills leaves {leaves} by its own number")
    os.kill(leaves, signal.SIGKILL)
    until_ended(leaves)
    say("nobody is left")
    assert told.read() == ""


if __name__ == "__main__":
    if os.name == "nt":
        say("Windows has no zombies, and nobody adopts an orphan")
    elif ROLE == "main":
        main()
    elif ROLE == "child":
        child(int(sys.argv[2]))
    else:
        grandchild(int(sys.argv[2]))
