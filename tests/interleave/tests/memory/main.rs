//! Old values: the explorer finds those that C++20 allows, but for what its documentation says it doesn't try,
//! and never one that C++20 forbids.
//!
//! Known algorithms come out right, and wrong with one order too weak (`algorithms`).
//!
//! The judge of the rest is a checker that knows only the axioms of C++20 (`axioms`). It judges the litmus tests of the documentation,
//! each of which says itself what to expect, and programs made at random. A program that fails is printed with its number:
//! `one(NUMBER)` runs it alone.

extern crate interleave_std as std;
extern crate std as real_std;

mod algorithms;
mod axioms;
mod litmus;
mod program;
mod random;

use real_std::collections::BTreeSet;
use real_std::sync::{Arc, Mutex};
use real_std::time::Duration;

use interleave::{Problem, Reduction, Search};
use program::{Outcome, Program};
use std::sync::atomic::Ordering::{Acquire, Relaxed};
use std::sync::atomic::{AtomicBool, AtomicU32};
use std::thread;

/// The outcomes in all orders, however many old values they need; `None` if there are too many orders.
fn explored(program: &Program, reduction: Reduction, time: Duration) -> Option<BTreeSet<Outcome>> {
    let outcomes = Arc::new(Mutex::new(BTreeSet::new()));
    let (body, found) = (program.clone(), outcomes.clone());
    let search = Search {
        reduction,
        time,
        random: Duration::ZERO,
        surprises: u32::MAX,
        old_values: true,
        ..Search::default()
    };
    // Not `every_order`: it also runs some orders without the reduction, which would hide what that loses.
    let found_all = search.outcomes(move || {
        let outcome = body.run();
        found.lock().expect("no panic").insert(outcome);
        String::new()
    });
    let outcomes = outcomes.lock().expect("no panic").clone();
    found_all.all.then_some(outcomes)
}

fn problem(body: impl Fn() + Send + Sync + 'static) -> Problem {
    Search { old_values: true, ..Search::default() }.every_order(body).problem.expect("a problem")
}

#[test]
fn an_old_value_is_told_with_who_has_written_since() {
    let problem = problem(|| {
        let (data, ready) = (AtomicU32::new(0), AtomicBool::new(false));
        thread::scope(|scope| {
            scope.spawn(|| {
                data.store(1, Relaxed);
                ready.store(true, Relaxed);
            });
            if ready.load(Acquire) {
                assert_eq!(data.load(Relaxed), 1, "it is not ready");
            }
        });
    });
    let old = "reads 0 from `data` (Relaxed), an old value: thread 1 has written 1 since";
    assert!(problem.steps.iter().any(|step| step.text == old), "{problem}");
}

#[test]
fn an_order_that_needs_no_old_value_is_told_first() {
    let problem = problem(|| {
        let number = AtomicU32::new(0);
        thread::scope(|scope| {
            for _ in 0..2 {
                scope.spawn(|| number.store(number.load(Relaxed) + 1, Relaxed));
            }
        });
        assert_eq!(number.load(Relaxed), 2, "an update is lost");
    });
    assert!(!problem.steps.iter().any(|step| step.text.contains("an old value")), "{problem}");
}

/// How far a program was compared.
#[derive(Default)]
struct Compared {
    programs: usize,
    /// Also with no reduction at all, which takes long.
    without_reduction: usize,
    /// C++20 allows an outcome that the explorer doesn't try.
    allowed_more: usize,
}

impl Compared {
    fn one(&mut self, number: u64) {
        let program = random::program(number);
        let Some(outcomes) = explored(&program, Reduction::Sleep, Duration::from_secs(20)) else { return };
        let told = format!("program {number}: {program}");
        let verdict = axioms::judge(&program);
        let forbidden: Vec<_> = outcomes.difference(&verdict.allowed).collect();
        assert!(forbidden.is_empty(), "C++20 forbids {forbidden:?} in {told}");
        assert_eq!(outcomes, verdict.in_some_order, "not what was promised: {told}");
        if let Some(without) = explored(&program, Reduction::Quiet, Duration::from_secs(2)) {
            assert_eq!(outcomes, without, "the reduction changes something: {told}");
            self.without_reduction += 1;
        }
        self.programs += 1;
        self.allowed_more += usize::from(verdict.allowed.len() > outcomes.len());
    }

    fn programs(numbers: core::ops::Range<u64>) {
        let mut compared = Compared::default();
        let asked = numbers.end - numbers.start;
        numbers.for_each(|number| compared.one(number));
        let Compared { programs, without_reduction, allowed_more } = compared;
        real_std::println!(
            "{programs} of {asked} programs compared with the axioms, {without_reduction} with and without sleep sets; \
             in {allowed_more} of them C++20 allows more"
        );
        assert!(programs as u64 * 10 > asked * 9, "only {programs} of {asked} programs were small enough");
    }
}

#[test]
fn random_programs_do_what_the_axioms_say() {
    Compared::programs(0..1_000);
}

#[test]
#[ignore = "takes minutes"]
fn seven_thousand_random_programs_do_what_the_axioms_say() {
    Compared::programs(1_000..8_000);
}
