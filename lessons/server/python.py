"""A server: one process owns a dictionary, and others ask it over a socket."""

import multiprocessing
import os
import signal
import struct
import sys
import threading
import time
from multiprocessing.connection import Client
from multiprocessing.managers import BaseManager

SPEED = float(os.environ.get("LESSON_SPEED", "1"))


def say(text):
    who = f"{multiprocessing.current_process().name} {os.getpid()}"
    print(f"{who:<16}  {text}\n", end="", flush=True)


def work(seconds):
    time.sleep(seconds / SPEED)


class Counts:
    """What the server owns. It has a thread for each client, so it needs a lock."""

    def __init__(self):
        self.words = {}
        self.lock = threading.Lock()

    def add(self, word, more):
        with self.lock:
            self.words[word] = self.words.get(word, 0) + more
            return self.words[word]


class Server(BaseManager):
    pass


Server.register("Counts", Counts, exposed=["add"])


def begin():
    multiprocessing.current_process().name = "serve"
    say("owns a dictionary")


def add_bread(counts):
    for _ in range(3):
        say(f"adds 1: bread is {counts.add('bread', 1)}")
        work(1)


def dies(address, key):
    work(0.5)
    server = Client(address, authkey=bytes(key))
    # The length of a message, and half of it.
    os.write(server.fileno(), struct.pack("!i", 40) + b"half a request, no more")
    say("has sent half a request")
    work(0.5)
    os.abort()


class Evil:
    """What the other side runs when it unpickles this."""

    def __reduce__(self):
        text = "in Python, a message has run code here"
        code = f"import os; print(f'serve {{os.getpid():<10}}  {text}', flush=True)"
        return exec, (code,)


def main():
    manager = Server()
    manager.start(begin)
    folder = os.path.dirname(manager.address)
    mode = os.stat(folder).st_mode & 0o777
    say(f"the socket is in a folder with mode {mode:o}")
    assert mode == 0o700

    counts = manager.Counts()
    key = multiprocessing.current_process().authkey
    process = multiprocessing.Process
    third = process(target=dies, args=(manager.address, bytes(key)), name="dies")
    first = process(target=add_bread, args=(counts,), name="first")
    second = process(target=add_bread, args=(counts,), name="second")
    for client in (third, first, second):
        client.start()
    third.join()
    how = f"signal: {-third.exitcode} ({signal.Signals(-third.exitcode).name})"
    say(f"the third client has ended: {how}")
    first.join()
    second.join()
    bread = counts.add("bread", 0)
    say(f"bread is {bread}")
    assert bread == 6

    with Client(manager.address, authkey=key) as server:
        server.send(Evil())
        server.recv()  # that it failed: what came of the message is no request
    address = manager.address
    manager.shutdown()
    say("in Python, the server was asked to end, and its socket is gone")
    assert not os.path.exists(address)


if __name__ == "__main__":
    main()
