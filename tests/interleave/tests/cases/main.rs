//! Small programs after public bug reports: the wrong one is found, and the right one holds in every order that is tried.
//!
//! Each stands in a folder of its own, `wrong.rs` and `right.rs`; each tells what goes wrong or why it can't.

#[macro_use]
extern crate interleave_std as std;
// The stand-in has no files.
extern crate interleave_crossbeam_channel as crossbeam_channel;
extern crate interleave_parking_lot as parking_lot;
extern crate std as real;

use std::time::Duration;

use interleave::{Ending, Kind, Outcome, Search, Tally};

/// With old values, as the checks of an exercise and `cargo explore` search.
fn search() -> Search {
    Search { old_values: true, ..Search::default() }
}

/// All that can come out, as `cargo explore` counts it.
fn tally(body: fn()) -> Tally {
    let search = Search { time: Duration::from_secs(1), ..search() };
    let body = move || {
        body();
        Ok(())
    };
    search.tally(false, body, |_| {})
}

fn holds(body: fn()) {
    for search in [Search::default(), search()] {
        let report = search.every_order(body);
        if let Some(problem) = report.problem {
            panic!("{problem}");
        }
    }
    let tally = tally(body);
    let failing: Vec<&Outcome> = tally.outcomes.iter().filter(|outcome| outcome.fails()).collect();
    assert!(failing.is_empty(), "{failing:?}");
    real::println!("{} orders, all: {}", tally.orders, tally.all);
}

/// Its problem is of this kind, with these words in the message; and so is an outcome.
fn fails(body: fn(), kind: Kind, words: &str) {
    let problem = search().every_order(body).problem.expect("a problem");
    assert_eq!(problem.kind, kind, "{problem}");
    assert!(problem.message.contains(words), "{problem}");
    let tally = tally(body);
    let is_it = |outcome: &Outcome| outcome.ending == Ending::Failed(kind) && outcome.message.contains(words);
    assert!(tally.outcomes.iter().any(is_it), "{:?}", tally.outcomes);
    real::println!("{} orders, all: {}", tally.orders, tally.all);
}

/// In which way each wrong one fails, in words of its message.
macro_rules! cases {
    ($($name:ident $kind:ident $words:literal)*) => {
        const CASES: &[&str] = &[$(stringify!($name)),*];

        $(
        mod $name {
            mod right;
            pub mod wrong;

            #[test]
            fn wrong_is_found() {
                crate::fails(wrong::body, crate::Kind::$kind, $words);
            }

            #[test]
            fn right_holds() {
                crate::holds(right::body);
            }
        }
        )*
    };
}

cases! {
    all_sent_before_read Deadlock "deadlock"
    bakery_without_choosing Failed ""
    deep_recursion Failed ""
    empty_asked_then_received Deadlock "deadlock"
    error_keeps_the_guard Deadlock "deadlock"
    executor_of_ten_lines Deadlock "deadlock"
    flag_set_outside_the_lock Deadlock "deadlock"
    free_list_aba Failed ""
    gives_up_by_the_clock Deadlock "deadlock"
    helps_while_it_holds Deadlock "deadlock"
    if_let_guard_over_recv Deadlock "deadlock"
    initialiser_failed_once Failed ""
    initialiser_takes_a_lock Deadlock "deadlock"
    initialisers_in_a_circle Deadlock "deadlock"
    job_panics_are_caught Deadlock "deadlock"
    last_owner_by_hand Failed ""
    last_owner_is_the_worker Deadlock "deadlock"
    latch_wakes_one Deadlock "deadlock"
    late_notification Failed ""
    leader_is_not_always_main Failed ""
    length_asked_before Failed ""
    lock_held_over_send Deadlock "deadlock"
    locked_in_the_map_order Deadlock "deadlock"
    offered_once_to_nobody Deadlock "deadlock"
    one_condvar_two_purposes Deadlock "deadlock"
    panic_before_the_notification Deadlock "after thread 1 panicked"
    peterson_turn_first Failed ""
    pool_counts_too_late Failed ""
    prototype_sender_kept Deadlock "deadlock"
    reader_waits_for_a_reader Deadlock "deadlock"
    receiver_kept_by_the_producer Deadlock "deadlock"
    relaxed_message Failed ""
    scope_ends_before_thread_locals Failed ""
    sleeps_until_ready Failed ""
    stop_told_only_to_waiters Deadlock "deadlock"
    sushi_bar Failed ""
    switch_held_by_another Deadlock "deadlock"
    third_timeout_gives_up Failed ""
    three_philosophers Deadlock "deadlock"
    unparks_do_not_add_up Deadlock "deadlock"
    value_asked_while_made Failed ""
    weak_exchange_once Failed ""
    while_let_relock Deadlock "deadlock"
    woken_while_running Deadlock "deadlock"
    worker_left_alone Deadlock "deadlock"
}

macro_rules! right {
    ($($name:ident)*) => {
        const RIGHT: &[&str] = &[$(stringify!($name)),*];

        $(
            mod $name {
                mod right;

                #[test]
                fn right_holds() {
                    crate::holds(right::body);
                }
            }
        )*
    };
}

right! {
    big_array_on_the_stack
    is_empty_polled
    merge_sort_in_threads
    once_lock_polled
    ping_pong_by_a_flag
    select_default_in_a_loop
    send_timeout_in_a_loop
    three_take_turns_asleep
    try_lock_for_in_a_loop
    try_recv_of_a_rendezvous
    try_send_into_a_full_queue
    try_write_polled
}

/// The wrong one is refused by its source: what it does is not seen.
mod unsafe_static_counter {
    mod right;

    #[test]
    fn wrong_is_refused() {
        let static_mut = interleave::usage::static_mut;
        let (line, why) = static_mut(include_str!("unsafe_static_counter/wrong.rs")).expect("it is refused");
        assert_eq!((line, why), (8, "the explorer can't see `static mut`; use an atomic or a Mutex"));
        assert_eq!(static_mut(include_str!("unsafe_static_counter/right.rs")), None);
    }

    #[test]
    fn right_holds() {
        crate::holds(right::body);
    }
}

/// Those that the counts of an `Arc` decide: they are judged in `tests/arc.rs`, with a `std` in which these are seen.
const COUNTED: &[&str] = &["unwrap_the_last_arc"];

#[test]
fn a_relaxed_message_is_found_only_with_old_values() {
    assert!(
        Search::default().every_order(relaxed_message::wrong::body).problem.is_none(),
        "one memory that all see alike"
    );
    let problem = search().every_order(relaxed_message::wrong::body).problem.expect("a problem");
    assert!(problem.steps.iter().any(|step| step.text.contains("an old value")), "{problem}");
}

#[test]
fn every_case_of_the_folder_is_judged() {
    let folder = ::core::concat!(env!("CARGO_MANIFEST_DIR"), "/tests/cases");
    let entries = real::fs::read_dir(folder).expect("the folder of the cases");
    let entries = entries.map(|entry| entry.expect("an entry").path()).filter(|path| path.is_dir());
    let mut there: Vec<String> =
        entries.map(|path| path.file_name().expect("a name").display().to_string()).collect();
    let mut judged: Vec<String> = [CASES, RIGHT, COUNTED, &["unsafe_static_counter"]]
        .concat()
        .iter()
        .map(|name| (*name).to_owned())
        .collect();
    there.sort();
    judged.sort();
    assert_eq!(there, judged);
}
