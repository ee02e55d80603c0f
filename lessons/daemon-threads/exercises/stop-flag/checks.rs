//! What every answer to `daemon-threads/stop-flag` must hold.

use std::sync::{Arc, Barrier, Mutex};
use std::thread;

use exercise::{Judge, beforehand, long_wait, many, until_all_wait};
use interleave::execution::{has_ended, threads_started};

use crate::answer::Saver;

/// Calls this for each note, before it is saved.
type Before = fn(u32);

/// A saver, and what it has saved. It may not save in the thread that hands over notes.
fn saver(before: impl Fn(u32) + Send + 'static) -> (Saver, Arc<Mutex<Vec<u32>>>) {
    let saved = Arc::new(Mutex::new(Vec::new()));
    let (keeps, main) = (saved.clone(), thread::current().id());
    let save = move |note| {
        let saves = thread::current().id();
        assert!(saves != main, "a note is not saved in the background");
        before(note);
        keeps.lock().expect("nobody panics").push(note);
    };
    (Saver::start(save), saved)
}

const AT_ONCE: Before = |_| ();

pub fn judge(judge: &mut Judge) {
    judge.every_order("every note is saved when `finish` returns", || {
        let (saver, saved) = saver(AT_ONCE);
        [3, 1, 2].into_iter().for_each(|note| saver.note(note));
        saver.finish();
        let saved = saved.lock().expect("nobody panics").clone();
        assert_eq!(saved, [3, 1, 2], "a note is lost, saved twice, or out of order");
    });
    judge.every_order("a saver with nothing to do can be finished", || {
        let (saver, saved) = saver(AT_ONCE);
        saver.finish();
        assert!(saved.lock().expect("nobody panics").is_empty(), "a note from nowhere");
        until_all_wait(); // a thread that comes to its end has time for it
        let ended = (1..=threads_started()).all(has_ended);
        assert!(ended, "the thread has not come to its end after `finish`");
    });
    judge.some_order(
        "a note can be saved before `finish` is called",
        "no note is saved before `finish` is called",
        || {
            let (saver, saved) = saver(AT_ONCE);
            saver.note(1);
            let early = saved.lock().expect("nobody panics").len();
            saver.finish();
            early == 1
        },
    );
    let why = "a note is not saved before `finish`";
    judge.some_order("each note is saved in time, the first and the last", why, || {
        let (saver, saved) = saver(AT_ONCE);
        for notes in 1..=many() {
            saver.note(7);
            until_all_wait();
            let saved = saved.lock().expect("nobody panics").len();
            assert!(
                saved == notes,
                "{notes} notes, and only {saved} saved before `finish`"
            );
        }
        saver.finish();
        true
    });
    judge.every_order(
        "after many notes, none is lost, and their order is kept",
        || {
            let (saver, saved) = saver(AT_ONCE);
            beforehand(|| {
                saver.note(5);
                until_all_wait();
            });
            [3, 1, 2].into_iter().for_each(|note| saver.note(note));
            saver.finish();
            let mut all = vec![5; many()];
            all.extend([3, 1, 2]);
            let saved = saved.lock().expect("nobody panics").clone();
            assert_eq!(saved, all, "a note is lost, saved twice, or out of order");
        },
    );
    judge.every_order("`note` doesn't wait while another note is saved", || {
        let main_goes_on = Arc::new(Barrier::new(2));
        let main = main_goes_on.clone();
        let (saver, saved) = saver(move |note| {
            if note % 2 == 1 {
                main_goes_on.wait();
            }
        });
        for two in [[1, 2], [3, 4]] {
            two.into_iter().for_each(|note| saver.note(note));
            main.wait();
        }
        saver.finish();
        let saved = saved.lock().expect("nobody panics").clone();
        assert_eq!(saved, [1, 2, 3, 4], "a note is lost, or saved twice");
    });
    let why = "`note` waits while a later note is saved";
    judge.some_order("`note` doesn't wait, whichever note is saved", why, || {
        let main_goes_on = Arc::new(Barrier::new(2));
        let main = main_goes_on.clone();
        let (saver, saved) = saver(move |note| {
            if note == 1 {
                main_goes_on.wait();
            }
        });
        for _ in 0..many() {
            saver.note(1);
            until_all_wait(); // till it is being saved
            saver.note(2);
            main.wait();
        }
        saver.finish();
        *saved.lock().expect("nobody panics") == [1, 2].repeat(many())
    });
    let why = "a note is lost, or saved twice";
    judge.some_order("thousands of notes can wait until they are saved", why, || {
        let main_goes_on = Arc::new(Barrier::new(2));
        let main = main_goes_on.clone();
        let (saver, saved) = saver(move |note| {
            if note == 5 {
                main_goes_on.wait();
            }
        });
        let mut notes = [0, 0, 3, 3, u32::MAX, u32::MAX, 1].repeat(20 * many());
        notes.insert(0, 5);
        notes.iter().for_each(|note| saver.note(*note));
        main.wait();
        saver.finish();
        *saved.lock().expect("nobody panics") == notes
    });
    judge.every_order("`finish` waits until a note is saved that takes long", || {
        let (saver, saved) = saver(|_| drop(long_wait()));
        saver.note(3);
        saver.note(3);
        saver.finish();
        let saved = saved.lock().expect("nobody panics").clone();
        assert_eq!(saved, [3, 3], "a note is lost, or saved twice");
    });
    let why = "a note is lost";
    judge.some_order("another saver goes on, and a later one can begin", why, || {
        let (first, _) = saver(AT_ONCE);
        let (second, saved) = saver(AT_ONCE);
        first.finish();
        until_all_wait();
        second.note(1);
        until_all_wait();
        assert_eq!(saved.lock().expect("nobody panics").len(), 1, "a note is lost");
        second.finish();
        let (third, saved) = saver(AT_ONCE);
        third.note(1);
        until_all_wait();
        assert_eq!(saved.lock().expect("nobody panics").len(), 1, "a note is lost");
        third.finish();
        true
    });
}
