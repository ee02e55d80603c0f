//! What every answer to `semaphore/many-permits` must hold.

use std::thread;

use exercise::{Judge, Unseen, beforehand, long_wait, many, until_all_wait};
use interleave::execution::fail;

use crate::answer::Semaphore;

pub fn judge(judge: &mut Judge) {
    judge.every_order("one thread alone takes what is there", || {
        let semaphore = Semaphore::new(3);
        for round in 1..=4 * many() {
            semaphore.acquire(1);
            semaphore.acquire(2);
            semaphore.release(round % 3);
            semaphore.release(3 - round % 3);
            semaphore.acquire(3);
            semaphore.release(3);
        }
        semaphore.release(many());
        semaphore.acquire(many() + 3);
    });
    judge.every_order("a thread that waits sleeps", || {
        let semaphore = Semaphore::new(1);
        let steps = thread::scope(|threads| {
            threads.spawn(|| semaphore.acquire(2));
            let steps = long_wait();
            semaphore.release(1);
            steps
        });
        slept(steps);
    });
    judge.every_order("a bus that came first isn't overtaken by a car", || {
        in_line(1, &[2, 1], |semaphore, inside| {
            inside(&[], "there is one place: the bus came first, and needs two");
            semaphore.release(1);
            inside(&[0], "there are two places: the bus came first");
            semaphore.release(2);
            inside(&[0, 1], "there are two places for the car");
        });
    });
    judge.every_order(
        "a thread that comes when another one is just woken stands behind it",
        || {
            let (semaphore, inside) = (Semaphore::new(0), Unseen::new(Vec::new()));
            thread::scope(|threads| {
                threads.spawn(|| {
                    semaphore.acquire(2);
                    inside.update(|inside| inside.push("the bus"));
                    semaphore.release(2);
                });
                until_all_wait(); // till the bus sleeps
                semaphore.release(2);
                semaphore.acquire(1);
                inside.update(|inside| inside.push("the car"));
            });
            assert_eq!(inside.get(), ["the bus", "the car"], "the bus came first");
        },
    );
    judge.every_order("whatever they want, who came first is first", || {
        in_line(1, &[2, 1, 3], |semaphore, inside| {
            inside(&[], "there is one place, and the first needs two");
            semaphore.release(1);
            inside(&[0], "there are two places, and the first needs two");
            semaphore.release(3);
            inside(&[0, 1], "there are three places, and the next two need four");
            semaphore.release(1);
            inside(&[0, 1, 2], "there are places for all");
        });
    });
    judge.every_order("of two cars, the one that came first is first", || {
        in_line(0, &[1, 1], |semaphore, inside| {
            semaphore.release(1);
            inside(&[0], "there is one place: the first car came first");
            semaphore.release(1);
            inside(&[0, 1], "there is a place for each");
        });
    });
    judge.every_order("one release can be enough for all that wait", || {
        in_line(0, &[1, 2, 1], |semaphore, inside| {
            semaphore.release(4);
            inside(&[0, 1, 2], "there are four places, and the three need four");
        });
    });
    judge.every_order("all permits of a call are taken at once", || {
        share(2, &[2, 2], 2)
    });
    judge.every_order("three threads share two permits", || share(2, &[1, 2, 1], 1));
    let why =
        "a thread that was woken many times gives up, or goes in without its permits";
    judge.some_order("a bus can wait until many places are there", why, || {
        let seats = many();
        in_line(0, &[seats], |semaphore, inside| {
            for free in 0..seats {
                inside(&[], &format!("there are {free} places, and it needs {seats}"));
                semaphore.release(1);
            }
            inside(&[0], "all its places are there");
        });
        true
    });
    let why = "a thread is never woken";
    judge.some_order("many can stand in line", why, || {
        let mut wanted = vec![1; many()];
        wanted[0] = 2;
        in_line(1, &wanted, |semaphore, inside| {
            inside(&[], "there is one place, and who came first needs two");
            semaphore.release(1);
            inside(&[0], "there are two places, and who came first needs two");
            semaphore.release(many() - 1);
            inside(&Vec::from_iter(0..many()), "there is a place for each");
        });
        true
    });
    judge.every_order("after many releases, one is enough for all that wait", || {
        let (semaphore, inside) = (Semaphore::new(1), Unseen::new(0));
        beforehand(|| {
            semaphore.acquire(1);
            semaphore.release(1);
        });
        semaphore.acquire(1);
        thread::scope(|threads| {
            for wanted in [1, 2, 1] {
                let (semaphore, inside) = (&semaphore, &inside);
                threads.spawn(move || {
                    semaphore.acquire(wanted);
                    inside.update(|inside| *inside += 1);
                });
                until_all_wait(); // till it stands in line
            }
            semaphore.release(4);
            until_all_wait();
            if inside.get() != 3 {
                fail("there are four places, and the three need four: one sleeps on");
            }
        });
    });
}

/// Threads come one after the other, and `wanted` says how many permits each of them wants. `inside` waits until no thread can go on, and asks who has
/// its permits.
fn in_line(
    permits: usize,
    wanted: &[usize],
    then: impl FnOnce(&Semaphore, &dyn Fn(&[usize], &str)),
) {
    let (semaphore, inside) = (Semaphore::new(permits), Unseen::new(Vec::new()));
    thread::scope(|threads| {
        for (number, &wanted) in wanted.iter().enumerate() {
            let (semaphore, inside) = (&semaphore, &inside);
            threads.spawn(move || {
                semaphore.acquire(wanted);
                inside.update(|inside| inside.push(number));
            });
            until_all_wait(); // till it stands in line
        }
        then(&semaphore, &|expected, why| {
            until_all_wait();
            let mut inside = inside.get();
            // Those that go on at the same time may say so in any order.
            inside.sort();
            if inside != expected {
                // A panic would wait for those that still stand in line.
                fail(format!("{why}: in are {inside:?}, and not {expected:?}"));
            }
        });
    });
}

/// Each thread takes what it wants this often. At no moment have all of them more than there is.
fn share(permits: usize, wanted: &[usize], rounds: usize) {
    let (semaphore, taken) = (Semaphore::new(permits), Unseen::new(0));
    thread::scope(|threads| {
        for &wanted in wanted {
            let (semaphore, taken) = (&semaphore, &taken);
            threads.spawn(move || {
                for _ in 0..rounds {
                    semaphore.acquire(wanted);
                    taken.update(|taken| *taken += wanted);
                    let now = taken.get();
                    assert!(
                        now <= permits,
                        "{now} permits are taken, and there are {permits}"
                    );
                    taken.update(|taken| *taken -= wanted);
                    semaphore.release(wanted);
                }
            });
        }
    });
    semaphore.acquire(permits); // all are there again
}

/// Those that wait took this many steps during a long wait.
fn slept(steps: u32) {
    assert!(
        steps < 10,
        "{steps} steps while nothing changed: a thread that waits doesn't sleep"
    );
}
