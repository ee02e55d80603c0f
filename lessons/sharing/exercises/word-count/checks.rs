//! What every answer to `sharing/word-count` must hold.

use std::sync::Barrier;
use std::sync::atomic::AtomicU32;
use std::sync::atomic::Ordering::SeqCst;
use std::thread;

use exercise::{Judge, Unseen, long_wait, many};

use crate::answer::count_lines;

fn words(line: &str) -> usize {
    line.split_whitespace().count()
}

/// Counts a text, and checks what holds for every text: each line itself is counted once, in a new thread of its own.
fn count(text: &str, meanwhile: impl Fn(&str) + Sync) -> Vec<usize> {
    let lines = text.lines().count();
    let (asked, calls) = (thread::current().id(), Unseen::new(0));
    let started = interleave::threads_started();
    let results = count_lines(text, &|line| {
        assert_ne!(
            thread::current().id(),
            asked,
            "each line needs a thread of its own"
        );
        assert!(
            text.lines().any(|of_text| of_text == line),
            "{line:?} is no line of the text"
        );
        let inside = text.as_bytes().as_ptr_range().contains(&line.as_ptr());
        assert!(inside || line.is_empty(), "the line is a copy: {line:?}");
        calls.set(calls.get() + 1);
        meanwhile(line);
        words(line)
    });
    let started = interleave::threads_started() - started;
    assert_eq!(started, lines, "each line needs a new thread");
    assert_eq!(calls.get(), lines, "each line is counted once");
    let expected: Vec<_> = text.lines().map(words).collect();
    assert_eq!(results, expected, "the results are others");
    results
}

pub fn judge(judge: &mut Judge) {
    judge.every_order("each line is counted", || {
        count("to be or not\nto be\n\nthat is the question", |_| ());
    });
    judge.every_order("two texts are counted one after the other", || {
        for text in ["", "one", "one\ntwo words\n", "\n\n", "a b\r\n\r\nc"] {
            count(text, |_| ());
        }
    });
    judge.every_order("the results are in the order of the lines", || {
        let done = AtomicU32::new(0);
        count("a\nb b\nc c c", |_| _ = done.fetch_add(1, SeqCst));
    });
    judge.some_order(
        "two lines can be counted at the same time",
        "no order has two lines counted at the same time",
        || {
            let (at_work, both) = (AtomicU32::new(0), Unseen::new(false));
            count("a\nb b", |_| {
                if at_work.fetch_add(1, SeqCst) == 1 {
                    both.set(true);
                }
                at_work.fetch_sub(1, SeqCst);
            });
            both.get()
        },
    );
    judge.some_order(
        "many lines can be counted at the same time",
        "no order has many lines counted at the same time",
        || {
            let all_at_work = Barrier::new(many());
            let lines = (1..=many()).map(|line| format!("{}\n", "a ".repeat(line % 7)));
            count(&lines.collect::<String>(), |_| _ = all_at_work.wait());
            true
        },
    );
    judge.every_order("a slow line is waited for", || {
        count("a\nb b\nc", |line| {
            if line == "b b" {
                long_wait();
            }
        });
    });
}
