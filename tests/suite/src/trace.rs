//! A recorded run, and what holds for every one.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

/// The events of a run, in the order in which they were written.
pub struct Trace(pub Vec<Event>);

/// One event of the Trace Event format, as far as lessons write it.
#[derive(Clone, Debug)]
pub struct Event {
    /// What kind: B, E, i, s, f or M.
    pub phase: String,
    /// Microseconds since the run began.
    pub time: u64,
    /// Process id.
    pub pid: u32,
    /// Lane within the process.
    pub lane: u32,
    /// Category.
    pub category: String,
    /// Name.
    pub name: String,
    /// What joins the two ends of an arrow.
    pub id: Option<String>,
    /// Whatever else it carries.
    pub args: Value,
}

impl Trace {
    /// Panics on a line that is no event: then it was torn.
    pub fn parse(text: &str) -> Self {
        Trace(text.lines().map(Event::parse).collect())
    }

    /// What holds for every trace, also of a run that was killed.
    pub fn check(&self) {
        assert!(!self.0.is_empty(), "nothing was recorded");
        let mut open: BTreeMap<(u32, u32), Vec<&Event>> = BTreeMap::new();
        let mut named: BTreeSet<(u32, u32, &str)> = BTreeSet::new();
        let mut last: BTreeMap<(u32, u32), u64> = BTreeMap::new();
        let tails: BTreeSet<_> = self.arrows("s").collect();
        for event in &self.0 {
            let lane = (event.pid, event.lane);
            match event.phase.as_str() {
                "M" => {
                    assert!(event.args["name"].is_string(), "{event:?}");
                    named.insert((event.pid, event.lane, &event.name));
                    continue;
                }
                "B" => open.entry(lane).or_default().push(event),
                "E" => {
                    let begun = open.get_mut(&lane).and_then(Vec::pop);
                    let begun = begun.unwrap_or_else(|| panic!("an end without a begin: {event:?}"));
                    assert_eq!((&begun.name, &begun.category), (&event.name, &event.category), "not nested");
                    assert!(begun.time <= event.time, "{begun:?} {event:?}");
                }
                "i" | "s" => {}
                "f" => {
                    let id = (event.category.as_str(), event.id.as_deref().expect("an arrow has an id"));
                    assert!(tails.contains(&id), "the head of an arrow without a tail: {event:?}");
                }
                other => panic!("an unknown phase {other}: {event:?}"),
            }
            for what in ["process_name", "thread_name"] {
                assert!(named.contains(&(event.pid, event.lane, what)), "no {what} before {event:?}");
            }
            // The pool marks its workers' starts and ends on the lane of the pool's maker.
            if !["start", "end"].contains(&event.category.as_str()) {
                let last = last.entry(lane).or_default();
                assert!(*last <= event.time, "time runs back: {event:?}");
                *last = event.time;
            }
        }
    }

    /// Asks that what was begun has ended too, on every lane of a process that was not killed.
    pub fn check_whole(&self, killed: &[u32]) {
        self.check();
        let mut depth: BTreeMap<(u32, u32), i32> = BTreeMap::new();
        for event in self.0.iter().filter(|event| !killed.contains(&event.pid)) {
            *depth.entry((event.pid, event.lane)).or_default() += match event.phase.as_str() {
                "B" => 1,
                "E" => -1,
                _ => 0,
            };
        }
        for (lane, depth) in depth {
            assert_eq!(depth, 0, "something that was begun on {lane:?} has not ended");
        }
    }

    /// What was begun and has not ended, of each thread the last: "work_1 102 waits: lock".
    pub fn open(&self) -> Vec<String> {
        let mut open: BTreeMap<(u32, u32), Vec<&Event>> = BTreeMap::new();
        for event in &self.0 {
            let lane = open.entry((event.pid, event.lane)).or_default();
            match event.phase.as_str() {
                "B" => lane.push(event),
                "E" => drop(lane.pop()),
                _ => {}
            }
        }
        let named = |what: &str, event: &Event| {
            let of = |name: &&Event| name.pid == event.pid && name.name == what;
            let mut names =
                self.0.iter().filter(of).filter(|name| what == "process_name" || name.lane == event.lane);
            names.next().and_then(|name| name.args["name"].as_str()).unwrap_or("?").to_owned()
        };
        let last = open.values().filter_map(|lane| lane.last());
        last.map(|event| {
            let (process, thread) = (named("process_name", event), named("thread_name", event));
            let thread = if thread == "main" { String::new() } else { format!(", thread {thread}") };
            let does = if event.category == "wait" { "waits" } else { "works" };
            format!("{process} {}{thread} {does}: {}", event.pid, event.name)
        })
        .collect()
    }

    /// Category and id of all arrows' tails ("s") or heads ("f").
    pub fn arrows(&self, phase: &str) -> impl Iterator<Item = (&str, &str)> {
        self.0
            .iter()
            .filter(move |event| event.phase == phase)
            .map(|event| (event.category.as_str(), event.id.as_deref().expect("an arrow has an id")))
    }

    /// Events of a category, in the order in which they were written.
    pub fn of(&self, category: &str) -> impl Iterator<Item = &Event> {
        self.0.iter().filter(move |event| event.category == category)
    }

    /// The process ids whose process has this name.
    pub fn pids(&self, process: &str) -> BTreeSet<u32> {
        let names = self.0.iter().filter(|event| event.name == "process_name");
        names.filter(|event| event.args["name"] == process).map(|event| event.pid).collect()
    }

    /// The lane of a thread by its name, in the only process that has one.
    pub fn lane(&self, thread: &str) -> (u32, u32) {
        let mut names = self.0.iter().filter(|event| event.name == "thread_name");
        let event = names.find(|event| event.args["name"] == thread);
        event.map(|event| (event.pid, event.lane)).unwrap_or_else(|| panic!("no thread {thread}"))
    }

    /// Whether a lane came to its end: a thread that died with its process did not.
    pub fn has_ended(&self, (pid, lane): (u32, u32)) -> bool {
        self.of("end").any(|event| (event.pid, event.lane) == (pid, lane) && event.name == "ends")
    }

    /// When a process was busy, as a whole: from its first begin to its last end of work.
    pub fn busy(&self, pid: u32) -> (u64, u64) {
        let times: Vec<_> =
            self.of("work").filter(|event| event.pid == pid).map(|event| event.time).collect();
        (*times.first().expect("it worked"), *times.last().expect("it worked"))
    }
}

impl Event {
    fn parse(line: &str) -> Self {
        let value: Value = serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"));
        let text =
            |name: &str| value[name].as_str().unwrap_or_else(|| panic!("no {name}: {line}")).to_owned();
        let number = |name: &str| value[name].as_u64().unwrap_or_else(|| panic!("no {name}: {line}"));
        Event {
            phase: text("ph"),
            time: number("ts"),
            pid: number("pid") as u32,
            lane: number("tid") as u32,
            category: text("cat"),
            name: text("name"),
            id: value["id"].as_str().map(str::to_owned),
            args: value["args"].clone(),
        }
    }
}
