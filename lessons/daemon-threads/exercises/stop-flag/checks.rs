//! What every answer to `daemon-threads/stop-flag` must hold.

use std::sync::{Arc, Mutex};
use std::thread;

use exercise::Judge;

use crate::answer::Saver;

/// A saver, and what it has saved. It may not save in the thread that hands over notes.
fn saver() -> (Saver, Arc<Mutex<Vec<u32>>>) {
    let saved = Arc::new(Mutex::new(Vec::new()));
    let (keeps, main) = (saved.clone(), thread::current().id());
    let save = move |note| {
        let saves = thread::current().id();
        assert!(saves != main, "a note is not saved in the background");
        keeps.lock().expect("nobody panics").push(note);
    };
    (Saver::start(save), saved)
}

pub fn judge(judge: &mut Judge) {
    judge.every_order("every note is saved when `finish` returns", || {
        let (saver, saved) = saver();
        saver.note(1);
        saver.note(2);
        saver.finish();
        let saved = saved.lock().expect("nobody panics").clone();
        assert_eq!(saved, [1, 2], "a note is lost, or saved twice");
    });
    judge.every_order("a saver with nothing to do can be finished", || {
        let (saver, saved) = saver();
        saver.finish();
        assert!(saved.lock().expect("nobody panics").is_empty(), "a note from nowhere");
    });
    judge.some_order(
        "a note can be saved before `finish` is called",
        "no note is saved before `finish` is called",
        || {
            let (saver, saved) = saver();
            saver.note(1);
            let early = saved.lock().expect("nobody panics").len();
            saver.finish();
            early == 1
        },
    );
}
