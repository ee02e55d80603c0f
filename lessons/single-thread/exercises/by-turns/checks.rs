//! What every answer to `single-thread/by-turns` must hold.

use std::sync::Mutex;

use exercise::{Judge, many, tries};

use crate::answer::evening;

/// What an evening does, in the order in which it is done.
fn done(songs: u32, parts: u32) -> Vec<String> {
    let done = Mutex::new(Vec::new());
    evening(songs, parts, |what, n| {
        done.lock().expect("nobody panics").push(format!("{what} {n}"));
    });
    assert_eq!(interleave::threads_started(), 0, "one thread is enough for it");
    done.into_inner().expect("nobody panics")
}

pub fn judge(judge: &mut Judge) {
    judge.every_order("songs and parts take turns", || {
        let expected = ["song 1", "part 1", "song 2", "part 2"];
        assert_eq!(done(2, 2), expected, "2 songs and 2 parts do not take turns");
    });
    judge.every_order("what is left comes at the end", || {
        let expected = ["song 1", "part 1", "part 2", "part 3"];
        assert_eq!(done(1, 3), expected, "1 song and 3 parts");
        let expected = ["song 1", "part 1", "song 2", "song 3"];
        assert_eq!(done(3, 1), expected, "3 songs and 1 part");
        assert_eq!(done(0, 2), ["part 1", "part 2"], "no song and 2 parts");
    });
    judge.every_order("that holds for every number of songs and parts", || {
        let small = (0..=7).flat_map(|songs| (0..=7).map(move |parts| (songs, parts)));
        let (many, tries) = (many() as u32, tries() as u32);
        let large = [(many, 25), (25, many), (tries, 25), (25, tries)];
        for (songs, parts) in small.chain(large) {
            // Sorted by the number, the song before the part: `sort_by_key` keeps that.
            let song = (1..=songs).map(|n| (n, format!("song {n}")));
            let part = (1..=parts).map(|n| (n, format!("part {n}")));
            let mut expected: Vec<_> = song.chain(part).collect();
            expected.sort_by_key(|(n, _)| *n);
            let expected: Vec<_> = expected.into_iter().map(|(_, what)| what).collect();
            let done = done(songs, parts);
            assert!(done == expected, "{songs} songs and {parts} parts");
        }
    });
}
