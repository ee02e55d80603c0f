"""The race again, with a call between the read and the write: it loses updates under the GIL too."""

import sys
import threading


def say(text):
    who = threading.current_thread().name
    print(f"{who:<16}  {text}\n", end="", flush=True)


ROUNDS = 1_000_000
balance = 0


# ANCHOR: change
def same(amount):
    return amount


def change(amount):
    global balance
    say(f"changes the balance by {amount}, {ROUNDS} times")
    for _ in range(ROUNDS):
        balance = balance + same(amount)  # read, call, add, write
    say("is done")
# ANCHOR_END: change


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
    say(f"in Python {'.'.join(map(str, sys.version_info[:2]))}, at least {abs(balance)} updates are lost")


if __name__ == "__main__":
    main()
