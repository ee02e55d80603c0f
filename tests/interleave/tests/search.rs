//! What a search finds, how it tells it, and what it refuses.

#[macro_use]
extern crate interleave_std as std;
extern crate interleave_crossbeam_channel as crossbeam_channel;
extern crate interleave_parking_lot as parking_lot;

use std::cell::Cell;
use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering::SeqCst};
use std::sync::{Arc, Condvar, LazyLock, Mutex, OnceLock, mpsc};
use std::thread;
use std::time::Duration;

use interleave::{Kind, Problem, Report, Search};

fn every_order(body: impl Fn() + Send + Sync + 'static) -> Report {
    Search::default().every_order(body)
}

fn fails(body: impl Fn() + Send + Sync + 'static) -> Problem {
    let report = every_order(body);
    report.problem.unwrap_or_else(|| panic!("nothing found in {} orders", report.schedules))
}

fn holds(body: impl Fn() + Send + Sync + 'static) -> Report {
    let report = every_order(body);
    if let Some(problem) = report.problem {
        panic!("{problem}");
    }
    assert!(report.all, "not all orders");
    report
}

/// The threads of the steps that touch something, one letter a step.
fn schedule(problem: &Problem) -> String {
    let done = problem.steps.iter().filter(|step| !step.blocked && step.text.contains('`'));
    done.map(|step| step.thread.chars().next().expect("a name")).collect()
}

fn named<T: Send + 'static>(name: &str, body: impl FnOnce() -> T + Send + 'static) -> thread::JoinHandle<T> {
    thread::Builder::new().name(name.into()).spawn(body).expect("it starts")
}

#[test]
fn the_simplest_order_that_fails_is_told_step_by_step() {
    let problem = fails(|| {
        let balance = Arc::new(AtomicU32::new(0));
        let add = |name: &str| {
            let balance = balance.clone();
            named(name, move || {
                for _ in 0..2 {
                    let seen = balance.load(SeqCst);
                    balance.store(seen + 1, SeqCst);
                }
            })
        };
        for thread in [add("earn"), add("spend")] {
            thread.join().expect("no panic");
        }
        assert_eq!(balance.load(SeqCst), 4, "an update is lost");
    });
    assert_eq!(problem.kind, Kind::Failed);
    assert!(problem.message.contains("an update is lost"), "{problem}");
    // One forced switch, in the middle of an update, is enough.
    assert_eq!(schedule(&problem), "eeessssemm", "{problem}");
    let texts: Vec<&str> = problem.steps.iter().map(|step| step.text.as_str()).collect();
    assert!(texts.contains(&"reads 1 from `balance`"), "{problem}");
    assert!(problem.steps.iter().all(|step| step.text.starts_with("panics") || step.line > 0), "{problem}");
}

#[test]
fn who_is_stuck_is_told_with_who_holds_what() {
    let problem = fails(|| {
        let left = Arc::new(Mutex::new(()));
        let right = Arc::new(Mutex::new(()));
        let (a, b) = (left.clone(), right.clone());
        let ann = named("ann", move || {
            let _first = a.lock().unwrap();
            let _second = b.lock().unwrap();
        });
        let bob = named("bob", move || {
            let _first = right.lock().unwrap();
            let _second = left.lock().unwrap();
        });
        ann.join().unwrap();
        bob.join().unwrap();
    });
    assert_eq!(problem.kind, Kind::Deadlock);
    let stuck: Vec<_> = problem.stuck.iter().map(|one| (one.thread.as_str(), one.text.as_str())).collect();
    let expected = [
        ("main", "waits for the end of ann"),
        ("ann", "waits for `right`, held by bob"),
        ("bob", "waits for `left`, held by ann"),
    ];
    assert_eq!(stuck, expected, "{problem}");
    let json = problem.json();
    assert_eq!(json["kind"], "deadlock");
    assert_eq!(json["stuck"][1]["thread"], "ann");
    assert_eq!(json["steps"][0]["text"], "starts ann");
}

#[test]
fn a_lock_taken_twice_is_held_by_oneself() {
    let problem = fails(|| {
        let lock = parking_lot::Mutex::new(0);
        let _one = lock.lock();
        let _two = lock.lock();
    });
    assert_eq!(problem.stuck[0].text, "waits for `lock`, which it holds itself", "{problem}");
}

#[test]
fn statics_are_new_in_every_execution() {
    static NUMBER: AtomicU32 = AtomicU32::new(7);
    static LIST: Mutex<Vec<u32>> = Mutex::new(Vec::new());
    static ONCE: OnceLock<u32> = OnceLock::new();
    static LAZY: LazyLock<Mutex<VecDeque<u32>>> = LazyLock::new(Mutex::default);
    thread_local! {
        static OWN: Cell<u32> = const { Cell::new(3) };
    }
    let report = holds(|| {
        let body = || {
            NUMBER.fetch_add(1, SeqCst);
            LIST.lock().unwrap().push(1);
            ONCE.get_or_init(|| 5);
            LAZY.lock().unwrap().push_back(1);
            OWN.set(OWN.get() + 1);
            assert_eq!(OWN.get(), 4);
        };
        let thread = thread::spawn(body);
        body();
        thread.join().unwrap();
        assert_eq!(NUMBER.load(SeqCst), 9);
        assert_eq!(*LIST.lock().unwrap(), [1, 1]);
        assert_eq!(ONCE.get(), Some(&5));
        assert_eq!(*LAZY.lock().unwrap(), [1, 1]);
    });
    assert!(report.schedules > 1);
}

#[test]
fn a_static_that_is_still_locked_at_the_end_is_free_in_the_next_execution() {
    static LOCK: Mutex<u32> = Mutex::new(1);
    let report = holds(|| {
        // Nobody waits for this one: it may end the execution anywhere.
        thread::spawn(|| {
            let mut held = LOCK.lock().unwrap();
            *held += 1;
            // However often it wakes up for nothing, it never goes on.
            loop {
                thread::park();
            }
        });
        if let Ok(held) = LOCK.try_lock() {
            assert_eq!(*held, 1);
        }
    });
    assert!(report.schedules > 1);
}

#[test]
fn a_lock_within_an_initialisation_is_no_deadlock() {
    let report = holds(|| {
        let (cell, lock) = (OnceLock::new(), Mutex::new(1));
        thread::scope(|scope| {
            for _ in 0..2 {
                scope.spawn(|| assert_eq!(*cell.get_or_init(|| *lock.lock().unwrap() + 1), 2));
            }
        });
    });
    assert!(report.schedules >= 2);
}

#[test]
fn a_loop_that_lets_others_run_comes_to_its_end() {
    holds(|| {
        let flag = Arc::new(AtomicBool::new(false));
        let other = flag.clone();
        let thread = thread::spawn(move || other.store(true, SeqCst));
        while !flag.load(SeqCst) {
            std::hint::spin_loop();
        }
        thread.join().unwrap();
    });
}

#[test]
fn a_loop_that_does_not_say_so_comes_to_its_end_too() {
    let report = every_order(|| {
        let flag = Arc::new(AtomicBool::new(false));
        let other = flag.clone();
        thread::spawn(move || other.store(true, SeqCst));
        while !flag.load(SeqCst) {}
    });
    assert!(report.problem.is_none());
    assert!(report.hurried && !report.all, "it could have looked once more");
}

#[test]
fn a_panic_that_its_thread_has_caught_is_none_in_any_order() {
    fn catches(number: &AtomicU32) {
        let caught = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            number.fetch_add(1, SeqCst);
            panic!("on purpose")
        }));
        assert!(caught.is_err());
        number.fetch_add(1, SeqCst);
    }
    // `main` may return before the panic, while the thread still runs, or after its end.
    holds(|| {
        let number = Arc::new(AtomicU32::new(0));
        let other = number.clone();
        thread::spawn(move || catches(&other));
        number.load(SeqCst);
    });
    holds(|| {
        let number = AtomicU32::new(0);
        thread::scope(|threads| {
            threads.spawn(|| catches(&number));
            threads.spawn(|| catches(&number));
        });
        assert_eq!(number.load(SeqCst), 4);
    });
    let problem = fails(|| drop(thread::spawn(|| panic!("nobody asks"))));
    assert!(problem.message.contains("nobody asks"), "{problem}");
}

#[test]
fn destructors_that_run_in_a_panic_are_one_step_and_that_is_said() {
    struct Sets(Arc<AtomicBool>);

    impl Drop for Sets {
        fn drop(&mut self) {
            self.0.store(true, SeqCst);
        }
    }

    fn in_a_panic(looks: bool) -> Report {
        every_order(move || {
            let flag = Arc::new(AtomicBool::new(false));
            let sets = Sets(flag.clone());
            let thread = thread::spawn(move || {
                let _sets = sets;
                panic!("on purpose")
            });
            if looks {
                flag.load(SeqCst);
            }
            assert!(thread.join().is_err());
        })
    }
    let report = in_a_panic(true);
    assert!(report.problem.is_none() && report.unwound && !report.all, "main could have looked before");
    let report = in_a_panic(false);
    assert!(report.all && !report.unwound, "main can only wait");

    // A guard that a panic drops: only `try_lock` can tell when.
    let guarded = |tries: bool| {
        every_order(move || {
            let lock = Arc::new(Mutex::new(0));
            let other = lock.clone();
            let thread = thread::spawn(move || {
                let _guard = other.lock();
                panic!("on purpose")
            });
            if tries {
                drop(lock.try_lock())
            } else {
                drop(lock.lock())
            }
            assert!(thread.join().is_err());
        })
    };
    assert!(guarded(false).all);
    assert!(guarded(true).unwound);
}

#[test]
fn a_loop_that_nobody_ends_is_told_with_the_remedy() {
    let problem = fails(|| {
        let flag = AtomicBool::new(false);
        while !flag.load(SeqCst) {}
    });
    assert_eq!(problem.kind, Kind::Endless);
    assert!(problem.message.contains("spin_loop"), "{problem}");
}

#[test]
fn a_loop_that_nobody_ends_is_told() {
    let problem = fails(|| {
        let flag = AtomicBool::new(false);
        while !flag.load(SeqCst) {
            thread::sleep(Duration::from_millis(1));
        }
    });
    assert_eq!(problem.kind, Kind::Endless, "{problem}");
    assert!(problem.message.contains("round and round for ever"), "{problem}");
    assert!(problem.steps.len() < 40, "{problem}");
}

#[test]
fn who_waits_for_quiet_has_its_turn_before_a_time_is_over() {
    holds(|| {
        let (number, condvar) = (Mutex::new(0), Condvar::new());
        thread::scope(|scope| {
            scope.spawn(|| {
                let mut number = number.lock().unwrap();
                while *number == 0 {
                    number = condvar.wait_timeout(number, Duration::from_millis(1)).unwrap().0;
                }
            });
            interleave::execution::quiescence(std::panic::Location::caller());
            *number.lock().unwrap() = 1;
            condvar.notify_all();
        });
    });
}

#[test]
fn threads_that_back_off_from_each_other_count_as_waiting() {
    let both = |one: &Mutex<u32>, other: &Mutex<u32>| {
        loop {
            let held = one.lock().unwrap();
            if let Ok(mut other) = other.try_lock() {
                *other += *held;
                return;
            }
            drop(held);
            thread::yield_now();
        }
    };
    let report = every_order(move || {
        let (a, b) = (Mutex::new(1), Mutex::new(1));
        thread::scope(|scope| {
            let held = a.lock().unwrap();
            scope.spawn(|| both(&b, &a));
            scope.spawn(|| both(&b, &a));
            for _ in 0..10 {
                interleave::execution::quiescence(std::panic::Location::caller());
            }
            drop(held);
        });
        assert_eq!(a.into_inner().unwrap(), 3);
    });
    assert!(report.problem.is_none(), "{:?}", report.problem);
}

#[test]
fn who_yields_with_a_lock_in_hand_lets_others_have_it_in_between() {
    let report = Search::default().some_order("the first order", || {
        let numbers = Mutex::new(Vec::new());
        thread::scope(|scope| {
            scope.spawn(|| {
                loop {
                    let numbers = numbers.lock().unwrap();
                    if numbers.len() == 300 {
                        return;
                    }
                    thread::yield_now();
                }
            });
            for number in 0..300 {
                interleave::execution::quiescence(std::panic::Location::caller());
                numbers.lock().unwrap().push(number);
            }
        });
        true
    });
    assert!(report.problem.is_none(), "{:?}", report.problem);
    assert_eq!(report.schedules, 1);
}

#[test]
fn who_waits_for_one_step_comes_in_between_any_two() {
    let report = Search::default().some_order("the first order", || {
        let number = AtomicU32::new(0);
        let looks = thread::scope(|scope| {
            let looks = scope.spawn(|| [(); 30].map(|()| number.load(SeqCst)));
            // The last ones come when nobody is left to take a step.
            for _ in 0..40 {
                interleave::execution::one_step(std::panic::Location::caller());
                number.fetch_add(1, SeqCst);
            }
            looks.join().unwrap()
        });
        assert!(looks.into_iter().eq(0..30), "two looks with nothing in between: {looks:?}");
        true
    });
    assert!(report.problem.is_none(), "{:?}", report.problem);
    assert_eq!(report.schedules, 1);
}

#[test]
fn what_is_done_in_the_simplest_order_costs_no_orders_and_what_follows_is_explored() {
    let two = |before: usize| {
        move || {
            let (number, lock) = (AtomicU32::new(0), Mutex::new(()));
            let add = || {
                let _held = lock.lock().unwrap();
                let mut seen = number.load(SeqCst);
                while let Err(now) = number.compare_exchange_weak(seen, seen + 1, SeqCst, SeqCst) {
                    seen = now;
                }
            };
            let at_once = || {
                thread::scope(|scope| {
                    scope.spawn(add);
                    scope.spawn(add);
                })
            };
            interleave::execution::simplest(|| (0..before).for_each(|_| at_once()));
            at_once();
            assert_eq!(number.load(SeqCst) as usize, 2 * before + 2);
        }
    };
    let search = Search { surprises: 1, ..Search::default() };
    let [none, many] = [0, 20].map(|before| search.every_order(two(before)));
    assert!(none.problem.is_none() && many.problem.is_none(), "{:?}", many.problem);
    assert!(none.all && many.all && none.schedules > 2);
    assert_eq!(many.schedules, none.schedules);
    let late = Search::default().every_order(|| {
        let number = AtomicU32::new(0);
        interleave::execution::simplest(|| (0..20).for_each(|_| _ = number.fetch_add(1, SeqCst)));
        thread::scope(|scope| {
            let adds = || number.store(number.load(SeqCst) + 1, SeqCst);
            scope.spawn(adds);
            scope.spawn(adds);
        });
        assert_eq!(number.load(SeqCst), 22);
    });
    assert!(late.problem.is_some());
}

#[test]
fn a_panic_that_is_asked_for_is_no_failure() {
    holds(|| {
        let thread = thread::spawn(|| panic!("on purpose"));
        let left = thread.join().expect_err("it panics");
        assert_eq!(left.downcast_ref(), Some(&"on purpose"));
    });
    holds(|| {
        let caught = std::panic::catch_unwind(|| panic!("on purpose"));
        assert!(caught.is_err());
    });
}

#[test]
fn a_panic_that_nobody_asks_for_is_one() {
    let problem = fails(|| {
        let number = Arc::new(AtomicU32::new(0));
        let other = number.clone();
        let thread = named("careless", move || assert_eq!(other.load(SeqCst), 0, "too late"));
        number.store(1, SeqCst);
        while !thread.is_finished() {
            thread::yield_now();
        }
    });
    assert!(problem.message.starts_with("careless panicked: "), "{problem}");
    assert!(problem.message.contains("too late"), "{problem}");
}

#[test]
fn a_check_that_fails_after_a_panic_is_told_and_not_the_panic() {
    let problem = fails(|| {
        let ended_well = thread::spawn(|| panic!("this is known")).join().is_ok();
        assert!(ended_well, "this is the point");
    });
    assert!(problem.message.contains("this is the point"), "{problem}");
}

#[test]
fn an_unwrap_of_a_join_tells_the_panic_of_the_thread() {
    let problem = fails(|| thread::spawn(|| panic!("the real reason")).join().unwrap());
    assert!(problem.message.contains("the real reason"), "{problem}");
    let problem = fails(|| {
        thread::scope(|scope| {
            scope.spawn(|| panic!("the real reason"));
        });
    });
    assert!(problem.message.contains("the real reason"), "{problem}");
}

#[test]
fn a_destructor_that_waits_during_a_panic_is_told() {
    #[expect(dead_code, reason = "the sender is there to keep the channel open")]
    struct Waits(Option<thread::JoinHandle<()>>, mpsc::Sender<()>);
    impl Drop for Waits {
        fn drop(&mut self) {
            let _ = self.0.take().map(thread::JoinHandle::join);
        }
    }
    let problem = fails(|| {
        let (to, from) = mpsc::channel();
        let _waits = Waits(Some(thread::spawn(move || from.recv().unwrap_or(()))), to);
        panic!("on purpose");
    });
    assert!(problem.message.contains("on purpose") && problem.message.contains("destructor"), "{problem}");
}

#[test]
fn ending_the_program_is_refused() {
    let problem = fails(|| std::process::exit(0));
    assert_eq!(problem.kind, Kind::Refused);
    assert!(problem.message.contains("exit(0)"), "{problem}");
}

#[test]
fn what_would_hold_up_the_explorer_is_refused() {
    let problem = fails(|| _ = std::io::stdin());
    assert_eq!(problem.kind, Kind::Refused);
    assert!(problem.message.contains("standard input"), "{problem}");
    let problem = fails(|| _ = std::io::pipe());
    assert_eq!(problem.kind, Kind::Refused);
    assert!(problem.message.contains("pipe of the system"), "{problem}");
}

#[test]
fn a_program_that_is_not_the_same_each_time_is_refused() {
    // A number of the real standard library, which no search resets.
    static RUNS: core::sync::atomic::AtomicU32 = core::sync::atomic::AtomicU32::new(0);
    let problem = fails(|| {
        let number = AtomicU32::new(0);
        let threads = 2 + RUNS.fetch_add(1, core::sync::atomic::Ordering::SeqCst) % 2;
        thread::scope(|scope| {
            for _ in 0..threads {
                scope.spawn(|| number.store(1, SeqCst));
            }
        });
    });
    assert_eq!(problem.kind, Kind::Refused, "{problem}");
    assert!(problem.message.contains("run again"), "{problem}");
}

#[test]
fn some_order_is_looked_for() {
    let most = |at: &'static AtomicU32| {
        move || {
            let inside = || {
                let now = at.fetch_add(1, SeqCst) + 1;
                at.fetch_sub(1, SeqCst);
                now
            };
            let thread = thread::spawn(inside);
            inside().max(thread.join().unwrap())
        }
    };
    static AT: AtomicU32 = AtomicU32::new(0);
    assert!(Search::default().some_order("never two", move || most(&AT)() == 2).problem.is_none());
    let problem = Search::default().some_order("never three", move || most(&AT)() == 3).problem;
    assert_eq!(problem.expect("none is found").message, "never three");
}

/// More orders than time: five threads of five steps each have 25! / 5!⁵ of them.
#[test]
fn what_is_too_large_is_searched_at_random_after_the_first_passes() {
    let search =
        Search { time: Duration::from_millis(50), random: Duration::from_secs(2), ..Search::default() };
    let report = search.every_order(|| {
        let number = AtomicU32::new(0);
        thread::scope(|scope| {
            for _ in 0..5 {
                scope.spawn(|| (0..5).for_each(|n| number.store(n, SeqCst)));
            }
        });
    });
    assert!(!report.all && report.problem.is_none() && report.schedules > 100);
    assert!(report.forced_switches.is_some_and(|forced| forced < 3), "{report:?}");
}

#[test]
fn printing_is_a_step_and_no_output() {
    let problem = fails(|| {
        println!("to be seen in the schedule");
        panic!("on purpose");
    });
    assert!(problem.steps.iter().any(|step| step.text.contains("to be seen")), "{problem}");
}

#[test]
fn names_come_from_the_source() {
    struct Account {
        balance: Mutex<i64>,
    }
    let problem = fails(|| {
        let account = Account { balance: Mutex::new(5) };
        let savings = Mutex::new(7);
        let _a = account.balance.lock().unwrap();
        let _b = savings.lock().unwrap();
        panic!("on purpose");
    });
    let texts: Vec<_> = problem.steps.iter().map(|step| step.text.as_str()).collect();
    assert_eq!(texts[..2], ["locks `balance` (= 5)", "locks `savings` (= 7)"], "{problem}");
}

#[test]
fn of_two_panics_the_one_that_was_caught_is_not_told() {
    let problem = fails(|| {
        let _ = std::panic::catch_unwind(|| panic!("this one is caught"));
        panic!("this one is not");
    });
    assert!(problem.message.contains("this one is not"), "{problem}");
}

#[test]
fn what_a_lazy_value_is_made_of_is_used_once() {
    holds(|| {
        let owned = Box::new(7);
        let lazy = LazyLock::new(move || -> u32 { panic!("on purpose, with {owned}") });
        for text in ["on purpose", "poisoned"] {
            let panic = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| *lazy));
            let panic = panic.expect_err("it panics");
            assert!(interleave::execution::text_of(&*panic).contains(text), "{text}");
        }
    });
}

#[test]
fn after_a_panic_a_once_lock_is_tried_again_and_a_lazy_lock_is_poisoned() {
    let problem = fails(|| {
        let lock = OnceLock::new();
        let panic = std::panic::catch_unwind(|| *lock.get_or_init(|| panic!("on purpose")));
        assert_eq!((panic.is_err(), lock.get_or_init(|| 5)), (true, &5));
        let lazy: LazyLock<u32> = LazyLock::new(|| panic!("on purpose"));
        let _ = std::panic::catch_unwind(|| *lazy);
        let _ = *lazy;
    });
    let at = format!("LazyLock instance has previously been poisoned (search.rs:{})", line!() - 2);
    assert_eq!(problem.message, at, "{problem}");
    let texts: Vec<_> = problem.steps.iter().map(|step| step.text.as_str()).collect();
    let of_lock = ["begins `lock`", "has failed at `lock`", "begins `lock`", "has done `lock`"];
    assert_eq!(texts.iter().filter(|text| text.contains("`lock`")).copied().collect::<Vec<_>>(), of_lock);
}

#[test]
fn what_std_lets_a_program_write_can_be_written() {
    holds(|| {
        println!();
        assert_eq!(dbg!(1 + 1), 2);
        let (number, lock) = (AtomicU32::new(1), Mutex::new(1));
        // `&Mutex` and the like may be used behind a `catch_unwind`.
        let caught = std::panic::catch_unwind(|| *lock.lock().unwrap());
        assert_eq!(caught.expect("no panic"), 1);
        assert_eq!(number.update(SeqCst, SeqCst, |n| n + 1), 1);
        assert_eq!(number.try_update(SeqCst, SeqCst, |_| None), Err(2));
        let mut cell = OnceLock::from(3);
        assert_eq!((cell.take(), cell.get()), (Some(3), None));
    });
}

/// What a program prints or returns, in all orders.
fn outcomes(body: impl Fn() -> String + Send + Sync + 'static) -> Vec<String> {
    let found = Search::default().outcomes(body);
    assert!(found.all, "not all orders");
    let mut outcomes: Vec<_> = found.orders.into_iter().map(|order| order.outcome).collect();
    outcomes.sort();
    outcomes.dedup();
    outcomes
}

#[test]
fn a_lock_that_is_printed_shows_what_a_thread_could_see() {
    let std = outcomes(|| {
        let number = Arc::new(Mutex::new(1));
        let other = number.clone();
        let adds = thread::spawn(move || *other.lock().unwrap() += 1);
        let shown = format!("{number:?}");
        adds.join().unwrap();
        shown
    });
    let shown = |data| format!("Mutex {{ data: {data}, poisoned: false, .. }}");
    assert_eq!(std, [shown("1"), shown("2"), shown("<locked>")]);
    let parking_lot = outcomes(|| {
        let number = Arc::new(parking_lot::RwLock::new(1));
        let other = number.clone();
        let adds = thread::spawn(move || *other.write() += 1);
        let reads = number.read();
        let shown = format!("{number:?}");
        drop(reads);
        adds.join().unwrap();
        shown
    });
    // A thread that waits to write stands before one more that would read.
    let shown = |data| format!("RwLock {{ data: {data} }}");
    assert_eq!(parking_lot, [shown("1"), shown("2"), shown("<locked>")]);
}

#[test]
fn what_is_set_once_and_printed_shows_whether_it_is_set() {
    let set = outcomes(|| {
        let number = Arc::new(OnceLock::new());
        let other = number.clone();
        let sets = thread::spawn(move || other.set(5));
        let shown = format!("{number:?} {:?}", LazyLock::new(|| 1));
        sets.join().unwrap().unwrap();
        shown
    });
    assert_eq!(set, ["OnceLock(5) LazyLock(<uninit>)", "OnceLock(<uninit>) LazyLock(<uninit>)"]);
}
