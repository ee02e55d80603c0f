//! Stage 3: `Release` when it is unlocked; and a change that may end early.

use std::cell::UnsafeCell;
use std::hint;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering::{Acquire, Release};
use std::thread;

struct SpinLock {
    locked: AtomicBool,
    balance: UnsafeCell<i64>,
}

// SAFETY: only the thread that has the lock uses `balance`, and it is one at a time.
unsafe impl Sync for SpinLock {}

// ANCHOR: lock
impl SpinLock {
    fn lock(&self) {
        while self.locked.swap(true, Acquire) {
            hint::spin_loop();
        }
    }

    fn unlock(&self) {
        self.locked.store(false, Release);
    }
}
// ANCHOR_END: lock

// ANCHOR: change
fn change(account: &SpinLock, amount: i64) {
    account.lock();
    // SAFETY: this thread has the lock.
    let balance = unsafe { &mut *account.balance.get() };
    if *balance + amount < 0 {
        return; // there is not so much
    }
    *balance += amount;
    account.unlock();
}
// ANCHOR_END: change

fn main() {
    let account =
        SpinLock { locked: AtomicBool::new(false), balance: UnsafeCell::new(0) };
    thread::scope(|threads| {
        threads.spawn(|| change(&account, 1));
        threads.spawn(|| change(&account, -1));
    });
    println!("the balance is {}", account.balance.into_inner());
}
