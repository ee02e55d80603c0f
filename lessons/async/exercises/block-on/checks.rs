//! What every answer to `async/block-on` must hold.

use std::future::poll_fn;
use std::pin::pin;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed, Ordering::SeqCst};
use std::task::{Poll, Waker};
use std::thread;

use exercise::{
    Judge, Unseen, at_once, long_wait, many, others_sleep, tries, until_all_wait,
};

use crate::answer::block_on;

/// A future that is ready after so many calls of its waker, and fails if it is polled without one.
struct Bell {
    /// Whether the one who called the waker had opened the door before.
    open: AtomicBool,
    waker: Mutex<Option<Waker>>,
    polls: Unseen<usize>,
    calls: Unseen<usize>,
}

impl Bell {
    fn new() -> Self {
        let open = AtomicBool::new(false);
        Bell {
            open,
            waker: Mutex::new(None),
            polls: Unseen::new(0),
            calls: Unseen::new(0),
        }
    }

    /// Returns how often it was polled.
    async fn rings(&self, times: usize) -> usize {
        poll_fn(|context| {
            self.polls.update(|polls| *polls += 1);
            let (polls, calls) = (self.polls.get(), self.calls.get());
            assert!(
                polls <= calls + 1,
                "it polls again, and nobody has called the waker"
            );
            if polls > times {
                // Nothing but the call of the waker orders this.
                assert!(
                    self.open.load(Relaxed),
                    "the poll doesn't see what came before the call"
                );
                return Poll::Ready(polls);
            }
            *self.waker.lock().unwrap() = Some(context.waker().clone());
            Poll::Pending
        })
        .await
    }

    /// Calls the waker, if one is there. Returns whether it was.
    fn ring(&self) -> bool {
        let waker = self.waker.lock().unwrap().take();
        self.open.store(true, Relaxed);
        let Some(waker) = waker else { return false };
        self.calls.update(|calls| *calls += 1);
        waker.wake();
        true
    }
}

pub fn judge(judge: &mut Judge) {
    judge.every_order("a future that is ready is polled once", || {
        let text = String::from("tea");
        let borrows = async { text.len() };
        assert_eq!(
            at_once("`block_on`", 10, || block_on(borrows)),
            3,
            "another result"
        );
    });
    judge.every_order(
        "the waker is called at any time after the poll has begun",
        || {
            let bell = Bell::new();
            let polls = thread::scope(|threads| {
                block_on(poll_fn(|context| {
                    if bell.polls.get() == 0 {
                        threads.spawn(|| {
                            assert!(
                                bell.ring() || {
                                    until_all_wait();
                                    bell.ring()
                                }
                            )
                        });
                    }
                    pin!(bell.rings(1)).poll(context)
                }))
            });
            assert_eq!(polls, 2, "the future is polled once, and once more");
        },
    );
    judge.every_order("it sleeps, however late the waker is called", || {
        let bell = Bell::new();
        thread::scope(|threads| {
            threads.spawn(|| block_on(bell.rings(1)));
            long_wait();
            others_sleep("a thread that waits for its waker doesn't sleep");
            assert!(bell.ring(), "the future isn't polled");
        });
    });
    judge.every_order("the waker is called in the middle of a poll", || {
        let polls = Unseen::new(0);
        block_on(poll_fn(|context| {
            polls.update(|polls| *polls += 1);
            if polls.get() == 3 {
                return Poll::Ready(());
            }
            context.waker().wake_by_ref();
            context.waker().wake_by_ref();
            Poll::Pending
        }));
    });
    judge.every_order("the future parks the thread itself", || {
        let (polls, answered) = (Unseen::new(0), AtomicBool::new(false));
        let own = thread::current();
        thread::scope(|threads| {
            block_on(poll_fn(|context| {
                polls.update(|polls| *polls += 1);
                if polls.get() == 2 {
                    return Poll::Ready(());
                }
                let (waker, own, answered) =
                    (context.waker().clone(), own.clone(), &answered);
                threads.spawn(move || {
                    waker.wake();
                    answered.store(true, SeqCst);
                    own.unpark();
                });
                while !answered.load(SeqCst) {
                    thread::park();
                }
                Poll::Pending
            }));
        });
    });
    judge.every_order("a future calls `block_on` itself", || {
        let (outer, inner) = (Unseen::new(0), Unseen::new(0));
        block_on(poll_fn(|context| {
            outer.update(|polls| *polls += 1);
            if outer.get() == 2 {
                return Poll::Ready(());
            }
            context.waker().wake_by_ref();
            block_on(poll_fn(|context| {
                inner.update(|polls| *polls += 1);
                if inner.get() == 2 {
                    return Poll::Ready(());
                }
                context.waker().wake_by_ref();
                Poll::Pending
            }));
            Poll::Pending
        }));
    });
    judge.every_order("a waker that is called too late wakes nobody", || {
        let late = Unseen::new(None);
        block_on(poll_fn(|context| {
            late.set(Some(context.waker().clone()));
            Poll::Ready(())
        }));
        late.update(|late: &mut Option<Waker>| {
            late.take().expect("it was polled").wake()
        });
        let bell = Bell::new();
        thread::scope(|threads| {
            threads.spawn(|| block_on(bell.rings(1)));
            until_all_wait();
            assert!(bell.ring(), "the future isn't polled");
        });
        let bell = Bell::new();
        thread::scope(|threads| {
            threads.spawn(|| {
                until_all_wait();
                assert!(bell.ring(), "the future isn't polled");
            });
            block_on(bell.rings(1));
        });
    });
    judge.every_order("two threads, each with a future of its own", || {
        let bells = [Bell::new(), Bell::new()];
        thread::scope(|threads| {
            for bell in &bells {
                threads.spawn(|| block_on(bell.rings(1)));
            }
            for (n, bell) in bells.iter().enumerate().rev() {
                until_all_wait();
                assert!(bell.ring(), "future {n} isn't polled");
            }
        });
    });
    let why = "the future isn't ready";
    judge.some_order("it sleeps until the waker is called, many times", why, || {
        let bell = Bell::new();
        thread::scope(|threads| {
            let waits = threads.spawn(|| block_on(bell.rings(many())));
            for _ in 0..many() {
                // Woken for nothing each time, it sleeps on.
                for _ in 0..2 {
                    until_all_wait();
                    waits.thread().unpark();
                }
                until_all_wait();
                assert!(bell.ring(), "the future isn't polled");
            }
            waits.join().expect("it doesn't panic") == many() + 1
        })
    });
    judge.some_order(
        "woken for nothing, it sleeps on, thousands of times",
        why,
        || {
            let bell = Bell::new();
            thread::scope(|threads| {
                let waits = threads.spawn(|| block_on(bell.rings(1)));
                for _ in 0..tries() {
                    until_all_wait();
                    waits.thread().unpark();
                }
                until_all_wait();
                assert!(bell.ring(), "the future isn't polled");
                waits.join().expect("it doesn't panic") == 2
            })
        },
    );
    judge.every_order("two threads call the waker, and each is heard", || {
        let (open, begun) = (AtomicBool::new(false), Unseen::new(false));
        thread::scope(|threads| {
            block_on(poll_fn(|context| {
                if !begun.get() {
                    begun.set(true);
                    let (first, second) =
                        (context.waker().clone(), context.waker().clone());
                    let open = &open;
                    threads.spawn(move || first.wake());
                    threads.spawn(move || {
                        open.store(true, Relaxed);
                        second.wake();
                    });
                }
                if open.load(Relaxed) { Poll::Ready(()) } else { Poll::Pending }
            }));
        });
    });
}
