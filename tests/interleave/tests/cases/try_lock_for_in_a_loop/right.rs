use parking_lot::Mutex;
use std::thread;
use std::time::Duration;

pub fn body() {
    let lock = Mutex::new(0);
    thread::scope(|s| {
        s.spawn(|| *lock.lock() += 1);
        loop {
            if let Some(mut held) = lock.try_lock_for(Duration::from_millis(1)) {
                *held += 1;
                break;
            }
        }
    });
    assert_eq!(*lock.lock(), 2);
}
