//! What every answer to `single-thread/by-turns` must hold.

use std::sync::Mutex;

use exercise::Judge;

use crate::answer::evening;

/// What an evening does, in the order in which it is done.
fn done(songs: u32, parts: u32) -> Vec<String> {
    let done = Mutex::new(Vec::new());
    evening(songs, parts, |what, n| {
        done.lock().expect("nobody panics").push(format!("{what} {n}"));
    });
    done.into_inner().expect("nobody panics")
}

pub fn judge(judge: &mut Judge) {
    judge.every_order("songs and parts take turns", || {
        let expected = ["song 1", "part 1", "song 2", "part 2"];
        assert_eq!(done(2, 2), expected, "2 songs and 2 parts do not take turns");
        assert_eq!(interleave::threads_started(), 0, "one thread is enough for it");
    });
    judge.every_order("what is left comes at the end", || {
        let expected = ["song 1", "part 1", "part 2", "part 3"];
        assert_eq!(done(1, 3), expected, "1 song and 3 parts");
        let expected = ["song 1", "part 1", "song 2", "song 3"];
        assert_eq!(done(3, 1), expected, "3 songs and 1 part");
        assert_eq!(done(0, 2), ["part 1", "part 2"], "no song and 2 parts");
    });
}
