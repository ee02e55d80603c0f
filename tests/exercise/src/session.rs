//! What a learner asks for, one function each.

use std::collections::BTreeMap;
use std::fmt::{self, Write as _};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::{env, fs};

use anyhow::{Context, Result, bail};
use exercise::compile::{Answer, compile};
use exercise::course::{Course, Exercise};
use exercise::seal;
use exercise::verdict::Verdict;

use crate::progress::{Done, FOLDER, Progress};
use crate::show::{self, Paint};

/// The course, what the learner has done in it, and how to say things.
pub struct Session {
    /// The exercises.
    pub course: Course,
    /// What has passed.
    pub progress: Progress,
    /// Colour or none.
    pub paint: Paint,
}

/// Not bad input, but no for an answer: exit status 1.
#[derive(Debug)]
pub struct Wrong(String);

impl fmt::Display for Wrong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Wrong {}

/// Writes to standard output; whoever has read enough may have closed the pipe.
pub fn say(text: &str) {
    let mut out = io::stdout().lock();
    let _ = out.write_all(text.as_bytes()).and_then(|()| out.flush());
}

impl Session {
    /// Of the course that the current folder is in.
    pub fn find() -> Result<Self> {
        let course = Course::find()?;
        let progress = Progress::of(&course.root);
        Ok(Session { course, progress, paint: Paint::for_stdout() })
    }

    /// All exercises, by part.
    pub fn list(&self) -> Result<()> {
        say(&self.listed());
        Ok(())
    }

    /// The text of [`list`](Session::list).
    pub fn listed(&self) -> String {
        show::list(&self.course, &self.progress.read(), self.paint)
    }

    /// The next that has not passed.
    pub fn next(&self) -> Result<()> {
        match self.unsolved(None) {
            Some(exercise) => say(&show::task(exercise, self.paint)),
            None => say("Every exercise has passed.\n"),
        }
        Ok(())
    }

    /// The first that has not passed: after this one, then from the beginning.
    pub fn unsolved(&self, after: Option<&Exercise>) -> Option<&Exercise> {
        let done = self.progress.read();
        let exercises = &self.course.exercises;
        let start = after.and_then(|after| exercises.iter().position(|one| one.id == after.id));
        let start = start.map_or(0, |start| start + 1);
        let passed = |exercise: &&Exercise| done.get(&exercise.id).is_some_and(|done| done.passed);
        exercises[start..].iter().chain(&exercises[..start]).find(|exercise| !passed(exercise))
    }

    /// The one that is named, or the next.
    pub fn named(&self, name: Option<&str>) -> Result<&Exercise> {
        match name {
            Some(name) => self.course.exercise(name),
            None => self.unsolved(None).or(self.course.exercises.first()).context("there is no exercise"),
        }
    }

    /// Checks one, and returns whether it passes.
    pub fn check(&self, name: &str, answer: Option<&Path>, json: bool) -> Result<bool> {
        let exercise = self.course.exercise(name)?;
        let own = exercise.file();
        let file = match answer {
            Some(file) if file.is_file() => file,
            Some(file) => bail!("{}: there is no such file", file.display()),
            None => &own,
        };
        let verdict = self.judge(exercise, file)?;
        match json {
            true => say(&format!("{}\n", verdict.json())),
            false => say(&show::verdict(exercise, &verdict, self.paint)),
        }
        Ok(verdict.passed())
    }

    /// Judges a file. If it is the learner's own and passes, that is remembered.
    pub fn judge(&self, exercise: &Exercise, file: &Path) -> Result<Verdict> {
        let answer = self.answer(exercise, file)?;
        let compiled = compile(&self.course, &[answer], true)?.pop().expect("one for each answer");
        let verdict = Verdict::of(&self.course, exercise, &compiled)?;
        self.remember(exercise, file, &verdict);
        Ok(verdict)
    }

    /// The file as an answer, if it is there and the checks are as they were sealed.
    fn answer<'a>(&self, exercise: &'a Exercise, file: &Path) -> Result<Answer<'a>> {
        seal::ensure_whole(&self.course, exercise)?;
        if !file.is_file() {
            bail!("{0} is gone; `cargo exercise reset {1}` brings it back", exercise.shown(), exercise.id);
        }
        Answer::new(exercise, file)
    }

    /// A pass is one also where it can't be remembered.
    fn remember(&self, exercise: &Exercise, file: &Path, verdict: &Verdict) {
        if verdict.passed()
            && file == exercise.file()
            && let Err(error) = self.progress.update(&exercise.id, |done| done.passed = true)
        {
            eprintln!("warning: that {} has passed is not remembered: {error:#}", exercise.id);
        }
    }

    /// Checks all, and returns whether all pass.
    pub fn check_all(&self, json: bool) -> Result<bool> {
        let mut answers = Vec::new();
        for exercise in &self.course.exercises {
            match self.answer(exercise, &exercise.file()) {
                Ok(answer) => answers.push(answer),
                Err(error) => eprintln!("error: {error:#}"),
            }
        }
        let mut passed = 0;
        for (answer, compiled) in answers.iter().zip(compile(&self.course, &answers, true)?) {
            let verdict = Verdict::of(&self.course, answer.exercise, &compiled)?;
            self.remember(answer.exercise, &answer.file, &verdict);
            passed += usize::from(verdict.passed());
            match json {
                true => say(&format!("{}\n", verdict.json())),
                false => say(&show::verdict_in_short(answer.exercise, &verdict, self.paint)),
            }
        }
        let all = self.course.exercises.len();
        if !json {
            say(&format!("\n{passed} of {all} pass\n"));
        }
        Ok(passed == all)
    }

    /// One hint more than the last time.
    pub fn hint(&self, name: Option<&str>) -> Result<()> {
        let exercise = self.named(name)?;
        say(&self.hinted(exercise));
        Ok(())
    }

    /// The text of [`hint`](Session::hint).
    pub fn hinted(&self, exercise: &Exercise) -> String {
        let mut count = exercise.hints.len().min(self.progress.get(&exercise.id).hints + 1);
        if let Err(error) = self.progress.update(&exercise.id, |done| done.hints = count) {
            eprintln!("warning: which hints were told is not remembered, so here are all: {error:#}");
            count = exercise.hints.len();
        }
        let mut text = format!("{}\n", self.paint.bold(&exercise.id));
        for (hint, at) in exercise.hints.iter().take(count).zip(1..) {
            text.push_str(&show::wrapped(hint, &format!("  {at}. ")));
        }
        match exercise.hints.len() - count {
            0 => {
                let id = &exercise.id;
                text.push_str(&show::wrapped(
                    &format!("That was the last. What is left: `cargo exercise solution {id} --anyway`"),
                    "",
                ));
            }
            left => {
                let _ = writeln!(text, "{left} more");
            }
        }
        text
    }

    /// The solution, if the exercise has passed.
    pub fn solution(&self, name: Option<&str>, anyway: bool) -> Result<()> {
        let exercise = self.named(name)?;
        if !anyway && !self.progress.get(&exercise.id).passed {
            let id = &exercise.id;
            let text = format!(
                "{id} has not passed yet; `cargo exercise solution {id} --anyway` shows the solution before"
            );
            return Err(Wrong(text).into());
        }
        let path = exercise.folder.join("solution.rs");
        let shown = self.course.shown(&path);
        let text = fs::read_to_string(&path).with_context(|| format!("cannot read {shown}"))?;
        say(&format!("{}\n\n{text}", self.paint.bold(&shown)));
        Ok(())
    }

    /// Puts back `exercise.rs` as it came, and keeps the learner's.
    pub fn reset(&self, name: &str) -> Result<()> {
        let exercise = self.course.exercise(name)?;
        if seal::is_start(&self.course, exercise) {
            say(&format!("{} is as it came\n", exercise.shown()));
            return Ok(());
        }
        let start = self.start(exercise)?;
        let file = exercise.file();
        if file.exists() {
            let kept = self.keep(exercise)?;
            say(&format!("yours is kept: {}\n", self.course.shown(&kept)));
        }
        fs::write(&file, start).with_context(|| format!("cannot write {}", exercise.shown()))?;
        say(&format!("{} is as it came\n", exercise.shown()));
        Ok(())
    }

    /// Copies the learner's file to a place where nothing is yet.
    fn keep(&self, exercise: &Exercise) -> Result<PathBuf> {
        let folder = self.course.root.join(FOLDER).join("kept");
        fs::create_dir_all(&folder).with_context(|| format!("cannot write {}", folder.display()))?;
        let name = |number: u32| format!("{}-{}-{number}.rs", exercise.topic, exercise.name);
        let mut paths = (1..).map(|number| folder.join(name(number)));
        let path = paths.find(|path| !path.exists()).expect("one is free");
        fs::copy(exercise.file(), &path).with_context(|| format!("cannot write {}", path.display()))?;
        Ok(path)
    }

    /// `exercise.rs` as it came: the version that is sealed, wherever in git's history it is.
    fn start(&self, exercise: &Exercise) -> Result<Vec<u8>> {
        let path = exercise.shown();
        let git = |args: &[&str]| {
            let mut git = Command::new("git");
            let output = git.args(args).current_dir(&self.course.root).stderr(Stdio::null()).output();
            output.ok().filter(|output| output.status.success()).map(|output| output.stdout)
        };
        let sealed = seal::read(&self.course)?.remove(&exercise.id).map(|seal| seal.start);
        let commits = git(&["log", "--format=%H", "--", &path]).unwrap_or_default();
        let commits = String::from_utf8_lossy(&commits);
        // Also what is added and not yet committed.
        let versions = commits.lines().map(|commit| format!("{commit}:./{path}"));
        let versions = std::iter::once(format!(":./{path}")).chain(versions);
        let mut starts = versions.filter_map(|version| git(&["show", &version]));
        let start = starts.find(|text| Some(seal::hash(text)) == sealed);
        start.with_context(|| format!("git has no copy of {path} as it came, so it can't be brought back"))
    }

    /// Takes all exercises as they are for what their authors meant.
    pub fn seal(&self) -> Result<()> {
        seal::write(&self.course)?;
        let count = self.course.exercises.len();
        say(&format!("{} now seals {count} exercise{}\n", seal::FILE, if count == 1 { "" } else { "s" }));
        Ok(())
    }
}

/// What is remembered of all exercises.
pub type AllDone = BTreeMap<String, Done>;

/// Whether colour is wanted: on a terminal that knows it, unless `NO_COLOR` is set.
pub fn wants_colour() -> bool {
    let set = |name: &str| env::var_os(name).is_some_and(|value| !value.is_empty());
    let dumb = env::var_os("TERM").is_some_and(|term| term == "dumb");
    io::IsTerminal::is_terminal(&io::stdout()) && !set("NO_COLOR") && !dumb
}
