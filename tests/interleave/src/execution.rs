//! One execution: the threads of an explored program, as coroutines on one thread of the system.
//!
//! A thread runs until it is about to do something that others can see, says so with [`reach`], and is
//! suspended there. Only when the search picks it does it go on, does that one thing, and runs to the next.
//! So the order of all visible steps is the search's choice, and an execution can be run again exactly.
//!
//! # Layout
//!
//! - `step`: what a thread is about to do, and when it can
//! - `pick`: who can go on
//! - `memory`: which old values a load may still read
//! - `race`: data races
//! - `record`: what an execution did, in words
//! - `panic`: panics of the program
//! - `stack`: room for each thread, and what happens when it is full
//! - `streak`: many wake-ups for nothing in a row
//! - `turn`: loops that wait for others, and how they are kept from going on for ever
//! - `clock`: what time it is
//! - here: the execution itself, and what a stand-in asks of it

use std::any::Any;
use std::cell::{Cell, RefCell};
use std::panic::{AssertUnwindSafe, Location, catch_unwind};
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Duration;

use corosensei::stack::DefaultStack;
use corosensei::{Coroutine, CoroutineResult, Yielder};
use smallvec::SmallVec;

use crate::name;
use crate::report::{Kind, Problem};

mod clock;
mod memory;
mod panic;
mod pick;
mod race;
mod record;
mod stack;
mod step;
mod streak;
mod turn;

pub use clock::{now, sleeps, starts, virtual_time};
pub use memory::{
    Knowledge, Old, atomic_step, changes_count, exchange, fence, knowledge, learn, learn_at, learn_from,
    leave_at, load, load_newest, reads_count, store,
};
pub use panic::{hooked, text_of};
pub use race::{access, ignore_races, owns};
pub use record::{Stream, last_step, prints, records, tell, tell_dropped, tell_old, worth};
pub use step::{Access, Intent, Mode, Ready, Touched, Weight, Woken};
pub use turn::{changed_nothing, mark, round, steers};

pub(crate) use pick::Pick;
pub(crate) use record::{Moment, Printed, Record, told};
pub(crate) use step::commute;

use memory::{Fences, Store};
use pick::{WAKES, circle, goes_round_alone, is_late, is_ready, picks, steps_of_others};
use race::{Accessed, Unheard};
use record::{at, latest, note, problem, shown, stuck_ones, unnamed, waiting};
use turn::Loop;

/// Where in the source a step stands.
pub type Place = &'static Location<'static>;

/// A thread of the explored program, in the order of their starts; 0 is `main`.
pub type Thread = usize;

/// Something that threads share: a lock, an atomic, a channel…
pub type ObjectId = usize;

/// As much as the system gives to a program's first thread. Memory is taken only for what is used of it.
const STACK: usize = 8 * 1024 * 1024;

/// After this many steps, a program is taken to have no end.
const STEPS: u32 = 200_000;

/// How often somebody may go round a loop when nobody else can go on.
const ALONE: u32 = 50_000;

/// Decides what happens next.
pub(crate) trait Decide: Any {
    /// Which of these goes on, or `None` if nothing new can come of it.
    fn pick(&mut self, picks: &[Pick]) -> Option<usize>;
    /// Which of this many possibilities: equal ones, or ones that are all unlikely but the first.
    fn choose(&mut self, possibilities: usize, unlikely: bool) -> usize;
    /// Tells what was touched from the last pick up to here.
    fn touched(&mut self, touched: Touched);
}

/// Which steps others can see that mostly they can't. The search starts again when one turns out to be
/// seen after all.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Seen {
    /// Unlocking: by `try_lock`.
    pub unlocks: bool,
    /// Unlocking, though no program can see it: for a reader who looks at the steps.
    pub shown: bool,
    /// The end of a thread: by `is_finished`.
    pub ends: bool,
    /// That somebody prints: by one who keeps the standard output to itself.
    pub prints: bool,
    /// What time it is: by `Instant::now`.
    pub clock: bool,
    /// The counts of an `Arc`: by one who asks for them, or by a destructor that the last owner runs.
    pub counts: bool,
    /// Whether what threads know of each other's stores may be asked for at all.
    pub old_values: bool,
    /// Whether loads read the newest values all the same.
    pub newest: bool,
    /// Whether a wait that promises to end only when it is notified ends for nothing all the same.
    pub for_nothing: bool,
    /// Whether a program may end itself by a call. If not, that can't be explored.
    pub exits: bool,
    /// What threads know of each other's stores: by an access to an atomic that is weaker than `SeqCst`, or to a cell.
    pub memory: bool,
    /// The one order of all that is `SeqCst`: by a fence.
    pub fences: bool,
    /// Everything, when no reduction is asked for.
    pub all: bool,
}

/// Which surprises may come in an execution.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Surprises {
    /// How many at most.
    pub most: u32,
    /// Whether one of them may be a streak of wake-ups for nothing.
    pub streak: bool,
}

/// What became of an execution.
pub(crate) enum End {
    /// The body has returned.
    Done,
    /// The program has ended itself: with nothing to say, or how.
    Exited(Result<(), String>),
    /// It failed.
    Failed(Problem),
    /// The decider saw nothing new ahead.
    Pruned,
    /// More can be seen than was thought: start again with this.
    SeesMore(Seen),
}

/// An execution that was run.
pub(crate) struct Ran {
    pub end: End,
    pub decider: Box<dyn Decide>,
    pub record: Option<Record>,
    /// The thread of the system is in the middle of a panic now.
    pub torn: bool,
    /// Somebody who waits in a loop or for a time was overtaken by others sooner than it had to be.
    pub hurried: bool,
    /// While a thread unwound, it took steps before which others could have taken theirs.
    pub unwound: bool,
    /// One more surprise could have come.
    pub spent: bool,
    /// How many surprises came.
    pub surprises: u32,
    /// Somebody has woken up for nothing many times in a row.
    pub streak: bool,
    /// What it wrote to its standard output and error.
    pub printed: Printed,
    /// Somebody has read an old value.
    pub read_old: bool,
}

#[derive(Default)]
struct Known {
    kind: &'static str,
    /// Where it is in memory.
    address: usize,
    /// What stands for those who sleep at it, if it is an atomic.
    sleepers: Option<ObjectId>,
    name: String,
    writer: Option<Thread>,
    readers: Vec<Thread>,
    /// One who reads and may come to write.
    upgrader: Option<Thread>,
    waiting: Vec<Thread>,
    value: Option<String>,
    /// What threads knew that others learn from here.
    left: Knowledge,
    /// What those knew who held it to read.
    left_by_readers: Knowledge,
    /// The stores to an atomic.
    stores: Vec<Store>,
    /// To each part of a cell, the last write and the reads since.
    accesses: Vec<Accessed>,
}

struct Running {
    name: Option<String>,
    coroutine: Option<Coroutine<(), (), ()>>,
    /// Where the explorer's own room on its stack begins.
    floor: usize,
    yielder: *const Yielder<(), ()>,
    intent: Option<Intent>,
    woken: Woken,
    notified: bool,
    token: bool,
    /// Its closure has returned. Destructors of thread-locals may still run.
    left: bool,
    ended: bool,
    /// Its last panic, whether it ended its closure, and whether somebody has asked for its end.
    panic: Option<String>,
    panicked: bool,
    looked_at: bool,
    steps: u32,
    /// How many steps of others there were when it began to wait.
    since: u32,
    /// The loop that it may be in.
    turn: Loop,
    /// When it began to wait, by the clock.
    waits_from: Duration,
    /// What others touch who wake it or ask for its end.
    object: Option<ObjectId>,
    knows: Knowledge,
    fences: Fences,
    /// What it has read of others' stores, for the words of a data race.
    unheard: Vec<Unheard>,
}

struct Execution {
    number: u64,
    threads: Vec<Running>,
    current: Thread,
    /// The thread that did the last step that others could see. To pick another while it could go on is
    /// a forced switch.
    last: Thread,
    objects: Vec<Known>,
    touched: Touched,
    locks_taken: usize,
    exchanges: usize,
    rounds: usize,
    system_calls: usize,
    steps: u32,
    /// Those of them that others can see.
    visible: u32,
    /// How many steps the thread that goes on has done while another waited for its turn.
    in_a_row: u32,
    /// And how many at its latest round alone.
    in_rounds: u32,
    surprises: u32,
    /// How often somebody has woken up for nothing.
    wakes: u32,
    /// A thread may wake up for nothing many times in a row.
    streaks: bool,
    /// One does so now.
    streak: Option<streak::Streak>,
    spent: bool,
    /// Nothing is decided now: of all that could happen, the simplest does.
    simple: bool,
    read_old: bool,
    clock: clock::Clock,
    /// A store was weaker than `SeqCst`.
    weak_stores: bool,
    /// What all know who come to a `SeqCst` access or fence now.
    sequential: Knowledge,
    /// How often somebody went round a loop when nobody else could go on.
    alone: u32,
    seen: Seen,
    sees_more: Option<Seen>,
    decider: Box<dyn Decide>,
    record: Option<Record>,
    /// The thread that was picked and has not told yet what it does.
    picked: Option<Thread>,
    /// What was chosen since then.
    chosen: Vec<usize>,
    printed: Printed,
    first_panic: Option<(Thread, String)>,
    /// Why it can't go on: it does what can't be explored, or has a data race.
    refused: Option<(Kind, String)>,
    /// A thread whose stack is full.
    full: Option<Thread>,
    /// A panic that can't unwind has ended the program: why it can't.
    aborted: Option<&'static str>,
    /// The program has ended itself.
    exited: Option<Result<(), String>>,
    /// A thread was left in the middle of a panic.
    torn: bool,
    hurried: bool,
    unwound: bool,
    /// The program's own panic hook.
    hook: Option<panic::Hook>,
    stacks: Vec<DefaultStack>,
}

thread_local! {
    static NOW: RefCell<Option<Execution>> = const { RefCell::new(None) };
    /// The way out of the coroutine that runs.
    static OUT: Cell<*const Yielder<(), ()>> = const { Cell::new(std::ptr::null()) };
    static STACKS: RefCell<Vec<DefaultStack>> = const { RefCell::new(Vec::new()) };
}

static NUMBER: AtomicU64 = AtomicU64::new(1);

fn with<R>(then: impl FnOnce(&mut Execution) -> R) -> R {
    NOW.with(|now| then(now.borrow_mut().as_mut().expect("only a thread of an explored program comes here")))
}

/// Whether the caller is a thread of an explored program.
pub fn is_explored() -> bool {
    NOW.with(|now| now.borrow().is_some())
}

/// The thread that runs now.
pub fn current() -> Thread {
    with(|e| e.current)
}

/// The name of a thread, `None` if it was given none.
pub fn name_of(thread: Thread) -> Option<String> {
    with(|e| if thread == 0 { Some("main".to_owned()) } else { e.threads[thread].name.clone() })
}

/// The name that a thread has in what is told of an execution.
pub fn shown_name(thread: Thread) -> String {
    with(|e| shown(e, thread))
}

/// How many threads this execution has started so far, `main` not counted.
pub fn threads_started() -> usize {
    with(|e| e.threads.len() - 1)
}

/// How often a lock was taken in this execution so far, also by one who waited at a condition variable.
pub fn locks_taken() -> usize {
    with(|e| e.locks_taken)
}

/// How often an atomic was read and written in one step in this execution so far: `swap`, `fetch_add`, a `compare_exchange` that
/// succeeds, and so on. The counts of `Arc` don't count.
pub fn exchanges() -> usize {
    with(|e| e.exchanges)
}

/// How often a thread said that it waits in a loop in this execution so far: by `spin_loop`, `yield_now` or a sleep.
pub fn rounds() -> usize {
    with(|e| e.rounds)
}

/// How often `atomic_wait` was called in this execution so far, be it to sleep or to wake.
pub fn system_calls() -> usize {
    with(|e| e.system_calls)
}

/// The current thread calls the system, to sleep or to wake.
pub fn calls_the_system() {
    with(|e| e.system_calls += 1);
}

/// How many different locks, `Mutex` or `RwLock`, were used in this execution so far.
pub fn locks_used() -> usize {
    with(|e| e.objects.iter().filter(|object| ["mutex", "rwlock"].contains(&object.kind)).count())
}

/// How many steps that others can see the threads but the current one have taken in this execution so far.
pub fn steps_taken_by_others() -> u32 {
    with(|e| steps_of_others(e, e.current))
}

/// A number that no other execution has.
pub fn execution() -> u64 {
    with(|e| e.number)
}

/// What the explorer has to know of a thing that threads share. It can stand in a `static`.
#[derive(Debug)]
pub struct Object {
    kind: &'static str,
    naming: Naming,
    place: Place,
    /// The execution that it was last used in, and its number there.
    known: AtomicU64,
}

/// What an object is called.
#[derive(Clone, Copy, Debug)]
enum Naming {
    /// By its kind.
    Kind,
    /// As the variable that it is made for.
    Variable,
    /// By both: the variable's name alone is for what is in it.
    Both,
}

impl Object {
    /// A new one, of a kind such as "lock", made at this place.
    pub const fn new(kind: &'static str, place: Place) -> Self {
        Self::called(Naming::Variable, kind, place)
    }

    /// Where it was made.
    pub fn place(&self) -> Place {
        self.place
    }

    /// A new one with a name.
    pub const fn named(name: &'static str, place: Place) -> Self {
        Self::called(Naming::Kind, name, place)
    }

    /// A new one of a kind that holds others, which have the name of the variable.
    pub const fn around(kind: &'static str, place: Place) -> Self {
        Self::called(Naming::Both, kind, place)
    }

    const fn called(naming: Naming, kind: &'static str, place: Place) -> Self {
        Object { kind, naming, place, known: AtomicU64::new(0) }
    }

    /// Its number in this execution. At its first use there, `first` is asked what it is worth; if it
    /// was used in an earlier execution, `first` is told so, and has to make it as new.
    pub fn id(&self, first: impl FnOnce(bool) -> Option<String>) -> ObjectId {
        self.used().unwrap_or_else(|| self.first_used(first(self.known.load(Relaxed) != 0)))
    }

    /// Its number, if it was used in this execution.
    fn used(&self) -> Option<ObjectId> {
        let known = self.known.load(Relaxed);
        let address = std::ptr::from_ref(self).addr();
        with(|e| {
            let id = (known >> 20 == e.number).then_some((known & 0xF_FFFF) as ObjectId)?;
            // It may have been moved since.
            e.objects[id].address = address;
            Some(id)
        })
    }

    /// Gives it a number.
    fn first_used(&self, value: Option<String>) -> ObjectId {
        let address = std::ptr::from_ref(self).addr();
        with(|e| {
            let id = e.objects.len();
            let mut object = Known { kind: self.kind, address, value, ..Known::default() };
            if let Some(record) = &mut e.record {
                let taken = e.objects.iter().map(|object| (object.name.as_str(), object.kind)).collect();
                let name = match self.naming {
                    Naming::Kind => self.kind.to_owned(),
                    Naming::Variable => name::of(self.place, self.kind),
                    Naming::Both => match name::of(self.place, self.kind) {
                        name if name == self.kind => name,
                        name => format!("{} {name}", self.kind),
                    },
                };
                object.name = name::unique(name, self.kind, &taken);
                // It was worth that before anybody used it, too.
                record.found(object.name.clone(), &object.value);
            }
            e.objects.push(object);
            self.known.store(e.number << 20 | id as u64, Relaxed);
            id
        })
    }
}

/// Suspends the current thread until it is picked for what it is about to do.
///
/// While a thread unwinds it is not suspended: its destructors run as one.
pub fn reach(intent: Intent) -> Woken {
    let unwinds = std::thread::panicking();
    if stack::is_full() {
        with(|e| {
            e.full = Some(e.current);
            e.torn |= unwinds;
        });
        suspend();
    }
    let goes_on = with(|e| {
        let me = e.current;
        let at_once = unwinds || (intent.weight == Weight::Quiet && !e.seen.all);
        let ready = is_ready(e, me, &intent.ready);
        if at_once && ready {
            if unwinds {
                let goes_on =
                    |other: Thread| e.threads[other].intent.is_none() || pick::could_go_on(e, other);
                let mut others = (0..e.threads.len()).filter(|&other| other != me && !e.threads[other].ended);
                e.unwound |= intent.weight == Weight::Visible && others.any(goes_on);
            }
            began(e, me, &intent);
            if unwinds {
                // What a destructor is the first to touch has its number from this order alone, so that
                // it can't be compared with what is touched in another.
                e.touched = None;
            }
            return true;
        }
        if let (false, Ready::Free(lock) | Ready::Upgraded(lock)) = (ready, &intent.ready)
            && !e.objects[*lock].readers.is_empty()
        {
            // From now on a writer waits, which a thread that reads already can see.
            touch_in(e, *lock);
        }
        if !ready && e.record.is_some() {
            let text = waiting(e, me, &intent);
            if !matches!(
                intent.ready,
                Ready::Ended(_) | Ready::Left(_) | Ready::Quiescence | Ready::OneStep | Ready::Progress(_)
            ) {
                note(e, me, text, Some(at(intent.place)), true);
            }
        }
        e.threads[me].since = steps_of_others(e, me);
        e.threads[me].waits_from = e.clock.now;
        e.threads[me].intent = Some(intent);
        e.torn |= unwinds;
        false
    });
    if goes_on {
        return Woken::Normally;
    }
    suspend();
    with(|e| e.threads[e.current].woken)
}

fn suspend() {
    let out = OUT.get();
    assert!(!out.is_null(), "a step of an explored program, and no thread of it runs");
    // SAFETY: `run` sets OUT to the yielder of the coroutine that it resumes, which lives on that
    // coroutine's stack as long as the coroutine, and this runs on the same stack.
    unsafe { &*out }.suspend(());
}

/// The step that the current thread is in changes this as well.
pub fn touch(object: ObjectId) {
    with(|e| touch_in(e, object));
}

fn touch_in(e: &mut Execution, object: ObjectId) {
    if let Some(all) = &mut e.touched {
        all.push((object, Access::Write));
    }
}

/// The intent becomes a step.
fn began(e: &mut Execution, me: Thread, intent: &Intent) {
    match (&mut e.touched, &intent.touches) {
        (Some(all), Some(these)) => all.extend_from_slice(these),
        (all, None) => *all = None,
        (None, _) => {}
    }
    let rounds = matches!(intent.ready, Ready::Progress(_));
    if intent.weight == Weight::Visible && !rounds && !streak::is_in(e, me) {
        turn::steps(e, me, intent);
        e.threads[me].steps += 1;
        e.visible += 1;
    }
    e.steps += 1;
}

/// One of this many equal possibilities: the search tries each.
pub fn choose(possibilities: usize) -> usize {
    decide(possibilities, false)
}

fn decide(possibilities: usize, unlikely: bool) -> usize {
    if possibilities < 2 {
        return 0;
    }
    if with(|e| e.simple) {
        return 0;
    }
    if std::thread::panicking() {
        with(|e| e.unwound = true);
        return 0;
    }
    with(|e| {
        let chosen = e.decider.choose(possibilities, unlikely);
        record::chosen(e, chosen);
        chosen
    })
}

/// Does something in the simplest order only: the thread that goes on does so until it has to wait, and no surprise comes. For what
/// comes before the steps that are to be explored: it costs no orders, however long it is.
///
/// It belongs at the beginning of a program. Later, the simplest order could be one that counts as the same as an order that was
/// run before, and then nothing new would come of it.
pub fn simplest<R>(work: impl FnOnce() -> R) -> R {
    let spent = with(|e| {
        e.simple = true;
        e.spent
    });
    let done = work();
    with(|e| (e.simple, e.spent) = (false, spent));
    done
}

/// Whether to do something that may always happen but seldom does: at most a few in one execution.
pub fn surprise() -> bool {
    if with(|e| e.surprises) == 0 {
        with(|e| e.spent = true);
        return false;
    }
    let does = choose(2) == 1;
    if does {
        with(|e| e.surprises -= 1);
    }
    does
}

/// One of this many possibilities, of which all but the first are surprises that cost as much as a forced switch.
fn unlikely(possibilities: usize) -> usize {
    if possibilities < 2 {
        return 0;
    }
    if with(|e| e.surprises) == 0 {
        with(|e| e.spent = true);
        return 0;
    }
    let chosen = decide(possibilities, true);
    with(|e| e.surprises -= u32::from(chosen > 0));
    chosen
}

/// Stops the search: the program does what can't be explored.
pub fn refuse(why: impl Into<String>) -> ! {
    refuse_as(Kind::Refused, why.into())
}

/// Ends this execution here: it has failed, and to go on would use what is gone. Unlike a panic, no thread goes on, and nothing is
/// dropped.
pub fn fail(why: impl Into<String>) -> ! {
    refuse_as(Kind::Failed, why.into())
}

/// The program ends here and now, in the middle of all of its threads: nothing is dropped, and no thread goes on. It ends well, or
/// as `how` says. In a search that doesn't count how a program ends, `why` says why it can't be explored.
pub fn exit(how: Result<(), String>, why: &str, place: Place) -> ! {
    if !with(|e| e.seen.exits) {
        refuse(why);
    }
    ends_all(place);
    with(|e| {
        let said = how.as_ref().map_or_else(|how| format!(": {how}"), |()| String::new());
        let at = (name::file(place.file()).to_owned(), place.line());
        record::note(e, e.current, format!("ends the program{said}"), Some(at), false);
        e.exited = Some(how);
        e.torn |= std::thread::panicking();
    });
    suspend();
    unreachable!("a program that has ended is not resumed")
}

fn refuse_as(kind: Kind, why: String) -> ! {
    with(|e| {
        e.refused = Some((kind, why));
        e.torn |= std::thread::panicking();
    });
    suspend();
    unreachable!("a refused execution is not resumed")
}

/// Waits until no other thread can go on. What a program that polls would see in the end.
pub fn quiescence(place: Place) {
    with(turn::begin_again);
    waits_for_steps(Ready::Quiescence, "waits until nobody else can go on", place);
}

/// Waits until another thread has taken one step that others can see, and goes on before anybody takes the next one. If no other
/// thread can go on, it goes on at once. So the caller can come in between any two steps of another thread.
pub fn one_step(place: Place) {
    waits_for_steps(Ready::OneStep, "waits for a step of another", place);
}

fn waits_for_steps(ready: Ready, waits: &'static str, place: Place) {
    let mut intent = Intent::quiet(place).when(ready, waits);
    intent.touches = None;
    intent.weight = Weight::Visible;
    reach(intent);
}

/// The threads that wait for a lock in a circle, now.
pub fn deadlocked() -> Vec<Thread> {
    with(|e| circle(e))
}

/// From now on `try_lock` and its like are there: unlocking can be seen.
pub fn sees_unlocks() {
    with(|e| {
        if !e.seen.unlocks {
            see_more(e, |seen| seen.unlocks = true);
        }
    });
}

/// From now on somebody asks whether a thread has ended.
pub fn sees_ends() {
    with(|e| {
        if !e.seen.ends {
            see_more(e, |seen| seen.ends = true);
        }
    });
}

fn see_more(e: &mut Execution, more: impl FnOnce(&mut Seen)) {
    more(e.sees_more.get_or_insert(e.seen));
}

/// How much an unlock weighs in this search.
pub fn weight_of_unlock() -> Weight {
    let steps = |e: &Execution| e.seen.unlocks || (e.seen.shown && !std::thread::panicking());
    if with(|e| steps(e)) { Weight::Visible } else { Weight::Quiet }
}

/// From now on somebody keeps the standard output or error to itself.
pub fn sees_prints() {
    with(|e| {
        if !e.seen.prints {
            see_more(e, |seen| seen.prints = true);
        }
    });
}

/// Whether printing is a step in this search.
pub fn prints_are_seen() -> bool {
    with(|e| e.seen.prints)
}

/// From now on somebody can tell how many owners an `Arc` has.
pub fn sees_counts() {
    with(|e| {
        if !e.seen.counts {
            see_more(e, |seen| seen.counts = true);
        }
    });
}

/// Whether what is done to the counts of an `Arc` is a step in this search.
pub fn counts_are_seen() -> bool {
    with(|e| e.seen.counts)
}

/// How many steps that others can see the current thread has taken in this execution so far.
pub fn steps_taken() -> u32 {
    with(|e| e.threads[e.current].steps)
}

/// How many steps this execution has done.
pub fn steps() -> u32 {
    with(|e| e.steps)
}

/// The lock is the current thread's now.
pub fn hold(lock: ObjectId, mode: Mode) {
    with(|e| e.locks_taken += 1);
    own(lock, mode);
}

/// As [`hold`], of what doesn't count as a lock.
pub fn own(lock: ObjectId, mode: Mode) {
    with(|e| {
        memory::locked(e, lock, mode == Mode::Write);
        let (me, object) = (e.current, &mut e.objects[lock]);
        match mode {
            Mode::Write => object.writer = Some(me),
            Mode::Upgradable => object.upgrader = Some(me),
            Mode::Read | Mode::ReadPast => object.readers.push(me),
        }
    });
}

/// The lock is let go by a thread that holds it so.
pub fn let_go(lock: ObjectId, mode: Mode) {
    with(|e| {
        let me = e.current;
        memory::unlocks(e, lock, mode == Mode::Write);
        let object = &mut e.objects[lock];
        match mode {
            Mode::Write => object.writer = None,
            Mode::Upgradable => object.upgrader = None,
            Mode::Read | Mode::ReadPast => match object.readers.iter().position(|reader| *reader == me) {
                Some(at) => drop(object.readers.remove(at)),
                None => drop(object.readers.pop()),
            },
        }
    });
}

/// Whether the lock could be had now.
pub fn could_hold(lock: ObjectId, mode: Mode) -> bool {
    with(|e| is_ready(e, e.current, &mode.ready(lock)))
}

/// Whether somebody reads, beside the thread that may come to write.
pub fn is_read_by_others(lock: ObjectId) -> bool {
    with(|e| !e.objects[lock].readers.is_empty())
}

/// Whether the current thread holds the lock to write.
pub fn is_mine(lock: ObjectId) -> bool {
    with(|e| e.objects[lock].writer == Some(e.current))
}

/// Whether the lock is read while another waits to write: a thread that reads then may have to wait behind that one.
pub fn is_behind_a_writer(lock: ObjectId) -> bool {
    with(|e| pick::writer_waits(e, e.current, lock))
}

/// The newest object of this kind that was at this address. It may be gone.
pub fn object_at(kind: &str, address: usize) -> Option<ObjectId> {
    with(|e| e.objects.iter().rposition(|object| object.kind == kind && object.address == address))
}

/// The current thread begins to wait for a notification.
pub fn wait_at(condvar: ObjectId) {
    with(|e| {
        e.threads[e.current].notified = false;
        e.objects[condvar].waiting.push(e.current);
    });
}

/// The current thread waits no more.
pub fn waits_no_more(condvar: ObjectId) {
    with(|e| {
        let me = e.current;
        e.objects[condvar].waiting.retain(|thread| *thread != me);
        e.threads[me].notified = false;
    });
}

/// Who waits at a condition variable and has not been notified.
fn asleep(e: &Execution, condvar: ObjectId) -> Vec<Thread> {
    let waiting = e.objects[condvar].waiting.iter().copied();
    waiting.filter(|thread| !e.threads[*thread].notified).collect()
}

/// Whether a thread sleeps at a condition variable that let go of another lock.
pub(crate) fn sleeps_with_another(condvar: ObjectId, lock: ObjectId) -> bool {
    with(|e| {
        asleep(e, condvar).iter().any(|thread| {
            let ready = e.threads[*thread].intent.as_ref().map(|intent| &intent.ready);
            matches!(ready, Some(Ready::Notified(own)) if *own != lock)
        })
    })
}

/// Whether condition variables wake up for nothing that promise not to.
pub(crate) fn wakes_for_nothing() -> bool {
    with(|e| e.seen.for_nothing)
}

/// Who sleeps at a condition variable, in words.
pub fn who_sleeps_at(condvar: ObjectId) -> String {
    let names =
        with(|e| asleep(e, condvar).iter().map(|thread| record::shown(e, *thread)).collect::<Vec<_>>());
    if names.is_empty() { "nobody sleeps".to_owned() } else { format!("{} asleep", names.join(", ")) }
}

/// Wakes one of those that wait, or all, and returns how many heard it.
pub fn notify(condvar: ObjectId, all: bool) -> usize {
    let asleep = with(|e| asleep(e, condvar));
    if all {
        with(|e| asleep.iter().for_each(|thread| e.threads[*thread].notified = true));
        return asleep.len();
    }
    if asleep.is_empty() {
        return 0;
    }
    let one = asleep[choose(asleep.len())];
    with(|e| e.threads[one].notified = true);
    1
}

/// Gives or takes the token of `park` and `unpark`. Returns whether it was there.
pub fn set_token(thread: Thread, there: bool) -> bool {
    with(|e| std::mem::replace(&mut e.threads[thread].token, there))
}

/// Stops the search: there is no memory for the stack of one more thread.
fn no_room() -> ! {
    let threads = with(|e| e.threads.len());
    assert!(threads > 0, "room for the stack of a thread");
    refuse(format!(
        "there is no room for more than {threads} threads in one program; start fewer: two or three show nearly all there is to see"
    ))
}

/// Starts a thread, which first runs when the current one reaches its next step.
pub fn start(name: Option<String>, body: Box<dyn FnOnce()>) -> Thread {
    let stack = STACKS.with(|stacks| stacks.borrow_mut().pop());
    let stack = stack.or_else(|| DefaultStack::new(STACK).ok()).unwrap_or_else(|| no_room());
    let floor = stack::floor(&stack);
    with(|e| {
        let thread = e.threads.len();
        let knows = e.threads.get(e.current).map_or(Knowledge::default(), |starts| starts.knows.clone());
        let coroutine = Coroutine::with_stack(stack, move |yielder: &Yielder<(), ()>, ()| {
            OUT.set(yielder);
            with(|e| e.threads[thread].yielder = yielder);
            let outcome = catch_unwind(AssertUnwindSafe(body));
            if thread == 0 && outcome.is_ok() {
                ends_all(Location::caller());
            }
            leave();
            with(|e| {
                let running = &mut e.threads[thread];
                running.ended = true;
                match outcome {
                    Err(payload) => {
                        running.panic.get_or_insert_with(|| text_of(&*payload).to_owned());
                    }
                    // A panic that the body itself has caught is none.
                    Ok(()) if thread == 0 => running.panic = None,
                    Ok(()) => {}
                }
            });
        });
        latest(|latest| latest.names.push(name.clone()));
        e.threads.push(Running {
            name,
            coroutine: Some(coroutine),
            floor,
            yielder: std::ptr::null(),
            intent: None,
            woken: Woken::Normally,
            notified: false,
            token: false,
            left: false,
            ended: false,
            panic: None,
            panicked: false,
            looked_at: false,
            steps: 0,
            since: 0,
            turn: Loop::default(),
            waits_from: Duration::ZERO,
            object: None,
            knows,
            fences: Fences::default(),
            unheard: Vec::new(),
        });
        if let Some(record) = &mut e.record {
            let name = unnamed(e.threads[thread].name.clone(), thread);
            record.threads.push(name);
        }
        thread
    })
}

/// What stands for a thread where others wake it, or ask whether it has ended.
pub fn object_of(thread: Thread) -> ObjectId {
    with(|e| {
        if let Some(object) = e.threads[thread].object {
            return object;
        }
        let object = object(e, "thread", shown(e, thread));
        e.threads[thread].object = Some(object);
        object
    })
}

/// What stands for those who sleep at an atomic: to wake them changes nothing for a thread that reads or writes it.
pub fn sleepers_of(atomic: ObjectId) -> ObjectId {
    with(|e| {
        if let Some(object) = e.objects[atomic].sleepers {
            return object;
        }
        let object = object(e, "sleepers", format!("sleepers at {}", e.objects[atomic].name));
        e.objects[atomic].sleepers = Some(object);
        object
    })
}

/// One more object, that has no value.
fn object(e: &mut Execution, kind: &'static str, name: String) -> ObjectId {
    if let Some(record) = &mut e.record {
        record.found(name.clone(), &None);
    }
    e.objects.push(Known { kind, name, ..Known::default() });
    e.objects.len() - 1
}

/// The last step of a program: threads that have not ended go no further, so it matters when it comes.
fn ends_all(place: Place) {
    if with(|e| e.threads.iter().enumerate().any(|(thread, it)| thread != e.current && !it.ended)) {
        let mut intent = Intent::quiet(place);
        (intent.touches, intent.weight) = (None, Weight::Visible);
        reach(intent);
    }
}

/// The current thread has returned from its closure, and nobody has to wait for what it left. It is a step if others
/// can see that.
pub fn leave() {
    let (me, seen) = with(|e| (e.current, (e.seen.ends || e.seen.all) && !e.threads[e.current].left));
    if seen {
        let object = object_of(me);
        reach(Intent::new(object, Access::Write, Location::caller()));
    }
    with(|e| e.threads[me].left = true);
}

/// Whether a thread has ended, with all its destructors.
pub fn has_ended(thread: Thread) -> bool {
    with(|e| e.threads[thread].ended)
}

/// Whether an old value was read in this execution so far. What a check finds then may be right all the same: with the newest
/// values, the answer could do nothing else.
pub fn has_read_old() -> bool {
    with(|e| e.read_old)
}

/// Whether a thread has returned from its closure.
pub fn has_left(thread: Thread) -> bool {
    with(|e| e.threads[thread].left)
}

/// Somebody has asked for the end of this thread, so its panic is no secret.
pub fn look_at(thread: Thread) {
    with(|e| e.threads[thread].looked_at = true);
}

/// Whether the closure of the current thread ended by a panic. One that the program itself has caught is none.
pub fn set_panicked(panicked: bool) {
    with(|e| {
        let me = e.current;
        e.threads[me].panicked = panicked;
        if !panicked {
            e.threads[me].panic = None;
            e.first_panic.take_if(|(who, _)| *who == me);
        }
    });
}

/// Whether a thread ended by a panic that nobody has asked for.
pub fn has_unseen_panic(thread: Thread) -> bool {
    with(|e| e.threads[thread].panicked && !e.threads[thread].looked_at)
}

/// Runs `body` once, as `decider` decides.
pub(crate) fn run(
    body: Box<dyn FnOnce()>,
    decider: Box<dyn Decide>,
    seen: Seen,
    surprises: Surprises,
    records: bool,
) -> Ran {
    panic::hook();
    stack::watch();
    let number = NUMBER.fetch_add(1, Relaxed);
    NOW.set(Some(Execution {
        number,
        threads: Vec::new(),
        current: 0,
        last: 0,
        objects: Vec::new(),
        touched: Some(SmallVec::new()),
        locks_taken: 0,
        exchanges: 0,
        rounds: 0,
        system_calls: 0,
        steps: 0,
        visible: 0,
        in_a_row: 0,
        in_rounds: 0,
        surprises: surprises.most,
        wakes: 0,
        streaks: surprises.streak,
        streak: None,
        spent: false,
        simple: false,
        read_old: false,
        clock: clock::Clock::default(),
        weak_stores: false,
        sequential: Knowledge::default(),
        alone: 0,
        seen,
        sees_more: None,
        decider,
        record: records.then(Record::default),
        picked: None,
        chosen: Vec::new(),
        printed: Printed::default(),
        first_panic: None,
        refused: None,
        full: None,
        aborted: None,
        exited: None,
        torn: false,
        hurried: false,
        unwound: false,
        hook: None,
        stacks: Vec::new(),
    }));
    latest(|latest| latest.names.clear());
    start(None, body);
    let end = go();
    let mut e = NOW.take().expect("it was set above");
    record::silent(&mut e);
    let circle = circle(&e);
    let stuck =
        stuck_ones(&e).into_iter().filter(|one| circle.iter().any(|thread| shown(&e, *thread) == one.thread));
    let stuck = stuck.collect();
    if let Some(record) = &mut e.record {
        record.stuck = stuck;
    }
    for thread in &mut e.threads {
        let Some(mut coroutine) = thread.coroutine.take() else { continue };
        if !coroutine.done() {
            // SAFETY: nothing on this stack is used again. The execution is over, and whatever of it
            // is borrowed from this stack is on the stacks of the other threads, which are reset here
            // as well; a thing in a `static` can't borrow from a stack.
            unsafe { coroutine.force_reset() };
        }
        e.stacks.push(coroutine.into_stack());
    }
    STACKS.with(|stacks| stacks.borrow_mut().append(&mut e.stacks));
    let streak = surprises.streak && !e.streaks;
    // One with two wake-ups is simpler than one with many.
    let surprises = surprises.most - e.surprises + if streak { WAKES } else { 0 };
    let Execution { decider, record, torn, hurried, unwound, spent, printed, read_old, .. } = e;
    Ran { end, decider, record, torn, hurried, unwound, spent, surprises, streak, printed, read_old }
}

/// Picks and resumes until it is over.
fn go() -> End {
    loop {
        match with(next) {
            Ok((thread, woken)) => resume(thread, woken),
            Err(end) => return end,
        }
    }
}

/// Who goes on, and why.
fn next(e: &mut Execution) -> Result<(Thread, Woken), End> {
    if let Some(end) = over(e) {
        return Err(end);
    }
    if let Some(thread) = quiet(e) {
        return Ok((thread, Woken::Normally));
    }
    let picks = picks(e);
    let mut picks = turn::fair(e, picks);
    let others = picks.len() > 1;
    if e.simple {
        picks.truncate(1);
    }
    if picks.is_empty() {
        return Err(End::Failed(stuck(e)));
    }
    if e.record.is_some() {
        let waiting = stuck_ones(e);
        let steps = e.record.iter_mut().flat_map(|record| &mut record.steps);
        // That a thread is blocked is not a step of its own.
        if let Some(last) = steps.rev().find(|step| !step.blocked) {
            last.waiting = waiting;
        }
    }
    e.decider.touched(e.touched.replace(SmallVec::new()));
    let Some(picked) = e.decider.pick(&picks) else { return Err(End::Pruned) };
    let Pick { thread, woken, streak, cost } = picks[picked];
    let alone = goes_round_alone(e, &picks);
    turn::taken(e, thread, others, alone);
    record::picked(e, thread, woken);
    e.last = thread;
    e.alone += u32::from(alone);
    let rounds = |intent: &Intent| matches!(intent.ready, Ready::Progress(_));
    if streak {
        e.wakes = WAKES;
        streak::begins(e, thread);
    } else if woken == Woken::Spuriously && !e.threads[thread].intent.as_ref().is_some_and(rounds) {
        e.wakes += 1;
    }
    if woken != Woken::Normally {
        e.surprises = e.surprises.saturating_sub(cost.min(1));
        e.hurried |= woken == Woken::TimeOver && is_late(e, thread);
        e.touched = None;
    }
    if woken == Woken::TimeOver {
        clock::is_over(e, thread);
    }
    Ok((thread, woken))
}

/// A thread whose next step nobody can see the moment of: it is done first, and decides nothing.
fn quiet(e: &Execution) -> Option<Thread> {
    let quiet = |thread: Thread| {
        !e.threads[thread].ended
            && e.threads[thread].intent.as_ref().is_none_or(|intent| {
                intent.weight == Weight::Quiet && !e.seen.all && is_ready(e, thread, &intent.ready)
            })
    };
    if quiet(e.current) {
        return Some(e.current);
    }
    (0..e.threads.len()).find(|thread| quiet(*thread))
}

fn resume(thread: Thread, woken: Woken) {
    let (mut coroutine, floor) = with(|e| {
        e.current = thread;
        e.threads[thread].woken = woken;
        if let Some(intent) = e.threads[thread].intent.take() {
            latest(|latest| (latest.thread, latest.place) = (thread, Some(intent.place)));
            began(e, thread, &intent);
        }
        OUT.set(e.threads[thread].yielder);
        let running = &mut e.threads[thread];
        (running.coroutine.take().expect("a thread that can go on"), running.floor)
    });
    let outcome = stack::resume(&mut coroutine, floor);
    with(|e| {
        let Some(outcome) = outcome else {
            e.full = Some(thread);
            e.threads[thread].ended = true;
            return e.stacks.push(coroutine.into_stack());
        };
        if let CoroutineResult::Return(()) = outcome {
            e.stacks.push(coroutine.into_stack());
        } else {
            e.threads[thread].coroutine = Some(coroutine);
        }
    });
}

/// Whether the execution is over, and how.
fn over(e: &mut Execution) -> Option<End> {
    if let Some(seen) = e.sees_more {
        return Some(End::SeesMore(seen));
    }
    if let Some((kind, why)) = e.refused.take() {
        return Some(End::Failed(problem(e, kind, why)));
    }
    if let Some(thread) = e.full {
        let message = format!(
            "the stack of {} is full: it has {} MiB (is there a recursion without an end?)",
            shown(e, thread),
            STACK >> 20
        );
        return Some(End::Failed(problem(e, Kind::Failed, message)));
    }
    if let Some(why) = e.aborted {
        let text = e.threads[e.current].panic.as_deref().expect("only a panic aborts");
        let message = format!("{why}: {} panicked: {text}", shown(e, e.current));
        return Some(End::Failed(problem(e, Kind::Failed, message)));
    }
    if let Some(exited) = e.exited.take() {
        return Some(End::Exited(exited));
    }
    if e.torn {
        let (who, text) = e.first_panic.clone().expect("only a panic tears");
        let message = format!("{} panicked: {text}; then it waits for ever in a destructor", shown(e, who));
        return Some(End::Failed(problem(e, Kind::Failed, message)));
    }
    let main_ended = e.threads[0].ended;
    let failed = match &e.threads[0].panic {
        Some(text) => Some((0, text.clone())),
        None => {
            let unseen = |thread: &&Running| thread.panicked && !thread.looked_at;
            let unseen = if main_ended { e.threads.iter().position(|t| unseen(&t)) } else { None };
            unseen.map(|thread| (thread, e.threads[thread].panic.clone().unwrap_or_default()))
        }
    };
    if main_ended && let Some((who, text)) = failed {
        // An `unwrap` of what a thread left says less than the thread's own panic.
        let passed_on = text.contains("Any { .. }") || text.starts_with("a scoped thread panicked");
        let (who, text) = match &e.first_panic {
            Some((first, text)) if *first != 0 && who == 0 && passed_on => (*first, text.clone()),
            _ => (who, text),
        };
        let message = if who == 0 { text } else { format!("{} panicked: {text}", shown(e, who)) };
        return Some(End::Failed(problem(e, Kind::Failed, message)));
    }
    if main_ended {
        return Some(End::Done);
    }
    if e.alone > ALONE {
        let message =
            format!("{} goes round and round for ever, and nobody else can go on", shown(e, e.current));
        return Some(End::Failed(problem(e, Kind::Endless, message)));
    }
    if e.steps > STEPS {
        let message = format!(
            "no end after {STEPS} steps: {} still goes on, perhaps for ever; if its loop waits for \
             another thread, it has to let it run, with std::hint::spin_loop() or std::thread::yield_now()",
            shown(e, e.current)
        );
        return Some(End::Failed(problem(e, Kind::Endless, message)));
    }
    None
}

fn stuck(e: &mut Execution) -> Problem {
    let message = match &e.first_panic {
        Some((who, text)) => {
            format!("deadlock: no thread can go on, after {} panicked: {text}", shown(e, *who))
        }
        None => "deadlock: no thread can go on".to_owned(),
    };
    problem(e, Kind::Deadlock, message)
}
