//! Programs that do to a pool, a queue or the wire what nobody should: each hangs, or is told something wrong, if one of
//! their promises is broken. What is counted and drawn by lot is in `faults.rs`.
#![cfg(target_os = "linux")]

use suite::{Drive, Run, program};

const HOSTILE: &str = env!("CARGO_BIN_EXE_hostile");

fn hostile(mode: &str) -> Drive {
    program(HOSTILE).args(&["--mode", mode])
}

/// Run by a shell that does something first.
fn after(command: &str, mode: &str) -> Run {
    program("/bin/sh")
        .args(&["-c", &format!("{command} exec \"$0\" --mode {mode}"), HOSTILE])
        .unrecorded()
        .run()
}

#[test]
fn values_arrive_as_they_are() {
    hostile("values").run().well();
}

#[test]
fn a_shortage_costs_no_task_but_that_of_the_dead() {
    hostile("shortage").run().well();
}

#[test]
fn workers_that_cannot_live_cost_nothing_while_another_is_well() {
    hostile("stillborn").run().well();
}

#[test]
fn the_panics_that_end_a_worker_are_told() {
    let run = hostile("panics").run().well();
    for told in ["first, why it all began", "second, in a drop", "within extern C", "on another main"] {
        assert!(run.errors.contains(told), "{told} is missing in:\n{}", run.errors);
    }
}

#[test]
fn nobody_waits_for_what_a_worker_has_forked() {
    hostile("forks").run().well();
}

#[test]
fn two_processes_that_answer_as_one_are_not_believed() {
    hostile("fork-returns").run().well();
}

#[test]
fn a_task_that_closes_its_wire_is_reported() {
    hostile("closes").run().well();
}

#[test]
fn a_long_line_keeps_its_end() {
    let run = hostile("long-line").unrecorded().room(64 << 20).run().well();
    let lengths: Vec<_> =
        run.said().iter().map(|said| said.text.chars().filter(|&c| c == 'L').count()).collect();
    assert_eq!(lengths.len(), 4);
    assert_eq!((lengths[0], lengths[1], lengths[3]), (1 << 20, 0, 0));
    assert!(lengths[2] > 30 << 20 && run.lines[2].ends_with('…'), "{} of it", lengths[2]);
}

#[test]
fn a_receiver_that_no_child_has_got_is_none() {
    hostile("no-receiver").run().well();
}

#[test]
fn what_a_program_ignores_stays_so_in_what_its_tasks_start() {
    let (plain, without) = (after("", "ignored").well(), after("trap '' INT;", "ignored").well());
    assert_ne!(plain.said()[0].text, without.said()[0].text);
}

#[test]
fn a_limit_to_files_is_an_error_and_no_end() {
    let run = after("ulimit -f 1000;", "file-limit").well();
    assert!(run.said()[0].text.contains("File too large"), "{:?}", run.lines);
}

#[test]
fn a_program_that_fails_says_so_by_its_status_when_nobody_can_hear_it() {
    let run = after("exec 2>/dev/full;", "fails");
    assert_eq!(run.status.code(), Some(1), "{}", run.status);
}

#[test]
fn a_worker_that_dies_with_nothing_to_do_is_no_zombie() {
    hostile("zombie").run().well();
}

#[test]
fn workers_that_have_nothing_to_do_sleep() {
    hostile("idle").unrecorded().run().well();
}

#[test]
fn children_are_called_by_their_roles() {
    let run = hostile("names").run().well();
    let texts: Vec<_> = run.said().iter().map(|said| said.text).collect();
    assert_eq!(texts, ["is says_name", "a worker is worker"]);
}

#[test]
fn inputs_that_are_done_together_are_lost_alone_if_asked() {
    hostile("chunks").run().well();
}

#[test]
fn inputs_that_were_begun_together_are_done_again_alone() {
    hostile("chunks-again").run().well();
}

#[test]
#[ignore = "long: a stopped worker has 10 seconds to begin, and 10 to leave"]
fn a_stopped_worker_is_replaced_without_a_limit() {
    hostile("stopped").run().well();
}

#[test]
fn a_pool_whose_workers_are_never_ready_can_be_dropped() {
    let run = hostile("never-ready").run().well();
    let told = run.said_by("main").into_iter().find_map(|line| line.strip_prefix("told: "));
    assert_eq!(told, Some("pid: the pool was stopped"));
}

#[test]
fn a_program_without_descriptors_keeps_its_workers_and_its_queues() {
    hostile("no-descriptors").run().well();
}

#[test]
fn destructors_of_a_thread_may_say_send_and_start() {
    let run = hostile("destructors").run().well();
    let said = run.said().into_iter().filter(|said| said.text == "in a destructor").count();
    assert_eq!(said, 3, "{:?}", run.lines);
}

#[test]
fn a_task_that_was_begun_is_not_called_never_begun() {
    let run = hostile("unheard-children").run().well();
    let told = run.said_by("main").into_iter().find_map(|line| line.strip_prefix("told: leaves: worker "));
    assert!(
        told.is_some_and(|told| told.ends_with(" died, and the system can't say how")),
        "{:?}",
        run.lines
    );
}

#[test]
fn what_is_too_much_or_not_known_is_one_line() {
    let run = hostile("extremes").run().well();
    let told: Vec<_> =
        run.said_by("main").into_iter().filter_map(|line| line.strip_prefix("told: ")).collect();
    let workers = |count: &str| {
        format!("cannot start a process as worker: {count} workers are too many: a pool has at most 65536")
    };
    let expected = [
        workers("18446744073709551615"),
        workers("1099511627776"),
        workers("65537"),
        "18446744073709551615 numbers are too many".into(),
        "1152921504606846976 numbers are too many".into(),
        "576460752303423488 numbers: Cannot allocate memory (os error 12)".into(),
        "1125899906842624 numbers: Cannot allocate memory (os error 12)".into(),
        "cannot start a process as says_name: a role takes no arguments: hand it over what it needs".into(),
        "no process can start as brew: add role(brew) or task(brew) to the list for shared::run".into(),
        "brew  failed: exit status: ".into(),
    ];
    assert_eq!(told, expected);
    assert_eq!(run.said_by("two lines"), ["told: one  line"]);
}

#[test]
fn children_of_a_thread_end_with_the_process() {
    hostile("another-program").run().well();
    // The system sends SIGHUP to a stopped process whose parent ends, and some programs ignore it.
    after("trap '' HUP;", "stopped-child").well();
}
