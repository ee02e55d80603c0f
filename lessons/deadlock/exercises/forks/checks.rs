//! What every answer to `deadlock/forks` must hold.

use std::sync::Barrier;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::thread;

use exercise::{Judge, Unseen, beforehand, long_wait, many, tries, until_all_wait};
use interleave::execution::choose;

use crate::answer::Table;

/// Tables, and two seats there that have a fork between them.
const NEIGHBOURS: [(usize, [usize; 2]); 8] = [
    (3, [0, 1]),
    (3, [1, 2]),
    (3, [2, 0]),
    (2, [0, 1]),
    (5, [0, 1]),
    (5, [2, 3]),
    (5, [3, 4]),
    (5, [4, 0]),
];

pub fn judge(judge: &mut Judge) {
    judge.every_order("one alone eats", || all_eat(2, 1, 1));
    judge.every_order("two at a table for two both eat", || all_eat(2, 2, 1));
    judge.every_order("three at a table for three all eat", || all_eat(3, 3, 1));
    judge.every_order("four at a table for four all eat", || all_eat(4, 4, 1));
    judge.every_order("two eat, and then eat again", || all_eat(2, 2, 2));
    judge.every_order("two and three all eat, after many meals", || {
        let seats = 2 + choose(2);
        let table = Table::new(seats);
        beforehand(|| (0..seats).for_each(|seat| table.eat(seat, || ())));
        all_eat_at(&table, seats, 1);
    });
    judge.every_order("neighbours don't use their fork at once", || {
        let (seats, neighbours) = NEIGHBOURS[choose(NEIGHBOURS.len())];
        let table = Table::new(seats);
        if choose(2) == 1 {
            beforehand(|| {
                neighbours.into_iter().for_each(|seat| table.eat(seat, || ()))
            });
        }
        let fork = AtomicU32::new(0);
        thread::scope(|threads| {
            for seat in neighbours {
                let (table, fork) = (&table, &fork);
                threads.spawn(move || {
                    table.eat(seat, || {
                        let users = fork.fetch_add(1, Relaxed);
                        assert_eq!(users, 0, "somebody else eats with the same fork");
                        fork.fetch_sub(1, Relaxed);
                    });
                });
            }
        });
    });
    judge.every_order(
        "philosophers who don't sit side by side eat at the same time",
        || {
            let table = Table::new(4);
            let eaten = Unseen::new(false);
            if choose(2) == 1 {
                beforehand(|| (0..4).for_each(|seat| table.eat(seat, || ())));
            }
            table.eat(0, || {
                // Seat 2 can eat from beginning to end while seat 0 is at it.
                thread::scope(|threads| {
                    threads.spawn(|| table.eat(2, || eaten.set(true)));
                });
            });
            assert!(eaten.get(), "seat 2 got no meal");
        },
    );
    let why = "not every other seat eats at the same time";
    judge.some_order("at a large table, every other seat can eat at once", why, || {
        let (table, all_eat) = (Table::new(2 * many()), Barrier::new(many()));
        thread::scope(|threads| {
            for seat in 0..many() {
                let (table, all_eat) = (&table, &all_eat);
                threads.spawn(move || table.eat(2 * seat, || drop(all_eat.wait())));
            }
        });
        true
    });
    let why = "a meal is left out";
    judge.some_order(
        "at a table for thousands, only neighbours share a fork",
        why,
        || {
            let (seats, meals) = (tries(), Unseen::new(0));
            let table = Table::new(seats);
            table.eat(0, || {
                for seat in 2..seats - 1 {
                    table.eat(seat, || meals.update(|meals| *meals += 1));
                }
            });
            meals.get() == seats - 3
        },
    );
    judge.every_order("a long meal is waited for, on both sides", || {
        let table = Table::new(3);
        let eaten = Unseen::new(0);
        let eats = |seat| table.eat(seat, || eaten.update(|eaten| *eaten += 1));
        thread::scope(|threads| {
            let eats = &eats;
            table.eat(1, || {
                threads.spawn(move || eats(0));
                threads.spawn(move || eats(2));
                long_wait();
            });
        });
        assert_eq!(eaten.get(), 2, "not everybody has eaten, or somebody too often");
    });
    judge.every_order(
        "a philosopher who waits for a fork is in the way of neighbours only",
        || {
            let table = Table::new(5);
            let eats = |seat| table.eat(seat, || ());
            thread::scope(|threads| {
                let eats = &eats;
                table.eat(0, || {
                    threads.spawn(move || eats(1)); // waits for the fork of seat 0
                    // Seat 3 shares a fork with neither of them.
                    let third = threads.spawn(move || eats(3));
                    third.join().expect("it does not panic");
                });
            });
        },
    );
    judge.every_order(
        "a philosopher who puts the forks back lets both neighbours go on",
        || {
            let table = Table::new(5);
            let eats = |seat| table.eat(seat, || ());
            thread::scope(|threads| {
                let eats = &eats;
                table.eat(2, || {
                    let mut fourth = None;
                    table.eat(0, || {
                        threads.spawn(move || eats(1));
                        fourth = Some(threads.spawn(move || eats(4)));
                        until_all_wait(); // till both wait for seat 0
                    });
                    // Seat 1 waits for the fork of seat 2. Seat 4 has all that it needs.
                    let fourth = fourth.expect("seat 0 eats");
                    fourth.join().expect("it does not panic");
                });
            });
        },
    );
    let why = "who has both forks sleeps on";
    judge.some_order(
        "a philosopher who puts the forks back wakes the one who needs them",
        why,
        || {
            let table = Table::new(8);
            let eats = |seat| table.eat(seat, || ());
            thread::scope(|threads| {
                let eats = &eats;
                table.eat(0, || {
                    let mut third = None;
                    table.eat(4, || {
                        for seat in [7, 1, 5] {
                            third = Some(threads.spawn(move || eats(seat)));
                            until_all_wait(); // till it waits, after those before it
                        }
                    });
                    // Seat 0 goes on eating, and only seat 5 has all that it needs.
                    let third = third.expect("seat 4 eats");
                    third.join().expect("it does not panic");
                });
            });
            true
        },
    );
}

/// At a table with this many seats, those in the first few eat as often as they are told.
fn all_eat(seats: usize, threads: usize, meals: usize) {
    all_eat_at(&Table::new(seats), threads, meals);
}

/// And the table may have been used before.
fn all_eat_at(table: &Table, threads: usize, meals: usize) {
    let eaten = Unseen::new(0);
    thread::scope(|scope| {
        for seat in 0..threads {
            let eaten = &eaten;
            scope.spawn(move || {
                for _ in 0..meals {
                    table.eat(seat, || eaten.update(|eaten| *eaten += 1));
                }
            });
        }
    });
    let all = threads * meals;
    assert_eq!(eaten.get(), all, "not everybody has eaten, or somebody too often");
}
