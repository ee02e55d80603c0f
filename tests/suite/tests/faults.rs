//! What holds when processes are killed at random moments, counted.
//!
//! `cargo test -p suite --test faults` has each fault some ten times; with `-- --ignored --nocapture` as often as
//! it takes to trust the promise, in some five minutes, and prints the counts.
//!
//! Every run prints its seed: `FAULT_SEED=1234 cargo test -p suite --test faults workers` draws the same again.
//! When a signal arrives is still up to the system, so it may take several runs to see a fault again.
//!
//! Linux only: processes are found in `/proc`, and killed by a descriptor so that nobody else is hit.
#![cfg(target_os = "linux")]

use std::os::unix::process::ExitStatusExt;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use rustix::process::Signal;
use suite::{Drive, Run, program};

fn faults(mode: &str, times: usize) -> Drive {
    let drive = program(env!("CARGO_BIN_EXE_faults")).args(&["--mode", mode, "--times", &times.to_string()]);
    match std::env::var("FAULT_SEED") {
        Ok(seed) => drive.args(&["--seed", &seed]),
        Err(_) => drive,
    }
}

/// So many faults of one kind; the program itself asks what was promised.
fn few(mode: &str, times: usize) {
    show(faults(mode, times).unrecorded().run().well());
}

/// The same, and nothing else meanwhile: how long things take is printed.
fn many(mode: &str, times: usize) {
    alone(faults(mode, times));
}

fn alone(drive: Drive) {
    static ALONE: Mutex<()> = Mutex::new(());
    let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    show(drive.unrecorded().deadline(Duration::from_secs(1_200)).run().well());
}

fn show(run: Run) -> Run {
    println!("{}", run.lines.join("\n"));
    run
}

#[test]
fn killed_workers_cost_one_task_each() {
    few("workers", 150);
}

#[test]
#[ignore = "long: 10 000 workers"]
fn killed_workers_cost_one_task_each_10_000_times() {
    many("workers", 10_000);
}

#[test]
fn killed_idle_workers_cost_nothing() {
    few("idle", 50);
}

#[test]
#[ignore = "long: 2 000 idle workers"]
fn killed_idle_workers_cost_nothing_2_000_times() {
    many("idle", 2_000);
}

#[test]
fn tasks_are_retried_as_often_as_asked() {
    few("retries", 50);
}

#[test]
#[ignore = "long: 2 000 workers"]
fn tasks_are_retried_as_often_as_asked_2_000_times() {
    many("retries", 2_000);
}

#[test]
fn a_task_that_takes_too_long_is_reported() {
    few("time-limit", 4);
}

#[test]
#[ignore = "long: 100 endless tasks"]
fn a_task_that_takes_too_long_is_reported_100_endless_tasks() {
    many("time-limit", 100);
}

#[test]
#[ignore = "long: a worker has 10 seconds to begin"]
fn a_worker_that_is_stopped_before_it_begins_is_replaced() {
    many("stopped", 1);
}

#[test]
fn limits_may_be_set_late() {
    few("late-limits", 5);
}

#[test]
fn a_task_that_ends_at_its_limit_harms_no_other() {
    few("short-limit", 300);
}

#[test]
fn each_worker_is_initialized_before_its_first_task() {
    few("initializers", 20);
}

#[test]
#[ignore = "long: 2 000 workers"]
fn each_worker_is_initialized_before_its_first_task_2_000_times() {
    many("initializers", 2_000);
}

#[test]
fn each_task_comes_once_as_it_completes() {
    few("completed", 20);
}

#[test]
#[ignore = "long: 2 000 workers"]
fn each_task_comes_once_as_it_completes_2_000_times() {
    many("completed", 2_000);
}

#[test]
fn a_task_is_cancelled_or_begun() {
    few("cancelled", 200);
}

#[test]
#[ignore = "long: 20 000 tasks"]
fn a_task_is_cancelled_or_begun_20_000_times() {
    many("cancelled", 20_000);
}

#[test]
fn a_full_pool_lets_nobody_submit() {
    few("queue-limit", 20);
}

#[test]
#[ignore = "long: 50 pools"]
fn a_full_pool_lets_nobody_submit_50_pools() {
    many("queue-limit", 500);
}

#[test]
fn a_worker_does_its_number_of_tasks() {
    few("tasks-per-worker", 20);
}

#[test]
#[ignore = "long: 10 000 tasks"]
fn a_worker_does_its_number_of_tasks_10_000_tasks() {
    many("tasks-per-worker", 500);
}

#[test]
fn map_keeps_the_order() {
    few("map", 30);
}

#[test]
#[ignore = "long: 30 000 tasks"]
fn map_keeps_the_order_30_000_tasks() {
    many("map", 1000);
}

#[test]
fn killed_parents_leave_no_orphan() {
    few("parents", 15);
}

#[test]
#[ignore = "long: 1 000 parents"]
fn killed_parents_leave_no_orphan_1_000_times() {
    many("parents", 1_000);
}

/// Supervisors of the lesson.
fn supervisors(times: usize) -> Drive {
    let program = suite::tree::program("supervisor").to_str().expect("a plain path");
    faults("supervisors", times).env("FAULT_SUPERVISOR", program)
}

#[test]
fn killed_supervisors_leave_no_orphan() {
    show(supervisors(16).unrecorded().run().well());
}

#[test]
#[ignore = "long: 1 000 supervisors"]
fn killed_supervisors_leave_no_orphan_1_000_times() {
    alone(supervisors(1_000));
}

#[test]
fn killed_producers_and_consumers_lose_what_they_hold() {
    few("queue", 15);
}

#[test]
#[ignore = "long: 1 000 producers, 1 000 consumers"]
fn killed_producers_and_consumers_lose_what_they_hold_1_000_times() {
    many("queue", 1_000);
}

#[test]
fn a_queue_over_pipes_loses_only_what_was_put_aside_for_the_dead() {
    few("pipes", 10);
}

#[test]
#[ignore = "long: 1 000 producers, 1 000 consumers"]
fn a_queue_over_pipes_loses_only_what_was_put_aside_for_the_dead_1_000_times() {
    many("pipes", 1_000);
}

#[test]
fn a_full_queue_waits() {
    few("full", 20);
}

#[test]
fn killed_holders_free_the_lock() {
    few("lock", 30);
}

#[test]
#[ignore = "long: 1 000 holders"]
fn killed_holders_free_the_lock_1_000_times() {
    many("lock", 1_000);
}

#[test]
fn killed_holders_free_the_fast_lock() {
    few("fast-lock", 30);
}

#[test]
#[ignore = "long: 1 000 holders"]
fn killed_holders_free_the_fast_lock_1_000_times() {
    many("fast-lock", 1_000);
}

#[test]
fn killed_processes_leave_no_shared_memory() {
    few("memory", 30);
}

#[test]
#[ignore = "long: 1 000 makers, 1 000 counters"]
fn killed_processes_leave_no_shared_memory_1_000_times() {
    many("memory", 1_000);
}

#[test]
fn killed_clients_cost_a_server_nothing() {
    few("clients", 60);
}

#[test]
#[ignore = "long: 1 000 clients"]
fn killed_clients_cost_a_server_nothing_1_000_times() {
    many("clients", 1_000);
}

#[test]
fn descriptors_and_memory_stay_flat() {
    few("flat", 4_000);
}

#[test]
#[ignore = "long: 100 000 tasks"]
fn descriptors_and_memory_stay_flat_over_100_000_tasks() {
    many("flat", 100_000);
}

#[test]
fn few_descriptors_are_enough_and_none_is_an_error() {
    few("descriptors", 20);
}

#[test]
fn interrupted_calls_go_on() {
    few("interrupted", 20);
}

#[test]
#[ignore = "long: 100 rounds"]
fn interrupted_calls_go_on_100_times() {
    many("interrupted", 1_000);
}

#[test]
fn garbage_on_the_wire_is_an_error() {
    few("garbled", 50);
}

#[test]
#[ignore = "long: 2 000 tasks"]
fn garbage_on_the_wire_is_an_error_2_000_times() {
    many("garbled", 2_000);
}

#[test]
fn large_messages_survive_a_kill_and_too_large_ones_are_errors() {
    few("sizes", 10);
}

#[test]
#[ignore = "long: 200 inputs"]
fn large_messages_survive_a_kill_200_times() {
    many("sizes", 200);
}

#[test]
fn workers_that_cannot_live_are_an_error_and_no_loop() {
    show(faults("stillborn", 20).env("FAULT_STILLBORN", "1").unrecorded().run().well());
}

/// The lesson `shutdown`, told to stop at any moment.
fn shutdown(times: usize) -> Drive {
    let lesson = suite::tree::program("shutdown").to_str().expect("a plain path");
    faults("shutdown", times).env("FAULT_LESSON", lesson).unrecorded()
}

#[test]
fn a_shutdown_at_any_moment_keeps_the_sum_and_leaves_nothing() {
    show(shutdown(12).run().well());
}

#[test]
#[ignore = "long: 1 000 shutdowns"]
fn a_shutdown_at_any_moment_keeps_the_sum_and_leaves_nothing_1_000_times() {
    show(shutdown(1_000).deadline(Duration::from_secs(1_200)).run().well());
}

#[test]
fn ctrl_c_starts_no_storm() {
    let mut running = faults("ctrl-c", 20).start();
    for _ in 0..5 {
        running.until_says("works");
        running.ctrl_c();
    }
    let run = show(running.end().well());
    let starts = run.trace.0.iter().filter(|event| event.phase == "s" && event.category == "start").count();
    // The first may come before a worker is ready for it: that one is replaced.
    assert!(starts <= 4 + 4, "{starts} starts of 4 workers");
}

#[test]
fn ctrl_c_that_nobody_handles_leaves_nothing() {
    let mut running = program(env!("CARGO_BIN_EXE_faults")).args(&["--mode", "ctrl-c-bare"]).start();
    running.until_says("works");
    running.ctrl_c();
    let run = running.end();
    assert_eq!(run.status.signal(), Some(Signal::INT.as_raw()), "{}", run.errors);
}
