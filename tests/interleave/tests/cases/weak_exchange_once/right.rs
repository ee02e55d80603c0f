//! The strong form, or a loop.
//!
//! Source: EVaillant/lockfree-object-pool#4, matklad/once_cell#186, hickory-dns/hickory-dns#3342 (weak exchange without a loop).

use std::sync::atomic::{AtomicU32, Ordering::SeqCst};
use std::thread;

fn claim(owner: &AtomicU32, me: u32) -> bool {
    owner.compare_exchange(0, me, SeqCst, SeqCst).is_ok()
}

pub fn body() {
    let owner = AtomicU32::new(0);
    let claims = thread::scope(|s| {
        let other = s.spawn(|| claim(&owner, 1));
        [claim(&owner, 2), other.join().unwrap()]
    });
    assert_ne!(claims[0], claims[1], "one of two has it");
}
