//! What every answer to `read-write-lock/writer-first` must hold.

use std::sync::Barrier;
use std::thread;

use exercise::{Judge, Unseen, at_once, long_wait, many, until_all_wait};
use interleave::execution::fail;

use crate::answer::ReadWrite;

/// A lock, and who is in.
struct Room {
    lock: ReadWrite,
    /// Readers and writers.
    inside: Unseen<(usize, usize)>,
    /// How many writers have come in so far.
    came: Unseen<usize>,
}

impl Room {
    fn new() -> Self {
        Room {
            lock: ReadWrite::new(),
            inside: Unseen::new((0, 0)),
            came: Unseen::new(0),
        }
    }

    fn read<R>(&self, work: impl FnOnce() -> R) -> R {
        self.lock.begin_read();
        self.inside.update(|inside| inside.0 += 1);
        if self.inside.get().1 > 0 {
            fail("a reader comes in while a writer is in");
        }
        let done = work();
        self.inside.update(|inside| inside.0 -= 1);
        self.lock.end_read();
        done
    }

    fn write<R>(&self, work: impl FnOnce() -> R) -> R {
        self.lock.begin_write();
        self.inside.update(|inside| inside.1 += 1);
        self.came.update(|came| *came += 1);
        if self.inside.get() != (0, 1) {
            fail("a writer comes in, and isn't alone");
        }
        let done = work();
        self.inside.update(|inside| inside.1 -= 1);
        self.lock.end_write();
        done
    }

    /// A reader who fails if fewer writers than this have come in before.
    fn read_behind(&self, writers: usize) {
        self.read(|| {
            if self.came.get() < writers {
                fail("the reader goes past a writer who waits");
            }
        });
    }
}

pub fn judge(judge: &mut Judge) {
    judge.every_order("a thread that is alone comes in at once", || {
        let lock = ReadWrite::new();
        for _ in 0..2 {
            at_once("a writer", 30, || lock.begin_write());
            lock.end_write();
            for _ in 0..many() {
                at_once("a reader", 30, || lock.begin_read());
            }
            (0..many()).for_each(|_| lock.end_read());
        }
    });
    judge.every_order("a writer is alone, and a reader is with readers only", || {
        let room = Room::new();
        thread::scope(|threads| {
            threads.spawn(|| room.write(|| ()));
            threads.spawn(|| room.read(|| ()));
            room.write(|| ());
        });
        room.read(|| ());
    });
    judge.every_order("readers are in together", || {
        let (room, both) = (Room::new(), Barrier::new(2));
        thread::scope(|threads| {
            threads.spawn(|| room.read(|| drop(both.wait())));
            room.read(|| drop(both.wait()));
        });
    });
    judge.every_order("a reader waits behind a writer who waits", || {
        let room = Room::new();
        thread::scope(|threads| {
            room.read(|| {
                threads.spawn(|| room.write(|| ()));
                until_all_wait(); // till the writer waits
                threads.spawn(|| room.read_behind(1));
                until_all_wait(); // till the reader waits
            });
        });
        at_once("a reader", 30, || room.read(|| ()));
    });
    judge.every_order("a reader waits behind the second writer, too", || {
        let room = Room::new();
        thread::scope(|threads| {
            room.write(|| {
                threads.spawn(|| room.write(|| ()));
                threads.spawn(|| {
                    room.write(|| ());
                    room.read_behind(3);
                });
                until_all_wait(); // till both writers wait
            });
        });
    });
    judge.every_order("the last of two readers lets the writer in", || {
        let room = Room::new();
        thread::scope(|threads| {
            room.read(|| {
                room.read(|| {
                    threads.spawn(|| room.write(|| ()));
                    until_all_wait(); // till the writer waits
                    threads.spawn(|| room.read_behind(1));
                    until_all_wait(); // till the reader waits
                });
                until_all_wait(); // till the writer waits for one reader only
            });
        });
    });
    let why = "a reader goes past a writer, or one of them is not woken";
    judge.some_order("a writer goes first in many rounds", why, || {
        let room = Room::new();
        thread::scope(|threads| {
            for round in 1..=many() {
                room.read(|| {
                    threads.spawn(|| room.write(|| ()));
                    until_all_wait(); // till the writer waits
                });
                room.read_behind(round);
            }
        });
        true
    });
    judge.every_order("all readers who wait come in after the writer", || {
        let (room, both) = (Room::new(), Barrier::new(2));
        thread::scope(|threads| {
            room.write(|| {
                threads.spawn(|| room.read(|| drop(both.wait())));
                threads.spawn(|| room.read(|| drop(both.wait())));
                until_all_wait(); // till both wait
            });
        });
    });
    let why = "a thread that waits doesn't come in";
    judge.some_order("many writers go before the readers behind them", why, || {
        let room = &Room::new();
        thread::scope(|threads| {
            room.read(|| {
                for writer in 1..=many() {
                    threads.spawn(|| room.write(|| ()));
                    until_all_wait(); // till the writer waits
                    if writer % 4 == 0 {
                        threads.spawn(move || room.read_behind(writer));
                        until_all_wait(); // till the reader waits
                    }
                }
            });
        });
        true
    });
    judge.some_order("many readers come in together after a writer", why, || {
        let (room, all) = (Room::new(), Barrier::new(many()));
        thread::scope(|threads| {
            room.write(|| {
                for _ in 0..many() {
                    threads.spawn(|| room.read(|| drop(all.wait())));
                }
                until_all_wait(); // till all readers wait
            });
        });
        true
    });
    let why = "a thread that waits gives up";
    judge.some_order(
        "a writer, and a reader behind it, wait until many readers have gone",
        why,
        || {
            let room = Room::new();
            let mut steps = 0;
            thread::scope(|threads| {
                (0..many()).for_each(|_| room.lock.begin_read());
                room.inside.set((many(), 0));
                threads.spawn(|| room.write(|| ()));
                until_all_wait(); // till the writer waits
                threads.spawn(|| room.read_behind(1));
                for left in (0..many()).rev() {
                    until_all_wait(); // till both wait again
                    if left == 0 {
                        steps = long_wait(); // for the last reader
                    }
                    room.inside.set((left, 0));
                    room.lock.end_read();
                }
            });
            slept(steps);
            true
        },
    );
    judge.every_order("a thread that waits sleeps", || {
        let room = Room::new();
        let mut steps = 0;
        thread::scope(|threads| {
            room.read(|| {
                threads.spawn(|| room.write(|| ()));
                until_all_wait(); // till the writer waits
                threads.spawn(|| room.read(|| ()));
                steps = long_wait();
            });
        });
        slept(steps);
    });
}

/// Those who wait took this many steps during a long wait.
fn slept(steps: u32) {
    assert!(
        steps < 10,
        "{steps} steps while nobody came or went: a thread that waits doesn't sleep"
    );
}
