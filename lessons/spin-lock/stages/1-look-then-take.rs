//! Stage 1: look until the lock is free, then take it.

use std::cell::UnsafeCell;
use std::hint;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering::SeqCst;
use std::thread;

// ANCHOR: lock
struct SpinLock {
    locked: AtomicBool,
    balance: UnsafeCell<i64>,
}

// SAFETY: only the thread that has the lock uses `balance`. Has only one thread the lock?
unsafe impl Sync for SpinLock {}

impl SpinLock {
    fn lock(&self) {
        while self.locked.load(SeqCst) {
            hint::spin_loop();
        }
        self.locked.store(true, SeqCst);
    }

    fn unlock(&self) {
        self.locked.store(false, SeqCst);
    }
}

fn change(account: &SpinLock, amount: i64) {
    account.lock();
    // SAFETY: this thread has the lock.
    unsafe { *account.balance.get() += amount };
    account.unlock();
}
// ANCHOR_END: lock

fn main() {
    let account =
        SpinLock { locked: AtomicBool::new(false), balance: UnsafeCell::new(0) };
    thread::scope(|threads| {
        threads.spawn(|| change(&account, 1));
        threads.spawn(|| change(&account, -1));
    });
    println!("the balance is {}", account.balance.into_inner());
}
