//! Six tasks on a pool of two threads: their results come as they are done, and
//! one of them is a panic.
//!
//!     cargo run -p lesson-thread-pool
//!     cargo run -p lesson-thread-pool -- --until failure
//!
//!     --until WHICH    cancel the rest then [default: last; try: first, failure]
//!
//! Chapter: book/chapters/en/thread-pool.md
//! Try: `Pool::new(6)`. In which order do the dishes come now?

mod pool;

use std::process::ExitCode;
use std::thread;

use anyhow::{Result, ensure};
use pool::{Future, Pool, first};
use shared::choice::{self, BadArgument};
use shared::{run, say, wait, work};

fn main() -> ExitCode {
    run(include_str!("main.rs"), lesson, &[])
}

// ANCHOR: lesson
const DISHES: [&str; 6] = ["soup", "rice", "fish", "tea", "salad", "cake"];

fn lesson() -> Result<()> {
    let until = choice::value::<String>("--until")?;
    if !["first", "failure", "last"].contains(&&*until) {
        return Err(BadArgument(format!("no such --until: {until}")).into());
    }
    let pool = Pool::new(2)?;
    let dishes = DISHES.map(|dish| (dish, pool.submit(move || cook(dish))));
    say!("cancels the cake in time: {}", dishes[5].1.cancel());

    let told = take(dishes.into(), &until);
    pool.shutdown();
    say!("{told} dishes, and the kitchen is closed");
    ensure!(told == DISHES.len(), "each dish has one result");
    Ok(())
}
// ANCHOR_END: lesson

// ANCHOR: take
fn take(mut open: Vec<(&str, Future<f64>)>, until: &str) -> usize {
    let mut told = 0;
    while !open.is_empty() {
        let next = wait("a result", || first(open.iter().map(|(_, future)| future)));
        let (dish, future) = open.remove(next);
        let result = future.result();
        let enough = match &result {
            Some(Ok(_)) => until == "first",
            Some(Err(_)) => until != "last",
            None => false,
        };
        say!("{dish}: {}", outcome(result));
        told += 1;
        if enough {
            open.iter().for_each(|(_, future)| _ = future.cancel());
        }
    }
    told
}

fn outcome(result: Option<thread::Result<f64>>) -> String {
    match result {
        None => "cancelled".to_owned(),
        Some(Ok(seconds)) => format!("done after {seconds:.1} s"),
        Some(Err(panic)) => {
            format!("lost: {}", panic.downcast_ref().unwrap_or(&"no text"))
        }
    }
}
// ANCHOR_END: take

// ANCHOR: cook
fn cook(dish: &str) -> f64 {
    let seconds = if dish == "soup" { 2.5 } else { 1.0 };
    say!("cooks {dish}");
    work(seconds);
    if dish == "fish" {
        panic!("the fish is burnt");
    }
    seconds
}
// ANCHOR_END: cook
