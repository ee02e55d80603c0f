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

/// The stages that lessons grow in.
pub mod stages {
    include!(concat!(env!("OUT_DIR"), "/stages.rs"));
}

/// The `main` of a lesson.
pub type Lesson = fn() -> std::process::ExitCode;

/// A lesson for which all orders can be shown.
#[derive(Debug)]
pub struct Offer {
    /// Its topic.
    pub topic: &'static str,
    /// The arguments that make its orders few.
    pub arguments: &'static [&'static str],
    /// Whether a load may read an old value where its `Ordering` allows it. That makes more orders.
    pub old_values: bool,
}

/// What each lesson's page shows.
pub const OFFERED: &[Offer] = &[
    // `Relaxed`, but of one atomic alone: old values are for a later lesson.
    Offer { topic: "race", arguments: &["--rounds", "1"], old_values: false },
    Offer { topic: "lock", arguments: &["--rounds", "1"], old_values: false },
    Offer { topic: "deadlock", arguments: &["--order", "opposite"], old_values: false },
    Offer { topic: "condition", arguments: &["--guests", "2"], old_values: false },
    Offer { topic: "semaphore", arguments: &["--cars", "2", "--places", "1"], old_values: false },
    Offer { topic: "barrier", arguments: &["--runners", "2", "--laps", "2"], old_values: false },
    Offer { topic: "read-write-lock", arguments: &["--rounds", "1"], old_values: false },
    Offer { topic: "once", arguments: &["--loaves", "1"], old_values: false },
    Offer { topic: "spin-lock", arguments: &["--rounds", "1"], old_values: true },
    Offer { topic: "owners", arguments: &[], old_values: true },
    Offer { topic: "sleeping-lock", arguments: &["--threads", "2", "--rounds", "1"], old_values: true },
    Offer { topic: "visibility", arguments: &["--rounds", "1"], old_values: true },
    Offer { topic: "publish", arguments: &["--order", "relaxed", "--rounds", "1"], old_values: true },
];

fn lesson(topic: &str) -> Option<Lesson> {
    lessons::ALL.iter().find(|(other, _)| *other == topic).map(|(_, lesson)| *lesson)
}

/// Runs a lesson in every order, with old values, for a time. `None` if there is no such lesson.
pub fn explore(topic: &str, arguments: &[String], time: Duration) -> Option<Report> {
    let lesson = lesson(topic)?;
    choice::give(arguments);
    let search = Search { time, old_values: true, ..Search::default() };
    Some(search.every_order(move || {
        lesson();
    }))
}

/// All orders of a lesson's steps as JSON. `None` if there is no such lesson.
///
/// # Panics
///
/// If the orders are too many for a page.
pub fn orders(offer: &Offer) -> Option<Value> {
    let Offer { topic, arguments, old_values } = *offer;
    let lesson = lesson(topic)?;
    let arguments: Vec<String> = arguments.iter().map(|&argument| argument.to_owned()).collect();
    choice::give(&arguments);
    let search = Search {
        time: Duration::from_secs(60),
        reduction: Reduction::Quiet,
        old_values,
        ..Search::default()
    };
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
