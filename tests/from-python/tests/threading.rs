//! The Rust for the names of Python's `threading`, as the chapter `from-python` shows it.

use std::cell::Cell;
use std::collections::HashMap;
use std::panic;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::sync::{Arc, Barrier, Condvar, Mutex, mpsc};
use std::thread;
use std::time::Duration;

use parking_lot::ReentrantMutex;

#[test]
// ANCHOR: thread
fn a_thread() {
    let named = thread::Builder::new().name("music".into());
    let music = named.spawn(|| 3 + 4).expect("the system can start a thread");
    assert_eq!(music.thread().name(), Some("music"));
    let result = music.join().expect("it doesn't panic");
    assert_eq!(result, 7); // Python's join returns None
}
// ANCHOR_END: thread

#[test]
// ANCHOR: current
fn who_am_i() {
    let main = thread::current().id();
    let other = thread::spawn(|| thread::current().id()).join();
    assert_ne!(other.expect("it doesn't panic"), main);
}
// ANCHOR_END: current

#[test]
// ANCHOR: handles
fn who_is_there() {
    let gate = Arc::new(Barrier::new(3));
    let threads = [(); 2].map(|()| {
        let gate = gate.clone();
        thread::spawn(move || gate.wait())
    });
    let alive = threads.iter().filter(|thread| !thread.is_finished());
    assert_eq!(alive.count(), 2);
    gate.wait();
    for thread in threads {
        thread.join().expect("it doesn't panic");
    }
}
// ANCHOR_END: handles

#[test]
// ANCHOR: stack
fn a_large_stack() {
    fn deep(n: u32) -> u32 {
        let room = std::hint::black_box([n; 1024]); // 4 KiB in each call
        if n == 0 { room[0] } else { deep(n - 1) + 1 }
    }
    let large = thread::Builder::new().stack_size(64 << 20); // in bytes
    let thread = large.spawn(|| deep(4_000)).expect("the system can start a thread");
    assert_eq!(thread.join().expect("the stack is large enough"), 4_000);
}
// ANCHOR_END: stack

#[test]
// ANCHOR: local
fn each_thread_its_own() {
    thread_local! {
        static VISITS: Cell<u32> = const { Cell::new(0) };
    }
    VISITS.set(5);
    let other = thread::spawn(|| {
        VISITS.set(VISITS.get() + 1);
        VISITS.get()
    });
    assert_eq!(other.join().expect("it doesn't panic"), 1);
    assert_eq!(VISITS.get(), 5);
}
// ANCHOR_END: local

#[test]
// ANCHOR: lock
fn a_lock_holds_its_value() {
    let balance = Mutex::new(0);
    thread::scope(|threads| {
        for _ in 0..2 {
            threads.spawn(|| *balance.lock().expect("nobody panics") += 10);
        }
    });
    assert_eq!(balance.into_inner().expect("nobody panics"), 20);
}
// ANCHOR_END: lock

#[test]
// ANCHOR: rlock
fn locked_twice_by_one_thread() {
    let lock = ReentrantMutex::new(Cell::new(0)); // of parking_lot
    let outer = lock.lock();
    let inner = lock.lock(); // the same thread: it doesn't wait
    inner.set(outer.get() + 1);
    assert_eq!(outer.get(), 1);
}
// ANCHOR_END: rlock

#[test]
// ANCHOR: condition
fn waits_until_three_are_there() {
    let (orders, more) = (Mutex::new(0), Condvar::new());
    thread::scope(|threads| {
        threads.spawn(|| {
            for _ in 0..3 {
                *orders.lock().expect("nobody panics") += 1;
                more.notify_one();
            }
        });
        let few = orders.lock().expect("nobody panics");
        let all = more.wait_while(few, |orders| *orders < 3).expect("nobody panics");
        assert_eq!(*all, 3);
    });
}
// ANCHOR_END: condition

// ANCHOR: event
#[derive(Default)]
struct Event {
    is_set: Mutex<bool>,
    changed: Condvar,
}

impl Event {
    fn set(&self) {
        *self.is_set.lock().expect("nobody panics") = true;
        self.changed.notify_all();
    }

    fn clear(&self) {
        *self.is_set.lock().expect("nobody panics") = false;
    }

    /// Whether it was set within this time.
    fn wait(&self, limit: Duration) -> bool {
        let is_set = self.is_set.lock().expect("nobody panics");
        let waited = self.changed.wait_timeout_while(is_set, limit, |is_set| !*is_set);
        *waited.expect("nobody panics").0
    }
}
// ANCHOR_END: event

#[test]
fn an_event() {
    let event = Event::default();
    assert!(!event.wait(Duration::from_millis(1)), "nobody has set it");
    thread::scope(|threads| {
        threads.spawn(|| event.set());
        assert!(event.wait(Duration::MAX));
    });
    event.clear();
    assert!(!event.wait(Duration::ZERO));
}

// ANCHOR: semaphore
struct Semaphore {
    free: Mutex<u32>,
    more: Condvar,
}

impl Semaphore {
    fn acquire(&self) {
        let free = self.free.lock().expect("nobody panics");
        let mut free = self.more.wait_while(free, |free| *free == 0).expect("nobody panics");
        *free -= 1;
    }

    fn release(&self) {
        *self.free.lock().expect("nobody panics") += 1;
        self.more.notify_one();
    }
}
// ANCHOR_END: semaphore

#[test]
fn a_semaphore() {
    let places = Semaphore { free: Mutex::new(2), more: Condvar::new() };
    let (inside, most) = (AtomicU32::new(0), AtomicU32::new(0));
    thread::scope(|threads| {
        for _ in 0..8 {
            threads.spawn(|| {
                places.acquire();
                most.fetch_max(inside.fetch_add(1, Relaxed) + 1, Relaxed);
                thread::yield_now();
                inside.fetch_sub(1, Relaxed);
                places.release();
            });
        }
    });
    assert!((1..=2).contains(&most.into_inner()));
    assert_eq!(places.free.into_inner().expect("nobody panics"), 2);
}

#[test]
// ANCHOR: barrier
fn all_wait_for_all() {
    let (barrier, arrived) = (Barrier::new(3), AtomicU32::new(0));
    let runs = || {
        arrived.fetch_add(1, Relaxed);
        let leads = barrier.wait().is_leader();
        assert_eq!(arrived.load(Relaxed), 3);
        leads
    };
    let leaders = thread::scope(|threads| {
        let runners = [(); 3].map(|()| threads.spawn(runs));
        runners.map(|runner| runner.join().expect("all three come")).into_iter().filter(|l| *l).count()
    });
    assert_eq!(leaders, 1);
}
// ANCHOR_END: barrier

#[test]
// ANCHOR: timer
fn later_unless_cancelled() {
    let (cancel, cancelled) = mpsc::channel::<()>();
    let timer = thread::spawn(move || match cancelled.recv_timeout(Duration::from_secs(3600)) {
        Err(mpsc::RecvTimeoutError::Timeout) => "rings",
        _ => "cancelled",
    });
    drop(cancel); // or send: both end the wait at once
    assert_eq!(timer.join().expect("it doesn't panic"), "cancelled");
}
// ANCHOR_END: timer

#[test]
// ANCHOR: longest
fn waits_as_long_as_it_takes() {
    let (sender, receiver) = mpsc::channel();
    let late = thread::spawn(move || sender.send("late"));
    assert_eq!(receiver.recv_timeout(Duration::MAX), Ok("late"));
    late.join().expect("it doesn't panic").expect("the receiver is there");
}
// ANCHOR_END: longest

#[test]
// ANCHOR: hook
fn what_a_panic_does() {
    let panics = Arc::new(Mutex::new(HashMap::new()));
    let (seen, before) = (panics.clone(), panic::take_hook());
    panic::set_hook(Box::new(move |info| {
        let name = thread::current().name().unwrap_or("unnamed").to_owned();
        *seen.lock().expect("the hook doesn't panic").entry(name).or_insert(0) += 1;
        before(info); // prints the message, as it did before
    }));
    let named = thread::Builder::new().name("cook".into());
    let cook = named.spawn(|| panic!("the stove is cold")).expect("the system can start a thread");
    assert!(cook.join().is_err());
    assert_eq!(panics.lock().expect("the hook doesn't panic")["cook"], 1);
}
// ANCHOR_END: hook
