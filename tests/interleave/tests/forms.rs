//! What compiles with the real crates compiles with the stand-ins, and is the same.

#![allow(
    clippy::single_match,
    clippy::manual_unwrap_or,
    clippy::type_complexity,
    clippy::needless_return,
    reason = "as others write it"
)]

#[macro_use]
extern crate interleave_std as std;
extern crate interleave_crossbeam_channel as crossbeam_channel;
extern crate interleave_parking_lot as parking_lot;
// As where an answer is compiled: `core` is the stand-in, too.
extern crate interleave_std as core;

use std::collections::{BTreeMap, HashMap, HashSet, hash_map::Entry};
use std::fmt::Display;
use std::sync::{Arc, Barrier, LazyLock, Mutex, OnceLock, RwLock, atomic, mpsc};
use std::thread;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use crossbeam_channel::{Receiver, Select, Sender, bounded, never, select, select_biased, unbounded};
use interleave::Search;

fn holds(body: fn()) {
    let report = Search::default().every_order(body);
    if let Some(problem) = report.problem {
        panic!("{problem}");
    }
}

/// `core::sync::atomic` is the stand-in's.
mod core_for_std {
    use core::sync::atomic::{self, AtomicI64};

    #[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
    pub struct Derived<T>(pub Option<T>, pub Vec<u8>);

    pub fn change(balance: &AtomicI64, amount: i64) {
        balance.fetch_sub(-amount, atomic::Ordering::SeqCst);
    }
}

#[test]
fn core_is_std() {
    holds(|| {
        let balance = atomic::AtomicI64::new(0);
        thread::scope(|s| {
            s.spawn(|| core_for_std::change(&balance, 2));
            core_for_std::change(&balance, 3);
        });
        assert_eq!(balance.into_inner(), 5);
        let derived = core_for_std::Derived(Some(1), vec![2]);
        assert_eq!(format!("{derived:?}"), "Derived(Some(1), [2])");
        assert_ne!(derived.clone(), core_for_std::Derived::default());
    });
}

fn sent<T: Send + 'static>(message: T) -> Receiver<T> {
    let (to, from) = unbounded();
    to.send(message).unwrap();
    from
}

#[test]
fn arms_of_a_select_in_every_form() {
    holds(|| {
        let (a, b) = (sent(Some(1)), sent("b"));
        // Blocks with and without a comma, a match without either, an arm that leaves the loop.
        let mut got = Vec::new();
        loop {
            select! {
                recv(a) -> m => match m { Ok(Some(n)) => got.push(n), Ok(None) | Err(_) => {} },
                recv(b) -> _ => { got.push(0); break },
            }
        }
        assert!(got == [0] || got == [1, 0]);
    });
    holds(|| {
        let (a, b) = (sent(1), sent(2));
        let sum = select! {
            recv(a) -> n => { n.unwrap() }
            recv(b) -> n => { n.unwrap() }
        };
        assert!(sum == 1 || sum == 2);
        // Values of different kinds, an `if`, a call, a closure, a struct.
        let one = select! { recv(a) -> n => if let Ok(n) = n { n } else { 7 }, default => 9 };
        let two = select! { default => 9, recv(a) -> _ => 3 };
        assert!([1, 7].contains(&one) && two == 3);
    });
    holds(|| {
        let (to, from) = bounded(1);
        select! {
            send(to, 5) -> result => result.unwrap(),
            default(Duration::from_millis(1)) => unreachable!("there is room"),
        }
        select! { send(to, 6,) -> result => { assert!(result.is_ok(), "the capacity is 1"); unreachable!() } default() => {} }
        assert_eq!(from.try_recv(), Ok(5));
        let mut maybe = None::<Receiver<u32>>;
        select! {
            recv(maybe.as_ref().unwrap_or(&never())) -> n => panic!("{n:?}"),
            recv(from,) -> n => panic!("{n:?}"),
            default => maybe = Some(never()),
        }
        assert!(maybe.is_some());
    });
    holds(|| {
        // Ends behind pointers and in fields, a pattern with parts, a message that is made only if it is sent.
        struct Both {
            ends: Arc<(Sender<(u32, String)>, Receiver<(u32, String)>)>,
        }
        let both = Both { ends: Arc::new(bounded(1)) };
        let boxed = Box::new(both.ends.1.clone());
        for _ in 0..2 {
            select_biased! {
                recv(boxed) -> pair => if let Ok((n, _text)) = pair { assert_eq!(n, 1) },
                send(both.ends.0, (1, "one".to_owned())) -> _ => (),
            };
        }
        assert!(boxed.is_empty());
        let list = [sent(1), sent(2)];
        let got: Result<u32, _> = select! { recv(list[0]) -> n => n, recv(&&list[1]) -> n => n };
        assert!(got.is_ok());
        let labels = 'outer: loop {
            select! {
                recv(list[0]) -> _ => break 'outer true,
                recv(list[1]) -> n => { if n.is_err() { continue } break true }
            }
        };
        assert!(labels);
    });
    holds(|| {
        // A function that returns from an arm, and `?`.
        fn first(a: &Receiver<u32>, b: &Receiver<u32>) -> Result<u32, crossbeam_channel::RecvError> {
            select! {
                recv(a) -> n => return n,
                recv(b) -> n => { let n = n?; Ok(n + 10) }
            }
        }
        assert!([Ok(1), Ok(12)].contains(&first(&sent(1), &sent(2))));
        select! { recv(crossbeam_channel::after(Duration::from_secs(1))) -> _ => {} }
        select! { default(Duration::ZERO) => () }
    });
}

#[test]
fn operations_chosen_one_by_one() {
    holds(|| {
        let (a, b) = (sent(1), sent(2));
        let (to, from) = bounded(1);
        let mut all = Select::new();
        let (first, second, third) = (all.recv(&a), all.recv(&b), all.send(&to));
        let mut left = 3;
        while left > 0 {
            let operation = all.select();
            let index = operation.index();
            match index {
                _ if index == first => assert_eq!(operation.recv(&a), Ok(1)),
                _ if index == second => assert_eq!(operation.recv(&b), Ok(2)),
                _ => operation.send(&to, 3).unwrap(),
            }
            all.remove(index);
            left -= 1;
        }
        assert_eq!(third, 2);
        assert!(all.try_select().is_err() && all.try_ready().is_err());
        assert_eq!(from.recv(), Ok(3));
        let (c, d) = (sent(4), never::<u32>());
        let mut two = Select::new_biased();
        two.recv(&d);
        two.recv(&c);
        assert_eq!(two.ready(), 1);
        assert!(two.ready_timeout(Duration::ZERO).is_ok());
    });
}

#[derive(Default)]
struct Shared {
    map: Mutex<HashMap<String, Vec<u32>>>,
    list: RwLock<Vec<Box<dyn Fn() -> u32 + Send + Sync>>>,
    once: OnceLock<String>,
    flag: atomic::AtomicBool,
}

static BARRIER: Barrier = Barrier::new(1);
static TABLE: LazyLock<Mutex<BTreeMap<u8, &'static str>>> = LazyLock::new(Default::default);
static LOCKS: [Mutex<u32>; 2] = [const { Mutex::new(1) }; 2];

#[test]
fn types_are_inferred() {
    holds(|| {
        let shared = Arc::new(Shared::default());
        shared.map.lock().unwrap().entry("a".into()).or_default().push(1);
        shared.list.write().unwrap().push(Box::new(|| 3));
        assert_eq!(shared.list.read().unwrap().iter().map(|f| f()).sum::<u32>(), 3);
        assert!(shared.once.get().is_none() && !shared.flag.load(atomic::Ordering::Relaxed));
        let locks: Vec<_> = (0..2).map(Mutex::new).collect();
        assert_eq!(locks.iter().map(|lock| *lock.lock().unwrap()).sum::<i32>(), 1);
        let unsized_lock: Arc<Mutex<dyn Display + Send>> = Arc::new(Mutex::new(5));
        assert_eq!(unsized_lock.lock().unwrap().to_string(), "5");
        let slice: &Mutex<[u8]> = &Mutex::new([1, 2]);
        assert_eq!(slice.lock().unwrap().len(), 2);
        let default: Mutex<u64> = Default::default();
        assert_eq!(default.into_inner().unwrap(), 0);
        assert!(BARRIER.wait().is_leader());
        TABLE.lock().unwrap().insert(1, "one");
        *LOCKS[1].lock().unwrap() += 1;
        let lazy: LazyLock<u32> = LazyLock::default();
        assert_eq!(*lazy, 0);
        let cell = OnceLock::from(3);
        assert_eq!(cell.clone(), cell);
        assert_eq!(cell.wait(), &3);
        let handles: Vec<_> = (0..2).map(|n| thread::spawn(move || n)).collect();
        assert!(format!("{handles:?}").contains("JoinHandle"));
        let sum: i32 = handles.into_iter().map(|handle| handle.join().unwrap()).sum();
        assert_eq!(sum, 1);
        let (to, from) = mpsc::channel();
        drop((to.clone(), to));
        let none: Vec<u32> = from.iter().collect();
        assert!(none.is_empty());
        let writes = parking_lot::RwLock::new(1);
        let guard = parking_lot::RwLockWriteGuard::downgrade(writes.write());
        assert_eq!((*guard, *writes.read()), (1, 1));
        drop(guard);
        let one = std::sync::RwLock::new(2);
        assert_eq!(*std::sync::RwLockWriteGuard::downgrade(one.write().unwrap()), 2);
        assert_eq!(std::format!("{}", std::cmp::max(1, 2)), "2");
        assert!(
            std::matches!(Some(1), Some(_))
                && std::panic::catch_unwind(|| std::panic!("on purpose")).is_err()
        );
        let text = thread::Builder::new().name("x".into()).spawn(|| std::env::args().count()).unwrap();
        assert!(text.join().is_ok());
    });
}

#[test]
fn maps_and_sets_are_those_of_std() {
    holds(|| {
        let mut map: HashMap<_, _> = [("a", 1), ("b", 2)].into();
        map.extend([("c", 3)]);
        *map.entry("a").or_insert(0) += 10;
        if let Entry::Occupied(entry) = map.entry("b") {
            entry.remove();
        }
        for (_, value) in &mut map {
            *value += 1;
        }
        assert_eq!((map["a"], map.get("b"), map.len()), (12, None, 2));
        let same: HashMap<&str, i32> = map.clone().into_iter().collect();
        assert_eq!(map, same);
        let keys: HashSet<_> = map.keys().copied().collect();
        let other = HashSet::from(["c", "d"]);
        assert_eq!(&keys & &other, HashSet::from(["c"]));
        assert_eq!(keys.union(&other).count(), 3);
        assert!(keys.is_superset(&map.into_keys().collect()));
        let by_default: (HashMap<u8, u8>, HashSet<String>) = Default::default();
        assert!(by_default.0.is_empty() && by_default.1.is_empty());
        let with: HashMap<u8, u8, std::hash::BuildHasherDefault<std::hash::DefaultHasher>> =
            [(1, 2)].into_iter().collect();
        assert_eq!(with[&1], 2);
    });
}

#[test]
fn a_map_has_one_order_in_every_run_and_two_have_two() {
    holds(|| {
        let order = |map: HashMap<u32, ()>| map.into_keys().collect::<Vec<_>>();
        let [one, two] = [0; 2].map(|_| order((0..3).map(|n| (n, ())).collect()));
        assert_eq!(one.iter().rev().collect::<Vec<_>>(), two.iter().collect::<Vec<_>>());
        assert_eq!(one, [0, 1, 2]);
    });
}

#[test]
fn a_clock_can_be_reckoned_with() {
    holds(|| {
        let start = Instant::now();
        thread::sleep(Duration::from_secs(2));
        let slept = start.elapsed();
        assert!(slept >= Duration::from_secs(2));
        assert!(Instant::now() - start >= slept && start < start + slept && start - slept < start);
        assert_eq!(start.duration_since(Instant::now()), Duration::ZERO);
        let mut later = start;
        later += Duration::from_millis(1);
        assert_eq!(later.checked_duration_since(start), Some(Duration::from_millis(1)));
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
        assert!(since.as_secs() > 0 && UNIX_EPOCH.elapsed().unwrap() >= since);
    });
}

/// What may be used after a panic: as in std and in the crates.
#[test]
fn what_survives_a_panic_does_so_here_too() {
    use std::panic::{RefUnwindSafe, UnwindSafe};
    fn survives<T: UnwindSafe + RefUnwindSafe>() {}
    survives::<mpsc::Sender<u32>>();
    survives::<mpsc::SyncSender<u32>>();
    survives::<mpsc::Receiver<u32>>();
    survives::<std::sync::Condvar>();
    survives::<Barrier>();
    survives::<std::sync::Once>();
    survives::<OnceLock<u32>>();
    survives::<LazyLock<u32>>();
    survives::<std::sync::MutexGuard<'static, std::cell::Cell<u32>>>();
    survives::<std::sync::RwLockReadGuard<'static, u32>>();
    survives::<std::sync::RwLockWriteGuard<'static, std::cell::Cell<u32>>>();
    survives::<Arc<Mutex<std::cell::Cell<u32>>>>();
    survives::<thread::Thread>();
    survives::<thread::LocalKey<std::cell::Cell<u32>>>();
    survives::<atomic::AtomicU32>();
    survives::<Sender<u32>>();
    survives::<Receiver<u32>>();
}
