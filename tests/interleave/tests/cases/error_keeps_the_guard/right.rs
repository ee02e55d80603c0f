//! The error is asked and gone before the lock is taken again.
//!
//! Source: rust-lang/rust#159930 (a `PoisonError` that is passed on is the guard).

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;

fn add(sum: &Mutex<u32>) -> Result<(), PoisonError<MutexGuard<'_, u32>>> {
    *sum.lock()? += 1;
    Ok(())
}

pub fn body() {
    let sum = Mutex::new(0);
    thread::scope(|s| {
        let careless = s.spawn(|| {
            let _held = sum.lock();
            panic!("on purpose");
        });
        let failed = add(&sum).is_err();
        if failed {
            sum.clear_poison();
            *sum.lock().unwrap_or_else(PoisonError::into_inner) = 1;
        }
        assert!(careless.join().is_err());
    });
    assert_eq!(*sum.lock().unwrap_or_else(PoisonError::into_inner), 1);
}
