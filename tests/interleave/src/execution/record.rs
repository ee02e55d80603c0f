//! What an execution did, in words: written down only when an order is told.

use std::cell::Cell;
use std::sync::Mutex;

use super::pick::is_ready;
use super::step::{Intent, Ready, Woken};
use super::{Execution, Known, ObjectId, Place, Thread, with};
use crate::name;
use crate::report::{Kind, Problem, Step, Stuck};

/// How many steps of an execution without an end are told.
const TOLD: usize = 30;

/// How many steps at the beginning of a long execution are told, and at its end.
const ENDS: usize = 150;

/// How many steps are written down; in a longer execution those in the middle are left out.
const WRITTEN: usize = 20_000;

/// Of how many objects it is written down what they are worth after each step: a program of thousands would take gigabytes.
const VALUES: usize = 100;

/// How many steps of a loop may be told as one, and how often it has to go round for that.
const FOLDED: usize = 4;
const TIMES: usize = 3;

/// Where the latest execution is, for another thread of the system that asks.
static LATEST: Mutex<Latest> = Mutex::new(Latest { names: Vec::new(), thread: 0, place: None });

pub(super) struct Latest {
    pub names: Vec<Option<String>>,
    pub thread: Thread,
    pub place: Option<Place>,
}

pub(super) fn latest(tell: impl FnOnce(&mut Latest)) {
    tell(&mut LATEST.lock().unwrap_or_else(|poisoned| poisoned.into_inner()));
}

/// Which thread of the latest execution has the turn, and the step that it was picked for: for one who watches
/// from outside whether it goes on. Any thread of the system may call this.
pub fn last_step() -> Option<Stuck> {
    let mut last = None;
    latest(|Latest { names, thread, place }| {
        last = place.map(|place| Stuck {
            thread: unnamed(names.get(*thread).cloned().flatten(), *thread),
            text: "goes on without a step that others could see, after this one".to_owned(),
            file: name::file(place.file()).to_owned(),
            line: place.line(),
        });
    });
    last
}

pub(super) fn unnamed(name: Option<String>, thread: Thread) -> String {
    name.unwrap_or_else(|| if thread == 0 { "main".to_owned() } else { format!("thread {thread}") })
}

/// Gives back the name that a thread shows, without the borrow of the execution.
pub(super) fn shown(execution: &Execution, thread: Thread) -> String {
    unnamed(execution.threads[thread].name.clone(), thread)
}

/// What an execution did, if that was asked for.
#[derive(Clone, Debug, Default)]
pub(crate) struct Record {
    pub steps: Vec<Moment>,
    pub threads: Vec<String>,
    pub objects: Vec<String>,
    /// Who waited for each other in a circle when it was over, whether or not `main` did.
    pub stuck: Vec<Stuck>,
}

impl Record {
    /// One more object, which is worth that from the beginning.
    pub fn found(&mut self, name: String, value: &Option<String>) {
        if self.objects.len() < VALUES {
            self.steps.iter_mut().for_each(|moment| moment.values.push(value.clone()));
        }
        self.objects.push(name);
    }
}

/// A step of an execution, as it is recorded.
#[derive(Clone, Debug)]
pub(crate) struct Moment {
    pub thread: Thread,
    pub text: String,
    /// Its file and line; none where it has no line of its own.
    pub at: Option<(String, u32)>,
    /// For one that has none: the line where it began, with a word for that.
    pub began: Option<(&'static str, u32)>,
    /// The thing that it was done to.
    pub object: Option<ObjectId>,
    /// It says that the thread can't go on; it did nothing.
    pub blocked: bool,
    /// Who can't go on after it, and why.
    pub waiting: Vec<Stuck>,
    /// What the first [`VALUES`] objects are worth after it, as far as is known.
    pub values: Vec<Option<String>>,
    /// It read an old value.
    pub old: bool,
    /// The search picked it, and chose these possibilities of it. What is not picked follows from what was.
    pub picked: Option<Vec<usize>>,
    /// It is not told: nothing happens in it but that the thread goes on.
    pub silent: bool,
}

/// Where a program prints.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stream {
    /// The standard output.
    Output,
    /// The standard error.
    Error,
}

/// What an execution has printed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct Printed {
    pub output: String,
    pub error: String,
}

/// More than this is not kept of what an execution prints, on either stream.
const PRINTED: usize = 1 << 16;

/// What is kept in place of the rest.
const MORE: &str = "\n… and more: what comes after 64 KiB is left out\n";

/// Keeps what the current thread prints.
pub fn prints(to: Stream, text: &str) {
    with(|e| {
        let kept = match to {
            Stream::Output => &mut e.printed.output,
            Stream::Error => &mut e.printed.error,
        };
        if kept.len() >= PRINTED {
            return;
        }
        let room = PRINTED - kept.len();
        kept.push_str(&text[..text.floor_char_boundary(room)]);
        if text.len() > room {
            kept.push_str(MORE);
        }
    });
}

/// A thread goes on: what it tells next is what it was picked for.
pub(super) fn picked(e: &mut Execution, thread: Thread, woken: Woken) {
    if e.record.is_some() {
        silent(e);
        e.picked = Some(thread);
        e.chosen.clear();
        // To wake up for nothing is another choice than to go on.
        e.chosen.extend((woken != Woken::Normally).then_some(usize::MAX));
    }
}

/// One that was picked has told nothing.
pub(super) fn silent(e: &mut Execution) {
    if let Some(thread) = e.picked {
        let text = if e.threads[thread].left {
            "ends"
        } else if e.chosen.contains(&usize::MAX) {
            "goes round its loop while the others are slow"
        } else {
            "goes on"
        };
        note(e, thread, text.to_owned(), None, false);
        if let Some(moment) = e.record.as_mut().and_then(|record| record.steps.last_mut()) {
            moment.silent = true;
        }
    }
}

/// A possibility was chosen.
pub(super) fn chosen(e: &mut Execution, chosen: usize) {
    if e.picked.is_some() {
        return e.chosen.push(chosen);
    }
    let steps = e.record.as_mut().map_or(&mut [][..], |record| &mut record.steps);
    if let Some(choices) = steps.iter_mut().rev().find_map(|moment| moment.picked.as_mut()) {
        choices.push(chosen);
    }
}

/// Whether steps are being written down, so that their texts are worth making.
pub fn records() -> bool {
    with(|e| e.record.is_some())
}

/// Writes down what the current thread has done; the text is made only if it is wanted.
pub fn tell(place: Option<Place>, text: impl FnOnce(&dyn Fn(ObjectId) -> String) -> String) {
    let mut text = Some(text);
    tell_it(place, &mut |name| text.take().expect("a text is made once")(name));
}

/// Tells what an object is called.
type Name<'a> = &'a dyn Fn(ObjectId) -> String;

/// Compiled once, here, and not for each text in each program.
fn tell_it(place: Option<Place>, text: &mut dyn FnMut(Name) -> String) {
    if !records() {
        return;
    }
    let named = Cell::new(None);
    let text = text(&|object| {
        named.set(named.get().or(Some(object)));
        with(|e| format!("`{}`", e.objects[object].name))
    });
    with(|e| {
        note(e, e.current, text, place.map(at), false);
        e.record.iter_mut().flat_map(|record| record.steps.last_mut()).for_each(|it| it.object = named.get());
    });
}

/// The same for what a destructor does, which has no line of its own: what began at a place ends here.
pub fn tell_dropped(began: (&'static str, Place), text: impl FnOnce(&dyn Fn(ObjectId) -> String) -> String) {
    tell(None, text);
    with(|e| {
        if let Some(moment) = e.record.as_mut().and_then(|record| record.steps.last_mut()) {
            moment.began = Some((began.0, began.1.line()));
        }
    });
}

/// The same for a load that read an old value.
pub fn tell_old(place: Place, text: impl FnOnce(&dyn Fn(ObjectId) -> String) -> String) {
    tell(Some(place), text);
    with(|e| {
        e.record.iter_mut().flat_map(|record| record.steps.last_mut()).for_each(|it| it.old = true);
    });
}

/// The file and line of a place; no line if it is the standard library's, where a program's closure was called.
pub(super) fn at(place: Place) -> (String, u32) {
    if place.file().starts_with("/rustc/") {
        return (String::new(), 0);
    }
    (name::file(place.file()).to_owned(), place.line())
}

pub(super) fn note(
    e: &mut Execution,
    thread: Thread,
    text: String,
    at: Option<(String, u32)>,
    blocked: bool,
) {
    let held = |object: &Known| match object.writer {
        Some(holder) => format!(" (held by {})", shown(e, holder)),
        None => String::new(),
    };
    let value = |object: &Known| object.value.as_ref().map(|value| format!("{value}{}", held(object)));
    let values = e.objects.iter().take(VALUES).map(value).collect();
    let is_picked = !blocked && e.picked == Some(thread);
    let picked = is_picked.then(|| std::mem::take(&mut e.chosen));
    e.picked.take_if(|_| is_picked);
    if let Some(record) = &mut e.record {
        record.steps.push(Moment {
            thread,
            text,
            at,
            began: None,
            object: None,
            blocked,
            waiting: Vec::new(),
            values,
            picked,
            silent: false,
            old: false,
        });
        if record.steps.len() == WRITTEN {
            record.steps.drain(WRITTEN / 4..WRITTEN / 4 * 3);
        }
    }
}

/// Writes down what an object is worth now.
pub fn worth(object: ObjectId, value: impl FnOnce() -> Option<String>) {
    if records() {
        let value = value();
        with(|e| e.objects[object].value = value);
    }
}

/// The sentence for a thread that can't go on.
pub(super) fn waiting(e: &Execution, thread: Thread, intent: &Intent) -> String {
    let object = intent.touches.as_ref().and_then(|touches| touches.first()).map(|(object, _)| *object);
    match (&intent.ready, object) {
        (Ready::Ended(other) | Ready::Left(other), _) => format!("waits for the end of {}", shown(e, *other)),
        (_, Some(object)) => {
            let known = &e.objects[object];
            let name = if known.name.is_empty() { known.kind } else { &known.name };
            let is_lock = matches!(
                intent.ready,
                Ready::Free(_) | Ready::NotWritten(_) | Ready::Upgradable(_) | Ready::Upgraded(_)
            );
            let readers = known.readers.first().copied();
            let holder = match intent.ready {
                Ready::Upgraded(_) => readers,
                _ => known.writer.or(readers).or(known.upgrader),
            };
            let held = match holder {
                Some(holder) if is_lock && holder == thread => ", which it holds itself".to_owned(),
                Some(holder) if is_lock => format!(", held by {}", shown(e, holder)),
                _ => String::new(),
            };
            format!("{} `{name}`{held}", intent.waits)
        }
        (_, None) => intent.waits.to_owned(),
    }
}

/// Who can't go on now, and why.
pub(super) fn stuck_ones(e: &Execution) -> Vec<Stuck> {
    let one = |thread: Thread| {
        let intent = e.threads[thread].intent.as_ref()?;
        let waits = !is_ready(e, thread, &intent.ready);
        waits.then(|| Stuck {
            thread: shown(e, thread),
            text: waiting(e, thread, intent),
            file: name::file(intent.place.file()).to_owned(),
            line: intent.place.line(),
        })
    };
    (0..e.threads.len()).filter_map(one).collect()
}

pub(super) fn problem(e: &Execution, kind: Kind, message: String) -> Problem {
    let stuck = if matches!(kind, Kind::Deadlock | Kind::Endless) { stuck_ones(e) } else { Vec::new() };
    let mut steps = e.record.as_ref().map(steps).unwrap_or_default();
    if kind == Kind::Failed && e.threads[0].panic.is_some() {
        // What the destructors did after it is not the point.
        let panic = steps.iter().rposition(|step| step.text.starts_with("panics: "));
        steps.truncate(panic.map_or(steps.len(), |at| at + 1));
    }
    let steps = in_short(steps, kind == Kind::Endless);
    Problem { kind, message, steps, stuck }
}

/// The steps of an execution that has come to its end.
pub(crate) fn told(record: &Record) -> Vec<Step> {
    in_short(steps(record), false)
}

/// No more steps than somebody reads.
fn in_short(steps: Vec<Step>, endless: bool) -> Vec<Step> {
    let mut steps = folded(steps);
    if endless {
        steps.truncate(TOLD);
    } else if steps.len() > 2 * ENDS {
        let left_out = steps.len() - 2 * ENDS;
        steps[ENDS].text = format!("… ({left_out} steps are left out here)");
        steps.drain(ENDS + 1..ENDS + left_out);
    }
    steps
}

/// A record as the steps of a report.
pub(super) fn steps(record: &Record) -> Vec<Step> {
    let step = |moment: &Moment| Step {
        thread: record.threads[moment.thread].clone(),
        text: match moment.began {
            Some((word, line)) => format!("{}, {word} in line {line}", moment.text),
            None => moment.text.clone(),
        },
        file: moment.at.as_ref().map_or(String::new(), |(file, _)| file.clone()),
        line: moment.at.as_ref().map_or(0, |(_, line)| *line),
        blocked: moment.blocked,
    };
    record.steps.iter().filter(|moment| !moment.silent).map(step).collect()
}

/// The steps of a loop that goes round again and again, told once.
fn folded(steps: Vec<Step>) -> Vec<Step> {
    let same = |a: &Step, b: &Step| {
        (&a.thread, &a.text, a.line, a.blocked) == (&b.thread, &b.text, b.line, b.blocked)
    };
    let times = |at: usize, length: usize| {
        let round = &steps[at..at + length];
        steps[at..]
            .chunks_exact(length)
            .take_while(|next| round.iter().zip(*next).all(|(a, b)| same(a, b)))
            .count()
    };
    let (mut told, mut at) = (Vec::new(), 0);
    while at < steps.len() {
        let lengths = 1..=FOLDED.min(steps.len() - at);
        let Some((length, times)) =
            lengths.map(|length| (length, times(at, length))).find(|(_, times)| *times >= TIMES)
        else {
            told.push(steps[at].clone());
            at += 1;
            continue;
        };
        told.extend_from_slice(&steps[at..at + length]);
        let mut more = steps[at + length - 1].clone();
        let these = if length == 1 { "this step".to_owned() } else { format!("these {length} steps") };
        more.text = format!("… ({these} {} times more)", times - 1);
        told.push(more);
        at += length * times;
    }
    told
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_loop_is_told_once() {
        let step = |text: &str| Step {
            thread: "main".to_owned(),
            text: text.to_owned(),
            file: String::new(),
            line: 1,
            blocked: false,
        };
        let told = |texts: &str| -> Vec<String> {
            let steps = texts.split(' ').map(step).collect();
            folded(steps).into_iter().map(|step| step.text).collect()
        };
        assert_eq!(told("a b b c"), ["a", "b", "b", "c"]);
        assert_eq!(told("a b b b c"), ["a", "b", "… (this step 2 times more)", "c"]);
        assert_eq!(told("a b a b a b a"), ["a", "b", "… (these 2 steps 2 times more)", "a"]);
        assert_eq!(
            told("a a a b b b"),
            ["a", "… (this step 2 times more)", "b", "… (this step 2 times more)"]
        );
    }
}
