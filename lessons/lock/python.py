"""A lock: the same two threads and the same balance, and no update is lost."""

import threading


def say(text):
    who = threading.current_thread().name
    print(f"{who:<16}  {text}\n", end="", flush=True)


ROUNDS = 1_000_000
balance = 0  # nothing ties it to its lock
lock = threading.Lock()


def change(amount):
    global balance
    say(f"changes the balance by {amount}, {ROUNDS} times")
    for _ in range(ROUNDS):
        with lock:
            balance += amount
    say("is done")


def main():
    threads = [
        threading.Thread(target=change, name="earn", args=(1,)),
        threading.Thread(target=change, name="spend", args=(-1,)),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    say(f"{ROUNDS} times +1 and -1: the balance is {balance}")
    assert balance == 0, "an update is lost"


if __name__ == "__main__":
    main()
