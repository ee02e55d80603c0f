//! The picture that the threads of a recorded run computed: each row, and which thread it is from.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use crate::course::recording::Recording;

/// More rows than any picture has.
const TALL: u64 = 10_000;

/// A picture of a run, as `shared::stage::row` wrote it into the trace.
pub struct Picture {
    /// The rows, by their place from the top.
    pub rows: BTreeMap<u64, Row>,
    /// Of each thread that computed some of them, its lane and its name; sorted by name.
    pub threads: Vec<(usize, String)>,
}

/// One row.
pub struct Row {
    /// Which lane of the run its thread has, counted from 0: `theme/trace.js` counts them the same way.
    pub lane: usize,
    /// From left to right, how many pixels have the same shade, and which one: 0 is white, 8 is black.
    pub stretches: Vec<(u64, u8)>,
}

impl Picture {
    /// The picture of this run; an error if it has none.
    pub fn of(run: &Recording) -> Result<Self> {
        let lane_of = |event: &Value| (event["pid"].as_u64(), event["tid"].as_u64());
        let lanes: Vec<_> = run.events.iter().map(lane_of).collect::<BTreeSet<_>>().into_iter().collect();
        let mut names = BTreeMap::new();
        let mut rows = BTreeMap::new();
        for event in &run.events {
            let lane = lanes.binary_search(&lane_of(event)).expect("it is one of them");
            if event["name"] == "thread_name" {
                names.insert(lane, event["args"]["name"].as_str().unwrap_or_default());
            } else if event["cat"] == "row" {
                let (number, row) =
                    row(lane, &event["args"]).context("a row of its picture can't be read")?;
                rows.insert(number, row);
            }
        }
        ensure!(!rows.is_empty(), "the run has no picture: `shared::stage::row` records the rows of one");
        let lanes: BTreeSet<_> = rows.values().map(|row: &Row| row.lane).collect();
        let named = |lane| (lane, names.get(&lane).copied().unwrap_or("unnamed").to_owned());
        let mut threads: Vec<_> = lanes.into_iter().map(named).collect();
        // `thread 2` comes before `thread 10`.
        threads.sort_by_key(|(_, name)| (name.len(), name.clone()));
        Ok(Picture { rows, threads })
    }

    /// In pixels.
    pub fn width(&self) -> u64 {
        let wide = |row: &Row| row.stretches.iter().map(|(pixels, _)| pixels).sum();
        self.rows.values().map(wide).max().unwrap_or_default()
    }

    /// In rows.
    pub fn height(&self) -> u64 {
        self.rows.keys().last().map_or(0, |last| last + 1)
    }

    /// The rows of this lane, those that follow each other together: the first and the last of each group.
    pub fn groups(&self, lane: usize) -> Vec<(u64, u64)> {
        let mut groups: Vec<(u64, u64)> = Vec::new();
        for (&number, _) in self.rows.iter().filter(|(_, row)| row.lane == lane) {
            match groups.last_mut() {
                Some((_, last)) if *last + 1 == number => *last = number,
                _ => groups.push((number, number)),
            }
        }
        groups
    }
}

fn row(lane: usize, args: &Value) -> Option<(u64, Row)> {
    let number = args["row"].as_u64().filter(|number| *number < TALL)?;
    // One pixel in so many is known.
    let step = args["step"].as_u64().filter(|step| (1..TALL).contains(step))?;
    let stretch = |text: &str| {
        let (known, shade) = text.split_at_checked(text.len().checked_sub(1)?)?;
        let shade = shade.bytes().next()?.checked_sub(b'a').filter(|shade| *shade <= 8)?;
        Some((known.parse::<u16>().ok()? as u64 * step, shade))
    };
    let stretches = args["text"].as_str()?.split_inclusive(char::is_alphabetic).map(stretch);
    Some((number, Row { lane, stretches: stretches.collect::<Option<_>>()? }))
}

#[cfg(test)]
pub mod tests {
    use serde_json::json;

    use super::*;
    use crate::course::lesson::Arguments;
    use crate::course::stored::Origin;

    /// A run of these events.
    pub fn run(events: Vec<Value>) -> Recording {
        Recording {
            arguments: Arguments::default(),
            origin: Origin { date: "2026-11-22".into(), cores: 2, system: "linux".into() },
            source: String::new(),
            status: "exit status: 0".into(),
            errors: vec![],
            events,
        }
    }

    /// A thread with this lane gets its name.
    pub fn name(tid: u64, name: &str) -> Value {
        json!({"ph": "M", "cat": "", "name": "thread_name", "ts": 0, "pid": 101, "tid": tid, "args": {"name": name}})
    }

    /// A thread has computed a row.
    pub fn computed(tid: u64, row: u64, shades: &str) -> Value {
        json!({"ph": "i", "cat": "row", "name": "row", "ts": row, "pid": 101, "tid": tid,
            "args": {"row": row, "step": 2, "text": shades}})
    }

    #[test]
    fn rows_belong_to_the_threads_that_computed_them() {
        let events = vec![
            name(1, "main"),
            name(2, "thread 10"),
            name(3, "thread 9"),
            computed(2, 0, "2a1i"),
            computed(3, 1, "3i"),
            computed(2, 2, "1a1b1c"),
            computed(2, 3, "1a1b1c"),
        ];
        let picture = Picture::of(&run(events)).expect("a picture");
        assert_eq!(picture.threads, [(2, "thread 9".to_owned()), (1, "thread 10".to_owned())]);
        assert_eq!((picture.width(), picture.height()), (6, 4));
        assert_eq!(picture.groups(1), [(0, 0), (2, 3)]);
        assert_eq!(picture.groups(2), [(1, 1)]);
        assert_eq!(picture.rows[&0].stretches, [(4, 0), (2, 8)]);
    }

    #[test]
    fn what_is_no_picture_is_refused() {
        let refused = |events| format!("{:#}", Picture::of(&run(events)).err().expect("no picture"));
        assert!(refused(vec![name(1, "main")]).contains("has no picture"));
        for (key, value) in
            [("row", json!(-1)), ("row", json!(10_000)), ("step", json!(0)), ("text", json!("aj"))]
        {
            let mut event = computed(1, 0, "1a1b");
            event["args"][key] = value;
            assert!(refused(vec![event]).contains("can't be read"), "{key}");
        }
    }
}
