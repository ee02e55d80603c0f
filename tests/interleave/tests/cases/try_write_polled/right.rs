use parking_lot::RwLock;
use std::thread;

pub fn body() {
    let lock = RwLock::new(0);
    thread::scope(|s| {
        s.spawn(|| drop(lock.read()));
        s.spawn(|| drop(lock.read()));
        loop {
            if let Some(mut held) = lock.try_write() {
                *held += 1;
                break;
            }
            thread::yield_now();
        }
    });
    assert_eq!(*lock.read(), 1);
}
