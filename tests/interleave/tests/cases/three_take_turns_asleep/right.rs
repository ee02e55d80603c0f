use std::sync::atomic::{AtomicU32, Ordering::SeqCst};
use std::thread;
use std::time::Duration;

pub fn body() {
    let turn = AtomicU32::new(0);
    let play = |me: u32| {
        while turn.load(SeqCst) != me {
            thread::sleep(Duration::from_millis(1));
        }
        turn.store(me + 1, SeqCst);
    };
    thread::scope(|s| {
        s.spawn(|| play(2));
        s.spawn(|| play(1));
        s.spawn(|| play(0));
    });
    assert_eq!(turn.load(SeqCst), 3);
}
