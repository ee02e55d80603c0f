//! What every answer to `one-shot/closed` must hold.

use std::thread;

use exercise::{Judge, Unseen, many, others_sleep, tries, until_all_wait};

use crate::answer::{Receiver, Sender, one_shot};

/// A message that counts how often it is dropped.
struct Counted<'a>(&'a Unseen<u32>);

impl Drop for Counted<'_> {
    fn drop(&mut self) {
        self.0.update(|dropped| *dropped += 1);
    }
}

/// What a receiver gets that has been waiting for long, and was woken this often for nothing, when this is done with the sender.
fn late(times: usize, ends: impl FnOnce(Sender<u32>)) -> Option<u32> {
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
        // At most the first one is for the loop above; for the channel, all others come for nothing.
        for _ in 0..times {
            receives.thread().unpark();
            until_all_wait();
        }
        others_sleep("the receiver doesn't sleep");
        ends(sender);
        receives.join().expect("it does not panic")
    })
}

pub fn judge(judge: &mut Judge) {
    judge.every_order("a message that is sent arrives", || {
        let (sender, receiver) = one_shot(thread::current());
        thread::scope(|threads| {
            threads.spawn(|| sender.send(7));
            let message = receiver.receive();
            assert_eq!(message, Some(7), "the message doesn't arrive");
        });
    });
    judge.every_order("a sender that is dropped ends the wait", || {
        for _ in 0..2 {
            let (sender, receiver) = one_shot::<u32>(thread::current());
            thread::scope(|threads| {
                threads.spawn(|| drop(sender));
                let message = receiver.receive();
                assert_eq!(message, None, "a message arrives that was never sent");
            });
        }
    });
    judge.every_order("a sender that panics ends the wait", || {
        let (sender, receiver) = one_shot::<u32>(thread::current());
        thread::scope(|threads| {
            let panics = threads.spawn(move || {
                let _sender = sender;
                panic!("on purpose");
            });
            let message = receiver.receive();
            assert_eq!(message, None, "a message arrives that was never sent");
            assert!(panics.join().is_err());
        });
    });
    judge.every_order("one channel may end and the other go on", || {
        let (one, from_one) = one_shot::<u32>(thread::current());
        let (other, from_other) = one_shot(thread::current());
        thread::scope(|threads| {
            threads.spawn(|| {
                drop(one);
                other.send(2);
            });
            let message = from_other.receive();
            assert_eq!(message, Some(2), "the message doesn't arrive");
            let message = from_one.receive();
            assert_eq!(message, None, "a message arrives that was never sent");
        });
    });
    judge.every_order("the receiver sleeps until it is there", || {
        let message = late(many(), |sender| sender.send(7));
        assert_eq!(message, Some(7), "the message doesn't arrive");
    });
    judge.every_order("the receiver sleeps until the sender is gone", || {
        let message = late(many(), drop);
        assert_eq!(message, None, "a message arrives that was never sent");
    });
    let why = "the receiver gives up";
    judge.some_order("it is woken thousands of times for nothing", why, || {
        let message = late(tries() / 4, |sender| sender.send(7));
        assert_eq!(message, Some(7), "the message doesn't arrive");
        true
    });
    judge.every_order("each message is dropped once", || {
        let dropped = Unseen::new(0);
        let (sender, receiver) = one_shot(thread::current());
        thread::scope(|threads| {
            threads.spawn(|| sender.send(Counted(&dropped)));
            drop(receiver.receive());
        });
        assert_eq!(dropped.get(), 1, "a message that is received is not dropped once");
        let (sender, receiver) = one_shot(thread::current());
        sender.send(Counted(&dropped));
        drop(receiver);
        assert_eq!(
            dropped.get(),
            2,
            "a message that nobody receives is not dropped once"
        );
        let (sender, receiver) = one_shot(thread::current());
        drop(receiver);
        sender.send(Counted(&dropped));
        assert_eq!(
            dropped.get(),
            3,
            "a message that nobody receives is not dropped once"
        );
        drop(one_shot::<Counted<'_>>(thread::current()));
        assert_eq!(dropped.get(), 3, "a message is dropped that was never sent");
    });
}
