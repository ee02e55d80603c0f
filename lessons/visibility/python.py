"""Two flags: each thread sets its own, then reads the other's. With the GIL, the two never both read 0."""

import threading


def say(text):
    who = threading.current_thread().name
    print(f"{who:<16}  {text}\n", end="", flush=True)


ROUNDS = 5_000
flags = [{"Ann": 0, "Bob": 0} for _ in range(ROUNDS)]
meeting = threading.Barrier(2)


def play(mine, other, read):
    for round in flags:
        meeting.wait()
        round[mine] = 1
        read.append(round[other])


def main():
    ann, bob = [], []
    threads = [
        threading.Thread(target=play, name="Ann", args=("Ann", "Bob", ann)),
        threading.Thread(target=play, name="Bob", args=("Bob", "Ann", bob)),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    both = sum(read == (0, 0) for read in zip(ann, bob))
    say(f"both read 0 in {both} of {ROUNDS} rounds")


if __name__ == "__main__":
    main()
