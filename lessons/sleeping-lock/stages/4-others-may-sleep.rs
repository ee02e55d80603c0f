//! Stage 4: a thread that had to wait marks the lock: others may sleep.

use std::cell::UnsafeCell;
use std::sync::atomic::AtomicU32;
use std::sync::atomic::Ordering::{Acquire, Relaxed, Release};
use std::thread;

use atomic_wait::{wait, wake_one};

struct SleepingLock {
    /// 0: free, 1: held, 2: held, and somebody may sleep.
    state: AtomicU32,
    balance: UnsafeCell<i64>,
}

// SAFETY: only the thread that has the lock uses `balance`, and it is one at a time.
unsafe impl Sync for SleepingLock {}

// ANCHOR: lock
impl SleepingLock {
    fn lock(&self) {
        if self.state.compare_exchange(0, 1, Acquire, Relaxed).is_err() {
            while self.state.swap(2, Acquire) != 0 {
                wait(&self.state, 2);
            }
        }
    }

    fn unlock(&self) {
        if self.state.swap(0, Release) == 2 {
            wake_one(&self.state);
        }
    }
}
// ANCHOR_END: lock

fn change(account: &SleepingLock, amount: i64) {
    account.lock();
    // SAFETY: this thread has the lock.
    unsafe { *account.balance.get() += amount };
    account.unlock();
}

fn main() {
    let account =
        SleepingLock { state: AtomicU32::new(0), balance: UnsafeCell::new(0) };
    thread::scope(|threads| {
        threads.spawn(|| change(&account, 1));
        threads.spawn(|| change(&account, -1));
    });
    println!("the balance is {}", account.balance.into_inner());
}
