//! What every answer to `one-shot/channel` must hold.

use std::thread;

use exercise::{Judge, Unseen, many, others_sleep, tries, until_all_wait};

use crate::answer::{Receiver, Sender, one_shot};

/// A message that counts how often it is dropped.
struct Counted<'a>(&'a Unseen<u32>, u32);

impl Drop for Counted<'_> {
    fn drop(&mut self) {
        self.0.update(|dropped| *dropped += 1);
    }
}

pub fn judge(judge: &mut Judge) {
    judge.every_order("the message arrives", || {
        let (sender, receiver) = one_shot(thread::current());
        thread::scope(|threads| {
            threads.spawn(|| sender.send(7));
            assert_eq!(receiver.receive(), 7, "another message arrives");
        });
    });
    judge.every_order("it arrives at a thread that was started later", || {
        thread::scope(|threads| {
            let receives = threads.spawn(|| {
                let (sender, receiver) = one_shot(thread::current());
                threads.spawn(|| sender.send(12));
                receiver.receive()
            });
            let message = receives.join().expect("it does not panic");
            assert_eq!(message, 12, "another message arrives");
        });
    });
    judge.every_order("one channel after the other works", || {
        for round in 0..3 {
            let (sender, receiver) = one_shot(thread::current());
            thread::scope(|threads| {
                threads.spawn(move || sender.send(round));
                assert_eq!(receiver.receive(), round, "another message arrives");
            });
        }
    });
    judge.every_order("two channels have nothing to do with each other", || {
        let (one, from_one) = one_shot(thread::current());
        let (other, from_other) = one_shot(thread::current());
        thread::scope(|threads| {
            threads.spawn(|| {
                other.send(2);
                one.send(1);
            });
            assert_eq!(from_one.receive(), 1, "another message arrives");
            assert_eq!(from_other.receive(), 2, "another message arrives");
        });
    });
    judge.every_order("the receiver sleeps until it is there", || {
        let ends = Unseen::new(None::<Sender<u32>>);
        thread::scope(|threads| {
            let receives = threads.spawn(|| {
                let (sender, receiver): (_, Receiver<u32>) =
                    one_shot(thread::current());
                ends.update(|ends| *ends = Some(sender));
                receiver.receive()
            });
            others_sleep("the receiver doesn't sleep");
            let sender = ends.update(Option::take).expect("the receiver has made it");
            sender.send(7);
            let message = receives.join().expect("it does not panic");
            assert_eq!(message, 7, "another message arrives");
        });
    });
    judge.every_order("it sleeps on, however often it is woken for nothing", || {
        woken_for_nothing(many());
    });
    let why = "the receiver gives up";
    judge.some_order("it sleeps on, thousands of times", why, || {
        woken_for_nothing(tries() / 4);
        true
    });
    judge.every_order("a message that is received is dropped once", || {
        let dropped = Unseen::new(0);
        let (sender, receiver) = one_shot(thread::current());
        thread::scope(|threads| {
            threads.spawn(|| sender.send(Counted(&dropped, 7)));
            let message = receiver.receive();
            let times = dropped.get();
            assert_eq!(times, 0, "a message is dropped before it is received");
            assert_eq!(message.1, 7, "another message arrives");
        });
        let times = dropped.get();
        assert_eq!(times, 1, "a message that is received is dropped {times} times");
    });
    judge.every_order("a message that nobody receives is dropped once", || {
        let dropped = Unseen::new(0);
        let (sender, receiver) = one_shot(thread::current());
        thread::scope(|threads| {
            let sends = threads.spawn(|| sender.send(Counted(&dropped, 7)));
            drop(receiver);
            sends.join().expect("it does not panic");
        });
        let times = dropped.get();
        assert_eq!(times, 1, "a message that nobody receives is dropped {times} times");
    });
    judge.every_order("so it is if the receiver is dropped last", || {
        let dropped = Unseen::new(0);
        let (sender, receiver) = one_shot(thread::current());
        sender.send(Counted(&dropped, 7));
        drop(receiver);
        let times = dropped.get();
        assert_eq!(times, 1, "a message that nobody receives is dropped {times} times");
    });
    judge.every_order("where nothing is sent, nothing is dropped", || {
        let dropped = Unseen::new(0);
        let (sender, receiver) = one_shot::<Counted<'_>>(thread::current());
        drop(sender);
        drop(receiver);
        assert_eq!(dropped.get(), 0, "a message is dropped that was never sent");
    });
}

/// A receiver sleeps, and is woken this often before there is a message.
fn woken_for_nothing(times: usize) {
    let handed = Unseen::new(None::<Receiver<u32>>);
    thread::scope(|threads| {
        let receives = threads.spawn(|| {
            loop {
                if let Some(receiver) = handed.update(Option::take) {
                    return receiver.receive();
                }
                thread::park();
            }
        });
        let (sender, receiver) = one_shot(receives.thread().clone());
        handed.set(Some(receiver));
        for _ in 0..times {
            receives.thread().unpark();
            until_all_wait();
        }
        others_sleep("the receiver doesn't sleep");
        sender.send(7);
        let message = receives.join().expect("it does not panic");
        assert_eq!(message, 7, "another message arrives");
    });
}
