//! Data races on an `UnsafeCell`: found where nothing orders two accesses, and nowhere else.

extern crate interleave_crossbeam_channel as crossbeam_channel;
extern crate interleave_parking_lot as parking_lot;
extern crate interleave_std as std;
extern crate std as real_std;

use std::cell::UnsafeCell;
use std::hint;
use std::mem::MaybeUninit;
use std::ops::{Deref, DerefMut};
use std::ptr::NonNull;
use std::sync::atomic::Ordering::{self, AcqRel, Acquire, Relaxed, Release, SeqCst};
use std::sync::atomic::{AtomicBool, AtomicPtr, AtomicU32, AtomicUsize, fence};
use std::sync::{Barrier, Condvar, Mutex, Once, RwLock, mpsc};
use std::thread;

use interleave::{Kind, Problem, Search};

#[track_caller]
fn holds(body: impl Fn() + Send + Sync + 'static) {
    let report = Search { old_values: true, ..Search::default() }.every_order(body);
    assert!(report.problem.is_none(), "{}", report.problem.unwrap());
    assert!(report.all, "{report:?}");
}

#[track_caller]
fn races(body: impl Fn() + Send + Sync + 'static) -> Problem {
    let problem =
        Search { old_values: true, ..Search::default() }.every_order(body).problem.expect("a data race");
    assert_eq!(problem.kind, Kind::Race, "{problem}");
    real_std::println!("{problem}");
    problem
}

/// A number in a cell that the program promises to share as it should.
struct Shared(UnsafeCell<u32>);

// SAFETY: whether that is so is what the tests ask of the explorer. One thread of the system runs all.
unsafe impl Sync for Shared {}

impl Shared {
    const fn new() -> Self {
        Shared(UnsafeCell::new(0))
    }

    fn add(&self) {
        // SAFETY: as for `Sync`.
        unsafe { *self.0.get() += 1 }
    }

    fn read(&self) -> u32 {
        // SAFETY: as for `Sync`.
        unsafe { *self.0.get() }
    }
}

/// Two threads that do this, and `main`, which reads at last.
fn two_add(guarded: impl Fn(&Shared) + Send + Sync + 'static) -> impl Fn() + Send + Sync + 'static {
    move || {
        let number = Shared::new();
        thread::scope(|scope| {
            scope.spawn(|| guarded(&number));
            scope.spawn(|| guarded(&number));
        });
        assert_eq!(number.read(), 2);
    }
}

#[test]
fn two_that_nothing_orders_race() {
    let problem = races(two_add(Shared::add));
    assert!(
        problem.message.starts_with("data race: thread 2 writes `Shared` in line")
            || problem.message.contains("data race"),
        "{problem}"
    );
    races(|| {
        let number = Shared::new();
        thread::scope(|scope| {
            scope.spawn(|| number.add());
            number.read();
        });
    });
    holds(|| {
        let number = Shared::new();
        number.add();
        thread::scope(|scope| {
            scope.spawn(|| number.read());
            number.read();
        });
        number.add();
    });
}

#[test]
fn locks_order() {
    let lock = || Box::leak(Box::new(Mutex::new(())));
    let guard = lock();
    holds(two_add(move |number| {
        let _held = guard.lock();
        number.add();
    }));
    holds(|| {
        let (number, lock) = (Shared::new(), RwLock::new(()));
        thread::scope(|scope| {
            scope.spawn(|| lock.read().map(|_| number.read()).unwrap());
            scope.spawn(|| {
                let _held = lock.read();
                number.read();
            });
            scope.spawn(|| {
                let _held = lock.write();
                number.add();
            });
        });
    });
    // A lock held to read is none for a writer.
    races(|| {
        let (number, lock) = (Shared::new(), parking_lot::RwLock::new(()));
        thread::scope(|scope| {
            for _ in 0..2 {
                scope.spawn(|| {
                    let _held = lock.read();
                    number.add();
                });
            }
        });
    });
    // A try that fails orders nothing.
    races(|| {
        let (number, lock) = (Shared::new(), Mutex::new(()));
        thread::scope(|scope| {
            scope.spawn(|| {
                let _held = lock.lock();
                number.add();
            });
            if lock.try_lock().is_err() {
                number.read();
            }
        });
    });
}

#[test]
fn messages_order() {
    holds(|| {
        let (number, (to, from)) = (Shared::new(), mpsc::channel());
        thread::scope(|scope| {
            scope.spawn(|| {
                number.add();
                to.send(()).unwrap();
            });
            from.recv().unwrap();
            number.add();
        });
    });
    // To have sent says nothing of what the receiver does.
    races(|| {
        let (number, (to, from)) = (Shared::new(), mpsc::channel());
        thread::scope(|scope| {
            let number = &number;
            scope.spawn(move || {
                from.recv().unwrap();
                number.add();
            });
            to.send(()).unwrap();
            number.add();
        });
    });
    // The second send finds room only when the first message was taken: a channel as a lock.
    holds(|| {
        let (number, (to, from)) = (Shared::new(), crossbeam_channel::bounded(1));
        thread::scope(|scope| {
            for _ in 0..2 {
                scope.spawn(|| {
                    to.send(()).unwrap();
                    number.add();
                    from.recv().unwrap();
                });
            }
        });
    });
    holds(|| {
        let (number, (to, from)) = (Shared::new(), crossbeam_channel::bounded(0));
        thread::scope(|scope| {
            scope.spawn(|| {
                number.add();
                from.recv().unwrap();
            });
            to.send(()).unwrap();
            number.add();
        });
    });
    // The end of a channel comes after all that its senders did.
    holds(|| {
        let (number, (to, from)) = (Shared::new(), mpsc::channel::<()>());
        let number = &number;
        thread::scope(|scope| {
            scope.spawn(move || {
                number.add();
                drop(to);
            });
            assert!(from.recv().is_err());
            number.add();
        });
    });
}

#[test]
fn what_waits_for_another_is_ordered() {
    holds(|| {
        let (number, ready, told) = (Shared::new(), Mutex::new(false), Condvar::new());
        thread::scope(|scope| {
            scope.spawn(|| {
                number.add();
                *ready.lock().unwrap() = true;
                told.notify_one();
            });
            drop(told.wait_while(ready.lock().unwrap(), |ready| !*ready));
            number.add();
        });
    });
    holds(|| {
        let (number, barrier) = (Shared::new(), Barrier::new(2));
        thread::scope(|scope| {
            scope.spawn(|| {
                number.add();
                barrier.wait();
                number.read();
            });
            barrier.wait();
            number.read();
        });
    });
    holds(|| {
        let (number, once) = (Shared::new(), Once::new());
        thread::scope(|scope| {
            for _ in 0..2 {
                scope.spawn(|| {
                    once.call_once(|| number.add());
                    number.read();
                });
            }
        });
    });
    holds(|| {
        let (number, flag) = (Shared::new(), AtomicBool::new(false));
        thread::scope(|scope| {
            let waits = scope.spawn(|| {
                while !flag.load(Acquire) {
                    thread::park();
                }
                number.add();
            });
            number.add();
            flag.store(true, Release);
            waits.thread().unpark();
        });
    });
    // A park may end for nothing, and says nothing then.
    races(|| {
        let number = Shared::new();
        thread::scope(|scope| {
            let waits = scope.spawn(|| {
                thread::park();
                number.add();
            });
            number.add();
            waits.thread().unpark();
        });
    });
}

/// A lock that spins.
struct SpinLock<T> {
    locked: AtomicBool,
    value: UnsafeCell<T>,
    lock: Ordering,
    unlock: Ordering,
}

// SAFETY: as for `Shared`.
unsafe impl<T: Send> Sync for SpinLock<T> {}

struct Guard<'a, T>(&'a SpinLock<T>);

impl<T> SpinLock<T> {
    const fn new(value: T, lock: Ordering, unlock: Ordering) -> Self {
        SpinLock { locked: AtomicBool::new(false), value: UnsafeCell::new(value), lock, unlock }
    }

    fn lock(&self) -> Guard<'_, T> {
        while self.locked.compare_exchange_weak(false, true, self.lock, Relaxed).is_err() {
            while self.locked.load(Relaxed) {
                hint::spin_loop();
            }
        }
        Guard(self)
    }
}

impl<T> Deref for Guard<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        // SAFETY: as for `Shared`.
        unsafe { &*self.0.value.get() }
    }
}

impl<T> DerefMut for Guard<'_, T> {
    fn deref_mut(&mut self) -> &mut T {
        // SAFETY: as for `Shared`.
        unsafe { &mut *self.0.value.get() }
    }
}

impl<T> Drop for Guard<'_, T> {
    fn drop(&mut self) {
        self.0.locked.store(false, self.0.unlock);
    }
}

fn spins(lock: Ordering, unlock: Ordering) -> impl Fn() + Send + Sync + 'static {
    move || {
        let list = SpinLock::new(Vec::new(), lock, unlock);
        thread::scope(|scope| {
            scope.spawn(|| list.lock().push(1));
            scope.spawn(|| list.lock().push(2));
        });
        assert_eq!(list.lock().len(), 2);
    }
}

#[test]
fn a_spin_lock_acquires_and_releases() {
    holds(spins(Acquire, Release));
    holds(spins(SeqCst, SeqCst));
    let problem = races(spins(Acquire, Relaxed));
    assert!(problem.message.contains("would have to be Release"), "{problem}");
    let problem = races(spins(Relaxed, Release));
    assert!(problem.message.contains("would have to be Acquire"), "{problem}");
}

/// A channel for one message.
struct OneShot<T> {
    message: UnsafeCell<MaybeUninit<T>>,
    ready: AtomicBool,
}

// SAFETY: as for `Shared`.
unsafe impl<T: Send> Sync for OneShot<T> {}

impl OneShot<u32> {
    fn send(&self, message: u32, store: Ordering) {
        // SAFETY: as for `Shared`.
        unsafe { (*self.message.get()).write(message) };
        self.ready.store(true, store);
    }

    fn receive(&self, load: Ordering) -> Option<u32> {
        // SAFETY: as for `Shared`.
        self.ready.load(load).then(|| unsafe { (*self.message.get()).assume_init_read() })
    }
}

fn one_shot(store: Ordering, load: Ordering) -> impl Fn() + Send + Sync + 'static {
    move || {
        let channel =
            OneShot { message: UnsafeCell::new(MaybeUninit::uninit()), ready: AtomicBool::new(false) };
        thread::scope(|scope| {
            scope.spawn(|| channel.send(7, store));
            assert!(channel.receive(load).is_none_or(|message| message == 7));
        });
    }
}

#[test]
fn a_flag_publishes_what_was_written_before() {
    holds(one_shot(Release, Acquire));
    races(one_shot(Relaxed, Acquire));
    races(one_shot(Release, Relaxed));
    let problem = races(one_shot(Relaxed, Relaxed));
    let both = ["would have to be Release", "would have to be Acquire"];
    assert!(both.iter().all(|change| problem.message.contains(change)), "{problem}");
}

/// What an own `Arc` does when it is dropped.
struct Counted {
    owners: AtomicUsize,
    value: Shared,
}

struct Owner(NonNull<Counted>, Ordering, bool);

// SAFETY: as for `Shared`.
unsafe impl Send for Owner {}

impl Owner {
    fn counted(&self) -> &Counted {
        // SAFETY: it lives until its last owner is dropped.
        unsafe { self.0.as_ref() }
    }
}

impl Drop for Owner {
    fn drop(&mut self) {
        if self.counted().owners.fetch_sub(1, self.1) == 1 {
            if self.2 {
                fence(Acquire);
            }
            self.counted().value.add();
            // SAFETY: this was the last owner.
            drop(unsafe { Box::from_raw(self.0.as_ptr()) });
        }
    }
}

fn owners(drops: Ordering, fences: bool) -> impl Fn() + Send + Sync + 'static {
    move || {
        let counted = Box::new(Counted { owners: AtomicUsize::new(2), value: Shared::new() });
        let counted = NonNull::from(Box::leak(counted));
        let owners = [Owner(counted, drops, fences), Owner(counted, drops, fences)];
        thread::scope(|scope| {
            for owner in owners {
                scope.spawn(move || owner.counted().value.read());
            }
        });
    }
}

#[test]
fn the_last_owner_has_to_know_what_the_others_did() {
    holds(owners(Release, true));
    holds(owners(AcqRel, false));
    races(owners(Release, false));
    races(owners(Relaxed, true));
    races(owners(Relaxed, false));
}

fn double_checked(load: Ordering, store: Ordering) -> impl Fn() + Send + Sync + 'static {
    move || {
        let (done, lock, value) = (AtomicBool::new(false), Mutex::new(()), Shared::new());
        let get = || {
            if !done.load(load) {
                let _held = lock.lock();
                if !done.load(Relaxed) {
                    value.add();
                    done.store(true, store);
                }
            }
            assert_eq!(value.read(), 1);
        };
        thread::scope(|scope| {
            scope.spawn(get);
            scope.spawn(get);
        });
    }
}

#[test]
fn a_value_that_is_made_once() {
    holds(double_checked(Acquire, Release));
    races(double_checked(Relaxed, Release));
    races(double_checked(Acquire, Relaxed));
}

/// Two slots, one sender and one receiver.
fn ring(publish: Ordering, look: Ordering) -> impl Fn() + Send + Sync + 'static {
    move || {
        let slots = [Shared::new(), Shared::new()];
        let (head, tail) = (AtomicUsize::new(0), AtomicUsize::new(0));
        thread::scope(|scope| {
            scope.spawn(|| {
                for _ in 0..3 {
                    let at = tail.load(Relaxed);
                    if at - head.load(look) < 2 {
                        slots[at % 2].add();
                        tail.store(at + 1, publish);
                    }
                }
            });
            for _ in 0..3 {
                let at = head.load(Relaxed);
                if tail.load(look) > at {
                    slots[at % 2].read();
                    head.store(at + 1, publish);
                }
            }
        });
    }
}

#[test]
fn a_ring_publishes_both_ways() {
    holds(ring(Release, Acquire));
    races(ring(Relaxed, Acquire));
    races(ring(Release, Relaxed));
}

#[test]
fn a_cell_in_a_static_is_new_in_every_execution() {
    static NUMBER: Shared = Shared::new();
    holds(|| {
        let turn = AtomicU32::new(0);
        thread::scope(|scope| {
            scope.spawn(|| turn.fetch_add(1, AcqRel));
            turn.fetch_add(1, AcqRel);
        });
        NUMBER.add();
        assert_eq!(NUMBER.read(), 1);
    });
}

#[test]
fn pointers_that_are_kept_for_a_line_are_seen() {
    races(|| {
        let (number, list) = (Shared::new(), Shared::new());
        let pointer = AtomicPtr::new(list.0.get());
        // SAFETY: as for `Shared`.
        unsafe {
            number.0.get().write(2);
            std::ptr::write(number.0.get(), number.0.get().read() + 1);
            *pointer.load(Acquire) += 1;
        }
        thread::scope(|scope| {
            scope.spawn(|| {
                let number = &number;
                let kept = number.0.get();
                // SAFETY: as for `Shared`.
                unsafe { *kept += 1 };
            });
            number.read();
        });
    });
}
