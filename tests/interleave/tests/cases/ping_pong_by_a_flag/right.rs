use std::sync::atomic::{AtomicU32, Ordering::SeqCst};
use std::thread;

pub fn body() {
    let turn = AtomicU32::new(0);
    let play = |me: u32| {
        for _ in 0..3 {
            while turn.load(SeqCst) % 2 != me {
                thread::yield_now();
            }
            turn.fetch_add(1, SeqCst);
        }
    };
    thread::scope(|s| {
        s.spawn(|| play(0));
        s.spawn(|| play(1));
    });
    assert_eq!(turn.load(SeqCst), 6);
}
