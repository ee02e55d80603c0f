use crossbeam_channel::{TryRecvError, bounded};
use std::thread;

pub fn body() {
    let (to, from) = bounded(0);
    thread::scope(|s| {
        s.spawn(|| to.send(1).unwrap());
        let got = loop {
            match from.try_recv() {
                Ok(n) => break n,
                Err(TryRecvError::Empty) => thread::yield_now(),
                Err(TryRecvError::Disconnected) => unreachable!(),
            }
        };
        assert_eq!(got, 1);
    });
}
