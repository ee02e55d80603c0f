"""Three packers are told to stop: one finishes, one hands back, one is killed."""

import multiprocessing
import multiprocessing.connection
import os
import signal
import sys
import threading
import time

SPEED = float(os.environ.get("LESSON_SPEED", "1"))
SIGNALS = {"INT": signal.SIGINT, "TERM": signal.SIGTERM, "HUP": getattr(signal, "SIGHUP", None)}


def say(text):
    process = multiprocessing.current_process()
    thread = threading.current_thread()
    role = process.name if thread is threading.main_thread() else thread.name
    who = f"{'main' if role == 'MainProcess' else role} {os.getpid()}"
    print(f"{who:<16}  {text}\n", end="", flush=True)


def work(seconds):
    time.sleep(seconds / SPEED)


asked = False


def pack(hall, packs):
    def ask(number, frame):
        global asked
        asked = True

    os.setpgid(0, 0)  # Ctrl-C in the terminal doesn't reach this group
    signal.set_wakeup_fd(-1)  # a forked child has main's: its signals would arrive there, too
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # and main's handlers
    signal.signal(signal.SIGHUP, signal.SIG_DFL)
    signal.signal(signal.SIGTERM, ask)
    hall.send(None)  # ready
    while True:
        kg = hall.recv()
        if kg is None:
            break
        say(f"packs {kg} kg")
        packed = packs()
        hall.send((kg, packed))
        say(f"{'has packed' if packed else 'hands back'} {kg} kg")
    say("ends")


def quick():
    work(1)
    return True


def careful():
    for _ in range(16):
        work(0.25)
        if asked:
            return False
    return True


def stubborn():
    work(8)
    return True


class Packer:
    def __init__(self, packs):
        self.name = packs.__name__
        self.hall, theirs = multiprocessing.Pipe()
        self.process = multiprocessing.Process(target=pack, args=(theirs, packs), name=self.name)
        self.process.start()
        theirs.close()
        self.has = None
        self.told_all = False


class Hall:
    def __init__(self):
        self.packers = [Packer(packs) for packs in (quick, careful, stubborn)]
        for packer in self.packers:
            packer.hall.recv()  # until it is ready
        self.pile = list(range(10, 0, -1))
        self.packed = []
        say("has 10 parcels, 55 kg, and 3 packers")
        for packer in self.packers:
            self.next(packer)

    def next(self, packer):
        packer.has = self.pile.pop() if self.pile else None
        packer.hall.send(packer.has)

    def note(self, packer):
        """What a packer has told; None at the end of its pipe."""
        try:
            kg, packed = packer.hall.recv()
        except (EOFError, ConnectionResetError):
            packer.told_all = True
            return None
        (self.packed if packed else self.pile).append(kg)
        packer.has = None
        return kg

    def wait(self, signals, seconds=None):
        """The packers that have told something, and whether a signal has come."""
        open_ends = {packer.hall: packer for packer in self.packers if not packer.told_all}
        if not open_ends:
            return None
        ready = multiprocessing.connection.wait([*open_ends, signals], seconds)
        return [open_ends[end] for end in ready if end is not signals], signals in ready


def stop(hall, signals, seconds):
    say(f"gets {next_signal(signals)}: asks all packers to stop")
    for packer in hall.packers:
        packer.hall.send(None)
        packer.process.terminate()  # SIGTERM
    deadline = time.monotonic() + seconds
    while True:
        event = hall.wait(signals, max(0, deadline - time.monotonic()))
        if event is None:
            return
        told, signalled = event
        if signalled:
            say(f"gets {next_signal(signals)} again: waits no longer")
            break
        if not told:
            say("the time is over")
            break
        for packer in told:
            hall.note(packer)
    for packer in hall.packers:
        if packer.process.is_alive():
            say(f"kills {packer.name}")
            packer.process.kill()  # SIGKILL
    for packer in hall.packers:
        while not packer.told_all:
            hall.note(packer)


def close(hall):
    for packer in hall.packers:
        packer.process.join()
        code = packer.process.exitcode
        how = f"exit status: {code}" if code >= 0 else f"signal: {-code} ({signal.Signals(-code).name})"
        say(f"{packer.name} has ended: {how}")
        if packer.has is not None:
            say(f"puts {packer.has} kg back, which {packer.name} had")
            hall.pile.append(packer.has)
    say(f"{sum(hall.packed)} kg are packed, {sum(hall.pile)} kg are on the pile")
    assert sorted(hall.packed + hall.pile) == list(range(1, 11))


def listen():
    """An end to read from, on which each signal puts a byte with its number."""
    reader, writer = os.pipe()
    os.set_blocking(writer, False)
    signal.set_wakeup_fd(writer)
    for number in SIGNALS.values():
        signal.signal(number, lambda number, frame: None)
    return reader


def next_signal(signals):
    return signal.Signals(os.read(signals, 1)[0]).name


def send_some(number):
    time.sleep(2.4 / SPEED)
    say(f"sends {signal.Signals(number).name} to main")
    os.kill(os.getpid(), number)


def main():
    which = sys.argv[1] if len(sys.argv) > 1 else "INT"
    signals = listen()
    hall = Hall()
    if which in SIGNALS:
        threading.Thread(target=send_some, args=(SIGNALS[which],), name="sender", daemon=True).start()
    while True:
        event = hall.wait(signals)
        if event is None:
            break
        told, signalled = event
        if signalled:
            stop(hall, signals, 2 / SPEED)
            break
        for packer in told:
            if hall.note(packer) is not None:
                hall.next(packer)
    close(hall)


if __name__ == "__main__":
    if os.name == "nt":
        say("Windows has Ctrl-C and Ctrl-Break, but no SIGTERM")
    else:
        main()
