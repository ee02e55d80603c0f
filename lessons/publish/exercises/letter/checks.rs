//! What every answer to `publish/letter` must hold.

use std::thread;

use exercise::{Judge, Unseen, at_once};

use crate::answer::Letter;

const TEXT: &str = "come to dinner";

/// Whether the text is there. If it is, it is whole.
fn is_there(letter: &Letter) -> bool {
    let read = letter.read();
    assert!(
        read.as_deref().is_none_or(|text| text == TEXT),
        "something is read that nobody wrote: {read:?}"
    );
    read.is_some()
}

fn write(letter: &Letter) {
    // SAFETY: each check calls it once for a letter.
    unsafe { letter.write(TEXT) };
}

pub fn judge(judge: &mut Judge) {
    judge.every_order(
        "one thread reads what it has written, and nothing before",
        || {
            let letter = Letter::new();
            assert!(!is_there(&letter), "there is a text before one is written");
            write(&letter);
            for _ in 0..3 {
                assert!(is_there(&letter), "the text is written, and it isn't there");
            }
        },
    );
    judge.every_order("a reader finds nothing, or the whole text", || {
        let letter = Letter::new();
        thread::scope(|threads| {
            threads.spawn(|| write(&letter));
            let before = is_there(&letter);
            let after = is_there(&letter);
            assert!(after || !before, "the text was there, and is gone");
        });
        assert!(is_there(&letter), "the text is written, and it isn't there");
    });
    judge.every_order("two readers at once find nothing, or the whole text", || {
        let letter = Letter::new();
        thread::scope(|threads| {
            for _ in 0..2 {
                threads.spawn(|| is_there(&letter));
            }
            write(&letter);
        });
        assert_eq!(interleave::locks_taken(), 0, "a lock is taken");
    });
    judge.every_order("two that read it at once both find it", || {
        let letter = Letter::new();
        write(&letter);
        thread::scope(|threads| {
            for _ in 0..2 {
                threads.spawn(|| {
                    assert!(
                        is_there(&letter),
                        "the text is written, and it isn't there"
                    );
                });
            }
        });
    });
    judge.every_order(
        "a thread that hears of the text from another one finds it as well",
        || {
            let letter = Letter::new();
            let heard = Unseen::new(false);
            thread::scope(|threads| {
                let first = threads.spawn(|| heard.set(is_there(&letter)));
                write(&letter);
                first.join().expect("it does not panic");
                assert!(is_there(&letter), "the text is written, and it isn't there");
            });
        },
    );
    judge.every_order("an empty text is a text, too", || {
        let letter = Letter::new();
        // SAFETY: once for this letter.
        unsafe { letter.write("") };
        assert_eq!(letter.read().as_deref(), Some(""), "an empty text was written");
    });
    judge.every_order("a long text stays as it is", || {
        let letter = Letter::new();
        let text = format!("\n {TEXT} ").repeat(1000);
        // SAFETY: once for this letter.
        unsafe { letter.write(&text) };
        let read = letter.read();
        assert!(read.as_deref() == Some(&text), "a long text has changed");
    });
    judge.every_order("two letters have nothing to do with each other", || {
        let (one, other) = (Letter::new(), Letter::new());
        write(&one);
        assert!(!is_there(&other), "the text of another letter is there");
        write(&other);
        assert!(is_there(&one) && is_there(&other), "a text is gone");
    });
    judge.every_order("a thread that finds no text doesn't wait for one", || {
        let letter = Letter::new();
        at_once("`read`", 3, || is_there(&letter));
    });
}
