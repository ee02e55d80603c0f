//! Kills processes at random moments, and asks what the course promises of those that are left.
//!
//! One `--mode` is one promise. A seed replays what the run draws: who is killed, with what, after how long.
//! When a signal arrives is up to the system, so a seed may need several runs to show a fault again.
//!
//! | mode | what is done |
//! |---|---|
//! | `workers` | workers of pools of 1 to 8 are killed at any moment, or stopped for a while |
//! | `idle` | workers are killed that have nothing to do |
//! | `retries` | tasks kill their own worker so many times |
//! | `garbled` | tasks write garbage onto their wire |
//! | `sizes` | large inputs are under way as a worker is killed; results are too large |
//! | `stillborn` | no worker can live (with `FAULT_STILLBORN` set) |
//! | `stopped` | workers are stopped that have nothing to do, and then have a task |
//! | `late-limits` | limits are set on a pool that has worked |
//! | `short-limit` | tasks end right at their time limit |
//! | `time-limit`, `queue-limit`, `tasks-per-worker`, `map` | what a pool can be asked to keep |
//! | `initializers` | workers are killed before and while they are initialized; none can be |
//! | `completed` | workers are killed, and pools dropped, while results are taken as they complete |
//! | `cancelled` | tasks are cancelled as they begin |
//! | `parents` | programs with a pool, a queue and a lock are killed |
//! | `supervisors` | supervisors are killed: as they start a child, wait for it, or pause |
//! | `queue`, `pipes` | producers and consumers are killed, of a queue of either kind |
//! | `full` | nobody receives |
//! | `lock`, `fast-lock` | holders are killed, and those who wait |
//! | `memory` | processes that have made shared memory are killed, and those who count in it |
//! | `clients` | clients of the lesson's server are killed, some in the middle of a request |
//! | `machines`, `late-machines` | workers of an engine are killed; they stand still for longer than their lease (`FAULT_LESSON`) |
//! | `cables` | the cable of a worker is cut silently, and joined again (`FAULT_LESSON`; root, and `ip`) |
//! | `engines` | the engine is killed, and started again (`FAULT_LESSON`) |
//! | `flat` | many tasks: descriptors and memory |
//! | `descriptors` | 64 descriptors, then none |
//! | `interrupted` | every call is interrupted by signals |
//! | `ctrl-c`, `ctrl-c-bare` | Ctrl-C, with and without a handler |
//! | `shutdown` | the lesson of this name is told to stop, and packers and `main` are killed (`FAULT_LESSON` is its program) |
//!
//!     --mode NAME    the promise [default: workers; try: idle, queue, fast-lock]
//!     --times N      how many faults [default: 30]
//!     --seed N       what the run draws from [default: fresh]

use std::process::ExitCode;

#[cfg(target_os = "linux")]
mod bounds;
#[cfg(target_os = "linux")]
#[allow(dead_code, reason = "the lesson itself checks whether there can be cables")]
#[rustfmt::skip] // lessons are narrower
#[path = "../../../../../lessons/machines/src/cable.rs"]
mod cable;
#[cfg(target_os = "linux")]
#[allow(dead_code, reason = "the lesson's own clients are not started here")]
#[rustfmt::skip] // lessons are narrower
#[path = "../../../../../lessons/server/src/client.rs"]
mod client;
#[cfg(target_os = "linux")]
mod clients;
#[cfg(target_os = "linux")]
#[rustfmt::skip] // lessons are narrower
#[path = "../../../../../lessons/machines/src/engine.rs"]
mod engine;
#[cfg(target_os = "linux")]
mod futures;
#[cfg(target_os = "linux")]
mod killer;
#[cfg(target_os = "linux")]
mod ledger;
#[cfg(target_os = "linux")]
mod limits;
#[cfg(target_os = "linux")]
mod lock;
#[cfg(target_os = "linux")]
mod machines;
#[cfg(target_os = "linux")]
mod memory;
#[cfg(target_os = "linux")]
mod parents;
#[cfg(target_os = "linux")]
mod queue;
#[cfg(target_os = "linux")]
#[rustfmt::skip] // lessons are narrower
#[path = "../../../../../lessons/server/src/server.rs"]
mod server;
#[cfg(target_os = "linux")]
mod shutdown;
#[cfg(target_os = "linux")]
mod signals;
#[cfg(target_os = "linux")]
mod supervisors;
#[cfg(target_os = "linux")]
mod wire;
#[cfg(target_os = "linux")]
mod workers;

/// What the engine's module asks for.
#[cfg(target_os = "linux")]
use suite::installed;

#[cfg(target_os = "linux")]
fn main() -> ExitCode {
    use shared::process::{role, task};

    wire::end_if_stillborn();
    let roles = [
        task(workers::work).repeatable(),
        task(workers::work_once),
        task(workers::stubborn).repeatable(),
        task(bounds::endless).repeatable(),
        task(bounds::quick),
        task(bounds::busy),
        task(bounds::gate),
        task(bounds::who),
        task(futures::prepare),
        task(futures::look),
        task(futures::fail),
        task(futures::mark),
        task(futures::mark_again).repeatable(),
        role(parents::parent),
        task(parents::compute),
        task(parents::sleep),
        task(parents::pass),
        role(parents::send),
        role(parents::receive),
        role(parents::hold),
        role(queue::produce),
        role(queue::consume),
        role(queue::flood),
        role(lock::hold),
        role(memory::maker),
        role(memory::counter),
        role(clients::adds),
        role(clients::stops),
        role(engine::keeper),
        role(server::keeper),
        role(server::serve),
        task(limits::usage),
        task(limits::echo),
        role(limits::put),
        role(limits::get),
        task(signals::interrupt_worker),
        role(signals::interrupted_producer),
        role(signals::interrupted_consumer),
        role(signals::interrupted_holder),
        task(signals::nap),
        task(wire::garble),
        task(wire::large),
        task(wire::killed_by),
    ];
    shared::run(include_str!("main.rs"), lesson, &roles)
}

/// Processes are found in `/proc` and killed by a descriptor of theirs: other systems have neither.
#[cfg(not(target_os = "linux"))]
fn main() -> ExitCode {
    eprintln!("error: this needs Linux");
    ExitCode::from(2)
}

#[cfg(target_os = "linux")]
fn lesson() -> anyhow::Result<()> {
    use anyhow::Context;
    use shared::choice::{BadArgument, value};
    use shared::{process, say};

    if value::<String>("--mode")? == "ctrl-c-bare" {
        return signals::ctrl_c_bare(); // which leaves no time to remove a folder
    }
    let (mode, times) = (value::<String>("--mode")?, value("--times")?);
    let seed = match value::<String>("--seed")?.as_str() {
        "fresh" => fastrand::u64(..),
        given => given.parse().map_err(|error| BadArgument(format!("--seed {given}: {error}")))?,
    };
    say!("{mode}: seed {seed}");
    let rng = &mut fastrand::Rng::with_seed(seed);
    // Children work in the same folder: what they write there is gone with it.
    let folder = tempfile::tempdir()?;
    std::env::set_current_dir(&folder)?;
    let counted = match mode.as_str() {
        "workers" => workers::storm(rng, times),
        "idle" => workers::idle(rng, times),
        "retries" => workers::retries(rng, times),
        "initializers" => futures::initializers(rng, times),
        "completed" => futures::completed(rng, times),
        "cancelled" => futures::cancelled(rng, times),
        "parents" => parents::orphans(rng, times),
        "supervisors" => supervisors::killed(rng, times),
        "queue" => queue::killed(rng, times, process::queue, true),
        "pipes" => queue::killed(rng, times, process::queue::queue_over_pipes, false),
        "full" => queue::full(rng, times),
        "lock" => lock::killed_holders(rng, times, process::lock),
        "fast-lock" => lock::killed_holders(rng, times, process::fast_lock),
        "memory" => memory::killed(rng, times),
        "clients" => clients::killed(rng, times),
        "machines" => machines::killed(rng, times),
        "late-machines" => machines::frozen(rng, times),
        "cables" => machines::cables(rng, times),
        "engines" => machines::engines(rng, times),
        "flat" => limits::flat(rng, times),
        "descriptors" => limits::descriptors(rng, times),
        "interrupted" => signals::interrupted(rng, times),
        "ctrl-c" => signals::ctrl_c(times),
        "shutdown" => shutdown::interrupted(rng, times),
        "garbled" => wire::garbled(rng, times),
        "sizes" => wire::sizes(rng, times),
        "time-limit" => bounds::time_limit(rng, times),
        "stopped" => bounds::stopped(times),
        "late-limits" => bounds::late_limits(times),
        "short-limit" => bounds::short_limit(rng, times),
        "queue-limit" => bounds::queue_limit(rng, times),
        "tasks-per-worker" => bounds::tasks_per_worker(rng, times),
        "map" => bounds::map(rng, times),
        "stillborn" => wire::stillborn(times),
        _ => Err(BadArgument(format!("--mode {mode}: there is none")).into()),
    };
    say!("{}", counted.with_context(|| format!("a promise of {mode} is broken, seed {seed}"))?);
    Ok(())
}

/// So many bytes that tell whose they are, so that a byte that is missing or strange shows.
#[cfg(target_os = "linux")]
fn text(id: u64, size: usize) -> String {
    let word = format!("{id} ");
    let mut text = word.repeat(size / word.len() + 1);
    text.truncate(size);
    text
}
