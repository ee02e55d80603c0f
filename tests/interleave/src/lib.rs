//! Explores the orders in which the steps of several threads can happen.
//!
//! # Layout
//!
//! - [`report`]: what a search found, as text and as JSON

pub mod report;

pub use report::{Kind, Problem, Report, Step, Stuck};

use std::time::Duration;

/// How far a search goes.
#[derive(Clone, Debug)]
pub struct Search {
    /// For all orders; what is left is spent at random.
    pub time: Duration,
}

impl Default for Search {
    fn default() -> Self {
        Search { time: Duration::from_secs(5) }
    }
}

impl Search {
    /// Runs `body` in every order, until one fails or the time is over.
    pub fn every_order(&self, body: impl Fn() + Send + Sync + 'static) -> Report {
        let _ = body;
        unimplemented!("the engine comes next")
    }

    /// Runs `body` until it returns true in one order; the report has a problem if there is none.
    pub fn some_order(&self, why_not: &str, body: impl Fn() -> bool + Send + Sync + 'static) -> Report {
        let _ = (why_not, body);
        unimplemented!("the engine comes next")
    }
}
