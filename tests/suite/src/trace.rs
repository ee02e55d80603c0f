//! A recorded run, and what holds for every one.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use shared::stage::speaker;

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

    /// What was begun and has not ended, of each lane (a process and a number) the innermost. What a process had begun that
    /// its parent has seen end is left out.
    pub fn innermost(&self) -> BTreeMap<(u32, u32), &Event> {
        let mut open: BTreeMap<(u32, u32), Vec<&Event>> = BTreeMap::new();
        for event in &self.0 {
            let lane = (event.pid, event.lane);
            match event.phase.as_str() {
                "B" => open.entry(lane).or_default().push(event),
                "E" => _ = open.entry(lane).or_default().pop(),
                "i" if event.category == "end" => {
                    if let Some(ended) = event.args["pid"].as_u64() {
                        open.retain(|(pid, _), _| u64::from(*pid) != ended);
                    }
                }
                _ => {}
            }
        }
        open.into_iter().filter_map(|(lane, mut open)| Some((lane, open.pop()?))).collect()
    }

    /// The same in words: `get 4711 waits for queue`.
    pub fn open(&self) -> Vec<String> {
        let mut names: BTreeMap<(u32, u32), BTreeMap<&str, &str>> = BTreeMap::new();
        for event in self.0.iter().filter(|event| event.phase == "M") {
            let name = event.args["name"].as_str().unwrap_or_default();
            names.entry((event.pid, event.lane)).or_default().insert(&event.name, name);
        }
        let words = |(lane, event): ((u32, u32), &Event)| {
            let name =
                |of: &str| names.get(&lane).and_then(|names| names.get(of)).copied().unwrap_or_default();
            let speaker = speaker(name("process_name"), name("thread_name"), Some(event.pid));
            let doing = match (event.category.as_str(), event.name.strip_prefix("join ")) {
                ("wait", Some(child)) => format!("waits for the end of {child}"),
                ("wait", None) => format!("waits for {}", event.name),
                _ => "is at work".to_owned(),
            };
            format!("{speaker} {doing}")
        };
        self.innermost().into_iter().map(words).collect()
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
        let names = || self.0.iter().filter(|event| event.name == "thread_name");
        let event = names().find(|event| event.args["name"] == thread);
        event.map(|event| (event.pid, event.lane)).unwrap_or_else(|| {
            let all: Vec<_> = names().map(|event| &event.args["name"]).collect();
            panic!("no thread {thread:?} has said or done anything; these have: {all:?}")
        })
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_is_in_the_middle_of_something_is_named() {
        let event = |pid: u32, phase: &str, category: &str, name: &str, args: &str| {
            format!(
                r#"{{"ph":"{phase}","ts":1,"pid":{pid},"tid":1,"cat":"{category}","name":"{name}","args":{args}}}"#
            )
        };
        let mut lines = Vec::new();
        for (pid, name) in [(7, "main"), (8, "get"), (9, "put"), (10, "put")] {
            lines.push(event(pid, "M", "", "process_name", &format!(r#"{{"name":"{name}"}}"#)));
            lines.push(event(pid, "M", "", "thread_name", r#"{"name":"main"}"#));
        }
        lines.push(event(7, "B", "wait", "join get", "{}"));
        lines.push(event(8, "B", "wait", "queue", "{}"));
        lines.push(event(8, "E", "wait", "queue", "{}"));
        lines.push(event(8, "B", "wait", "queue", "{}"));
        lines.push(event(9, "B", "work", "work", "{}"));
        lines.push(event(10, "B", "work", "work", "{}"));
        lines.push(event(7, "i", "end", "put 10 ended: signal: 9 (SIGKILL)", r#"{"pid":10}"#));
        let open = Trace::parse(&lines.join("\n")).open();
        assert_eq!(open, ["main 7 waits for the end of get", "get 8 waits for queue", "put 9 is at work"]);
    }
}
