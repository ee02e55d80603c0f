//! What every answer to `lock/twice` must hold.

use std::thread;

use exercise::{Judge, many};

use crate::answer::Diary;

pub fn judge(judge: &mut Judge) {
    judge.every_order("one thread alone comes to its end", || {
        let diary = Diary::new();
        diary.write("Monday");
        diary.write_all(&["rain", "wind"]);
        assert_eq!(diary.read(), ["Monday", "rain", "wind"], "the lines are others");
    });
    judge.every_order("all lines are written, in their order", || {
        let diary = Diary::new();
        let many: Vec<_> = ["wind", "rain", "rain"].repeat(many());
        diary.write_all(&[]);
        diary.write_all(&many);
        diary.write_all(&["wind"]);
        diary.write("rain");
        let lines = [&many[..], &["wind", "rain"]].concat();
        assert_eq!(diary.read(), lines, "the lines are others");
    });
    judge.every_order("lines that are written together stay together", || {
        let diary = Diary::new();
        let (one, other) = (["rain", "wind", "hail", "snow"], ["sun", "moon", "stars"]);
        thread::scope(|threads| {
            threads.spawn(|| diary.write_all(&one));
            threads.spawn(|| diary.write_all(&other));
            threads.spawn(|| diary.write("Tuesday"));
        });
        let lines = diary.read();
        assert_eq!(lines.len(), 8, "a line is lost, or there twice: {lines:?}");
        for together in [&one[..], &other] {
            assert!(
                lines.windows(together.len()).any(|lines| lines == together),
                "a line has come in between: {lines:?}"
            );
        }
    });
    judge.every_order("many lines stay together, too", || {
        let diary = Diary::new();
        thread::scope(|threads| {
            threads.spawn(|| diary.write_all(&vec!["rain"; many()]));
            diary.write("Tuesday");
        });
        let lines = diary.read();
        assert_eq!(lines.len(), many() + 1, "a line is lost, or there twice");
        let at = lines.iter().position(|line| line == "Tuesday");
        assert!([Some(0), Some(many())].contains(&at), "a line has come in between");
    });
}
