//! What a search costs: programs whose every order is run, to be counted by callgrind.
//!
//! ```sh
//! cargo build -p interleave --example cost
//! valgrind --tool=callgrind --callgrind-out-file=/dev/null target/debug/examples/cost locks
//! ```
//!
//! Says how many orders it has run. The instructions that callgrind counts, divided by these, can be compared
//! with those of another commit. `--old-values` after the name lets loads read old values, and watches cells.

extern crate interleave_crossbeam_channel as crossbeam_channel;
extern crate interleave_std as std;
extern crate std as real_std;

use std::sync::atomic::{
    AtomicU32,
    Ordering::{self, AcqRel, Relaxed, Release, SeqCst},
};
use std::sync::{Mutex, mpsc};
use std::thread;
use std::time::Duration;

use interleave::Search;

/// The programs by name. None of them has a surprise, so that the number of orders stays what it is.
const PROGRAMS: [(&str, fn()); 7] = [
    ("locks", locks),
    ("channels", channels),
    ("fetch-add", || adds(SeqCst)),
    ("acq-rel-fetch-add", || adds(AcqRel)),
    ("load-store", || loads_and_stores(SeqCst)),
    ("relaxed-fetch-add", || adds(Relaxed)),
    ("relaxed-load-store", || loads_and_stores(Relaxed)),
];

fn main() {
    let mut arguments = real_std::env::args().skip(1);
    let name = arguments.next().unwrap_or_default();
    let old_values = arguments.next().is_some_and(|argument| argument == "--old-values");
    let Some((_, program)) = PROGRAMS.iter().find(|(known, _)| *known == name) else {
        let names = PROGRAMS.map(|(name, _)| name).join(", ");
        real_std::eprintln!("{name:?} is none of these: {names}");
        real_std::process::exit(2);
    };
    let search = Search { time: Duration::from_secs(600), old_values, ..Search::default() };
    let report = search.every_order(*program);
    assert!(report.all && report.problem.is_none(), "{report:?}");
    real_std::println!("{name}: {} orders", report.schedules);
}

/// Runs this in three threads.
fn three(body: impl Fn() + Sync) {
    thread::scope(|scope| {
        for _ in 0..3 {
            scope.spawn(&body);
        }
    });
}

fn locks() {
    let (one, two) = (Mutex::new(0), Mutex::new(0));
    three(|| {
        for lock in [&one, &two, &one] {
            *lock.lock().expect("no panic") += 1;
        }
    });
}

fn channels() {
    let (to, from) = crossbeam_channel::bounded(1);
    let (back, all) = mpsc::channel();
    thread::scope(|scope| {
        scope.spawn(move || (0..3).for_each(|number| to.send(number).expect("it is received")));
        scope.spawn(move || from.iter().for_each(|number| back.send(number).expect("it is received")));
        assert_eq!(all.iter().count(), 3);
    });
}

fn adds(order: Ordering) {
    let number = AtomicU32::new(0);
    // All know it, so that it is no old value for anybody. But a store that is relaxed makes the search keep who knows what.
    number.store(0, if order == AcqRel { Release } else { order });
    three(|| {
        for _ in 0..3 {
            number.fetch_add(1, order);
        }
    });
}

fn loads_and_stores(order: Ordering) {
    let number = AtomicU32::new(0);
    let add = || {
        for _ in 0..3 {
            number.store(number.load(order) + 1, order);
        }
    };
    thread::scope(|scope| {
        scope.spawn(add);
        scope.spawn(add);
    });
}
