//! A recorded run: what a lesson wrote into its trace, stored so that the page can replay it.
//!
//! The file is an array of Trace Events, which Perfetto opens as it is, one event a line. Process ids
//! become 101, 102, … in the order in which they appear, so that two recordings of one lesson differ in
//! their times and in little else. A first event says what was recorded, when and where.

use std::collections::HashMap;
use std::path::PathBuf;

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};
use shared::stage::speaker;

use crate::course::lesson::{Arguments, Lesson};
use crate::course::stored::{self, Origin, Stored, Words};
use crate::course::workspace::Workspace;

/// The first process of a recorded run; the others follow.
const FIRST_PID: u64 = 101;

/// One recorded run.
#[derive(Clone, Debug, PartialEq)]
pub struct Recording {
    /// What the lesson was run with.
    pub arguments: Arguments,
    /// When and where.
    pub origin: Origin,
    /// [`Lesson::fingerprint`] of what was run.
    pub source: String,
    /// How the run ended, as `exit status: 0`.
    pub status: String,
    /// Lines on standard error.
    pub errors: Vec<String>,
    /// What the lesson wrote into its trace, by time.
    pub events: Vec<Value>,
}

impl Recording {
    /// Makes a stored run of what was seen of a run just now, on this machine. `source` is the lesson's
    /// fingerprint from before the run.
    pub fn new(
        arguments: Arguments,
        source: String,
        status: String,
        mut errors: Vec<String>,
        mut events: Vec<Value>,
    ) -> Self {
        // Stable, so that what one thread did at the same microsecond stays in order.
        events.sort_by_key(|event| event["ts"].as_u64());
        normalise(&mut events, &mut errors);
        Recording { arguments, origin: Origin::here(), source, status, errors, events }
    }

    /// Where the run of a lesson with these arguments is stored.
    pub fn path(workspace: &Workspace, lesson: &str, arguments: &Arguments) -> PathBuf {
        workspace.runs().join(arguments.file(lesson, "json"))
    }

    /// The stored run of a lesson with these arguments.
    pub fn of(workspace: &Workspace, lesson: &Lesson, arguments: &Arguments) -> Result<Stored<Self>> {
        let path = Self::path(workspace, &lesson.name, arguments);
        let words = Words { this: "the recorded run", of: "lesson", topic: &lesson.name };
        let read = |text: &str| {
            let (of, recording) = parse(text).context("it is not a recorded run")?;
            if of != lesson.name || recording.arguments != *arguments {
                let run = format!("lesson-{of} {}", recording.arguments);
                bail!("it says it is the run of `{}`", run.trim_end());
            }
            Ok(recording)
        };
        let fits = |recording: &Self| Ok(recording.source == lesson.fingerprint()?);
        Stored::read(workspace, path, &words, read, fits)
    }

    /// Stores the run, in place of an older one.
    pub fn write(&self, workspace: &Workspace, lesson: &Lesson) -> Result<PathBuf> {
        let path = Self::path(workspace, &lesson.name, &self.arguments);
        stored::write(&path, self.to_json(&lesson.name))?;
        Ok(path)
    }

    /// The run as it is stored: an array, one event a line.
    pub fn to_json(&self, lesson: &str) -> String {
        let first = json!({
            "ph": "M", "name": "recorded", "cat": "", "ts": 0, "pid": 0, "tid": 0,
            "args": {
                "lesson": lesson,
                "arguments": self.arguments.0,
                "date": self.origin.date,
                "cores": self.origin.cores,
                "system": self.origin.system,
                "source": self.source,
                "status": self.status,
                "errors": self.errors,
            },
        });
        let lines: Vec<_> = std::iter::once(&first).chain(&self.events).map(Value::to_string).collect();
        format!("[\n{}\n]\n", lines.join(",\n"))
    }

    /// What the lesson said, line by line.
    pub fn said(&self) -> Vec<Said> {
        let mut processes = HashMap::new();
        let mut threads = HashMap::new();
        let mut said = Vec::new();
        for event in &self.events {
            let (pid, tid) = (event["pid"].as_u64(), event["tid"].as_u64());
            let name = || event["args"]["name"].as_str().unwrap_or_default();
            match (event["name"].as_str(), event["cat"].as_str()) {
                (Some("process_name"), _) if event["ph"] == "M" => drop(processes.insert(pid, name())),
                (Some("thread_name"), _) if event["ph"] == "M" => drop(threads.insert((pid, tid), name())),
                (Some(text), Some("say")) => said.push((event["ts"].as_u64(), pid, tid, text)),
                _ => {}
            }
        }
        let who = |pid: Option<u64>, tid| {
            let thread = threads.get(&(pid, tid)).copied().unwrap_or("unnamed");
            let process = processes.get(&pid).copied().unwrap_or("main");
            let number = pid.and_then(|pid| pid.try_into().ok()).filter(|_| processes.len() > 1);
            speaker(process, thread, number)
        };
        let seconds = |ts: Option<u64>| ts.unwrap_or_default() as f64 / 1e6;
        said.into_iter()
            .map(|(ts, pid, tid, text)| Said {
                seconds: seconds(ts),
                who: who(pid, tid),
                text: text.to_owned(),
            })
            .collect()
    }
}

/// One line that a lesson said.
#[derive(Clone, Debug, PartialEq)]
pub struct Said {
    /// Since the run began.
    pub seconds: f64,
    /// Thread, or role and process id.
    pub who: String,
    /// What it said.
    pub text: String,
}

fn parse(text: &str) -> Result<(String, Recording)> {
    let mut events: Vec<Value> = serde_json::from_str(text)?;
    if events.first().is_none_or(|first| first["name"] != "recorded") {
        bail!("its first event is not `recorded`");
    }
    if let Some(number) = events.iter().position(|event| !is_event(event)) {
        bail!("its event {} is not one that a lesson writes", number + 1);
    }
    let first = events.remove(0);
    let args = &first["args"];
    let text_of = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let texts_of = |value: &Value| value.as_array().into_iter().flatten().map(text_of).collect::<Vec<_>>();
    let recording = Recording {
        arguments: Arguments(texts_of(&args["arguments"])),
        origin: Origin {
            date: text_of(&args["date"]),
            cores: args["cores"].as_u64().unwrap_or(1),
            system: text_of(&args["system"]),
        },
        source: text_of(&args["source"]),
        status: text_of(&args["status"]),
        errors: texts_of(&args["errors"]),
        events,
    };
    Ok((text_of(&args["lesson"]), recording))
}

/// Whether it has all that a lesson writes into each event of its trace, and of the right kind.
pub fn is_event(value: &Value) -> bool {
    let number = |key: &&str| value[key].is_u64();
    let text = |key: &&str| value[key].is_string();
    let args = &value["args"];
    let texts = ["name", "text"].iter().all(|key| args[key].is_null() || args[key].is_string());
    ["ts", "pid", "tid"].iter().all(number)
        && ["ph", "cat", "name"].iter().all(text)
        && (args.is_null() || args.is_object() && texts)
}

/// Renumbers the processes: in the fields, and where a text names one.
fn normalise(events: &mut [Value], errors: &mut [String]) {
    let mut numbers = HashMap::new();
    for event in events.iter() {
        // A child's own first event may come after its parent has told of it, but not in this list:
        // only the end of a child is told with its number, and by then it has long begun.
        for pid in [event["pid"].as_u64(), event["args"]["pid"].as_u64()].into_iter().flatten() {
            let next = FIRST_PID + numbers.len() as u64;
            numbers.entry(pid).or_insert(next);
        }
    }
    events.iter_mut().for_each(|event| renumber(event, &numbers, ""));
    for line in errors {
        *line = renumber_text(&without_thread_id(line), &numbers);
    }
}

/// Renumbers the processes that speak, `first` before all others: in their names, and where a text names one. If `first`
/// isn't among them, the speakers are threads, and a number such as that of `thread 1` is part of the name.
pub fn normalise_said(said: &mut [Said], first: u64) {
    let pid = |said: &Said| said.who.rsplit(' ').next().and_then(|number| number.parse::<u64>().ok());
    if !said.iter().any(|said| pid(said) == Some(first)) {
        return;
    }
    let mut numbers = HashMap::from([(first, FIRST_PID)]);
    for pid in said.iter().filter_map(pid) {
        let next = FIRST_PID + numbers.len() as u64;
        numbers.entry(pid).or_insert(next);
    }
    for said in said {
        said.who = renumber_text(&said.who, &numbers);
        said.text = renumber_text(&said.text, &numbers);
    }
}

fn renumber(value: &mut Value, numbers: &HashMap<u64, u64>, key: &str) {
    match value {
        Value::Object(fields) => {
            fields.iter_mut().for_each(|(key, value)| renumber(value, numbers, key));
        }
        Value::Array(items) => items.iter_mut().for_each(|item| renumber(item, numbers, key)),
        Value::Number(_) if key == "pid" => {
            if let Some(number) = value.as_u64().and_then(|pid| numbers.get(&pid)) {
                *value = json!(number);
            }
        }
        // An id is made of numbers with dots between them, so a dot doesn't make it a fraction there.
        Value::String(text) if key == "id" => {
            let parts: Vec<_> = text.split('.').map(|part| renumber_text(part, numbers)).collect();
            *text = parts.join(".");
        }
        Value::String(text) => *text = renumber_text(text, numbers),
        _ => {}
    }
}

/// Replaces each whole number that is a process id. Digits in a word, a fraction, or after a thousands
/// mark are something else.
fn renumber_text(text: &str, numbers: &HashMap<u64, u64>) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(start) = rest.find(|c: char| c.is_ascii_digit()) {
        let digits = rest[start..].find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len() - start);
        let end = start + digits;
        out.push_str(&rest[..start]);
        let before = out.trim_end_matches(['.', ',']);
        let part_of_more = out.ends_with(|c: char| c.is_alphanumeric() || c == '_')
            || (before.len() < out.len() && before.ends_with(|c: char| c.is_ascii_digit()));
        let after = &rest[end..];
        let goes_on = after.starts_with(|c: char| c.is_alphanumeric() || c == '_')
            || after
                .strip_prefix(['.', ','])
                .is_some_and(|after| after.starts_with(|c: char| c.is_ascii_digit()));
        let number = rest[start..end].parse().ok().and_then(|pid: u64| numbers.get(&pid));
        match number {
            Some(number) if !part_of_more && !goes_on => out.push_str(&number.to_string()),
            _ => out.push_str(&rest[start..end]),
        }
        rest = after;
    }
    out.push_str(rest);
    out
}

/// A panic names its thread and the system's number for it, which differs from run to run:
/// `thread 'music' (4711) panicked at …`.
fn without_thread_id(line: &str) -> String {
    let cut = || {
        let (head, tail) = line.split_once("' (")?;
        let (number, tail) = tail.split_once(") panicked at ")?;
        let is_panic = head.starts_with("thread '") && number.bytes().all(|byte| byte.is_ascii_digit());
        is_panic.then(|| format!("{head}' panicked at {tail}"))
    };
    cut().unwrap_or_else(|| line.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn processes_are_renumbered_wherever_they_are_named() {
        let mut events = vec![
            json!({"ph": "M", "pid": 4711, "name": "process_name", "args": {"name": "main"}}),
            json!({"ph": "s", "pid": 4711, "name": "start", "id": "4711.1", "args": {"text": "put"}}),
            json!({"ph": "i", "pid": 4800, "name": "my parent is 4711"}),
            json!({"ph": "i", "pid": 4711, "name": "put 4800 ended: exit status: 0", "args": {"pid": 4800}}),
        ];
        let mut errors = vec![
            "error: put 4800 failed".to_owned(),
            "thread 'main' (4801) panicked at lessons/x.rs:1:2:".to_owned(),
        ];
        normalise(&mut events, &mut errors);
        assert_eq!(events[0]["pid"], 101);
        assert_eq!(events[1]["id"], "101.1");
        assert_eq!(events[2]["name"], "my parent is 101");
        assert_eq!(events[3]["name"], "put 102 ended: exit status: 0");
        assert_eq!(events[3]["args"]["pid"], 102);
        assert_eq!(errors[0], "error: put 102 failed");
        assert_eq!(errors[1], "thread 'main' panicked at lessons/x.rs:1:2:");
    }

    #[test]
    fn speakers_are_renumbered_only_if_they_are_processes() {
        let said = |who: &str| Said { seconds: 0.0, who: who.to_owned(), text: "knows put 7".to_owned() };
        let normalised = |who: [&str; 2]| {
            let mut said = who.map(said);
            normalise_said(&mut said, 4711);
            said.map(|said| (said.who, said.text))
        };
        let pair = |who: &str, text: &str| (who.to_owned(), text.to_owned());
        let processes = [pair("put 102", "knows put 102"), pair("main 101", "knows put 102")];
        assert_eq!(normalised(["put 7", "main 4711"]), processes);
        let threads = [pair("thread 7", "knows put 7"), pair("MainThread", "knows put 7")];
        assert_eq!(normalised(["thread 7", "MainThread"]), threads);
    }

    #[test]
    fn other_numbers_are_left_alone() {
        let numbers = HashMap::from([(11, 101), (500, 102)]);
        for text in ["0.11 s", "1,500 rounds", "11.5 s", "v11", "11th", "1 100", "_11", "511", "11,000"] {
            assert_eq!(renumber_text(text, &numbers), text);
        }
        assert_eq!(renumber_text("11, 500. (11)", &numbers), "101, 102. (101)");
        assert_eq!(renumber_text("音 11 乐", &numbers), "音 101 乐");
    }

    #[test]
    fn what_is_stored_is_read_back() {
        let recording = Recording {
            arguments: Arguments(vec!["--kill".into()]),
            origin: Origin { date: "2026-11-22".into(), cores: 2, system: "linux".into() },
            source: "ab".into(),
            status: "exit status: 0".into(),
            errors: vec!["error: \"x\"".into()],
            events: vec![json!({"ph": "i", "ts": 5, "pid": 101, "tid": 1, "cat": "say", "name": "hello"})],
        };
        let stored = recording.to_json("pool");
        assert_eq!(parse(&stored).expect("a run"), ("pool".to_owned(), recording));
        assert_eq!(stored.lines().count(), 4, "one event a line: {stored}");
    }

    #[test]
    fn speakers_are_named_as_on_the_terminal() {
        let name = |what: &str, pid: u32, tid: u32, name: &str| json!({"ph": "M", "name": what, "pid": pid, "tid": tid, "args": {"name": name}});
        let say = |pid: u32, tid: u32| json!({"ph": "i", "cat": "say", "ts": 1_234_567, "pid": pid, "tid": tid, "name": "hello"});
        let recording = |events| Recording {
            arguments: Arguments::default(),
            origin: Origin { date: String::new(), cores: 1, system: String::new() },
            source: String::new(),
            status: String::new(),
            errors: vec![],
            events,
        };
        let one = [
            name("process_name", 101, 1, "main"),
            name("thread_name", 101, 1, "main"),
            name("process_name", 101, 2, "main"),
            name("thread_name", 101, 2, "music"),
            say(101, 1),
            say(101, 2),
        ];
        let who = |events: &[Value]| -> Vec<_> {
            recording(events.to_vec()).said().into_iter().map(|said| said.who).collect()
        };
        assert_eq!(who(&one), ["main", "music"]);
        let mut several = one.to_vec();
        several.extend([
            name("process_name", 102, 1, "put"),
            name("thread_name", 102, 1, "main"),
            name("process_name", 102, 2, "put"),
            name("thread_name", 102, 2, "ticker"),
            say(102, 1),
            say(102, 2),
        ]);
        assert_eq!(who(&several), ["main 101", "music 101", "put 102", "ticker 102"]);
    }
}
