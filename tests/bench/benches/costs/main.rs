//! What threads and processes cost: ours beside Python's, beside other crates, and beside the floor.
//!
//! Run with: cargo bench -p bench --bench costs -- [--quick] [--only WORK,WORK] [--merge] [--json FILE]
//!
//!     --quick            everything once and small: shows that it runs, not what it costs
//!     --only WORKS       only these works, by their ids, with commas between [default: all]
//!     --merge            put the works of --only into book/costs.json, and leave there what it has of others
//!     --json FILE        where the figures go, seen from tests/bench; auto is book/costs.json, after a full run [default: auto]
//!     --contender WHO    one contender alone, once, by WORK/ENTRY: what the driver runs [default: none]
//!     --bench            nothing; cargo adds it
//!
//! Each work is done by several contenders: this program again, or Python. A contender is a process of
//! its own, which does the work once, checks what came of it, and prints one number. Rounds are
//! interleaved: in each, every contender has its turn, and the turns move on by one.
//!
//! # Layout
//!
//! - `works`: what is measured, and what it is to reach
//! - `driver`: runs the contenders
//! - `report`: the figures, as tables and as JSON
//! - `starts`, `waits`, `locks`, `messages`, `pools`, `parallel`: the contenders in Rust; those in Python are in `benches/python`

#![expect(clippy::disallowed_methods, reason = "what is measured is waited for, as long as it takes")]

use std::process::ExitCode;
use std::time::{Duration, Instant};
use std::{env, fs};

use anyhow::{Context, Result, ensure};
use shared::choice;

mod driver;
mod locks;
mod messages;
mod parallel;
mod pools;
mod report;
mod starts;
mod waits;
mod works;

fn main() -> ExitCode {
    match env::args().nth(1).as_deref() {
        Some(starts::NOTHING) => return ExitCode::SUCCESS,
        Some("--role") => {} // a child of ours: its start is measured, and without procspawn
        _ => procspawn::init(), // a child of procspawn ends in there
    }
    let roles = [starts::roles(), locks::roles(), messages::roles(), pools::roles()];
    shared::run(include_str!("main.rs"), costs, &roles.into_iter().flatten().collect::<Vec<_>>())
}

fn costs() -> Result<()> {
    let contender: String = choice::value("--contender")?;
    if contender != "none" {
        return works::compete(&contender);
    }
    let (quick, only) = (choice::flag("--quick"), choice::value::<String>("--only")?);
    let works = works::chosen(&only)?;
    let rounds = if quick { 1 } else { 7 };
    // Read first: measuring takes minutes.
    let before = if choice::flag("--merge") { Some(report::Stored::read(COSTS, rounds)?) } else { None };
    let measured = driver::measure(works, rounds, quick)?;
    let bounds = report::print_bounds(&measured);
    let file: String = choice::value("--json")?;
    let full = !quick && only == "all";
    let path = match file.as_str() {
        "auto" if full || before.is_some() => COSTS,
        "auto" => return Ok(()),
        path => path,
    };
    let mut figures = report::json(&measured, &bounds, rounds);
    if let Some(before) = before {
        figures = before.merged(figures);
    }
    fs::write(path, format!("{figures:#}\n")).with_context(|| path.to_owned())
}

/// What the book shows.
const COSTS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../book/costs.json");

/// How many times a contender does its work, as the driver says. Children inherit the variable.
fn count() -> u64 {
    from_driver("BENCH_COUNT")
}

/// How many bytes: of a message, or of what the parent holds.
fn size() -> usize {
    from_driver("BENCH_SIZE") as usize
}

fn from_driver(name: &str) -> u64 {
    let given = env::var(name).ok().and_then(|text| text.parse().ok());
    given.unwrap_or_else(|| panic!("{name}: a number, which the driver sets"))
}

/// Seconds that something takes.
fn seconds(something: impl FnOnce() -> Result<()>) -> Result<f64> {
    let began = Instant::now();
    something()?;
    Ok(began.elapsed().as_secs_f64())
}

/// Waits until processes that have been started are sure to stand where they wait to be let go. A
/// slower machine measures a little of their start as well.
fn until_all_wait() {
    std::thread::sleep(Duration::from_millis(100));
}

/// So many things in so many seconds: things a second, or of 64 KiB and more the megabytes of them.
fn rate(things: u64, seconds: f64) -> f64 {
    let each = if size() < 65_536 { 1.0 } else { size() as f64 / 1e6 };
    things as f64 * each / seconds
}

fn expect(what: &str, got: u64, wanted: u64) -> Result<()> {
    ensure!(got == wanted, "{what}: {got} instead of {wanted}");
    Ok(())
}
