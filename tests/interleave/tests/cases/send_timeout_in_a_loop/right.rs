use crossbeam_channel::{SendTimeoutError, bounded};
use std::thread;
use std::time::Duration;

pub fn body() {
    let (to, from) = bounded(0);
    thread::scope(|s| {
        s.spawn(|| assert_eq!(from.recv(), Ok(1)));
        while let Err(SendTimeoutError::Timeout(_)) = to.send_timeout(1, Duration::from_millis(1)) {}
    });
}
