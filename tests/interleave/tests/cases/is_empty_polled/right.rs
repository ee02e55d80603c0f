use crossbeam_channel::unbounded;
use std::thread;

pub fn body() {
    let (to, from) = unbounded();
    thread::scope(|s| {
        s.spawn(|| to.send(5).unwrap());
        while from.is_empty() {
            thread::yield_now();
        }
        assert_eq!(from.try_recv(), Ok(5));
    });
}
