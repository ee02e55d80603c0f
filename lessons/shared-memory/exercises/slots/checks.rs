//! What every answer to `shared-memory/slots` must hold.

use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering::Relaxed;
use std::thread;

use exercise::{Judge, at_once, many, one_step, tries};

use crate::answer::{clear, enter};

fn table<const N: usize>(slots: [u64; N]) -> [AtomicU64; N] {
    slots.map(AtomicU64::new)
}

fn held<const N: usize>(table: [AtomicU64; N]) -> [u64; N] {
    table.map(AtomicU64::into_inner)
}

/// Each enters a table at the same time as the others. Checks that each has the slot that it was told, and returns
/// how many are in.
fn all_enter<const N: usize>(table: &[AtomicU64], ids: [u64; N]) -> usize {
    let places = thread::scope(|threads| {
        let enters = |id| threads.spawn(move || enter(table, id));
        let entering = ids.map(enters);
        entering.map(|one| one.join().expect("it does not panic"))
    });
    for (id, place) in ids.into_iter().zip(places) {
        is_in(table, id, place);
    }
    places.iter().flatten().count()
}

/// Process 1 enters while others take slots, which begins after so many of its steps. All the time, one is free.
fn enters_meanwhile(table: &[AtomicU64], begin: usize, others: impl FnOnce()) {
    let place = thread::scope(|threads| {
        let entering = threads.spawn(|| enter(table, 1));
        (0..begin).for_each(|_| one_step());
        others();
        entering.join().expect("it does not panic")
    });
    assert!(place.is_some(), "a slot is free all the time, and `enter` finds none");
    is_in(table, 1, place);
}

fn is_in(table: &[AtomicU64], id: u64, place: Option<usize>) {
    if let Some(place) = place {
        let slot = table.get(place).map(|slot| slot.load(Relaxed));
        assert_eq!(slot, Some(id), "a process has the slot of another");
    }
}

/// Whether a process is in while others clear the table of a dead one, and how many slots each of them has freed.
fn cleared_meanwhile<const N: usize, const M: usize>(
    table: &[AtomicU64; N],
    dead: u64,
    id: u64,
) -> ([usize; M], Option<usize>) {
    thread::scope(|threads| {
        let clearing = [(); M].map(|()| threads.spawn(|| clear(table, dead)));
        let place = enter(table, id);
        (clearing.map(|one| one.join().expect("it does not panic")), place)
    })
}

pub fn judge(judge: &mut Judge) {
    judge.every_order("one process after the other gets a slot of its own", || {
        let table = table([0; 3]);
        for id in [7, u64::MAX, 7] {
            let place = enter(&table, id);
            assert!(place.is_some(), "a slot is free, and `enter` finds none");
            is_in(&table, id, place);
        }
        assert_eq!(enter(&table, 9), None, "no slot is free, and `enter` finds one");
        assert_eq!(clear(&table, 9), 0, "a process that never entered has slots");
        assert_eq!(clear(&table, 7), 2, "a process had two slots");
        assert_eq!(clear(&table, 7), 0, "both slots were free already");
        assert_eq!(
            table.iter().filter(|slot| slot.load(Relaxed) == u64::MAX).count(),
            1,
            "a slot of somebody else was freed"
        );
        assert_eq!(all_enter(&table, [1]), 1, "a slot is free, and `enter` finds none");
        assert_eq!(all_enter(&table, [2]), 1, "a slot is free, and `enter` finds none");
        assert_eq!(enter(&table, 3), None, "no slot is free, and `enter` finds one");
        assert_eq!(enter(&[], 3), None, "there is no slot at all");
        assert_eq!(interleave::locks_taken(), 0, "a lock is taken");
    });
    judge.every_order("one process gets each slot, whatever its id is", || {
        for id in 1..=6 {
            let table = table([0; 3]);
            let mut places: Vec<_> = (0..3).filter_map(|_| enter(&table, id)).collect();
            assert_eq!(places.len(), 3, "a slot is free, and `enter` finds none");
            places.sort();
            assert_eq!(places, [0, 1, 2], "a process has got a slot twice");
            // Another process has freed one of them.
            for (place, slot) in table.iter().enumerate() {
                slot.store(0, Relaxed);
                let found = enter(&table, id);
                assert!(found.is_some(), "a slot is free, and `enter` finds none");
                assert_eq!(found, Some(place), "a process has got a slot twice");
            }
        }
    });
    judge.every_order("two at once get a slot each", || {
        let table = table([0; 2]);
        assert_eq!(
            all_enter(&table, [1, 2]),
            2,
            "two slots are free, and one process gets none"
        );
    });
    judge.every_order("one of two gets the last slot", || {
        for slots in [[5, 0], [0, 5]] {
            let table = table(slots);
            let in_now = all_enter(&table, [1, 2]);
            assert_eq!(in_now, 1, "one slot is free for two processes");
            assert_eq!(clear(&table, 5), 1, "a slot of somebody else was taken");
        }
    });
    judge.every_order("three at once get a slot each", || {
        let table = table([0; 3]);
        assert_eq!(
            all_enter(&table, [1, 2, 3]),
            3,
            "three slots are free, and one process gets none"
        );
    });
    judge.every_order(
        "a slot that is free from the first to the last is found",
        || {
            // The first two change hands, and the third is free all the time.
            let table = table([5, 5, 0]);
            let place = thread::scope(|threads| {
                let entering = threads.spawn(|| enter(&table, 1));
                clear(&table, 5);
                for slot in &table[..2] {
                    let _ = slot.compare_exchange(0, 6, Relaxed, Relaxed);
                }
                entering.join().expect("it does not panic")
            });
            assert!(
                place.is_some(),
                "a slot is free all the time, and `enter` finds none"
            );
            is_in(&table, 1, place);
        },
    );
    judge.every_order("two who clear count each slot once", || {
        let table = table([5, 8, 5]);
        let ([first, second], place) = cleared_meanwhile(&table, 5, 1);
        assert_eq!(first + second, 2, "two slots of the dead process were freed");
        is_in(&table, 1, place);
        let slots = held(table);
        assert_eq!(slots[1], 8, "a slot of somebody else was freed");
        assert!(!slots.contains(&5), "a slot of the dead process is still taken");
    });
    judge.every_order(
        "a process that has cleared finds no slot of the dead one",
        || {
            let table = table([5, 5]);
            thread::scope(|threads| {
                threads.spawn(|| clear(&table, 5));
                clear(&table, 5);
                let left = table.iter().any(|slot| slot.load(Relaxed) == 5);
                assert!(!left, "a slot of the dead process is still taken");
            });
        },
    );
    judge.every_order(
        "a process that enters while others clear keeps the slot",
        || {
            let table = table([5]);
            let ([first, second], place) = cleared_meanwhile(&table, 5, 1);
            assert_eq!(first + second, 1, "one slot of the dead process was freed");
            is_in(&table, 1, place);
            assert_eq!(
                held(table),
                [if place.is_some() { 1 } else { 0 }],
                "one slot for one process"
            );
        },
    );
    judge.every_order("nobody waits for a process that stands still", || {
        let table = table([5, 0]);
        thread::scope(|threads| {
            threads.spawn(|| enter(&table, 1));
            threads.spawn(|| clear(&table, 5));
            at_once("`enter`", 8, || enter(&table, 2));
            at_once("`clear`", 8, || clear(&table, 5));
        });
        assert_eq!(interleave::locks_taken(), 0, "a lock is taken");
    });
    let why = "a process that enters gives up when others are faster";
    judge.some_order(
        "nobody gives up when others are faster in many slots",
        why,
        || {
            // One who looks at a slot finds it free, and then it is taken: by the first pattern if each try begins at the first slot,
            // by the second if it goes on with the next one.
            for (begin, again) in (0..8).map(|n| (n / 2, n % 2)) {
                let table: Vec<AtomicU64> =
                    (0..many()).map(|_| AtomicU64::new(0)).collect();
                enters_meanwhile(&table, begin, || {
                    for (place, slot) in table.iter().enumerate().take(many() - 1) {
                        (0..again * place).for_each(|_| one_step());
                        let _ = slot.compare_exchange(0, 2, Relaxed, Relaxed);
                        one_step();
                        one_step();
                    }
                });
            }
            true
        },
    );
    judge.some_order(
        "nobody gives up when others are faster in one slot, many times",
        why,
        || {
            // Whenever it looks, the first slot is free, and when it writes, the slot is taken.
            for begin in 0..4 {
                let table = table([0; 2]);
                enters_meanwhile(&table, begin, || {
                    for taken in (0..tries()).map(|n| n % 2 == 0) {
                        let (old, new) = if taken { (0, 2) } else { (2, 0) };
                        let _ = table[0].compare_exchange(old, new, Relaxed, Relaxed);
                        one_step();
                    }
                });
            }
            true
        },
    );
    judge.every_order(
        "a table of very many slots is cleared and searched to its end",
        || {
            let table: Vec<AtomicU64> =
                (0..tries()).map(|_| AtomicU64::new(6)).collect();
            assert_eq!(
                clear(&table, 6),
                tries(),
                "each slot was that of the dead process"
            );
            let is_free = |slot: &AtomicU64| slot.load(Relaxed) == 0;
            assert!(
                table.iter().all(is_free),
                "a slot of the dead process is still taken"
            );
            for free in [0, tries() - 1] {
                for (place, slot) in table.iter().enumerate() {
                    slot.store(if place == free { 0 } else { 5 }, Relaxed);
                }
                assert_eq!(
                    enter(&table, 1),
                    Some(free),
                    "a slot is free, and `enter` finds none"
                );
            }
        },
    );
    judge.every_order("a table of many slots is cleared to its end", || {
        let table: Vec<AtomicU64> =
            (0..many()).map(|place| AtomicU64::new(5 + place as u64 % 2)).collect();
        assert_eq!(
            clear(&table, 6),
            many() / 2,
            "each second slot was that of the dead process"
        );
        let last = table.iter().rposition(|slot| slot.load(Relaxed) == 0);
        assert!(
            last.is_some_and(|last| last + 2 >= many()),
            "a slot of the dead process is still taken"
        );
        let free = table.iter().skip(1).all(|slot| slot.load(Relaxed) != 6);
        assert!(free, "a slot of the dead process is still taken");
        for _ in 0..many() / 2 {
            assert!(
                enter(&table, 1).is_some(),
                "a slot is free, and `enter` finds none"
            );
        }
        assert_eq!(enter(&table, 1), None, "no slot is free, and `enter` finds one");
    });
}
