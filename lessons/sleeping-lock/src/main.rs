//! A lock that sleeps: a thread that has to wait lets the system wake it.
//!
//!     cargo run -p lesson-sleeping-lock
//!
//!     --threads N    threads that take the lock [default: 3; try: 1, 8]
//!     --rounds N     times that each takes it [default: 2; try: 1]
//!
//! Chapter: book/chapters/en/sleeping-lock.md
//! Python: its own locks sleep, but it has no way to sleep at a number.
//! Try: `std::hint::spin_loop();` in place of `atomic_wait::wait(…)`, with `time`.

use std::cell::UnsafeCell;
use std::process::ExitCode;
use std::sync::atomic::AtomicU32;
use std::sync::atomic::Ordering::{Acquire, Relaxed, Release};
use std::thread;

use anyhow::{Result, ensure};
use shared::{choice, run, say, wait, work};

fn main() -> ExitCode {
    run(include_str!("main.rs"), lesson, &[])
}

// ANCHOR: lesson
fn lesson() -> Result<()> {
    let threads: u8 = choice::value("--threads")?;
    let rounds: u8 = choice::value("--rounds")?;
    let count = SleepingLock { state: AtomicU32::new(0), value: UnsafeCell::new(0) };
    let adds = || {
        for _ in 0..rounds {
            let mut guard = wait("lock", || count.lock());
            work(0.2);
            *guard.value() += 1;
        } // the guard ends here, and frees the lock
    };
    thread::scope(|scope| -> Result<()> {
        let named = |n| thread::Builder::new().name(format!("adder {n}"));
        let adders = (1..=threads).map(|n| named(n).spawn_scoped(scope, adds));
        let adders = adders.collect::<Result<Vec<_>, _>>()?;
        adders.into_iter().for_each(|adder| adder.join().expect("it does not panic"));
        Ok(())
    })?;
    let (count, waits) = (*count.lock().value(), WAITS.load(Relaxed));
    say!("{threads} threads counted to {count}, with {waits} calls of wait");
    ensure!(count == u32::from(threads) * u32::from(rounds), "an addition is lost");
    ensure!(threads > 1 || waits == 0, "nobody else has the lock, and a thread waits");
    Ok(())
}
// ANCHOR_END: lesson

static WAITS: AtomicU32 = AtomicU32::new(0);

struct SleepingLock<T> {
    state: AtomicU32, // 0: free, 1: held, 2: held, and somebody may sleep
    value: UnsafeCell<T>,
}
// SAFETY: only the one guard leads to the value, so it is used by one thread at a time.
unsafe impl<T: Send> Sync for SleepingLock<T> {}

struct Guard<'a, T>(&'a SleepingLock<T>);

impl<T> SleepingLock<T> {
    fn lock(&self) -> Guard<'_, T> {
        if self.state.compare_exchange(0, 1, Acquire, Relaxed).is_err() {
            while self.state.swap(2, Acquire) != 0 {
                WAITS.fetch_add(1, Relaxed);
                atomic_wait::wait(&self.state, 2);
            }
        }
        Guard(self)
    }
}

impl<T> Drop for Guard<'_, T> {
    fn drop(&mut self) {
        if self.0.state.swap(0, Release) == 2 {
            atomic_wait::wake_one(&self.0.state);
        }
    }
}

impl<T> Guard<'_, T> {
    fn value(&mut self) -> &mut T {
        // SAFETY: while this guard lives, no other thread has one, and this borrow is exclusive.
        unsafe { &mut *self.0.value.get() }
    }
}
