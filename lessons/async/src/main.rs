//! One waiter and ten thousand guests: each of them waits, and one thread is
//! enough for all of these waits.
//!
//!     cargo run -p lesson-async
//!
//!     --waits N    guests who only read the menu [default: 10000; try: 1, 1000]
//!     --block      Ben keeps the waiter, instead of waiting for the cook to answer
//!
//! Chapter: book/chapters/en/async.md
//! Try: in `ben`, take away the first `.await`. What does Ben do now?

use std::process::ExitCode;
use std::thread::{self, ThreadId};
use std::time::Duration;

use anyhow::{Result, ensure};
use shared::stage::{awaits, seconds, task};
use shared::{choice, run, say, work};
use tokio::runtime::Builder;
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

fn main() -> ExitCode {
    run(include_str!("main.rs"), lesson, &[])
}

// ANCHOR: lesson
fn lesson() -> Result<()> {
    let waits = choice::value("--waits")?;
    let runtime = Builder::new_current_thread().enable_time().build()?;
    runtime.block_on(evening(waits))
}

async fn evening(waits: u32) -> Result<()> {
    say!("lets in Ben, Eva and {waits} more");
    let guests = [tokio::spawn(task("Ben", ben())), tokio::spawn(task("Eva", eva()))];
    let time = seconds(2.0)?;
    let crowd: JoinSet<_> = (0..waits).map(|_| read_menu(time)).collect();
    let threads = awaits("the crowd", crowd.join_all()).await;
    say!("{} guests have read the menu", threads.len());
    ensure!(threads.iter().all(|&one| one == thread::current().id()), "two threads");
    for guest in guests {
        awaits("join", guest).await?;
    }
    Ok(())
}

async fn read_menu(time: Duration) -> ThreadId {
    sleep(time).await;
    thread::current().id()
}
// ANCHOR_END: lesson

// ANCHOR: ben
async fn ben() {
    wait_for("the menu", 0.5).await;
    say!("asks what is in the rice");
    match choice::flag("--block") {
        true => work(2.5),
        false => wait_for("the cook", 2.5).await,
    }
    say!("orders rice");
}

async fn wait_for(what: &str, time: f64) {
    awaits(what, sleep(seconds(time).expect("a time"))).await;
}
// ANCHOR_END: ben

// ANCHOR: eva
async fn eva() {
    let dinner = async {
        let _coat = Coat;
        wait_for("a friend", 60.0).await;
        say!("eats with her friend");
    };
    match timeout(seconds(2.5).expect("a time"), dinner).await {
        Ok(()) => say!("pays for two"),
        Err(_) => say!("goes home: nobody came"),
    }
}

struct Coat;

impl Drop for Coat {
    fn drop(&mut self) {
        say!("takes her coat");
    }
}
// ANCHOR_END: eva
