//! Proof that every exercise in the tree is what it says: a test for each of its answers.
//!
//! As it comes, it is refused in the words that it declares; its solution passes; each wrong answer is
//! refused in its own words. All answers of one kind that are asked for are compiled by one call of cargo. Those of
//! processes come first: their tests do little but wait, so the answers of threads are compiled in the meantime.
//!
//! Where processes meet, luck is not ruled out by exploring, so a solution is run several times. The long
//! proof is of these only. It runs each 200 times, on a machine that is kept busy:
//!
//! ```sh
//! EXERCISE_TIMES=200 cargo test -p exercise --test tree solution
//! ```

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};
use std::{env, fs, thread};

use exercise::compile::{Answer, Programs, Refusal, compile};
use exercise::course::{Course, Exercise, Kind};
use exercise::seal;
use exercise::verdict::Verdict;
use libtest_mimic::{Arguments, Completion, Trial};

fn main() {
    let root =
        Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).expect("this package is tests/exercise");
    let mut arguments = Arguments::from_args();
    // Most of them wait for a deadline or for a child, and leave their core to others. Those of processes do little else.
    let cores = thread::available_parallelism().map_or(2, usize::from);
    arguments.test_threads.get_or_insert(if times().is_some() { 4 * cores } else { 3 * cores });
    let tree = Arc::new(Tree {
        course: Course::at(root).expect("the exercises can be read"),
        filter: arguments.filter.clone().unwrap_or_default(),
        compiled: Default::default(),
    });
    let mut trials = Vec::new();
    for topic in suite::tree::topics() {
        let tree = tree.clone();
        let has = move |topic: &str| {
            assert!(tree.course.exercises.iter().any(|exercise| exercise.topic == topic), "it has none");
        };
        let name = format!("{topic}::has_an_exercise");
        trials.push(trial(name, move || has(&topic)));
    }
    let in_turn = |kind| tree.exercises().filter(move |exercise| exercise.kind == kind);
    for exercise in BY_TURNS.into_iter().flat_map(in_turn) {
        let mut test = |what: &str, test: Test| {
            let (tree, exercise) = (tree.clone(), exercise.clone());
            trials.push(trial(format!("{}::{what}", exercise.id), move || test(&tree, &exercise)));
        };
        test("is_laid_out_as_the_map_says", Box::new(layout));
        test("is_named_in_its_chapter", Box::new(named_in_its_chapter));
        test("solution_passes", Box::new(solution_passes));
        for (name, words) in exercise.wrong.clone() {
            let file = format!("wrong/{name}.rs");
            let refuses = move |tree: &Tree, exercise: &Exercise| tree.refuses(exercise, &file, &words);
            test(&format!("refuses_{name}"), Box::new(refuses));
        }
        // A learner's own answer is no start; it makes no test fail either.
        let begun = !seal::is_start(&tree.course, exercise) && env::var_os("CI").is_none();
        let (tree, exercise) = (tree.clone(), exercise.clone());
        trials.push(Trial::ignorable_test(format!("{}::starts_red", exercise.id), move || {
            if begun {
                return Ok(Completion::ignored_with("exercise.rs is not as it comes"));
            }
            tree.refuses(&exercise, "exercise.rs", &exercise.red);
            Ok(Completion::Completed)
        }));
    }
    let listed = arguments.list;
    let ahead = thread::spawn(move || {
        for kind in BY_TURNS.into_iter().filter(|_| !listed) {
            tree.compiled(kind);
            // Tests of processes have begun, and have deadlines: they go before what is compiled next.
            #[cfg(target_os = "linux")]
            let _ = rustix::process::nice(10); // of this thread alone, and of what it starts
        }
    });
    keep_busy(2 * cores);
    let conclusion = libtest_mimic::run(&arguments, trials);
    let _ = ahead.join(); // if it panicked, each test did that needed it
    conclusion.exit();
}

/// The kinds in the order in which they are compiled and judged.
const BY_TURNS: [Kind; 2] = [Kind::Processes, Kind::Threads];

/// Asks something of one exercise.
type Test = Box<dyn Fn(&Tree, &Exercise) + Send>;

fn trial(name: String, test: impl FnOnce() + Send + 'static) -> Trial {
    Trial::test(name, move || {
        test();
        Ok(())
    })
}

/// How often an answer of this kind is judged, where it matters: luck is ruled out by exploring, but not where processes meet.
fn usually(kind: Kind) -> usize {
    match kind {
        Kind::Threads => 1,
        Kind::Processes => 3,
    }
}

/// How often a solution of processes is run in the long proof.
fn times() -> Option<usize> {
    let times = env::var("EXERCISE_TIMES").ok()?;
    Some(times.parse().expect("EXERCISE_TIMES is a number"))
}

/// For the long proof: so many threads compute until the end.
fn keep_busy(threads: usize) {
    if times().is_some() {
        for _ in 0..threads {
            thread::spawn(|| {
                loop {
                    std::hint::black_box(0);
                }
            });
        }
    }
}

struct Tree {
    course: Course,
    /// What the names of the tests that are asked for contain.
    filter: String,
    /// Of each kind.
    compiled: [OnceLock<Compiled>; BY_TURNS.len()],
}

/// By the file of the answer.
type Compiled = BTreeMap<PathBuf, Result<Programs, Refusal>>;

impl Tree {
    /// Those that are asked for: in the long proof, those of processes.
    fn exercises(&self) -> impl Iterator<Item = &Exercise> {
        let all = times().is_none();
        self.course.exercises.iter().filter(move |exercise| all || exercise.kind == Kind::Processes)
    }

    fn judge(&self, exercise: &Exercise, file: &str) -> Verdict {
        let file = exercise.folder.join(file);
        let compiled = self.compiled(exercise.kind).get(&file);
        let compiled = compiled.unwrap_or_else(|| panic!("there is no {}", self.course.shown(&file)));
        Verdict::of(&self.course, exercise, compiled).expect("the checks can be run")
    }

    /// All answers of this kind that are asked for, compiled.
    fn compiled(&self, kind: Kind) -> &Compiled {
        self.compiled[kind as usize].get_or_init(|| self.compile(kind))
    }

    fn compile(&self, kind: Kind) -> Compiled {
        let mut answers = Vec::new();
        for exercise in self.exercises().filter(|exercise| exercise.kind == kind) {
            let wrong = exercise.wrong.iter();
            let wrong = wrong.map(|(name, _)| (format!("refuses_{name}"), format!("wrong/{name}.rs")));
            let own = [("starts_red", "exercise.rs"), ("solution_passes", "solution.rs")];
            let own = own.map(|(test, file)| (test.to_owned(), file.to_owned()));
            for (test, file) in own.into_iter().chain(wrong) {
                if !format!("{}::{test}", exercise.id).contains(&self.filter) {
                    continue;
                }
                let file = exercise.folder.join(file);
                if file.is_file() {
                    answers.push(Answer::new(exercise, &file).expect("it has a path"));
                }
            }
        }
        let compiled = compile(&self.course, &answers, true).unwrap_or_else(|error| panic!("{error:#}"));
        answers.into_iter().map(|answer| answer.file).zip(compiled).collect()
    }

    /// Asks that it is refused, in these words. Where processes meet, it may be refused in others: on a busy machine, by a check
    /// that comes before the one that was written for it. Then it is judged again.
    fn refuses(&self, exercise: &Exercise, file: &str, words: &str) {
        let mut refusals = Vec::new();
        for _ in 0..usually(exercise.kind) {
            let verdict = self.judge(exercise, file);
            assert!(!verdict.passed(), "it passes: {}", verdict.json());
            let refusal = verdict.refusal();
            if refusal.contains(words) {
                return;
            }
            refusals.push(refusal);
        }
        panic!("it is not refused by {words:?}, but:\n{}", refusals.join("\n"));
    }
}

fn solution_passes(tree: &Tree, exercise: &Exercise) {
    let usually = usually(exercise.kind);
    let times = if exercise.kind == Kind::Processes { times().unwrap_or(usually) } else { usually };
    for time in 1..=times {
        let verdict = tree.judge(exercise, "solution.rs");
        assert!(verdict.passed(), "run {time} of {times}: {}", verdict.refusal());
    }
}

fn layout(tree: &Tree, exercise: &Exercise) {
    seal::ensure_whole(&tree.course, exercise).unwrap_or_else(|error| panic!("{error}"));
    if seal::is_start(&tree.course, exercise) {
        seal::start(&tree.course, exercise).unwrap_or_else(|error| panic!("{error}: `cargo exercise seal`"));
        let start = fs::read_to_string(exercise.file()).expect("it is there");
        assert!(start.starts_with("//! "), "exercise.rs begins with what to do");
        let command = format!("cargo exercise check {}", exercise.id);
        assert!(start.contains(&command), "the head of exercise.rs says `{command}`");
    } else {
        // In CI, as in a fresh clone, nobody has begun.
        assert!(env::var_os("CI").is_none(), "exercise.rs has changed: `cargo exercise seal`");
    }
    let names = |folder: &Path| -> Vec<String> {
        let entries = fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
        let name = |entry: fs::DirEntry| entry.file_name().into_string().expect("a plain name");
        let mut names: Vec<_> = entries.map(|entry| name(entry.expect("an entry"))).collect();
        names.sort();
        names
    };
    for file in ["exercise.rs", "solution.rs"] {
        assert!(exercise.folder.join(file).is_file(), "there is no {file}");
    }
    let mut wrong: Vec<_> = exercise.wrong.iter().map(|(name, _)| format!("{name}.rs")).collect();
    wrong.sort();
    assert_eq!(names(&exercise.folder.join("wrong")), wrong, "[wrong] and the files in wrong/");
    assert!(wrong.len() >= 2, "two wrong answers at least");
    let words = exercise.wrong.iter().map(|(_, words)| words).chain(&exercise.hints);
    assert!(words.chain([&exercise.title]).all(|words| !words.is_empty()), "words are missing");
    assert!(!exercise.hints.is_empty(), "a hint at least");
    assert!(exercise.title.chars().count() <= 45, "the title is too long for the list");
    let solution = fs::read_to_string(exercise.folder.join("solution.rs")).expect("it is there");
    assert!(solution.starts_with("//! "), "the solution begins with why it is one");
}

fn named_in_its_chapter(tree: &Tree, exercise: &Exercise) {
    let path = format!("book/chapters/en/{}.md", exercise.topic);
    let chapter = fs::read_to_string(tree.course.root.join(&path)).unwrap_or_default();
    let line = format!("{{{{#exercise {}}}}}", exercise.id);
    assert!(chapter.lines().any(|found| found.trim() == line), "{path} has no line {line}");
}
