use crossbeam_channel::{select, unbounded};
use std::thread;

pub fn body() {
    let (to, from) = unbounded();
    let (end, ended) = unbounded::<()>();
    let giver = thread::spawn(move || {
        to.send(1).unwrap();
        drop(end);
    });
    let mut sum = 0;
    loop {
        select! {
            recv(from) -> n => if let Ok(n) = n { sum += n },
            recv(ended) -> _ => break,
            default => thread::yield_now(),
        }
    }
    sum += from.try_iter().sum::<i32>();
    giver.join().unwrap();
    assert_eq!(sum, 1);
}
