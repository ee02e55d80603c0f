//! Wrong: a lock after all. As long as one thread thinks, others see a balance far below 0.

use std::sync::atomic::AtomicI64;
use std::sync::atomic::Ordering::SeqCst;
use std::thread;

/// In place of the balance that a thread has taken out.
const TAKEN_OUT: i64 = i64::MIN / 2;

/// Takes `amount` from the balance, if there is enough. Returns whether it did.
pub fn withdraw(balance: &AtomicI64, amount: i64) -> bool {
    loop {
        let seen = balance.swap(TAKEN_OUT, SeqCst);
        if seen < TAKEN_OUT / 2 {
            // Another thread has it. What came in since then is not lost.
            balance.fetch_add(seen - TAKEN_OUT, SeqCst);
            thread::yield_now();
            continue;
        }
        let enough = seen >= amount;
        let left = if enough { seen - amount } else { seen };
        balance.fetch_add(left - TAKEN_OUT, SeqCst);
        return enough;
    }
}
