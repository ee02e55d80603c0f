//! The tree of all orders: what a reader can choose in each state, old values among them.

#[macro_use]
extern crate interleave_std as std;

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Barrier, Condvar, Mutex};
use std::thread;

use interleave::tree::Tree;
use interleave::{Reduction, Search};
use serde_json::Value;

/// Data, then a flag. What a reader of the flag finds.
fn message(order: Ordering) -> String {
    let (data, ready) = (AtomicU32::new(0), AtomicU32::new(0));
    thread::scope(|scope| {
        scope.spawn(|| {
            data.store(7, Ordering::Relaxed);
            ready.store(1, order);
        });
        let read = || match ready.load(if order == Ordering::Release { Ordering::Acquire } else { order }) {
            0 => "not ready".to_owned(),
            _ => format!("ready, and the data is {}", data.load(Ordering::Relaxed)),
        };
        scope.spawn(read).join().expect("no panic")
    })
}

fn tree(order: Ordering, old_values: bool) -> Value {
    let search = Search { old_values, reduction: Reduction::Quiet, ..Search::default() };
    let found = search.outcomes(move || message(order));
    assert!(found.all);
    Tree::of(&found.orders).json()
}

/// Each outcome with how many old values its simplest order reads.
fn outcomes(tree: &Value) -> Vec<(String, usize)> {
    let all = tree["outcomes"].as_array().expect("a list").iter();
    let outcome = |outcome: &Value| {
        let (mut state, mut old) = (&tree["states"][0], 0);
        for to in outcome["shortest"].as_array().expect("states") {
            let steps = state["steps"].as_array().expect("steps");
            let step = steps.iter().find(|step| step["to"] == *to).expect("a step leads there");
            old += usize::from(step["old"] == true);
            state = &tree["states"][to.as_u64().expect("a number") as usize];
        }
        assert_eq!(state["end"]["outcome"], outcome["text"]);
        (outcome["text"].as_str().expect("a text").to_owned(), old)
    };
    let mut all: Vec<_> = all.map(outcome).collect();
    all.sort();
    all
}

/// The steps that one thread has the choice of, where it has the most.
fn most_choices(tree: &Value) -> Vec<String> {
    let states = tree["states"].as_array().expect("a list").iter();
    let choices = states.flat_map(|state| {
        let steps = state["steps"].as_array().expect("a list");
        [1, 2].map(|thread| {
            let of = steps.iter().filter(|step| step["thread"] == thread);
            of.map(|step| step["text"].as_str().expect("a text").to_owned()).collect::<Vec<_>>()
        })
    });
    choices.max_by_key(Vec::len).expect("a state")
}

#[test]
fn no_more_than_a_hundred_values_are_kept_of_a_step() {
    let found = Search::default().outcomes(|| {
        let locks: Vec<_> = (0..300).map(Mutex::new).collect();
        let all: u32 = locks.iter().map(|lock| *lock.lock().unwrap()).sum();
        all.to_string()
    });
    assert_eq!(found.orders[0].objects.len(), 300);
    assert_eq!(found.orders[0].outcome, "44850");
    let moments = &found.orders[0].moments;
    assert!(moments.iter().all(|moment| moment.values.len() == 100));
    assert_eq!(moments[moments.len() - 1].values[99].as_deref(), Some("99"));
}

#[test]
fn a_load_that_may_read_an_old_value_is_a_choice_of_its_thread() {
    let named = |data: u32| format!("ready, and the data is {data}");
    let relaxed = tree(Ordering::Relaxed, true);
    // The simplest order needs an old value only where there is no other way.
    assert_eq!(outcomes(&relaxed), [("not ready".to_owned(), 0), (named(0), 1), (named(7), 0)]);
    let [new, old] = &most_choices(&relaxed)[..] else { panic!("two choices: {relaxed}") };
    assert!(new.starts_with("reads 1 from `ready`") || new.starts_with("reads 7 from `data`"), "{new}");
    assert!(old.contains("(Relaxed), an old value: thread 1 has written "), "{old}");

    let released = tree(Ordering::Release, true);
    assert_eq!(outcomes(&released), [("not ready".to_owned(), 0), (named(7), 0)]);
}

#[test]
fn without_old_values_a_thread_has_one_choice() {
    let relaxed = tree(Ordering::Relaxed, false);
    assert_eq!(most_choices(&relaxed).len(), 1);
    assert_eq!(outcomes(&relaxed), [("not ready".to_owned(), 0), ("ready, and the data is 7".to_owned(), 0)]);
}

/// Three threads write a word of nine letters: 1 680 orders, and each is another word.
fn word() -> String {
    let word = Mutex::new(String::new());
    thread::scope(|scope| {
        for letter in ['a', 'b', 'c'] {
            let word = &word;
            scope.spawn(move || (0..3).for_each(|_| word.lock().expect("no panic").push(letter)));
        }
    });
    word.into_inner().expect("no panic")
}

#[test]
fn outcomes_that_are_not_told_apart_are_in_no_tree() {
    let few = || {
        let word = word();
        Err(word[..2].to_owned())
    };
    let found = Search::default().tally(true, few, |_| {});
    assert_eq!((found.orders, found.outcomes.len(), found.others), (1_680, 9, 0));
    let tree = found.tree.expect("its orders are few").json();
    for outcome in &found.outcomes {
        let ends = tree["outcomes"].as_array().expect("a list");
        let same = ends.iter().find(|end| end["text"] == outcome.text).expect("it is in the tree");
        assert_eq!(same["orders"], outcome.orders, "{}", outcome.text);
    }
    let found = Search::default().tally(true, || Err(word()), |_| {});
    assert_eq!((found.orders, found.outcomes.len(), found.others), (1_680, 1_000, 680));
    assert!(found.tree.is_none(), "680 orders would have a wrong title");
}

/// One waits until another has opened a door.
fn door() -> String {
    let (door, opened) = (Mutex::new(false), Condvar::new());
    thread::scope(|scope| {
        scope.spawn(|| {
            let mut open = door.lock().expect("no panic");
            while !*open {
                open = opened.wait(open).expect("no panic");
            }
        });
        scope.spawn(|| {
            *door.lock().expect("no panic") = true;
            opened.notify_one();
        });
    });
    "through".to_owned()
}

#[test]
fn a_condition_variable_shows_who_sleeps_there() {
    let search = Search { reduction: Reduction::Quiet, ..Search::default() };
    let found = search.outcomes(door);
    assert!(found.all);
    let tree = Tree::of(&found.orders).json();
    let variables = tree["variables"].as_array().expect("a list");
    let opened = variables.iter().position(|name| name == "opened").expect("it is shown");
    let states = tree["states"].as_array().expect("a list");
    // What it shows after each step that speaks of it.
    let after = |text: &str| -> Vec<&str> {
        let steps = states.iter().flat_map(|state| state["steps"].as_array().expect("a list"));
        let taken = steps.filter(|step| step["text"].as_str().expect("a text").contains(text));
        let shown = taken.map(|step| {
            let to = step["to"].as_u64().expect("a state") as usize;
            states[to]["values"][opened].as_str().expect("a text")
        });
        shown.collect()
    };
    for (text, shown) in [
        ("and waits at `opened`", "thread 1 asleep"),
        ("notifies one at `opened`", "nobody sleeps"),
        ("notifies `opened`: nobody waits there", "nobody sleeps"),
        ("is notified and locks", "nobody sleeps"),
        ("wakes up for nothing", "nobody sleeps"),
    ] {
        let after = after(text);
        assert!(!after.is_empty(), "no order in which a thread {text}");
        assert!(after.iter().all(|&after| after == shown), "{text}: {after:?}");
    }
}

/// Who comes first waits as soon as it has come: not only when another thread has taken its next step.
#[test]
fn a_barrier_shows_how_many_are_there_and_who_waits() {
    let two_laps = || {
        let (all_here, ended) = (Barrier::new(2), AtomicU32::new(0));
        let laps = || {
            for _ in 0..2 {
                ended.fetch_add(1, Ordering::SeqCst);
                all_here.wait();
            }
        };
        thread::scope(|scope| {
            scope.spawn(laps);
            scope.spawn(laps);
        });
        String::new()
    };
    let found = Search { reduction: Reduction::Quiet, ..Search::default() }.outcomes(two_laps);
    let tree = Tree::of(&found.orders).json();
    let variables = tree["variables"].as_array().expect("a list");
    let barrier = variables.iter().position(|name| name == "all_here").expect("it has a value");
    let states = tree["states"].as_array().expect("a list");
    let mut seen = BTreeSet::new();
    for state in states {
        let here = state["values"][barrier].as_str().expect("a text");
        let waits = state["waiting"].as_array().expect("a list").len();
        assert_eq!(
            (here, waits),
            if waits == 0 { ("0 of 2 here", 0) } else { ("1 of 2 here", 1) },
            "{state}"
        );
        seen.insert(waits);
    }
    assert_eq!(seen, BTreeSet::from([0, 1]));
}
