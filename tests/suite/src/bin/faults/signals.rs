//! Signals that end nothing: they interrupt system calls, or ask a program to stop.

use std::sync::Once;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;
use std::{fs, mem, ptr, thread};

use anyhow::{Context, Result, bail, ensure};
use fastrand::Rng;
use rustix::process::Signal;
use shared::process::{self, Lock, Pool, Receiver, Sender, TaskError};
use shared::say;

use crate::killer::{self, Killer};
use crate::queue::Message;
use crate::{queue, text};

static CAUGHT: AtomicU64 = AtomicU64::new(0);

extern "C" fn count(_: libc::c_int) {
    CAUGHT.fetch_add(1, Ordering::Relaxed);
}

/// From now on, every thread of this process is interrupted thousands of times a second.
fn interrupt_all() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        // SAFETY: all zeros is a sigaction without flags, above all without SA_RESTART, and with an empty mask.
        // The handler only adds to an atomic number, which is async-signal-safe. `action` outlives the call.
        let installed = unsafe {
            let mut action: libc::sigaction = mem::zeroed();
            action.sa_sigaction = count as extern "C" fn(libc::c_int) as libc::sighandler_t;
            libc::sigaction(libc::SIGUSR1, &action, ptr::null_mut())
        };
        assert_eq!(installed, 0, "SIGUSR1 can be handled");
        thread::spawn(|| {
            loop {
                for thread in fs::read_dir("/proc/self/task").expect("Linux has it").flatten() {
                    let Some(id) = thread.file_name().to_str().and_then(|id| id.parse::<libc::c_long>().ok())
                    else {
                        continue;
                    };
                    // SAFETY: tgkill takes three numbers and touches no memory. The process is this one, which
                    // handles the signal; if the thread has ended, the call fails, and that is all.
                    unsafe {
                        libc::syscall(libc::SYS_tgkill, std::process::id() as libc::c_long, id, libc::SIGUSR1)
                    };
                }
                thread::sleep(Duration::from_micros(200));
            }
        });
    });
}

pub fn interrupt_worker(_: ()) -> u32 {
    interrupt_all();
    std::process::id()
}

pub fn interrupted_producer(to: Sender<Message>) -> Result<()> {
    interrupt_all();
    queue::flood(to)
}

pub fn interrupted_consumer(from: Receiver<Message>) -> Result<()> {
    interrupt_all();
    queue::consume(from)
}

pub fn interrupted_holder(mut lock: Lock) -> Result<()> {
    interrupt_all();
    for _ in 0..200 {
        let guard = lock.lock().context("lock")?;
        fs::File::create_new("inside").context("two are inside")?;
        thread::yield_now();
        fs::remove_file("inside")?;
        drop(guard);
    }
    Ok(())
}

/// Pool, queue and locks while every process is interrupted all the time.
pub fn interrupted(rng: &mut Rng, times: usize) -> Result<String> {
    interrupt_all();
    let (mut tasks, mut reported) = (0, 0);
    let killer = Killer::default();
    for _ in 0..times.div_ceil(10) {
        let pool = Pool::new(2)?;
        for _ in 0..8 {
            pool.submit("interrupt", interrupt_worker, ()).join()?;
        }
        for _ in 0..10 {
            let inputs: Vec<_> = (0..20).map(|id| text(id, crate::workers::any_size(rng))).collect();
            let pending: Vec<_> =
                inputs.iter().map(|input| pool.submit("echo", crate::limits::echo, input.clone())).collect();
            if let Some(&pid) = rng.choice(&killer::children()) {
                killer.kill(pid, Signal::KILL);
            }
            for (pending, input) in pending.into_iter().zip(inputs) {
                match pending.join() {
                    Ok(same) => ensure!(same == input, "an echo came back changed"),
                    Err(TaskError::WorkerDied { .. }) => reported += 1,
                    Err(other) => bail!("{other:?}"),
                }
                tasks += 1;
            }
        }
        ensure!(reported <= killer.count(), "{reported} tasks reported, {} workers killed", killer.count());
        pool.join();

        queue::interrupted()?;

        for locks in [process::fast_lock::<3>()?, process::lock()?] {
            let holders: Result<Vec<_>, _> =
                locks.into_iter().map(|lock: Lock| process::start(interrupted_holder, lock)).collect();
            for holder in holders? {
                holder.join()?;
            }
        }
    }
    let caught = CAUGHT.load(Ordering::Relaxed);
    ensure!(caught > 0, "nothing was interrupted");
    Ok(format!(
        "{caught} signals caught by the parent alone: {tasks} tasks, {reported} reported for {} workers killed; \
         queue and locks worked on",
        killer.count()
    ))
}

/// A pool at work until Ctrl-C, and some time beyond: that is this process's to decide, and costs no task.
pub fn ctrl_c(times: usize) -> Result<String> {
    static PRESSED: AtomicBool = AtomicBool::new(false);
    ctrlc::set_handler(|| PRESSED.store(true, Ordering::Relaxed))?;
    let pool = Pool::new(4)?;
    let (mut done, mut died, mut after) = (0, 0, 0);
    while after < times {
        let naps: Vec<_> = (0..8).map(|_| pool.submit("nap", nap, 10_000)).collect();
        for (n, pending) in naps.into_iter().enumerate() {
            match pending.join() {
                Ok(()) => done += 1,
                Err(TaskError::WorkerDied { .. }) => died += 1,
                Err(other) => bail!("{other:?}"),
            }
            if n == 0 {
                say!("works"); // and others are in their tasks
            }
        }
        after += usize::from(PRESSED.load(Ordering::Relaxed));
    }
    let _running = pool.submit("nap", nap, 10_000_000);
    drop(pool);
    ensure!(died == 0, "Ctrl-C cost {died} tasks of 4 workers that it is not meant for");
    Ok(format!("{done} tasks done, {after} rounds of them after Ctrl-C"))
}

/// The same without a handler: Ctrl-C ends this process, and it can do nothing about it.
pub fn ctrl_c_bare() -> Result<()> {
    let pool = Pool::new(4)?;
    let _naps: Vec<_> = (0..100).map(|_| pool.submit("nap", nap, 500_000)).collect();
    say!("works");
    pool.join();
    bail!("nobody pressed Ctrl-C")
}

pub fn nap(micros: u64) {
    thread::sleep(Duration::from_micros(micros));
}
