//! What every answer to `join-threads/outcomes` must hold.

use std::panic::panic_any;
use std::sync::Arc;
use std::sync::atomic::AtomicU32;
use std::sync::atomic::Ordering::SeqCst;

use exercise::{Judge, Unseen};

use crate::answer::{Job, outcomes};

pub fn judge(judge: &mut Judge) {
    judge.every_order("a panic is returned, and no result is lost", || {
        let film = || panic!("the film tears");
        let jobs: [Job; 3] = [Box::new(|| 3), Box::new(film), Box::new(|| 4)];
        let expected = [Ok(3), Err("the film tears".to_owned()), Ok(4)];
        assert_eq!(outcomes(jobs.into()), expected, "the outcomes are others");
        assert_eq!(interleave::threads_started(), 3, "three jobs need three threads");
    });
    judge.every_order("a text with a value in it is returned as well", || {
        let part = 2;
        let jobs: [Job; 1] =
            [Box::new(move || panic!("the film tears in part {part}"))];
        let expected = [Err("the film tears in part 2".to_owned())];
        assert_eq!(outcomes(jobs.into()), expected, "the text is another");
    });
    judge.every_order("a panic without a text has no text", || {
        let jobs: [Job; 2] = [Box::new(|| panic_any(7)), Box::new(|| 1)];
        let expected = [Err("no text".to_owned()), Ok(1)];
        assert_eq!(outcomes(jobs.into()), expected, "a panic that holds a number");
    });
    judge.some_order(
        "all jobs can be at work at the same time",
        "no order has two jobs at work at the same time",
        || {
            let (at_work, both) =
                (Arc::new(AtomicU32::new(0)), Arc::new(Unseen::new(false)));
            let job = || -> Job {
                let (at_work, both) = (at_work.clone(), both.clone());
                Box::new(move || {
                    if at_work.fetch_add(1, SeqCst) == 1 {
                        both.set(true);
                    }
                    at_work.fetch_sub(1, SeqCst)
                })
            };
            outcomes(vec![job(), job()]);
            both.get()
        },
    );
}
