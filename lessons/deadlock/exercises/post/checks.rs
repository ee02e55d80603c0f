//! What every answer to `deadlock/post` must hold.

use std::sync::atomic::{AtomicU32, Ordering::SeqCst};
use std::thread;

use exercise::{Judge, Unseen, many, others_sleep, until_all_wait};
use interleave::execution::has_read_old;

use crate::answer::Post;

/// What comes after a check's wait is ordered after nothing: with a weak order, the number may be an old one.
fn assert_on_the_way(post: &Post, expected: u32, what: &str) {
    let number = post.on_the_way();
    if !has_read_old() {
        assert_eq!(number, expected, "{what}");
    }
}

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
                    sent.store(letter, SeqCst);
                }
            });
            let sent = sent.load(SeqCst);
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
    judge.every_order("two receivers and a sender all come to their end", || {
        let post = Post::new(1);
        thread::scope(|threads| {
            for _ in 0..2 {
                threads.spawn(|| post.receive());
            }
            post.send(1);
            post.send(2);
        });
        assert_eq!(
            post.on_the_way(),
            0,
            "all letters are received, and none is on its way"
        );
    });
    judge.every_order("two senders wait for room for two", || {
        let post = Post::new(2);
        post.send(1);
        post.send(2);
        thread::scope(|threads| {
            for letter in 3..=4 {
                let post = &post;
                threads.spawn(move || post.send(letter));
            }
            let mut received = [(); 4].map(|()| post.receive());
            received.sort();
            assert_eq!(received, [1, 2, 3, 4], "a letter is lost");
        });
    });
    judge.every_order("two receivers wait, and there is room for two", || {
        let post = Post::new(2);
        thread::scope(|threads| {
            for _ in 0..2 {
                threads.spawn(|| post.receive());
            }
            post.send(1);
            post.send(2);
        });
    });
    judge.every_order("the room is as large as it was said", || {
        let (post, sent) = (Post::new(3), Unseen::new(0));
        thread::scope(|threads| {
            threads.spawn(|| {
                for letter in 1..=5 {
                    post.send(letter);
                    sent.set(letter);
                }
            });
            // The one that waits for room is on its way, too.
            for (now_sent, number) in [(3, 4), (4, 4), (5, 3)] {
                until_all_wait(); // till all that can be sent is sent
                assert_eq!(sent.get(), now_sent, "there is room for 3, and no more");
                assert_on_the_way(&post, number, "it is not the right number");
                post.receive();
            }
        });
    });
    judge.every_order("there can be room for many", || {
        let (post, room) = (Post::new(many()), many() as u32);
        (0..room).for_each(|letter| post.send(letter));
        assert_eq!(post.on_the_way(), room, "all letters are on their way");
        let received: Vec<_> = (0..room).map(|_| post.receive()).collect();
        assert!(received.into_iter().eq(0..room), "a letter is lost, or out of order");
        assert_eq!(post.on_the_way(), 0, "no letter is on its way");
    });
    judge.every_order("all that wait for room are on their way, too", || {
        let (post, sent) = (Post::new(1), Unseen::new(0));
        thread::scope(|threads| {
            for letter in 1..=3 {
                let (post, sent) = (&post, &sent);
                threads.spawn(move || {
                    post.send(letter);
                    sent.update(|sent| *sent += 1);
                });
            }
            until_all_wait(); // till one is sent, and two wait
            assert_eq!(sent.get(), 1, "letters were sent, with room for one");
            assert_on_the_way(&post, 3, "one is sent, and two wait for room");
            (0..3).for_each(|_| _ = post.receive());
        });
    });
    judge.every_order("a receiver sleeps until a letter comes", || {
        let post = Post::new(1);
        thread::scope(|threads| {
            threads.spawn(|| assert_eq!(post.receive(), 1, "letter 1 was sent"));
            others_sleep("the receiver doesn't sleep: it looks again and again");
            assert_eq!(post.on_the_way(), 0, "a receiver waits, and no letter is sent");
            post.send(1);
        });
    });
    judge.every_order("a sender sleeps until there is room", || {
        let post = Post::new(1);
        thread::scope(|threads| {
            threads.spawn(|| (1..=2).for_each(|letter| post.send(letter)));
            others_sleep("the sender doesn't sleep: it looks again and again");
            let received = [post.receive(), post.receive()];
            assert_eq!(received, [1, 2], "a letter is lost, or out of order");
        });
    });
    judge.every_order("the number is right at every moment", || {
        let post = Post::new(1);
        // Letters that somebody has begun to send, and those that are received.
        let (begun, received) = (Unseen::new(0), Unseen::new(0));
        thread::scope(|threads| {
            threads.spawn(|| {
                for letter in 1..=2 {
                    begun.set(letter);
                    post.send(letter);
                }
            });
            threads.spawn(|| {
                for letter in 1..=2 {
                    assert_eq!(
                        post.receive(),
                        letter,
                        "a letter is lost, or out of order"
                    );
                    received.set(letter);
                }
            });
            let before = received.get();
            let on_the_way = post.on_the_way();
            let most = begun.get() - before;
            assert!(
                on_the_way <= most || has_read_old(),
                "{on_the_way} are on their way, of {most} at most"
            );
        });
    });
    let why = "a letter is lost";
    judge.some_order("many can wait for room", why, || {
        let (post, all) = (Post::new(1), many() as u32);
        thread::scope(|threads| {
            for letter in 0..all {
                let post = &post;
                threads.spawn(move || post.send(letter));
            }
            until_all_wait(); // till one is sent, and all others wait
            assert_on_the_way(&post, all, "all are on their way");
            let mut received: Vec<_> = (0..all).map(|_| post.receive()).collect();
            received.sort();
            received.into_iter().eq(0..all)
        })
    });
}
