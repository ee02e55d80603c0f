//! What every answer to `lock/twice` must hold.

use std::thread;

use exercise::Judge;

use crate::answer::Diary;

pub fn judge(judge: &mut Judge) {
    judge.every_order("one thread alone comes to its end", || {
        let diary = Diary::new();
        diary.write("Monday");
        diary.write_all(&["rain", "wind"]);
        assert_eq!(diary.read(), ["Monday", "rain", "wind"], "the lines are others");
    });
    judge.every_order("lines that are written together stay together", || {
        let diary = Diary::new();
        thread::scope(|threads| {
            threads.spawn(|| diary.write_all(&["rain", "wind"]));
            threads.spawn(|| diary.write("Tuesday"));
        });
        let lines = diary.read();
        let mut sorted = lines.clone();
        sorted.sort();
        assert_eq!(sorted, ["Tuesday", "rain", "wind"], "a line is lost");
        assert!(lines[1] != "Tuesday", "a line has come in between: {lines:?}");
    });
}
