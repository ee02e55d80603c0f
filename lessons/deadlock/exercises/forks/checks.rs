//! What every answer to `deadlock/forks` must hold.

use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::thread;

use exercise::{Judge, Unseen};

use crate::answer::Table;

pub fn judge(judge: &mut Judge) {
    judge.every_order("one alone eats", || all_eat(2, 1));
    judge.every_order("two at a table for two both eat", || all_eat(2, 2));
    judge.every_order("three at a table for three all eat", || all_eat(3, 3));
    for seats in [[0, 1], [1, 2], [2, 0]] {
        let name =
            format!("seats {} and {} don't use their fork at once", seats[0], seats[1]);
        judge.every_order(&name, move || {
            let table = Table::new(3);
            let fork = AtomicU32::new(0);
            thread::scope(|threads| {
                for seat in seats {
                    let (table, fork) = (&table, &fork);
                    threads.spawn(move || {
                        table.eat(seat, || {
                            let users = fork.fetch_add(1, Relaxed);
                            assert_eq!(
                                users, 0,
                                "somebody else eats with the same fork"
                            );
                            fork.fetch_sub(1, Relaxed);
                        });
                    });
                }
            });
        });
    }
    judge.every_order("who doesn't sit side by side eats at the same time", || {
        let table = Table::new(4);
        let eaten = Unseen::new(false);
        table.eat(0, || {
            // Seat 2 can eat from beginning to end while seat 0 is at it.
            thread::scope(|threads| {
                threads.spawn(|| table.eat(2, || eaten.set(true)));
            });
        });
        assert!(eaten.get(), "seat 2 got no meal");
    });
}

/// At a table with so many seats, those in the first few eat once each.
fn all_eat(seats: usize, threads: usize) {
    let table = Table::new(seats);
    let eaten = Unseen::new(0);
    thread::scope(|scope| {
        for seat in 0..threads {
            let (table, eaten) = (&table, &eaten);
            scope.spawn(move || table.eat(seat, || eaten.update(|eaten| *eaten += 1)));
        }
    });
    assert_eq!(eaten.get(), threads, "not everybody has eaten, or somebody has twice");
}
