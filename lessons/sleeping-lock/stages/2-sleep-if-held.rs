//! Stage 2: look and fall asleep in one step.

use std::cell::UnsafeCell;
use std::sync::atomic::AtomicU32;
use std::sync::atomic::Ordering::{Acquire, Release};
use std::thread;

use atomic_wait::{wait, wake_one};

struct SleepingLock {
    /// 0: free, 1: held.
    state: AtomicU32,
    balance: UnsafeCell<i64>,
}

// SAFETY: only the thread that has the lock uses `balance`, and it is one at a time.
unsafe impl Sync for SleepingLock {}

// ANCHOR: lock
impl SleepingLock {
    fn lock(&self) {
        while self.state.swap(1, Acquire) == 1 {
            wait(&self.state, 1);
        }
    }

    fn unlock(&self) {
        self.state.store(0, Release);
        wake_one(&self.state);
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
