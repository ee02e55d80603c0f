//! What every answer to `parallel/reduce` must hold.

use std::collections::BTreeMap;
use std::sync::Barrier;
use std::thread;

use exercise::{Judge, Unseen, long_wait, many, many_threads};
use interleave::execution::{choose, steps_taken};
use interleave::threads_started;

use crate::answer::reduce;

/// Joins the numbers of the items as text, and checks what holds always. `meanwhile` is what an item does, by its number.
fn text(items: usize, threads: usize, meanwhile: impl Fn(usize) + Sync) {
    let caller = thread::current().id();
    let (mapped, joined) = (Unseen::new(BTreeMap::new()), Unseen::new(0));
    let numbers: Vec<_> = (0..items).collect();
    let before = threads_started();
    let result = reduce(
        &numbers,
        threads,
        |&number| {
            let id = thread::current().id();
            assert!(
                id != caller,
                "an item is mapped by the thread that called `reduce`"
            );
            let steps = steps_taken();
            let last: Option<u32> =
                mapped.update(|mapped: &mut BTreeMap<_, Vec<_>>| {
                    let own = mapped.entry(format!("{id:?}")).or_default();
                    let last = own.last().map(|&(_, steps)| steps);
                    own.push((number, steps));
                    last
                });
            assert!(
                last.is_none_or(|last| last == steps),
                "between two items, a thread takes a step that others could see"
            );
            meanwhile(number);
            // What the item itself does is not the answer's.
            mapped.update(|mapped| {
                let own = mapped.get_mut(&format!("{id:?}")).expect("it is there");
                own.last_mut().expect("it is there").1 = steps_taken();
            });
            format!("{number},")
        },
        |one, other| {
            joined.update(|joined| *joined += 1);
            one + &other
        },
    );
    let expected: String = numbers.iter().map(|number| format!("{number},")).collect();
    let expected = (items > 0).then_some(expected);
    assert_eq!(result, expected, "the result is another one");
    assert_eq!(joined.get(), items.saturating_sub(1), "the number of joins");
    let parts: Vec<_> = mapped.update(|mapped| mapped.values().map(Vec::len).collect());
    let (fewest, most) = (items / threads, items.div_ceil(threads));
    assert!(
        parts.iter().all(|part| (fewest..=most).contains(part))
            && parts.len() == threads.min(items),
        "a part has more than one item more than another: {parts:?}"
    );
    assert!(threads_started() - before <= threads, "there are more threads than that");
}

pub fn judge(judge: &mut Judge) {
    judge.every_order("the result is that of one thread", || {
        text(2, 2, |_| ());
        text(3, 2, |_| ());
    });
    judge.every_order("three threads share the items evenly", || {
        text(3, 3, |_| ());
        text(4, 3, |_| ());
        text(5, 3, |_| ());
    });
    judge.every_order("one thread does it alone", || {
        for items in 0..4 {
            text(items, 1, |_| ());
        }
    });
    judge.every_order("no item, and fewer items than threads", || {
        text(0, 2, |_| ());
        text(1, 3, |_| ());
        text(2, 3, |_| ());
    });
    judge.every_order("a slow item changes nothing", || {
        let slow = choose(3);
        text(3, 2, |number| {
            if number == slow {
                long_wait();
            }
        });
    });
    let why = "not all threads are at work at the same time";
    judge.some_order("many threads map at the same time", why, || {
        let together = Barrier::new(many_threads());
        text(many_threads(), many_threads(), |_| _ = together.wait());
        true
    });
    let why = "not all threads join at the same time";
    judge.some_order("many threads join at the same time", why, || {
        let together = Barrier::new(many_threads());
        let numbers: Vec<u64> = (0..2 * many_threads() as u64).collect();
        let first = Unseen::new(0);
        let sum = reduce(
            &numbers,
            many_threads(),
            |&number| number,
            |one, other| {
                // Each part has two items, and is joined once before the parts are.
                if first.update(|first| {
                    *first += 1;
                    *first <= many_threads()
                }) {
                    together.wait();
                }
                one + other
            },
        );
        sum == Some(numbers.iter().sum())
    });
    judge.some_order("two threads with many items each", "it does not end", || {
        text(2 * many() + 1, 2, |_| ());
        true
    });
    for (more, rest) in
        [("", 0), (", and one more", 1), (", and all but one more", many() - 1)]
    {
        let name = format!("many threads, and three items for each{more}");
        judge.some_order(&name, "it does not end", move || {
            text(3 * many() + rest, many(), |_| ());
            true
        });
    }
}
