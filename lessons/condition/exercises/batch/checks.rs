//! What every answer to `condition/batch` must hold.

use std::sync::Barrier;
use std::thread;

use exercise::{Judge, beforehand, many, others_sleep, until_all_wait};
use interleave::execution::fail;

use crate::answer::Kitchen;

pub fn judge(judge: &mut Judge) {
    judge.every_order("orders that are there are taken, the oldest first", || {
        let kitchen = Kitchen::new();
        assert_eq!(kitchen.begin(0), [0; 0], "a pan for no order");
        let orders = [5, 5, 0, u32::MAX].repeat(10 * many());
        orders.iter().for_each(|order| kitchen.order(*order));
        let mut taken = Vec::new();
        for pan in [1, 0, 2, orders.len() - 4, 1] {
            let begun = kitchen.begin(pan);
            assert_eq!(
                begun.len(),
                pan,
                "a cook begins with too many orders, or too few"
            );
            taken.extend(begun);
        }
        assert_eq!(taken, orders, "the orders as they came");
    });
    judge.every_order("a cook begins when the pan is full, and not before", || {
        let kitchen = Kitchen::new();
        thread::scope(|threads| {
            let cook = threads.spawn(|| kitchen.begin(2));
            kitchen.order(1);
            kitchen.order(2);
            assert_eq!(taken([cook]), [[1, 2]], "a pan for two orders");
        });
    });
    judge.every_order("a cook sleeps while the orders are too few", || {
        let kitchen = Kitchen::new();
        thread::scope(|threads| {
            let cook = threads.spawn(|| kitchen.begin(3));
            let sleeps = || others_sleep("a cook with too few orders does not sleep");
            sleeps();
            for order in [1, 2] {
                kitchen.order(order);
                sleeps();
            }
            assert!(!cook.is_finished(), "a cook begins with too few orders");
            kitchen.order(3);
            assert_eq!(taken([cook]), [[1, 2, 3]], "a pan for three orders");
        });
    });
    judge.every_order("two cooks with pans of different sizes both begin", || {
        let kitchen = Kitchen::new();
        thread::scope(|threads| {
            let cooks = [2, 1].map(|pan| start(threads, &kitchen, pan));
            until_all_wait(); // till both sleep
            kitchen.order(1);
            has_begun(&cooks[1]);
            kitchen.order(2);
            kitchen.order(3);
            all_begin(taken(cooks), &[2, 1]);
        });
    });
    judge.every_order("orders that come at any moment let both begin", || {
        let kitchen = Kitchen::new();
        thread::scope(|threads| {
            let cooks = [2, 1].map(|pan| start(threads, &kitchen, pan));
            (1..=3).for_each(|order| kitchen.order(order));
            all_begin(taken(cooks), &[2, 1]);
        });
    });
    judge.every_order("guests who come at once lose no order", || {
        let kitchen = Kitchen::new();
        thread::scope(|threads| {
            let cook = start(threads, &kitchen, 2);
            for order in 1..=2 {
                let kitchen = &kitchen;
                threads.spawn(move || kitchen.order(order));
            }
            all_begin(taken([cook]), &[2]);
        });
    });
    judge.every_order("a cook who can't begin takes nothing away from another", || {
        let kitchen = Kitchen::new();
        thread::scope(|threads| {
            let cooks = [2, 2].map(|pan| start(threads, &kitchen, pan));
            until_all_wait(); // till both sleep
            kitchen.order(1);
            kitchen.order(2);
            until_all_wait();
            kitchen.order(3);
            kitchen.order(4);
            all_begin(taken(cooks), &[2, 2]);
        });
    });
    judge.every_order(
        "a cook begins in the second and third round as in the first",
        || {
            let (kitchen, round) = (Kitchen::new(), Barrier::new(2));
            thread::scope(|threads| {
                threads.spawn(|| {
                    for order in 1..=3 {
                        assert_eq!(
                            kitchen.begin(1),
                            [order],
                            "the orders as they came"
                        );
                        round.wait();
                    }
                });
                for order in 1..=3 {
                    kitchen.order(order);
                    round.wait();
                }
            });
        },
    );
    let why = "a cook who was woken many times begins with too few orders";
    judge.some_order("a cook can be woken many times for nothing", why, || {
        let kitchen = Kitchen::new();
        thread::scope(|threads| {
            let cook = threads.spawn(|| kitchen.begin(many()));
            for order in 0..many() as u32 {
                until_all_wait(); // till the cook sleeps again
                kitchen.order(order);
            }
            let orders: Vec<_> = (0..many() as u32).collect();
            taken([cook]) == [orders]
        })
    });
    let why = "a cook sleeps on";
    judge.some_order("many cooks of different sizes can all begin", why, || {
        let kitchen = Kitchen::new();
        thread::scope(|threads| {
            let cook = |n: usize| start(threads, &kitchen, 2 - n / (many() - 1));
            let cooks: Vec<_> = (0..many()).map(cook).collect();
            until_all_wait(); // till all of them sleep
            kitchen.order(0);
            has_begun(&cooks[many() - 1]);
            (1..2 * many() as u32 - 1).for_each(|order| kitchen.order(order));
            taken(cooks).concat().len() == 2 * many() - 1
        })
    });
    judge.every_order(
        "after many orders, two cooks of different sizes both begin",
        || {
            let kitchen = Kitchen::new();
            beforehand(|| {
                kitchen.order(1);
                assert_eq!(kitchen.begin(1), [1], "a pan for one order");
            });
            thread::scope(|threads| {
                let cooks = [2, 1].map(|pan| start(threads, &kitchen, pan));
                until_all_wait(); // till both sleep
                kitchen.order(1);
                has_begun(&cooks[1]);
                kitchen.order(2);
                kitchen.order(3);
                all_begin(taken(cooks), &[2, 1]);
            });
        },
    );
}

/// There are enough orders for this one, and it has had the time to begin.
fn has_begun(cook: &Cook) {
    until_all_wait();
    if !cook.is_finished() {
        // A panic would wait for this one where it leaves the scope.
        fail("a cook sleeps on, and there are enough orders");
    }
}

type Cook<'scope> = thread::ScopedJoinHandle<'scope, Vec<u32>>;

fn start<'scope>(
    threads: &'scope thread::Scope<'scope, '_>,
    kitchen: &'scope Kitchen,
    pan: usize,
) -> Cook<'scope> {
    threads.spawn(move || kitchen.begin(pan))
}

fn taken<'scope>(cooks: impl IntoIterator<Item = Cook<'scope>>) -> Vec<Vec<u32>> {
    let taken = cooks.into_iter().map(|cook| cook.join().expect("it does not panic"));
    taken.collect()
}

/// Each has filled its pan: with the orders from 1 to the last, each once.
fn all_begin(taken: Vec<Vec<u32>>, pans: &[usize]) {
    let sizes: Vec<_> = taken.iter().map(Vec::len).collect();
    assert_eq!(sizes, pans, "a cook begins with too many orders, or too few");
    let mut orders = taken.concat();
    orders.sort();
    let all: Vec<_> = (1..=orders.len() as u32).collect();
    assert_eq!(orders, all, "an order is lost, or taken twice");
}
