"""Sends messages between threads or processes, and prints how many (or how many megabytes) a second.

Run by `cargo bench -p bench --bench costs`. Between processes a message is a number and as many bytes as
make up its size, and over the bare pipe it is bytes alone.
"""

import multiprocessing
import os
import queue
import sys
import threading
import time

COUNT, SIZE = int(os.environ["BENCH_COUNT"]), int(os.environ["BENCH_SIZE"])
ROOM = min((4 << 20) // SIZE, 1000) if SIZE else 10


def rate(messages, seconds):
    return messages * (SIZE / 1e6 if SIZE >= 65536 else 1) / seconds


def from_first_to_last(receive):
    """`receive` returns the number of a message."""
    assert receive() == 0
    began = time.perf_counter()
    for n in range(1, COUNT):
        assert receive() == n
    return rate(COUNT - 1, time.perf_counter() - began)


def put_numbers(to):
    for n in range(COUNT):
        to.put(n)


def threads():
    channel = queue.Queue(ROOM)
    producer = threading.Thread(target=put_numbers, args=(channel,))
    producer.start()
    result = from_first_to_last(channel.get)
    producer.join()
    return result


def put(send, gate=None):
    data = b"\7" * (SIZE - 8)
    if gate:
        gate.wait()
    for n in range(COUNT):
        send((n, data))


def number(message):
    n, data = message
    assert len(data) == SIZE - 8, len(data)
    return n


def one_to_one(send, receive):
    producer = multiprocessing.Process(target=put, args=(send,))
    producer.start()
    result = from_first_to_last(lambda: number(receive()))
    producer.join()
    assert producer.exitcode == 0, producer.exitcode
    return result


def get(receive, results):
    messages = total = 0
    while (message := receive()) is not None:
        messages += 1
        total += number(message)
    results.put((messages, total))


def two_to_two(channel):
    gate, results = multiprocessing.Event(), multiprocessing.SimpleQueue()
    start = multiprocessing.Process
    consumers = [start(target=get, args=(channel.get, results)) for _ in range(2)]
    producers = [start(target=put, args=(channel.put, gate)) for _ in range(2)]
    for child in consumers + producers:
        child.start()
    time.sleep(0.1)  # until all wait
    began = time.perf_counter()
    gate.set()
    for producer in producers:
        producer.join()
    for _ in consumers:
        channel.put(None)  # Python's queue has no end
    for consumer in consumers:
        consumer.join()
    took = time.perf_counter() - began
    assert all(child.exitcode == 0 for child in consumers + producers)
    messages, total = (sum(both) for both in zip(results.get(), results.get()))
    assert (messages, total) == (2 * COUNT, COUNT * (COUNT - 1)), (messages, total)
    return rate(messages, took)


def put_bytes(writer):
    message = bytearray(b"\7" * SIZE)
    for n in range(COUNT):
        message[:8] = n.to_bytes(8, "little")
        writer.send_bytes(message)


def pipe_bytes():
    reader, writer = multiprocessing.Pipe(duplex=False)
    producer = multiprocessing.Process(target=put_bytes, args=(writer,))
    producer.start()
    result = from_first_to_last(lambda: int.from_bytes(reader.recv_bytes()[:8], "little"))
    producer.join()
    assert producer.exitcode == 0, producer.exitcode
    return result


def pipe():
    reader, writer = multiprocessing.Pipe(duplex=False)
    return one_to_one(writer.send, reader.recv)


def through(channel):
    return one_to_one(channel.put, channel.get)


if __name__ == "__main__":
    works = {
        "threads": threads,
        "queue": lambda: through(multiprocessing.Queue()),
        "bounded": lambda: through(multiprocessing.Queue(ROOM)),
        "queue-2x2": lambda: two_to_two(multiprocessing.Queue()),
        "bounded-2x2": lambda: two_to_two(multiprocessing.Queue(ROOM)),
        "pipe-bytes": pipe_bytes,
        "pipe": pipe,
    }
    print(works[sys.argv[1]]())
