//! What every answer to `async/reply` must hold.

use std::pin::{Pin, pin};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};

use exercise::{Judge, Unseen, at_once, beforehand, long_wait, many, until_all_wait};

use crate::answer::{Reply, reply};

/// A waker that counts its calls.
struct Bell(Unseen<usize>);

impl Wake for Bell {
    fn wake(self: Arc<Self>) {
        self.0.update(|calls| *calls += 1);
    }
}

fn bell() -> (Arc<Bell>, Waker) {
    let bell = Arc::new(Bell(Unseen::new(0)));
    (bell.clone(), Waker::from(bell))
}

/// A waker that polls on the spot.
struct Eager(Mutex<Option<Reply<u32>>>, Unseen<Vec<Poll<u32>>>);

impl Wake for Eager {
    fn wake(self: Arc<Self>) {
        let mut reply = self.0.lock().unwrap().take().expect("it is called once");
        let polled = poll(&mut reply, Waker::noop());
        self.1.update(|all| all.push(polled));
    }
}

/// A waker that wakes a thread which parks.
struct Alarm(Thread);

impl Wake for Alarm {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}

fn poll<T>(reply: &mut Reply<T>, waker: &Waker) -> Poll<T> {
    let mut context = Context::from_waker(waker);
    at_once("`poll`", 10, || Pin::new(reply).poll(&mut context))
}

/// Polls again whenever the thread wakes up.
fn wait_for<T>(future: impl Future<Output = T>) -> T {
    let waker = Waker::from(Arc::new(Alarm(thread::current())));
    let mut future = pin!(future);
    loop {
        match future.as_mut().poll(&mut Context::from_waker(&waker)) {
            Poll::Ready(value) => return value,
            Poll::Pending => thread::park(),
        }
    }
}

pub fn judge(judge: &mut Judge) {
    judge.every_order("nothing is called as long as nothing is sent", || {
        let (sender, mut reply) = reply();
        for _ in 0..2 {
            let (bell, waker) = bell();
            assert_eq!(
                poll(&mut reply, &waker),
                Poll::Pending,
                "nobody has sent it yet"
            );
            assert_eq!(
                bell.0.get(),
                0,
                "a waker is called, and nobody has sent it yet"
            );
        }
        sender.send(7);
    });
    judge.every_order("a value that is there is the result of the first poll", || {
        let (sender, mut reply) = reply();
        sender.send(String::from("tea"));
        let (bell, waker) = bell();
        assert_eq!(poll(&mut reply, &waker), Poll::Ready("tea".into()), "it was sent");
        assert_eq!(bell.0.get(), 0, "the waker is called, and nobody waits");
    });
    judge.every_order("a value that comes at any moment is heard of", || {
        let (sender, mut reply) = reply();
        let (bell, waker) = bell();
        let first = thread::scope(|threads| {
            threads.spawn(|| sender.send(7));
            poll(&mut reply, &waker)
        });
        if first.is_pending() {
            assert_eq!(bell.0.get(), 1, "the waker has to be called once");
            assert_eq!(poll(&mut reply, &waker), Poll::Ready(7), "it was sent");
        } else {
            assert_eq!(first, Poll::Ready(7), "another value");
        }
    });
    judge.every_order("the waker of the newest poll is called, and no other", || {
        let (sender, mut reply) = reply();
        let (old, old_waker) = bell();
        let (new, new_waker) = bell();
        beforehand(|| {
            let (_, waker) = bell();
            assert!(poll(&mut reply, &waker).is_pending(), "nobody has sent it yet");
        });
        assert!(poll(&mut reply, &old_waker).is_pending(), "nobody has sent it yet");
        let second = thread::scope(|threads| {
            threads.spawn(|| sender.send(7));
            poll(&mut reply, &new_waker)
        });
        if second.is_pending() {
            assert_eq!(new.0.get(), 1, "the newest waker has to be called once");
            assert_eq!(old.0.get(), 0, "the waker of an older poll is called");
            assert_eq!(poll(&mut reply, &new_waker), Poll::Ready(7), "it was sent");
        }
    });
    judge.every_order("the waker may poll in the middle of its call", || {
        let (sender, mut reply) = reply();
        let eager = Arc::new(Eager(Mutex::new(None), Unseen::new(Vec::new())));
        let waker = Waker::from(eager.clone());
        assert!(poll(&mut reply, &waker).is_pending(), "nobody has sent it yet");
        *eager.0.lock().unwrap() = Some(reply);
        thread::scope(|threads| {
            threads.spawn(|| sender.send(7));
        });
        eager.1.update(|polled| {
            assert_eq!(
                *polled,
                [Poll::Ready(7)],
                "the waker polls, and gets the value"
            );
        });
    });
    judge.every_order("a thread that waits gets the value, however late", || {
        let (sender, reply) = reply();
        thread::scope(|threads| {
            let waits = threads.spawn(|| wait_for(reply));
            long_wait();
            sender.send(7);
            assert_eq!(waits.join().expect("no panic"), 7, "another value");
        });
    });
    judge.every_order("nobody waits any more", || {
        let (sender, mut left) = reply();
        let (_, waker) = bell();
        assert!(poll(&mut left, &waker).is_pending(), "nobody has sent it yet");
        drop(left);
        at_once("`send`", 10, || sender.send(7));
        let (sender, left) = reply::<u32>();
        drop(sender);
        drop(left);
    });
    judge.some_order("many replies at once", "a value is missing", || {
        let (senders, replies): (Vec<_>, Vec<_>) = (0..many()).map(|_| reply()).unzip();
        thread::scope(|threads| {
            let wait = |reply| threads.spawn(move || wait_for(reply));
            let waiting: Vec<_> = replies.into_iter().map(wait).collect();
            until_all_wait();
            for (n, sender) in senders.into_iter().enumerate().rev() {
                sender.send(n);
            }
            let got = waiting.into_iter().map(|waits| waits.join().expect("no panic"));
            got.eq(0..many())
        })
    });
    judge.every_order("an async function awaits it", || {
        let (sender, reply) = reply();
        let (answer, answered) = crate::answer::reply();
        let asks = async move { reply.await + 1 };
        thread::scope(|threads| {
            threads.spawn(|| answer.send(wait_for(asks)));
            sender.send(7);
            assert_eq!(wait_for(answered), 8, "another value");
        });
    });
}
