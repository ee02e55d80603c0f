//! Which orders are run, and in which sequence.
//!
//! First those with no forced switch: a thread runs until it ends or has to wait. Then those with one, two and
//! three. A mistake is nearly always found there, and so in the simplest order that shows it. There, a thread may also wake up for
//! nothing many times in a row. Then all, where of
//! several orders that differ only by exchanging steps that don't touch each other one is run (sleep sets). And
//! when the time for that is over, orders at random (PCT).
//!
//! Sources: Musuvathi and Qadeer, "Iterative Context Bounding" (PLDI 2007); Godefroid, "Partial-Order
//! Methods" (LNCS 1032, 1996) for sleep sets; Burckhardt and others, "A Randomized Scheduler with
//! Probabilistic Guarantees of Finding Bugs" (ASPLOS 2010) for PCT.

use std::any::Any;
use std::sync::{Arc, Mutex, MutexGuard};
use std::thread;
use std::time::{Duration, Instant};

use smallvec::SmallVec;

use crate::execution::{
    self, Decide, End, Moment, Pick, Printed, Record, Seen, Surprises, Thread, Touched, Woken, commute,
};
use crate::report::{Kind, Problem, Report, Stuck};

mod tally;

pub use tally::{Ending, Outcome, Progress, Tally};

/// How many forced switches the first passes allow at most.
const FORCED: u32 = 3;

/// How many surprises an order of a program with few orders has at most.
const MORE_SURPRISES: u32 = 5;

/// How long an order is looked for that is simpler than one that fails.
const SIMPLER: Duration = Duration::from_millis(300);

/// With fewer orders than this, a program is tried with one more surprise.
const FEW: u64 = 1_000;

/// How far a search goes.
///
/// # Examples
///
/// ```
/// use interleave::Search;
///
/// let report = Search::default().every_order(|| assert_eq!(1 + 1, 2));
/// assert!(report.all && report.problem.is_none());
/// ```
#[derive(Clone, Debug)]
pub struct Search {
    /// How long all orders are tried before the rest is left to chance.
    pub time: Duration,
    /// How long orders at random are tried, if not all could be.
    pub random: Duration,
    /// The seed of those.
    pub seed: u64,
    /// Which orders count as the same.
    pub reduction: Reduction,
    /// How many surprises an order has at most: a wake-up for nothing, a time that is over while others still could work, a weak
    /// exchange that fails, an hour that has passed, a loop that goes round while the others are slow, an old value that
    /// is read. Wake-ups for nothing are never more than two, but for a hundred in a row in orders with few forced switches, which
    /// count as one surprise. A program with few orders is tried with some more.
    pub surprises: u32,
    /// Whether a load may read an old value where its `Ordering` allows it, and whether cells are watched for data races. If
    /// not, all threads see one memory alike. An order that fails with the newest values alone is told before one that needs an
    /// old one, if there is time to find it.
    pub old_values: bool,
    /// Whether every condition variable may wake up for nothing, even one that promises not to. An answer to an exercise has to wait
    /// as it would with any of them.
    pub for_nothing: bool,
}

/// Which orders count as the same, and are run once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reduction {
    /// None: each step of each thread is a place to switch at, even those that nobody else can see.
    None,
    /// Those that have the same visible steps in the same order.
    Quiet,
    /// And those that differ only in the order of steps that don't touch each other.
    Sleep,
}

impl Default for Search {
    fn default() -> Self {
        Search {
            time: Duration::from_secs(3),
            random: Duration::from_millis(500),
            seed: 1,
            reduction: Reduction::Sleep,
            surprises: 2,
            old_values: false,
            for_nothing: false,
        }
    }
}

type Body = Arc<dyn Fn() -> Answer + Send + Sync>;

/// What one run of a body tells its search.
struct Answer {
    /// Stop here: this is what was looked for.
    found: bool,
    outcome: String,
}

/// What a search for outcomes found.
#[derive(Clone, Debug)]
pub struct Outcomes {
    /// What the body returned or how it failed, with all orders that led there, the simplest first.
    pub orders: Vec<Order>,
    /// Whether these are all orders.
    pub all: bool,
}

/// One order, and where it led.
#[derive(Clone, Debug)]
pub struct Order {
    /// What the body returned, or the message of its failure.
    pub outcome: String,
    /// In which way it failed, if it did.
    pub failed: Option<Kind>,
    /// Who waited for each other in a circle at its end, whether or not `main` did.
    pub stuck: Vec<Stuck>,
    /// How many surprises came.
    pub surprises: u32,
    /// How often the thread changes from one step to the next.
    pub switches: usize,
    /// The names of the threads.
    pub threads: Vec<String>,
    /// The names of what they share.
    pub objects: Vec<String>,
    /// Its steps.
    pub moments: Vec<Shown>,
}

/// A step of an order.
#[derive(Clone, Debug)]
pub struct Shown {
    /// Which thread did it.
    pub thread: Thread,
    /// What it did, in words.
    pub text: String,
    /// Where, counted from 1; 0 if it has no line of its own.
    pub line: u32,
    /// What it was done to, if it was something that threads share: its place in [`Order::objects`].
    pub object: Option<usize>,
    /// Who can't go on after it, and why.
    pub waiting: Vec<Stuck>,
    /// What each object is worth after it, where that is known: of the first 100.
    pub values: Vec<Option<String>>,
    /// It read an old value.
    pub old: bool,
    /// The search picked it, with these choices in it. What was not picked follows from what was.
    pub picked: Option<Vec<usize>>,
}

impl Search {
    /// Runs `body` in every order, until one fails or the time is over.
    ///
    /// Blocks as long as that takes: at most [`Search::time`] and [`Search::random`] together, and one run; and
    /// before that while another search runs in this process.
    pub fn every_order(&self, body: impl Fn() + Send + Sync + 'static) -> Report {
        self.search(Arc::new(move || {
            body();
            Answer { found: false, outcome: String::new() }
        }))
        .report
    }

    /// Runs `body` until it returns true in one order. The report has a problem if there is none, with
    /// `why_not` as its message, or if an order fails.
    pub fn some_order(&self, why_not: &str, body: impl Fn() -> bool + Send + Sync + 'static) -> Report {
        self.one_found(why_not, Arc::new(move || Answer { found: body(), outcome: String::new() }))
    }

    fn one_found(&self, why_not: &str, body: Body) -> Report {
        let found = self.search(body);
        let mut report = found.report;
        if report.problem.is_none() && !found.stopped {
            let message = why_not.to_owned();
            report.problem =
                Some(Problem { kind: Kind::Failed, message, steps: Vec::new(), stuck: Vec::new() });
        }
        report
    }

    /// Runs `body` in every order, failures included, and tells where each led.
    pub fn outcomes(&self, body: impl Fn() -> String + Send + Sync + 'static) -> Outcomes {
        let _alone = alone();
        let body: Body = Arc::new(move || Answer { found: false, outcome: body() });
        let surprises = Surprises { most: self.surprises, streak: false };
        let until = Instant::now() + self.time;
        let mut seen = self.seen();
        let mut dfs = Dfs::new(None, self.reduction == Reduction::Sleep);
        let mut orders: Vec<Order> = Vec::new();
        loop {
            // Each on a thread of the system of its own: one that failed leaves it in the middle of a panic.
            let ran = apart({
                let (body, mut seen) = (body.clone(), seen);
                move || {
                    let mut orders = Vec::new();
                    loop {
                        let ran;
                        (dfs, ran) = one(&body, dfs, &mut seen, surprises, true);
                        if ran.restart {
                            orders.clear();
                            dfs.restart();
                            continue;
                        }
                        if let Some(order) = ran.order() {
                            orders.push(order);
                        }
                        let more = dfs.advance();
                        if !more || ran.torn || Instant::now() > until {
                            return (orders, dfs, seen, more);
                        }
                    }
                }
            });
            let (found, back, now, more) = ran;
            if now != seen {
                orders.clear();
            }
            (dfs, seen) = (back, now);
            orders.extend(found);
            if !more || Instant::now() > until {
                orders.sort_by_key(|order| (order.surprises, order.switches));
                return Outcomes { orders, all: !more };
            }
        }
    }

    fn seen(&self) -> Seen {
        let all = self.reduction == Reduction::None;
        let Search { old_values, for_nothing, .. } = *self;
        Seen { all, unlocks: all, ends: all, counts: all, old_values, for_nothing, ..Seen::default() }
    }

    fn search(&self, body: Body) -> Found {
        let _alone = alone();
        let start = Instant::now();
        let until = start + self.time;
        let this = self.clone();
        let found = apart({
            let body = body.clone();
            move || this.passes(&body, this.seen(), true, until)
        });
        let found = self.without_streak(found, &body, until.min(Instant::now() + SIMPLER));
        let found = self.without_old_values(found, &body, until);
        // The search runs without writing anything down; what failed is run once more, with it.
        let mut report = Report {
            schedules: found.schedules,
            all: found.all,
            forced_switches: found.forced,
            surprises: found.surprises,
            hurried: found.hurried,
            unwound: found.unwound,
            seconds: 0.0,
            problem: None,
        };
        if let Some(failure) = found.failure {
            report.problem = Some(apart(move || failure.told(&body)));
        }
        report.seconds = start.elapsed().as_secs_f64();
        Found { report, stopped: found.stopped }
    }

    /// In place of an order with many wake-ups for nothing one with at most two, if one fails, too.
    fn without_streak(&self, found: Passes, body: &Body, until: Instant) -> Passes {
        match &found.failure {
            Some(failure) if failure.streak => {
                let seen = failure.seen;
                self.or_simpler(found, body, seen, false, until)
            }
            _ => found,
        }
    }

    /// In place of an order that fails by an old value one that needs none, if there is one: it is simpler.
    fn without_old_values(&self, found: Passes, body: &Body, until: Instant) -> Passes {
        match &found.failure {
            Some(failure) if failure.read_old => {
                let (seen, streaks) = (Seen { newest: true, ..failure.seen }, failure.streak);
                self.or_simpler(found, body, seen, streaks, until)
            }
            _ => found,
        }
    }

    /// What fails among simpler orders, if one does in this time, or what was found before.
    fn or_simpler(
        &self,
        mut found: Passes,
        body: &Body,
        seen: Seen,
        streaks: bool,
        until: Instant,
    ) -> Passes {
        let search = Search { random: Duration::ZERO, ..self.clone() };
        let body = body.clone();
        let simpler = apart(move || search.passes(&body, seen, streaks, until));
        let schedules = found.schedules + simpler.schedules;
        if simpler.failure.is_some() {
            found = simpler;
        }
        found.schedules = schedules;
        found
    }

    fn passes(&self, body: &Body, mut seen: Seen, streaks: bool, until: Instant) -> Passes {
        let mut passes = Passes::default();
        let mut bound = Some(0);
        let mut most = self.surprises;
        loop {
            let surprises = Surprises { most, streak: streaks && bound.is_some() };
            let sleep = bound.is_none() && self.reduction == Reduction::Sleep;
            let mut dfs = Dfs::new(bound, sleep);
            let (mut orders, mut hurried, mut unwound, mut spent) = (0, false, false, false);
            loop {
                let ran;
                (dfs, ran) = one(body, dfs, &mut seen, surprises, false);
                if ran.restart {
                    dfs.restart();
                    orders = 0;
                    continue;
                }
                passes.schedules += 1;
                orders += u64::from(!ran.pruned);
                hurried |= ran.hurried;
                unwound |= ran.unwound;
                spent |= ran.spent;
                if let Some(lost) = dfs.lost.take() {
                    let path = Vec::new();
                    passes.failure = Some(Failure {
                        problem: lost,
                        path,
                        seen,
                        surprises,
                        streak: false,
                        read_old: false,
                    });
                    return passes;
                }
                if let Some(problem) = ran.problem {
                    let (path, streak, read_old) = (dfs.path(), ran.streak, ran.read_old);
                    passes.failure = Some(Failure { problem, path, seen, surprises, streak, read_old });
                    return passes;
                }
                if ran.found {
                    passes.stopped = true;
                    return passes;
                }
                if !dfs.advance() {
                    break;
                }
                if Instant::now() > until {
                    if passes.surprises.is_none() {
                        self.at_random(body, seen, &mut passes);
                    }
                    return passes;
                }
            }
            if !dfs.cut {
                // Nothing was left out for the bound, so these were all with this many surprises.
                passes.all = !hurried && !unwound;
                (passes.hurried, passes.unwound) = (hurried, unwound);
                passes.forced = None;
                passes.schedules = orders;
                passes.surprises = spent.then_some(most);
                if !spent || orders >= FEW || most >= MORE_SURPRISES {
                    return passes;
                }
                (bound, most) = (None, most + 1);
            } else {
                passes.forced = bound;
                bound = bound.map(|bound| bound + 1).filter(|bound| *bound <= FORCED);
                most = bound.unwrap_or(0).max(self.surprises);
            }
        }
    }

    fn at_random(&self, body: &Body, mut seen: Seen, passes: &mut Passes) {
        let until = Instant::now() + self.random;
        let mut pct = Pct::new(self.seed);
        let surprises = Surprises { most: MORE_SURPRISES, streak: false };
        while Instant::now() < until {
            let ran;
            (pct, ran) = one(body, pct, &mut seen, surprises, false);
            passes.schedules += 1;
            if let Some(problem) = ran.problem {
                let (path, read_old) = (pct.path.clone(), ran.read_old);
                passes.failure = Some(Failure { problem, path, seen, surprises, streak: false, read_old });
                return;
            }
            if ran.found {
                passes.stopped = true;
                return;
            }
            pct.again();
        }
    }
}

struct Found {
    report: Report,
    stopped: bool,
}

#[derive(Default)]
struct Passes {
    schedules: u64,
    all: bool,
    forced: Option<u32>,
    /// If more than this many surprises could have come: how many were tried.
    surprises: Option<u32>,
    hurried: bool,
    unwound: bool,
    stopped: bool,
    failure: Option<Failure>,
}

/// What failed, and how it is run again.
struct Failure {
    problem: Problem,
    path: Vec<usize>,
    seen: Seen,
    surprises: Surprises,
    /// Somebody has woken up for nothing many times in a row.
    streak: bool,
    /// It has read an old value.
    read_old: bool,
}

impl Failure {
    /// The failure once more, with its steps.
    fn told(self, body: &Body) -> Problem {
        let Failure { problem, path, mut seen, surprises, .. } = self;
        if path.is_empty() && problem.kind == Kind::Refused {
            return problem;
        }
        let (_, ran) = one(body, Replay { path, at: 0 }, &mut seen, surprises, true);
        ran.problem.unwrap_or(problem)
    }
}

/// One execution that was run.
struct Ran {
    restart: bool,
    pruned: bool,
    torn: bool,
    hurried: bool,
    unwound: bool,
    spent: bool,
    surprises: u32,
    streak: bool,
    read_old: bool,
    found: bool,
    outcome: String,
    printed: Printed,
    problem: Option<Problem>,
    record: Option<Record>,
}

impl Ran {
    fn order(&self) -> Option<Order> {
        if self.pruned {
            return None;
        }
        let record = self.record.as_ref()?;
        let done: Vec<&Moment> = record.steps.iter().filter(|moment| !moment.blocked).collect();
        Some(Order {
            outcome: self.problem.as_ref().map_or(self.outcome.clone(), |problem| problem.message.clone()),
            failed: self.problem.as_ref().map(|problem| problem.kind),
            stuck: record.stuck.clone(),
            surprises: self.surprises,
            switches: done.windows(2).filter(|two| two[0].thread != two[1].thread).count(),
            threads: record.threads.clone(),
            objects: record.objects.clone(),
            moments: done
                .iter()
                .map(|moment| Shown {
                    thread: moment.thread,
                    text: moment.text.clone(),
                    line: moment.at.as_ref().map_or(0, |(_, line)| *line),
                    object: moment.object,
                    waiting: moment.waiting.clone(),
                    values: moment.values.clone(),
                    old: moment.old,
                    picked: moment.picked.clone(),
                })
                .collect(),
        })
    }
}

/// Runs the body once.
fn one<D: Decide + 'static>(
    body: &Body,
    decider: D,
    seen: &mut Seen,
    surprises: Surprises,
    records: bool,
) -> (D, Ran) {
    let answer = Arc::new(std::sync::Mutex::new(None));
    let (body, to) = (body.clone(), answer.clone());
    let main = Box::new(move || {
        let answer = body();
        *to.lock().expect("one thread of the system") = Some(answer);
    });
    let execution::Ran {
        end,
        decider,
        record,
        torn,
        hurried,
        unwound,
        spent,
        surprises,
        streak,
        printed,
        read_old,
    } = execution::run(main, Box::new(decider), *seen, surprises, records);
    let decider = *(decider as Box<dyn Any>).downcast::<D>().expect("it is what it was");
    let answer = answer.lock().map_or(None, |mut answer| answer.take());
    let mut ran = Ran {
        restart: false,
        pruned: false,
        torn,
        hurried,
        unwound,
        spent,
        surprises,
        streak,
        read_old,
        found: answer.as_ref().is_some_and(|answer| answer.found),
        outcome: answer.map(|answer| answer.outcome).unwrap_or_default(),
        printed,
        problem: None,
        record,
    };
    match end {
        End::Done => {}
        End::Exited(how) => (ran.found, ran.outcome) = (how.is_err(), how.err().unwrap_or_default()),
        End::Failed(problem) => ran.problem = Some(problem),
        End::Pruned => ran.pruned = true,
        End::SeesMore(more) => {
            *seen = more;
            ran.restart = true;
        }
    }
    (decider, ran)
}

/// One search at a time: programs that are explored at once could share a `static`, which neither is ready for.
static ONE: Mutex<()> = Mutex::new(());

fn alone() -> MutexGuard<'static, ()> {
    ONE.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
}

/// Runs something on a thread of the system of its own, where no panic is going on.
fn apart<R: Send + 'static>(run: impl FnOnce() -> R + Send + 'static) -> R {
    match thread::Builder::new().name("search".into()).spawn(run).expect("a thread for the search").join() {
        Ok(result) => result,
        Err(panic) => std::panic::resume_unwind(panic),
    }
}

/// Depth first: the first order, and then again and again the one that differs in the last choice.
struct Dfs {
    bound: Option<u32>,
    sleeps: bool,
    levels: Vec<Level>,
    at: usize,
    /// Something was left out for the bound.
    cut: bool,
    /// The program did something else when it was run again in the same order.
    lost: Option<Problem>,
    /// What was touched since the last pick.
    segment: Touched,
}

enum Level {
    Pick {
        picks: Vec<Pick>,
        at: usize,
        /// Forced switches and surprises before this one.
        spent: u32,
        asleep: Vec<(Thread, Touched)>,
    },
    Choice {
        possibilities: usize,
        at: usize,
        /// What all but the first cost, as a forced switch does.
        cost: u32,
        /// Forced switches and the like before this one.
        spent: u32,
    },
}

impl Dfs {
    fn new(bound: Option<u32>, sleeps: bool) -> Self {
        Dfs {
            bound,
            sleeps,
            levels: Vec::new(),
            at: 0,
            cut: false,
            lost: None,
            segment: Some(SmallVec::new()),
        }
    }

    fn restart(&mut self) {
        *self = Dfs::new(self.bound, self.sleeps);
    }

    /// What was chosen at each level.
    fn path(&self) -> Vec<usize> {
        let chosen = |level: &Level| match level {
            Level::Pick { at, .. } | Level::Choice { at, .. } => *at,
        };
        self.levels[..self.at].iter().map(chosen).collect()
    }

    /// Goes on to the next order; false if there is none.
    fn advance(&mut self) -> bool {
        self.levels.truncate(self.at);
        self.at = 0;
        while let Some(level) = self.levels.last_mut() {
            match level {
                Level::Choice { possibilities, at, cost, spent } if *at + 1 < *possibilities => {
                    if self.bound.is_none_or(|bound| *spent + *cost <= bound) {
                        *at += 1;
                        return true;
                    }
                    self.cut = true;
                }
                Level::Choice { .. } => {}
                Level::Pick { picks, at, spent, asleep } => {
                    let next = (*at + 1..picks.len()).find(|next| {
                        let pick = &picks[*next];
                        let within = self.bound.is_none_or(|bound| *spent + pick.cost <= bound);
                        self.cut |= !within;
                        within && !sleeping(asleep, pick)
                    });
                    if let Some(next) = next {
                        *at = next;
                        return true;
                    }
                }
            }
            self.levels.pop();
        }
        false
    }

    /// Forced switches and the like up to here.
    fn spent(&self) -> u32 {
        match self.levels[..self.at].last() {
            Some(Level::Pick { picks, at, spent, .. }) => *spent + picks[*at].cost,
            Some(Level::Choice { at, cost, spent, .. }) => *spent + if *at > 0 { *cost } else { 0 },
            None => 0,
        }
    }

    /// The pick of the level before this one.
    fn last_pick(&mut self) -> Option<&mut Level> {
        self.levels[..self.at].iter_mut().rev().find(|level| matches!(level, Level::Pick { .. }))
    }
}

fn merge(touched: &mut Touched, more: Touched) {
    match (touched.as_mut(), more) {
        // Each only once: this is done in every execution that comes by here.
        (Some(all), Some(more)) => more.into_iter().for_each(|one| {
            if !all.contains(&one) {
                all.push(one);
            }
        }),
        _ => *touched = None,
    }
}

fn sleeping(asleep: &[(Thread, Touched)], pick: &Pick) -> bool {
    pick.woken == Woken::Normally && asleep.iter().any(|(thread, _)| *thread == pick.thread)
}

impl Decide for Dfs {
    fn touched(&mut self, touched: Touched) {
        self.segment = touched;
    }

    fn pick(&mut self, picks: &[Pick]) -> Option<usize> {
        let segment = self.segment.take();
        // What the last picked thread touched is known now: it sleeps in the orders that don't begin with it.
        let (spent, mut asleep) = (self.spent(), Vec::new());
        let sleeps = self.sleeps;
        let new = self.at == self.levels.len();
        if let Some(Level::Pick { picks, at, asleep: sleeping, .. }) = self.last_pick() {
            let picked = &picks[*at];
            if sleeps {
                let stays = |(thread, touched): &&(Thread, Touched)| {
                    *thread != picked.thread && commute(touched, &segment)
                };
                if new {
                    asleep = sleeping.iter().filter(stays).cloned().collect();
                }
                if picked.woken == Woken::Normally {
                    match sleeping.iter_mut().find(|(thread, _)| *thread == picked.thread) {
                        // The same step with another choice in it.
                        Some((_, touched)) => merge(touched, segment),
                        None => sleeping.push((picked.thread, segment)),
                    }
                }
            }
        }
        if new {
            let within = |pick: &Pick| self.bound.is_none_or(|bound| spent + pick.cost <= bound);
            let first = picks.iter().position(|pick| within(pick) && !sleeping(&asleep, pick));
            self.cut |= !picks.iter().all(within);
            let first = first?;
            self.levels.push(Level::Pick { picks: picks.to_vec(), at: first, spent, asleep });
        }
        self.at += 1;
        match &self.levels[self.at - 1] {
            Level::Pick { picks: then, at, .. } if then == picks => Some(*at),
            _ => {
                self.lost = Some(lost());
                None
            }
        }
    }

    fn choose(&mut self, possibilities: usize, unlikely: bool) -> usize {
        if self.at == self.levels.len() {
            let (cost, spent) = (u32::from(unlikely), self.spent());
            self.levels.push(Level::Choice { possibilities, at: 0, cost, spent });
        }
        self.at += 1;
        match &self.levels[self.at - 1] {
            Level::Choice { possibilities: then, at, .. } if *then == possibilities => *at,
            _ => {
                self.lost = Some(lost());
                0
            }
        }
    }
}

fn lost() -> Problem {
    let message = "the program does not do the same when it is run again in the same order: it depends on \
                   something other than its threads (time, chance, a HashMap's order, what an earlier run left)";
    Problem { kind: Kind::Refused, message: message.to_owned(), steps: Vec::new(), stuck: Vec::new() }
}

/// The same choices as before.
struct Replay {
    path: Vec<usize>,
    at: usize,
}

impl Replay {
    fn next(&mut self, of: usize) -> usize {
        let chosen = self.path.get(self.at).copied().unwrap_or(0);
        self.at += 1;
        chosen.min(of - 1)
    }
}

impl Decide for Replay {
    fn touched(&mut self, _: Touched) {}

    fn pick(&mut self, picks: &[Pick]) -> Option<usize> {
        Some(self.next(picks.len()))
    }

    fn choose(&mut self, possibilities: usize, _: bool) -> usize {
        self.next(possibilities)
    }
}

/// At random: each thread has a rank, the highest one that can go on goes on, and at a few steps, chosen
/// beforehand, the one that runs falls behind all others.
struct Pct {
    random: Random,
    path: Vec<usize>,
    ranks: Vec<u64>,
    falls: [u64; FALLS],
    steps: u64,
    longest: u64,
}

/// How many times the running thread falls behind: one less than the depth of the mistakes to be found.
const FALLS: usize = 4;

impl Pct {
    fn new(seed: u64) -> Self {
        let mut pct = Pct {
            random: Random(seed),
            path: Vec::new(),
            ranks: Vec::new(),
            falls: [0; FALLS],
            steps: 0,
            longest: 20,
        };
        pct.again();
        pct
    }

    fn again(&mut self) {
        self.longest = self.longest.max(self.steps);
        self.steps = 0;
        self.path.clear();
        self.ranks.clear();
        self.falls = std::array::from_fn(|_| self.random.below(self.longest));
    }
}

impl Decide for Pct {
    fn touched(&mut self, _: Touched) {}

    fn pick(&mut self, picks: &[Pick]) -> Option<usize> {
        for pick in picks {
            while self.ranks.len() <= pick.thread {
                let rank = FALLS as u64 + self.random.below(1 << 32);
                self.ranks.push(rank);
            }
        }
        let surprise = self.random.below(8) == 0;
        let may = |pick: &Pick| pick.woken == Woken::Normally || surprise;
        let all = !picks.iter().any(may);
        let candidates = (0..picks.len()).filter(|at| all || may(&picks[*at]));
        let picked = candidates.max_by_key(|at| self.ranks[picks[*at].thread])?;
        if let Some(fall) = self.falls.iter().position(|fall| *fall == self.steps) {
            self.ranks[picks[picked].thread] = fall as u64;
        }
        self.steps += 1;
        self.path.push(picked);
        Some(picked)
    }

    fn choose(&mut self, possibilities: usize, unlikely: bool) -> usize {
        let usual = unlikely && self.random.below(4) > 0;
        let chosen = if usual { 0 } else { self.random.below(possibilities as u64) as usize };
        self.path.push(chosen);
        chosen
    }
}

/// SplitMix64 (Steele, Lea and Flood, OOPSLA 2014): small, and the same for the same seed for ever.
struct Random(u64);

impl Random {
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (z ^ (z >> 31)) % end
    }
}
