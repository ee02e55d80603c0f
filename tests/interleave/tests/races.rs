//! Data races on an `UnsafeCell`: found where nothing orders two accesses, and nowhere else.

extern crate interleave_crossbeam_channel as crossbeam_channel;
extern crate interleave_parking_lot as parking_lot;
extern crate interleave_std as std;
extern crate std as real_std;

use std::cell::UnsafeCell;
use std::mem::MaybeUninit;
use std::ops::{Deref, DerefMut};
use std::ptr::NonNull;
use std::sync::atomic::Ordering::{self, AcqRel, Acquire, Relaxed, Release, SeqCst};
use std::sync::atomic::{AtomicBool, AtomicPtr, AtomicU32, AtomicUsize, fence};
use std::sync::{Barrier, Condvar, Mutex, Once, OnceLock, RwLock, mpsc};
use std::thread;
use std::{hint, mem, ptr, slice};

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
fn an_end_that_is_joined_orders() {
    holds(|| {
        let number = Shared::new();
        thread::scope(|scope| {
            scope.spawn(|| number.add()).join().unwrap();
            number.add();
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
    // What nobody receives is dropped by the last receiver, after all that its sender did.
    holds(|| {
        struct Letter(Shared);
        impl Drop for Letter {
            fn drop(&mut self) {
                self.0.add();
            }
        }
        let (to, from) = mpsc::channel();
        thread::scope(|scope| {
            scope.spawn(move || {
                let letter = Letter(Shared::new());
                letter.0.add();
                let _ = to.send(letter);
            });
            drop(from);
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
    // To wait lets go of the lock.
    holds(|| {
        let (number, come, told) = (Shared::new(), Mutex::new(0), Condvar::new());
        thread::scope(|scope| {
            for _ in 0..2 {
                scope.spawn(|| {
                    let mut come = come.lock().unwrap();
                    *come += 1;
                    number.add();
                    told.notify_one();
                    drop(told.wait_while(come, |come| *come < 2));
                });
            }
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
        let (number, once) = (Shared::new(), Once::new());
        thread::scope(|scope| {
            scope.spawn(|| {
                once.wait();
                number.read();
            });
            once.call_once(|| number.add());
        });
    });
    holds(|| {
        let (number, set) = (Shared::new(), OnceLock::new());
        thread::scope(|scope| {
            scope.spawn(|| {
                set.wait();
                number.read();
            });
            number.add();
            set.set(()).expect("nobody else does");
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

/// A value of several parts.
#[derive(Default)]
struct Several {
    one: u32,
    two: u32,
    list: [u32; 2],
    text: String,
    flag: AtomicBool,
}

impl Several {
    fn bump(&mut self) {
        self.one += 1;
    }
}

#[derive(Default)]
struct Parts(UnsafeCell<Several>, Mutex<()>);

// SAFETY: as for `Shared`.
unsafe impl Sync for Parts {}

/// Two threads that do these things to one cell.
fn both(one: fn(&Parts), other: fn(&Parts)) -> impl Fn() + Send + Sync + 'static {
    move || {
        let parts = Parts::default();
        thread::scope(|scope| {
            scope.spawn(|| one(&parts));
            scope.spawn(|| other(&parts));
        });
    }
}

/// Closures that may do anything to the cell.
macro_rules! accesses {
    ($(|$parts:ident| $body:expr),* $(,)?) => {
        [$((|$parts: &Parts| {
            #[allow(unused_unsafe, reason = "some only hand the pointer on")]
            // SAFETY: as for `Shared`.
            let _ = unsafe { $body };
        }) as fn(&Parts)),*]
    };
}

#[test]
fn odd_forms_of_a_write_race() {
    let read = |parts: &Parts| {
        // SAFETY: as for `Shared`.
        let _ = unsafe { ((*parts.0.get()).one, (*parts.0.get()).list[1]) };
    };
    let writes = accesses![
        |parts| ptr::addr_of_mut!((*parts.0.get()).one).write(1),
        |parts| (&raw mut (*parts.0.get()).one).write(1),
        |parts| ptr::write(&raw mut (*parts.0.get()).list[1], 1),
        |parts| (*parts.0.get()).bump(),
        |parts| parts.0.get().as_mut().unwrap().one = 1,
        |parts| *parts.0.get().as_mut().unwrap_unchecked() = Several::default(),
        |parts| slice::from_raw_parts_mut(parts.0.get(), 1)[0].one = 1,
        |parts| mem::take(&mut *parts.0.get()),
        |parts| ptr::swap(parts.0.get(), &mut Several::default()),
        |parts| parts.0.get().replace(Several::default()),
        |parts| (*parts.0.get()).list.reverse(),
        |parts| (*parts.0.get()).list.iter_mut().for_each(|n| *n = 1),
        |parts| for n in &mut (*parts.0.get()).list {
            *n = 1;
        },
        |parts| {
            let Several { one, .. } = &mut *UnsafeCell::get(&parts.0);
            *one = 1;
        },
        |parts| {
            let pointer = &raw mut (*parts.0.get()).list[1];
            pointer.write(1)
        },
    ];
    for write in writes {
        races(both(write, read));
        races(both(write, write));
    }
    let reads = accesses![
        |parts| (&raw const (*parts.0.get()).one).read(),
        |parts| ptr::read(parts.0.get().cast::<u8>()),
        |parts| (*parts.0.get().cast_const()).one,
        |parts| parts.0.get().as_ref().unwrap().one,
        |parts| parts.0.get().cast::<u8>().copy_to(&mut 0, 1),
        |parts| if matches!(*parts.0.get(), Several { one: 1, .. }) {},
        |parts| {
            let Several { one, .. } = &*parts.0.get();
            *one
        },
    ];
    for read in reads {
        // SAFETY: as for `Shared`.
        races(both(|parts| unsafe { (*parts.0.get()).one = 1 }, read));
        holds(both(read, read));
    }
}

#[test]
fn parts_of_a_cell_are_told_apart() {
    let disjoint = accesses![
        |parts| (*parts.0.get()).one = 1,
        |parts| (&raw mut (*parts.0.get()).two).write(1),
        |parts| (*parts.0.get()).list[0] = 1,
        |parts| (*parts.0.get()).list[1] += 1,
        |parts| (*parts.0.get()).text.push('a'),
    ];
    for (at, one) in disjoint.iter().enumerate() {
        for (also_at, other) in disjoint.iter().enumerate() {
            if at == also_at { drop(races(both(*one, *other))) } else { holds(both(*one, *other)) }
        }
        // SAFETY: as for `Shared`.
        races(both(*one, |parts| _ = unsafe { &*parts.0.get() }));
    }
    // One slot each, by a number that the source doesn't say.
    holds(|| {
        let (parts, next) = (Parts::default(), AtomicUsize::new(0));
        let take = || {
            let (parts, slot) = (&parts, next.fetch_add(1, Relaxed));
            // SAFETY: as for `Shared`.
            unsafe { (*parts.0.get()).list[slot] = 1 };
        };
        thread::scope(|scope| {
            scope.spawn(take);
            scope.spawn(take);
        });
    });
}

#[test]
fn odd_forms_of_right_programs_hold() {
    let right = accesses![
        |parts| {
            // The pointer is made before the lock is taken, and used after it.
            let pointer = parts.0.get();
            let held = parts.1.lock();
            (*pointer).one += 1;
            drop(held)
        },
        |parts| {
            let pointer = parts.0.get();
            if pointer.is_null() {
                (*pointer).one = 1;
            }
        },
        |parts| {
            let pointer = parts.0.get();
            let write = || (*pointer).one += 1;
            let _held = parts.1.lock();
            write()
        },
        |parts| vec![Vec::new()][0].push(parts.0.get()),
        |parts| AtomicPtr::new(ptr::null_mut()).swap(parts.0.get(), AcqRel),
        |parts| mem::replace(&mut ptr::null_mut(), parts.0.get()),
        |parts| ptr::eq(parts.0.get(), ptr::null()),
        |parts| (*parts.0.get()).flag.swap(true, AcqRel),
        |parts| (*parts.0.get()).text.replace("a", "b"),
        |parts| {
            let held = parts.1.lock();
            (*parts.0.get()).bump();
            drop(held);
        },
    ];
    for body in right {
        holds(both(body, body));
    }
    // Two threads, two numbers: both read the pointer, and neither writes it.
    holds(|| {
        struct Pointers(UnsafeCell<[*mut u32; 2]>);
        // SAFETY: as for `Shared`.
        unsafe impl Sync for Pointers {}
        let mut numbers = [0, 0];
        let [one, two] = &mut numbers;
        let pointers = Pointers(UnsafeCell::new([one, two]));
        let pointers = &pointers;
        thread::scope(|scope| {
            for at in 0..2 {
                // SAFETY: as for `Shared`.
                scope.spawn(move || unsafe { *(*pointers.0.get())[at] += 1 });
            }
        });
    });
    holds(|| {
        let mut parts = Parts::default();
        thread::scope(|scope| {
            let parts = &parts;
            // SAFETY: as for `Shared`.
            scope.spawn(|| unsafe { (*parts.0.get()).one = 1 });
        });
        parts.0.get_mut().two = 2;
        let Several { one, two, .. } = parts.0.into_inner();
        assert_eq!((one, two), (1, 2));
    });
}

/// An own `Arc` whose last owner uses `get_mut`, since the value is its alone.
#[test]
fn the_only_owner_has_to_be_one() {
    struct Counted(AtomicUsize, UnsafeCell<u32>);
    fn body(fences: bool) {
        let counted =
            Box::into_raw(Box::new(Counted(AtomicUsize::new(2), UnsafeCell::new(0)))).expose_provenance();
        thread::scope(|scope| {
            for _ in 0..2 {
                scope.spawn(move || {
                    let counted = ptr::with_exposed_provenance_mut::<Counted>(counted);
                    // SAFETY: as for `Shared`; the last owner frees it.
                    unsafe {
                        let _ = *(*counted).1.get();
                        if (*counted).0.fetch_sub(1, Release) == 1 {
                            if fences {
                                fence(Acquire);
                            }
                            *(*counted).1.get_mut() = 1;
                            drop(Box::from_raw(counted));
                        }
                    }
                });
            }
        });
    }
    holds(|| body(true));
    races(|| body(false));
}

#[test]
fn a_cell_of_a_slice_or_a_trait_is_one() {
    struct Words<T: ?Sized>(UnsafeCell<T>);
    // SAFETY: as for `Shared`.
    unsafe impl<T: ?Sized> Sync for Words<T> {}
    fn body(number: bool) {
        let words: &Words<[u32]> = &Words(UnsafeCell::new([0, 0]));
        let told: Box<Words<dyn real_std::fmt::Debug + Send>> = Box::new(Words(UnsafeCell::new(3)));
        thread::scope(|scope| {
            for _ in 0..2 {
                let told = &told;
                // SAFETY: as for `Shared`.
                scope.spawn(move || unsafe {
                    assert_eq!(real_std::format!("{:?}", &*told.0.get()), "3");
                    if number {
                        (*words.0.get())[1] = 1;
                    }
                    (&(*words.0.get())).len()
                });
            }
        });
    }
    holds(|| body(false));
    races(|| body(true));
}

#[test]
fn who_sees_that_it_failed_sees_what_it_wrote() {
    holds(|| {
        let (number, once) = (Shared::new(), parking_lot::Once::new());
        let fails = || {
            once.call_once(|| {
                number.add();
                std::panic!("on purpose");
            });
        };
        thread::scope(|scope| {
            scope.spawn(|| assert!(std::panic::catch_unwind(std::panic::AssertUnwindSafe(fails)).is_err()));
            scope.spawn(|| {
                if once.state().is_poisoned() {
                    assert_eq!(number.read(), 1);
                }
            });
        });
    });
}
