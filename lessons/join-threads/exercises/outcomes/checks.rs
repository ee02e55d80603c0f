//! What every answer to `join-threads/outcomes` must hold.

use std::panic::panic_any;
use std::sync::atomic::AtomicU32;
use std::sync::atomic::Ordering::SeqCst;
use std::sync::{Arc, Barrier};

use exercise::{Judge, Unseen, long_wait, many, many_threads};

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
    judge.every_order("each text belongs to its job", || {
        // A step before each panic: either of the two may come first.
        let at = Arc::new(AtomicU32::new(0));
        let (film, sound) = (at.clone(), at);
        let jobs: [Job; 3] = [
            Box::new(move || {
                film.fetch_add(1, SeqCst);
                panic!("the film tears")
            }),
            Box::new(|| u32::MAX),
            Box::new(move || {
                sound.fetch_add(1, SeqCst);
                panic!("the sound stops")
            }),
        ];
        let film = Err("the film tears".to_owned());
        let expected = [film, Ok(u32::MAX), Err("the sound stops".to_owned())];
        assert_eq!(outcomes(jobs.into()), expected, "the outcomes are others");
    });
    judge.every_order("a text is returned as it is: empty, or very long", || {
        for text in ["", " the film tears\n", &"the film tears, ".repeat(many())] {
            let tears = text.to_owned();
            let jobs: [Job; 2] = [Box::new(move || panic!("{tears}")), Box::new(|| 0)];
            let expected = [Err(text.to_owned()), Ok(0)];
            assert_eq!(outcomes(jobs.into()), expected, "the text is another");
        }
    });
    judge.every_order("a panic without a text has no text", || {
        let jobs: [Job; 2] = [Box::new(|| panic_any(7)), Box::new(|| 1)];
        let expected = [Err("no text".to_owned()), Ok(1)];
        assert_eq!(outcomes(jobs.into()), expected, "a panic that holds a number");
    });
    let why = "the outcomes are others";
    judge.some_order("many jobs can be done, and most of them can panic", why, || {
        let jobs = (0..many() as u32).map(|job| -> Job {
            match job % 4 {
                0 => Box::new(move || job),
                1 => Box::new(|| panic!("the film tears\nin two")),
                2 => Box::new(move || panic!("the film tears in part {job}")),
                _ => Box::new(move || panic_any(job)),
            }
        });
        let expected = (0..many() as u32).map(|job| match job % 4 {
            0 => Ok(job),
            1 => Err("the film tears\nin two".to_owned()),
            2 => Err(format!("the film tears in part {job}")),
            _ => Err("no text".to_owned()),
        });
        let expected: Vec<_> = expected.collect();
        assert!(outcomes(Vec::new()).is_empty(), "without a job there is no outcome");
        outcomes(jobs.collect()) == expected
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
    let why = "no order has many jobs at work at the same time";
    judge.some_order("many jobs can be at work at the same time", why, || {
        together(many_threads()) == many_threads()
    });
    judge.every_order("a slow job is waited for", || {
        let slow = || {
            long_wait();
            panic!("the film is long")
        };
        let jobs: [Job; 2] = [Box::new(slow), Box::new(|| 1)];
        let expected = [Err("the film is long".to_owned()), Ok(1)];
        assert_eq!(outcomes(jobs.into()), expected, "the outcomes are others");
    });
}

/// How many of these jobs come back, if each can go on only when all of them are there.
fn together(jobs: usize) -> usize {
    let all_at_work = Arc::new(Barrier::new(jobs));
    let job = |_| -> Job {
        let all_at_work = all_at_work.clone();
        Box::new(move || {
            all_at_work.wait();
            1
        })
    };
    outcomes((0..jobs).map(job).collect()).into_iter().filter(Result::is_ok).count()
}
