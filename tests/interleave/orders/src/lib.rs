//! All orders of a lesson's steps, for the page on which a reader chooses them.
//!
//! The lessons of the thread part are compiled here from their own sources, with the stand-ins for `std` and its like.

#[macro_use]
extern crate interleave_std as std;

use std::time::Duration;

use interleave::tree::Tree;
use interleave::{Reduction, Report, Search};
use serde_json::Value;
use shared::{choice, stage};

/// The lessons themselves.
pub mod lessons {
    include!(concat!(env!("OUT_DIR"), "/lessons.rs"));
}

type Lesson = fn() -> std::process::ExitCode;

/// The lessons of the thread part, by their topics.
pub const LESSONS: &[(&str, Lesson)] = &[
    ("single-thread", lessons::single_thread::explored),
    ("daemon-threads", lessons::daemon_threads::explored),
    ("join-threads", lessons::join_threads::explored),
    ("race", lessons::race::explored),
    ("lock", lessons::lock::explored),
    ("deadlock", lessons::deadlock::explored),
    ("producer-consumer", lessons::producer_consumer::explored),
];

/// Those for which all orders can be shown, with the arguments that make them few.
pub const OFFERED: &[(&str, &[&str])] =
    &[("race", &["--rounds", "1"]), ("lock", &["--rounds", "1"]), ("deadlock", &["--order", "opposite"])];

fn lesson(topic: &str) -> Option<Lesson> {
    LESSONS.iter().find(|(other, _)| *other == topic).map(|(_, lesson)| *lesson)
}

/// Runs a lesson in every order, for a time. `None` if there is no such lesson.
pub fn explore(topic: &str, arguments: &[String], time: Duration) -> Option<Report> {
    let lesson = lesson(topic)?;
    choice::give(arguments);
    let search = Search { time, ..Search::default() };
    Some(search.every_order(move || {
        lesson();
    }))
}

/// All orders of a lesson's steps as JSON. `None` if there is no such lesson.
///
/// # Panics
///
/// If the orders are too many for a page.
pub fn orders(topic: &str, arguments: &[String]) -> Option<Value> {
    let lesson = lesson(topic)?;
    choice::give(arguments);
    let search = Search { time: Duration::from_secs(60), reduction: Reduction::Quiet, ..Search::default() };
    let found = search.outcomes(move || {
        // To let go of a lock is a step of its own on the page.
        interleave::execution::sees_unlocks();
        stage::said_by_main();
        lesson();
        stage::said_by_main().into_iter().next().unwrap_or_default()
    });
    assert!(found.all, "{topic} has too many orders for a page");
    let mut json = Tree::of(&found.orders).json();
    json["lesson"] = topic.into();
    json["arguments"] = arguments.into();
    Some(json)
}
