//! All that can come of a program, each with how many orders lead there and the simplest of them.
//!
//! No order is kept but the simplest for each outcome, as the choices that lead there; it is run once more to be told.

use std::collections::hash_map::{DefaultHasher, Entry};
use std::collections::{HashMap, HashSet};
use std::hash::{Hash, Hasher};
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::{
    Answer, Body, Dfs, FEW, FORCED, Level, MORE_SURPRISES, Pct, Ran, Reduction, Replay, Search, alone, apart,
    one,
};
use crate::execution::{Printed, Seen, Surprises, Thread, told};
use crate::report::{Kind, Problem, Step, Stuck};
use crate::tree::Tree;

/// More outcomes than this are not told apart.
const OUTCOMES: usize = 1_000;

/// A program with at most this many orders has a tree of them.
const SMALL: u64 = 2_000;

/// An order with more steps than this has no place in a tree.
const LONG: usize = 500;

/// How many lines of what is printed are in an outcome's title.
const TITLE: usize = 4;

/// How often it is told how far a search is.
const PAUSE: Duration = Duration::from_millis(200);

/// All that can come of a program.
#[derive(Debug)]
pub struct Tally {
    /// Each outcome, those that fail first, and then the simplest first.
    pub outcomes: Vec<Outcome>,
    /// How many orders lead to these.
    pub orders: u64,
    /// How many orders end in other ways than these: more than are told apart.
    pub others: u64,
    /// Whether these are all, as [`Report::all`](crate::Report::all) says.
    pub all: bool,
    /// Whether orders that differ only in steps that don't touch each other were counted once.
    pub reduced: bool,
    /// As in [`Report`](crate::Report).
    pub forced_switches: Option<u32>,
    /// As in [`Report`](crate::Report).
    pub surprises: Option<u32>,
    /// As in [`Report`](crate::Report).
    pub hurried: bool,
    /// As in [`Report`](crate::Report).
    pub unwound: bool,
    /// How long it took.
    pub seconds: f64,
    /// All orders, if they are few and that was asked for: the outcomes in it are named by [`Outcome::text`].
    pub tree: Option<Tree>,
}

/// How a program ends, what it has printed until then, and the simplest order that leads there.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// How it ends.
    pub ending: Ending,
    /// How it ends and what it has printed, in a line that no other outcome has.
    pub text: String,
    /// What was written to the standard output until then.
    pub output: String,
    /// What was written to the standard error until then.
    pub error: String,
    /// How it failed, in words; empty if it has not.
    pub message: String,
    /// In how many orders it ends so; at least one.
    pub orders: u64,
    /// The names of the threads of the simplest of these.
    pub threads: Vec<String>,
    /// The steps of the simplest of these.
    pub steps: Vec<Step>,
    /// Who can't go on at its end, and where.
    pub stuck: Vec<Stuck>,
}

/// How a program ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Ending {
    /// `main` returns, or the program ends itself, and all is well.
    Returned,
    /// `main` returns an error, or the program ends itself with one.
    Error,
    /// It fails in this way.
    Failed(Kind),
}

impl Outcome {
    /// Whether that is a failure.
    pub fn fails(&self) -> bool {
        self.ending != Ending::Returned
    }

    fn title(&self) -> String {
        let first = self.message.lines().next().unwrap_or_default();
        let ends = match self.ending {
            Ending::Returned => String::new(),
            Ending::Error => format!("ends with {first}"),
            Ending::Failed(Kind::Failed) => format!("panics: {first}"),
            Ending::Failed(Kind::Deadlock) => {
                let at = |stuck: &Stuck| format!("{} in line {}", stuck.thread, stuck.line);
                format!("{first}: {}", self.stuck.iter().map(at).collect::<Vec<_>>().join(", "))
            }
            Ending::Failed(_) => first.to_owned(),
        };
        let lines: Vec<&str> = self.output.lines().chain(self.error.lines()).collect();
        let printed = match &lines[..] {
            [] if ends.is_empty() => "prints nothing".to_owned(),
            [] => return ends,
            all if all.len() <= TITLE => format!("prints {}", quoted(all)),
            all => format!("prints {} and {} lines more", quoted(&all[..TITLE]), all.len() - TITLE),
        };
        if ends.is_empty() { printed } else { format!("{printed}, then {ends}") }
    }
}

fn quoted(lines: &[&str]) -> String {
    lines.iter().map(|line| format!("{line:?}")).collect::<Vec<_>>().join(", ")
}

impl Ending {
    /// In one word, for a machine.
    pub fn name(self) -> &'static str {
        match self {
            Ending::Returned => "returned",
            Ending::Error => "error",
            Ending::Failed(kind) => kind.name(),
        }
    }
}

/// How far a search is.
#[derive(Clone, Copy, Debug)]
pub struct Progress {
    /// How many orders it has run.
    pub orders: u64,
    /// How many outcomes it has found.
    pub outcomes: usize,
}

type Told = Arc<dyn Fn(Progress) + Send + Sync>;

impl Search {
    /// Runs `body` in every order, failures included, and counts how each ends: as [`Search::every_order`] does, so that for a
    /// program with too many orders the simplest come first. What a program prints is a step that others can see. `body` returns
    /// what `main` returned, an error as its text.
    ///
    /// With `tree`, all orders are kept if they are few. `progress` is called five times a second.
    ///
    /// It ends at the first order that can't be explored, with that as its only outcome: [`Kind::Refused`].
    ///
    /// Blocks as [`Search::every_order`].
    pub fn tally(
        &self,
        tree: bool,
        body: impl Fn() -> Result<(), String> + Send + Sync + 'static,
        progress: impl Fn(Progress) + Send + Sync + 'static,
    ) -> Tally {
        let _alone = alone();
        let start = Instant::now();
        let body: Body = Arc::new(move || match body() {
            Ok(()) => Answer { found: false, outcome: String::new() },
            Err(error) => Answer { found: true, outcome: error },
        });
        let mut counter = Counter {
            search: self.clone(),
            body,
            told: Arc::new(progress),
            run: 0,
            next: start + PAUSE,
            simplest: HashMap::new(),
        };
        let mut tally = counter.count(tree, start);
        tally.seconds = start.elapsed().as_secs_f64();
        tally
    }
}

/// One order, as the choices that lead along it.
#[derive(Clone)]
struct Path {
    /// Surprises, switches from one thread to another, choices: the smaller, the simpler.
    cost: (u32, usize, usize),
    fails: bool,
    choices: Vec<usize>,
    seen: Seen,
    surprises: Surprises,
}

/// What a pass has found.
#[derive(Default)]
struct Counted {
    /// In how many orders the program ended in which way.
    ways: HashMap<u64, u64>,
    orders: u64,
    others: u64,
    hurried: bool,
    unwound: bool,
    spent: bool,
    /// What can't be explored.
    refused: Option<Problem>,
}

/// How a pass came to its end.
struct Pass {
    dfs: Dfs,
    seen: Seen,
    counted: Counted,
    /// Nothing is left.
    done: bool,
}

struct Counter {
    search: Search,
    body: Body,
    told: Told,
    /// How many orders were run.
    run: u64,
    /// When it is told next how far this is.
    next: Instant,
    /// The simplest order to each way to end, of all passes.
    simplest: HashMap<u64, Path>,
}

impl Counter {
    fn count(&mut self, tree: bool, start: Instant) -> Tally {
        let time = self.search.time;
        let small = self.small(start + time / 4);
        if let Some((seen, surprises, counted)) = small {
            if counted.spent && counted.refused.is_none() {
                self.streaks(seen, start + time / 2);
            }
            let spent = counted.spent.then_some(surprises.most);
            let (mut tally, ways) = self.tally(counted, false, None, spent);
            if tree && tally.all {
                tally.tree = self.tree(seen, surprises, &tally.outcomes, &ways);
            }
            return tally;
        }
        let mut seen = Seen { prints: true, exits: true, ..self.search.seen() };
        let (mut bound, mut most, mut forced) = (Some(0), self.search.surprises, None);
        let mut last: Option<(Counted, Option<u32>)> = None;
        loop {
            let sleeps = bound.is_none() && self.search.reduction == Reduction::Sleep;
            let surprises = Surprises { most, streak: bound.is_some() };
            let pass = self.pass(Dfs::new(bound, sleeps), seen, surprises, u64::MAX, start + time);
            seen = pass.seen;
            let mut counted = pass.counted;
            if !pass.done && counted.refused.is_none() {
                if let Some((counted, spent)) = last {
                    return self.tally(counted, sleeps, None, spent).0;
                }
                self.at_random(seen, &mut counted);
                let mut tally = self.tally(counted, false, forced, None).0;
                tally.all = false;
                return tally;
            }
            let spent = counted.spent.then_some(most);
            if counted.refused.is_some() {
                return self.tally(counted, sleeps, forced, None).0;
            } else if pass.dfs.cut {
                forced = bound;
                bound = bound.map(|bound| bound + 1).filter(|bound| *bound <= FORCED);
                most = bound.unwrap_or(0).max(self.search.surprises);
            } else if spent.is_none() || counted.orders >= FEW || most >= MORE_SURPRISES {
                // Nothing was left out for the bound, so these were all with this many surprises.
                return self.tally(counted, sleeps, None, spent).0;
            } else {
                last = Some((counted, spent));
                (bound, most) = (None, most + 1);
            }
        }
    }

    /// All orders without a reduction, if they are few, with what others can see in them and how many surprises.
    fn small(&mut self, until: Instant) -> Option<(Seen, Surprises, Counted)> {
        // To let go of a lock is a step of its own for a reader who looks at the steps.
        let mut seen = Seen { prints: true, shown: true, exits: true, ..self.search.seen() };
        let mut found = None;
        for most in self.search.surprises..=MORE_SURPRISES {
            let surprises = Surprises { most, streak: false };
            let pass = self.pass(Dfs::new(None, false), seen, surprises, SMALL, until);
            seen = pass.seen;
            if pass.counted.refused.is_some() {
                return Some((seen, surprises, pass.counted));
            } else if !pass.done {
                break;
            }
            let more = pass.counted.spent && pass.counted.orders < FEW;
            found = Some((seen, surprises, pass.counted));
            if !more {
                break;
            }
        }
        found
    }

    /// Finds what comes only of many wake-ups for nothing in a row: no order that is counted has them.
    fn streaks(&mut self, mut seen: Seen, until: Instant) {
        for bound in 0..=FORCED {
            let surprises = Surprises { most: bound.max(self.search.surprises), streak: true };
            let pass = self.pass(Dfs::new(Some(bound), false), seen, surprises, SMALL, until);
            seen = pass.seen;
            if !pass.done || !pass.dfs.cut {
                return;
            }
        }
    }

    /// Runs the orders of a pass, at most `most`.
    fn pass(
        &mut self,
        mut dfs: Dfs,
        mut seen: Seen,
        surprises: Surprises,
        most: u64,
        until: Instant,
    ) -> Pass {
        let mut counted = Counted::default();
        loop {
            // Each on a thread of the system of its own: one that failed may leave it in the middle of a panic.
            let (body, told) = (self.body.clone(), self.told.clone());
            let (mut run, mut next) = (self.run, self.next);
            let mut simplest = std::mem::take(&mut self.simplest);
            let (done, over);
            (dfs, seen, counted, simplest, run, next, done, over) = apart(move || {
                loop {
                    let ran;
                    (dfs, ran) = one(&body, dfs, &mut seen, surprises, false);
                    if ran.restart {
                        dfs.restart();
                        counted = Counted::default();
                        continue;
                    }
                    run += 1;
                    let way = counted.count(&ran, dfs.lost.take());
                    if let Some(way) = way {
                        let path =
                            |cost| Path { cost, fails: ran.fails(), choices: dfs.path(), seen, surprises };
                        simpler(&mut simplest, way, (ran.surprises, dfs.switches(), dfs.at), path);
                    }
                    let now = Instant::now();
                    if now > next {
                        told(Progress { orders: run, outcomes: simplest.len() });
                        next = now + PAUSE;
                    }
                    let done = !dfs.advance();
                    let over = now > until || counted.orders > most || counted.refused.is_some();
                    if done || over || ran.torn {
                        return (dfs, seen, counted, simplest, run, next, done, over);
                    }
                }
            });
            (self.simplest, self.run, self.next) = (simplest, run, next);
            if done || over {
                return Pass { dfs, seen, counted, done: done && !over };
            }
        }
    }

    /// Finds by chance what no pass has come to.
    fn at_random(&mut self, mut seen: Seen, counted: &mut Counted) {
        let until = Instant::now() + self.search.random;
        let mut pct = Pct::new(self.search.seed);
        let surprises = Surprises { most: MORE_SURPRISES, streak: false };
        while Instant::now() < until && counted.refused.is_none() {
            let body = self.body.clone();
            let ran;
            (pct, seen, ran) = apart(move || {
                let (pct, ran) = one(&body, pct, &mut seen, surprises, false);
                (pct, seen, ran)
            });
            self.run += 1;
            self.tell();
            if !ran.restart
                && !self.simplest.contains_key(&ran.way())
                && let Some(way) = counted.count(&ran, None)
            {
                let choices = pct.path.clone();
                let path = |cost| Path { cost, fails: ran.fails(), choices, seen, surprises };
                simpler(&mut self.simplest, way, (ran.surprises, usize::MAX, pct.path.len()), path);
            }
            pct.again();
        }
    }

    /// Tells how far this is, if it is time for that.
    fn tell(&mut self) {
        let now = Instant::now();
        if now > self.next {
            (self.told)(Progress { orders: self.run, outcomes: self.simplest.len() });
            self.next = now + PAUSE;
        }
    }

    /// The outcomes, and the way of each.
    fn tally(
        &mut self,
        counted: Counted,
        reduced: bool,
        forced_switches: Option<u32>,
        surprises: Option<u32>,
    ) -> (Tally, Vec<u64>) {
        let Counted { ways, others, hurried, unwound, refused, .. } = counted;
        let mut found: Vec<(u64, Path)> = std::mem::take(&mut self.simplest).into_iter().collect();
        found.sort_by(|(_, a), (_, b)| (!a.fails, a.cost, &a.choices).cmp(&(!b.fails, b.cost, &b.choices)));
        let (mut outcomes, mut told) = (Vec::new(), Vec::new());
        for (way, path) in found {
            // One that another pass has found, and this one has not come to, is found all the same.
            outcomes.push(self.outcome(path, ways.get(&way).copied().unwrap_or(1)));
            told.push(way);
            self.tell();
        }
        let mut texts = HashSet::new();
        for outcome in &mut outcomes {
            let title = outcome.title();
            let numbered = (2..).map(|number| format!("{title} ({number})"));
            let mut free = [title.clone()].into_iter().chain(numbered);
            outcome.text = free.find(|text| !texts.contains(text)).expect("there is no last number");
            texts.insert(outcome.text.clone());
        }
        let orders = outcomes.iter().map(|outcome: &Outcome| outcome.orders).sum::<u64>() + others;
        let all = refused.is_none() && !hurried && !unwound;
        if let Some(Problem { kind, message, steps, stuck }) = refused {
            let ending = Ending::Failed(kind);
            let refused = outcomes.into_iter().find(|outcome| outcome.ending == ending);
            outcomes = vec![refused.unwrap_or(Outcome {
                ending,
                text: message.clone(),
                output: String::new(),
                error: String::new(),
                message,
                orders: 1,
                threads: Vec::new(),
                steps,
                stuck,
            })];
        }
        let tally = Tally {
            outcomes,
            orders,
            others,
            all,
            reduced,
            forced_switches,
            surprises,
            hurried,
            unwound,
            seconds: 0.0,
            tree: None,
        };
        (tally, told)
    }

    /// An order once more, to be told.
    fn outcome(&self, path: Path, orders: u64) -> Outcome {
        let Path { choices, mut seen, surprises, .. } = path;
        let body = self.body.clone();
        let ran = apart(move || one(&body, Replay { path: choices, at: 0 }, &mut seen, surprises, true).1);
        let ending = ran.ending();
        let Ran { problem, outcome, printed: Printed { output, error }, record, .. } = ran;
        let threads = record.as_ref().map_or(Vec::new(), |record| record.threads.clone());
        let (message, steps, stuck) = match problem {
            Some(problem) => (problem.message, problem.steps, problem.stuck),
            None => (outcome, record.as_ref().map(told).unwrap_or_default(), Vec::new()),
        };
        Outcome { ending, text: String::new(), output, error, message, orders, threads, steps, stuck }
    }

    /// All orders once more, as a tree. None if one of them is long, or ends in a way that isn't told apart.
    fn tree(
        &mut self,
        mut seen: Seen,
        surprises: Surprises,
        outcomes: &[Outcome],
        ways: &[u64],
    ) -> Option<Tree> {
        let titles: HashMap<u64, String> =
            ways.iter().zip(outcomes).map(|(way, outcome)| (*way, outcome.text.clone())).collect();
        let mut orders = Vec::new();
        let mut dfs = Dfs::new(None, false);
        loop {
            let body = self.body.clone();
            let (ran, more);
            (dfs, seen, ran, more) = apart(move || {
                let (mut dfs, ran) = one(&body, dfs, &mut seen, surprises, true);
                let more = dfs.advance();
                (dfs, seen, ran, more)
            });
            let title = titles.get(&ran.way())?;
            let mut order = ran.order().filter(|order| order.moments.len() <= LONG)?;
            order.outcome.clone_from(title);
            orders.push(order);
            self.tell();
            if !more {
                return Some(Tree::of_all(&orders));
            }
        }
    }
}

/// Keeps the simpler of two orders that end in the same way.
fn simpler(
    known: &mut HashMap<u64, Path>,
    way: u64,
    cost: (u32, usize, usize),
    path: impl FnOnce((u32, usize, usize)) -> Path,
) {
    match known.entry(way) {
        Entry::Occupied(mut simplest) if cost < simplest.get().cost => drop(simplest.insert(path(cost))),
        Entry::Occupied(_) => {}
        Entry::Vacant(place) => drop(place.insert(path(cost))),
    }
}

impl Counted {
    /// Counts an order, and returns the way in which it ended if that is told apart.
    fn count(&mut self, ran: &Ran, lost: Option<Problem>) -> Option<u64> {
        self.hurried |= ran.hurried;
        self.unwound |= ran.unwound;
        self.spent |= ran.spent;
        if lost.is_some() {
            self.refused = lost;
            return None;
        } else if ran.pruned {
            return None;
        }
        self.refused = ran.problem.as_ref().filter(|problem| problem.kind == Kind::Refused).cloned();
        self.orders += 1;
        let way = ran.way();
        if self.ways.len() >= OUTCOMES && !self.ways.contains_key(&way) {
            self.others += 1;
            return None;
        }
        *self.ways.entry(way).or_insert(0) += 1;
        Some(way)
    }
}

impl Dfs {
    /// How often the order that was run goes from one thread to another.
    fn switches(&self) -> usize {
        let picked = |level: &Level| match level {
            Level::Pick { picks, at, .. } => Some(picks[*at].thread),
            Level::Choice { .. } => None,
        };
        let threads: Vec<Thread> = self.levels[..self.at].iter().filter_map(picked).collect();
        threads.windows(2).filter(|two| two[0] != two[1]).count()
    }
}

impl Ran {
    fn ending(&self) -> Ending {
        match &self.problem {
            Some(problem) => Ending::Failed(problem.kind),
            None if self.found => Ending::Error,
            None => Ending::Returned,
        }
    }

    fn fails(&self) -> bool {
        self.ending() != Ending::Returned
    }

    /// The same for orders that end in the same way. Where there is a data race, what comes of it is not defined, and where
    /// there is no end, no text is the last: these are told apart by nothing that is printed.
    fn way(&self) -> u64 {
        let mut way = DefaultHasher::new();
        let ending = self.ending();
        ending.hash(&mut way);
        let message = self.problem.as_ref().map_or(&self.outcome, |problem| &problem.message);
        match ending {
            Ending::Failed(Kind::Race | Kind::Refused) => {}
            Ending::Failed(Kind::Endless) => message.hash(&mut way),
            _ => {
                self.printed.hash(&mut way);
                message.hash(&mut way);
                for stuck in self.problem.iter().flat_map(|problem| &problem.stuck) {
                    (&stuck.thread, &stuck.file, stuck.line).hash(&mut way);
                }
            }
        }
        way.finish()
    }
}
