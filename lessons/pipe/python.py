"""A pipe between two processes: objects go in at one end and come out at the other."""

import multiprocessing
import os
import time

SPEED = float(os.environ.get("LESSON_SPEED", "1"))


def say(text):
    who = f"{multiprocessing.current_process().name} {os.getpid()}"
    print(f"{who:<16}  {text}\n", end="", flush=True)


def work(seconds):
    time.sleep(seconds / SPEED)


LETTERS = ["A", "B", "C"]


def put(to):
    for letter in LETTERS:
        say(f"sends {letter}")
        to.send(letter)
        work(1)


def get(source, to):
    to.close()  # this process got a copy of that end too; with it open, recv would never see the end
    received = []
    while True:
        try:
            letter = source.recv()
        except EOFError:
            break
        say(f"received {letter}")
        received.append(letter)
    say("the pipe has ended")
    assert received == LETTERS


def main():
    source, to = multiprocessing.Pipe(duplex=False)
    writer = multiprocessing.Process(target=put, name="put", args=(to,))
    reader = multiprocessing.Process(target=get, name="get", args=(source, to))
    writer.start()
    reader.start()
    to.close()
    source.close()
    writer.join()
    reader.join()
    say("both have ended")


if __name__ == "__main__":
    main()
