use crossbeam_channel::{TrySendError, bounded};
use std::thread;

pub fn body() {
    let (to, from) = bounded(1);
    thread::scope(|s| {
        s.spawn(|| assert_eq!(from.iter().take(3).sum::<i32>(), 6));
        for n in 1..=3 {
            let mut n = n;
            while let Err(TrySendError::Full(back)) = to.try_send(n) {
                n = back;
                thread::yield_now();
            }
        }
    });
}
