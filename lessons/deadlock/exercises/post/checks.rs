//! What every answer to `deadlock/post` must hold.

use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::thread;

use exercise::Judge;

use crate::answer::Post;

pub fn judge(judge: &mut Judge) {
    judge.every_order("letters come in their order, and are counted", || {
        let post = Post::new(2);
        post.send(1);
        post.send(2);
        assert_eq!(post.on_the_way(), 2, "two letters are on their way");
        assert_eq!(post.receive(), 1, "letter 1 was sent first");
        assert_eq!(post.on_the_way(), 1, "one letter is on its way");
        assert_eq!(post.receive(), 2, "letter 2 was sent last");
        assert_eq!(post.on_the_way(), 0, "no letter is on its way");
    });
    judge.every_order(
        "a sender waits for room, and the receiver comes to its end",
        || {
            let post = Post::new(1);
            thread::scope(|threads| {
                threads.spawn(|| (1..=3).for_each(|letter| post.send(letter)));
                let received = [(); 3].map(|()| post.receive());
                assert_eq!(received, [1, 2, 3], "a letter is lost, or out of order");
            });
            assert_eq!(
                post.on_the_way(),
                0,
                "all letters are received, and none is on its way"
            );
        },
    );
    judge.every_order("no letter is sent before there is room for it", || {
        let post = Post::new(1);
        let sent = AtomicU32::new(0);
        thread::scope(|threads| {
            threads.spawn(|| {
                for letter in 1..=2 {
                    post.send(letter);
                    sent.store(letter, Relaxed);
                }
            });
            let sent = sent.load(Relaxed);
            assert!(sent <= 1, "{sent} letters were sent, with room for one");
            post.receive();
            post.receive();
        });
    });
    let why = "one letter was sent, and one waits for room, but the number is never 2";
    judge.some_order("a letter that waits for room is on its way, too", why, || {
        let post = Post::new(1);
        thread::scope(|threads| {
            threads.spawn(|| (1..=2).for_each(|letter| post.send(letter)));
            let on_the_way = post.on_the_way();
            post.receive();
            post.receive();
            on_the_way == 2
        })
    });
    judge.every_order("two senders and a receiver all come to their end", || {
        let post = Post::new(1);
        thread::scope(|threads| {
            for letter in 1..=2 {
                let post = &post;
                threads.spawn(move || post.send(letter));
            }
            let mut received = [post.receive(), post.receive()];
            received.sort();
            assert_eq!(received, [1, 2], "a letter is lost");
        });
        assert_eq!(
            post.on_the_way(),
            0,
            "all letters are received, and none is on its way"
        );
    });
}
