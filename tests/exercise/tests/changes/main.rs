//! Changes every solution in all small ways, and asks that the checks refuse each change.
//!
//! A change that passes is a hole in the checks, or it changes nothing that the task asks. Then it stands with the
//! reason in `changes.toml`, beside the exercise. An entry that means no change, or one that is refused, has to go.
//!
//! All of it takes long, so a test run judges a sample of each exercise: the same one each time.
//!
//! ```sh
//! cargo test -p exercise --test changes                                     # a sample of each
//! EXERCISE_CHANGES=all cargo test -p exercise --test changes deadlock/forks # all of one
//! EXERCISE_CHANGES=10 EXERCISE_SEED=7 cargo test -p exercise --test changes # ten of each, others
//! EXERCISE_CHANGES=list cargo test -p exercise --test changes deadlock/forks -- --nocapture # shows them
//! ```
//!
//! A change is judged as a learner's answer is: with the same checks, each with its deadline. So one that never
//! ends is ended, and counts as refused. What was compiled for it is deleted afterwards.
//!
//! # Layout
//!
//! - [`changer`]: the small ways
//! - [`list`]: what passes, and why

mod changer;
mod list;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, Condvar, Mutex};
use std::{env, fs, process, thread};

use changer::{Change, changes, function};
use exercise::compile::{Answer, Programs, Refusal, clear, compile};
use exercise::course::{Course, Exercise, Kind};
use exercise::seal::hash;
use exercise::verdict::Verdict;
use libtest_mimic::{Arguments, Trial};

/// How many changes of each exercise a test run judges, if it is not told.
const SAMPLE: usize = 5;

/// How often a change of a program of processes has to pass, since luck is not ruled out there.
const RUNS: usize = 3;

fn main() {
    let root =
        Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).expect("this package is tests/exercise");
    let mut arguments = Arguments::from_args();
    let cores = thread::available_parallelism().map_or(2, usize::from);
    arguments.test_threads.get_or_insert(2 * cores);
    let judging = Arc::new(Judging {
        course: Course::at(root).expect("the exercises can be read"),
        wanted: Wanted::told(),
        seed: env::var("EXERCISE_SEED").unwrap_or_else(|_| "1".to_owned()),
        exploring: Places::new(cores),
        running: Places::new(4 * cores),
        rows: Mutex::default(),
    });
    let mut trials: Vec<_> =
        changer::TESTS.iter().chain(&list::TESTS).map(|&(name, test)| trial(name.to_owned(), test)).collect();
    for exercise in &judging.course.exercises {
        let (own, exercise) = (judging.clone(), exercise.clone());
        let name = format!("{}::changes_are_refused", exercise.id);
        trials.push(Trial::test(name, move || {
            own.judge_all(&exercise);
            Ok(())
        }));
    }
    let conclusion = libtest_mimic::run(&arguments, trials);
    judging.report();
    conclusion.exit();
}

fn trial(name: String, test: impl FnOnce() + Send + 'static) -> Trial {
    Trial::test(name, move || {
        test();
        Ok(())
    })
}

/// Which changes are judged.
enum Wanted {
    All,
    /// This many of each exercise.
    Some(usize),
    /// None: they are shown.
    List,
}

impl Wanted {
    fn told() -> Self {
        match env::var("EXERCISE_CHANGES").as_deref() {
            Err(_) => Wanted::Some(SAMPLE),
            Ok("all") => Wanted::All,
            Ok("list") => Wanted::List,
            Ok(number) => number.parse().map(Wanted::Some).unwrap_or_else(|_| {
                eprintln!("EXERCISE_CHANGES is `all`, `list` or a number, not {number:?}");
                process::exit(2)
            }),
        }
    }
}

struct Judging {
    course: Course,
    wanted: Wanted,
    /// What decides which changes a sample has.
    seed: String,
    /// As many searches at a time as there are cores: each has a limit in time.
    exploring: Places,
    /// Programs of processes mostly wait.
    running: Places,
    rows: Mutex<BTreeMap<String, Row>>,
}

/// What became of the changes of one exercise.
#[derive(Default)]
struct Row {
    changes: usize,
    judged: usize,
    compiler: usize,
    checks: usize,
    listed: usize,
    passed: usize,
}

/// What became of a change.
enum Fate {
    Compiler,
    Checks,
    Passes,
}

impl Judging {
    fn judge_all(&self, exercise: &Exercise) {
        let solution = fs::read_to_string(exercise.folder.join("solution.rs")).expect("there is a solution");
        let mut all = changes(&solution);
        let path = exercise.folder.join("changes.toml");
        let shown = self.course.shown(&path);
        let list = list::read(&path).unwrap_or_else(|error| panic!("{shown}: {error}"));
        let start = fs::read_to_string(exercise.folder.join("exercise.rs")).expect("there is a start");
        for name in &list.given {
            let [given, own] = [&start, &solution].map(|source| function(source, name));
            let given = given.map(|(_, text)| text);
            let (lines, text) = own.unwrap_or_else(|| panic!("{shown}: solution.rs has no fn {name}"));
            assert!(given == Some(text), "{shown}: fn {name} isn't given, for exercise.rs has another");
            all.retain(|change| !lines.contains(&change.at));
        }
        let listed = list.entries;
        let mut problems = String::new();
        for entry in &listed {
            if !all.iter().any(|change| entry.means(change)) {
                problems += &format!("{shown}: there is no such change any more: {}\n", entry.shown());
            }
        }
        let judged = self.sample(&exercise.id, &all);
        let mut row = Row { changes: all.len(), judged: judged.len(), ..Row::default() };
        let fates = self.fates(exercise, &judged);
        for (change, fate) in judged.into_iter().zip(fates) {
            let entry = listed.iter().find(|entry| entry.means(change));
            match (fate, entry) {
                (Fate::Compiler, None) => row.compiler += 1,
                (Fate::Checks, None) => row.checks += 1,
                (Fate::Passes, Some(_)) => row.listed += 1,
                (Fate::Passes, None) => {
                    row.passed += 1;
                    problems += &passes(change);
                }
                (_, Some(entry)) => {
                    problems += &format!(
                        "{shown} says that this passes, and it is refused: {}\n{}",
                        entry.shown(),
                        change.shown()
                    );
                }
            }
        }
        let listed = self.rows.lock().expect("nobody panics with it").insert(exercise.id.clone(), row);
        assert!(listed.is_none(), "each exercise is judged once");
        assert!(problems.is_empty(), "\n{problems}\nEither the checks refuse it, or it stands in {shown}.");
    }

    /// Those that are judged now: other ones in each exercise, and the same at each time.
    fn sample<'a>(&self, id: &str, all: &'a [Change]) -> Vec<&'a Change> {
        let key = |change: &&Change| {
            let named = [&self.seed, id, change.kind, change.line(), change.becomes()].join("\n");
            hash(named.as_bytes())
        };
        let mut chosen: Vec<_> = all.iter().collect();
        match self.wanted {
            Wanted::All => {}
            Wanted::Some(number) => {
                chosen.sort_by_cached_key(key);
                chosen.truncate(number);
            }
            Wanted::List => {
                all.iter().for_each(|change| println!("{id}, {}", change.shown()));
                chosen.clear();
            }
        }
        chosen
    }

    /// Compiles all of them at once, and judges several at a time.
    fn fates(&self, exercise: &Exercise, changes: &[&Change]) -> Vec<Fate> {
        let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).expect("a folder for the changes");
        let answers: Vec<_> = (changes.iter().enumerate())
            .map(|(at, change)| {
                let file = folder.path().join(format!("change-{at}.rs"));
                fs::write(&file, &change.text).expect("it can be written");
                Answer::new(exercise, &file).expect("it has a path")
            })
            .collect();
        let compiled = Compiled::of(&self.course, &answers);
        let one = |programs: &Result<Programs, Refusal>| match programs {
            Err(_) => Fate::Compiler,
            Ok(_) => self.fate(exercise, programs),
        };
        thread::scope(|threads| {
            let each = compiled.programs.iter().map(|programs| threads.spawn(move || one(programs)));
            let each: Vec<_> = each.collect();
            each.into_iter().map(|fate| fate.join().expect("the checks can be run")).collect()
        })
    }

    fn fate(&self, exercise: &Exercise, programs: &Result<Programs, Refusal>) -> Fate {
        let (places, times) = match exercise.kind {
            Kind::Threads => (&self.exploring, 1),
            Kind::Processes => (&self.running, RUNS),
        };
        let passes = |_| {
            let verdict = places.taken(|| Verdict::of(&self.course, exercise, programs));
            verdict.expect("the checks can be run").passed()
        };
        if (0..times).all(passes) { Fate::Passes } else { Fate::Checks }
    }

    /// A table of what was judged.
    fn report(&self) {
        let rows = self.rows.lock().expect("nobody panics with it");
        if rows.is_empty() {
            return;
        }
        if let Wanted::Some(number) = self.wanted {
            println!(
                "{number} changes of each, by EXERCISE_SEED={}; EXERCISE_CHANGES=all judges all\n",
                self.seed
            );
        }
        println!("                                                  refused by the");
        println!("exercise                        changes  judged  compiler  checks  listed  passed");
        let line = |name: &str, row: &Row| {
            let Row { changes, judged, compiler, checks, listed, passed } = row;
            println!("{name:<30} {changes:>8} {judged:>7} {compiler:>9} {checks:>7} {listed:>7} {passed:>7}");
        };
        let mut sum = Row::default();
        for (id, row) in rows.iter() {
            line(id, row);
            sum.changes += row.changes;
            sum.judged += row.judged;
            sum.compiler += row.compiler;
            sum.checks += row.checks;
            sum.listed += row.listed;
            sum.passed += row.passed;
        }
        line("all", &sum);
        println!();
    }
}

fn passes(change: &Change) -> String {
    format!("this change passes, {}\n{}\n", change.shown(), list::entry(change))
}

/// Compiled answers, whose programs go with this.
struct Compiled<'a> {
    course: &'a Course,
    answers: &'a [Answer<'a>],
    programs: Vec<Result<Programs, Refusal>>,
}

impl<'a> Compiled<'a> {
    fn of(course: &'a Course, answers: &'a [Answer<'a>]) -> Self {
        // First of all there is something to delete.
        let mut compiled = Compiled { course, answers, programs: Vec::new() };
        compiled.programs = compile(course, answers, true).unwrap_or_else(|error| panic!("{error:#}"));
        compiled
    }
}

impl Drop for Compiled<'_> {
    fn drop(&mut self) {
        self.programs.clear(); // they hold a file open, which Windows would not delete
        if let Err(error) = clear(self.course, self.answers) {
            eprintln!("what was compiled can't be deleted: {error:#}");
        }
    }
}

/// Room for this many at a time.
struct Places {
    free: Mutex<usize>,
    freed: Condvar,
}

impl Places {
    fn new(number: usize) -> Self {
        Places { free: Mutex::new(number), freed: Condvar::new() }
    }

    /// Does something in one of the places. Blocks until one is free.
    fn taken<T>(&self, work: impl FnOnce() -> T) -> T {
        let free = self.free.lock().expect("nobody panics with it");
        let mut free = self.freed.wait_while(free, |free| *free == 0).expect("nobody panics with it");
        *free -= 1;
        drop(free);
        let done = work();
        *self.free.lock().expect("nobody panics with it") += 1;
        self.freed.notify_one();
        done
    }
}
