//! What a learner asks for, one function each.

use std::collections::BTreeMap;
use std::fmt::{self, Write as _};
use std::fs::{self, File};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use exercise::compile::{Answer, compile};
use exercise::course::{Course, Exercise, contents};
use exercise::editor;
use exercise::seal;
use exercise::text::{Paint, say, shown, wrapped};
use exercise::verdict::Verdict;
use shared::tell;

use crate::progress::{Done, FOLDER, Progress};
use crate::show;

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
            Some(file) => {
                contents(file).with_context(|| format!("cannot read {}", shown(file)))?;
                file
            }
            None => &own,
        };
        let verdict = self.judge(exercise, file)?;
        match json {
            true => say(&format!("{}\n", verdict.json())),
            false => say(&show::verdict(exercise, &verdict, self.paint)),
        }
        Ok(verdict.passed())
    }

    /// Judges a file. If it is the learner's own, editors follow, and if it passes, that is remembered.
    pub fn judge(&self, exercise: &Exercise, file: &Path) -> Result<Verdict> {
        let answer = self.answer(exercise, file)?;
        if file == exercise.file()
            && let Err(error) = editor::follow(&self.course, exercise)
        {
            tell!("warning: your editor won't know {}: {error:#}", exercise.id);
        }
        let compiled = compile(&self.course, &[answer], true)?.pop().expect("one for each answer");
        let verdict = Verdict::of(&self.course, exercise, &compiled)?;
        self.remember(exercise, file, &verdict);
        Ok(verdict)
    }

    /// The file as an answer, if it is there and the checks are as they were sealed.
    fn answer<'a>(&self, exercise: &'a Exercise, file: &Path) -> Result<Answer<'a>> {
        seal::ensure_whole(&self.course, exercise)?;
        if let Err(error) = contents(file) {
            let why = match error.kind() {
                ErrorKind::NotFound => "it is gone".to_owned(),
                _ => error.to_string(),
            };
            let (shown, id) = (exercise.shown(), &exercise.id);
            bail!("{shown} can't be read: {why}; `cargo exercise reset {id}` brings it back");
        }
        Answer::new(exercise, file)
    }

    /// A pass is one also where it can't be remembered.
    fn remember(&self, exercise: &Exercise, file: &Path, verdict: &Verdict) {
        if verdict.passed()
            && file == exercise.file()
            && let Err(error) = self.progress.update(&exercise.id, |done| done.passed = true)
        {
            tell!("warning: cannot store that {} has passed: {error:#}", exercise.id);
        }
    }

    /// Checks all, and returns whether all pass.
    pub fn check_all(&self, json: bool) -> Result<bool> {
        let mut answers = Vec::new();
        for exercise in &self.course.exercises {
            match self.answer(exercise, &exercise.file()) {
                Ok(answer) => answers.push(answer),
                Err(error) => tell!("error: {error:#}"),
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

    /// One hint more than the last time; all, if there is none more.
    pub fn hint(&self, name: Option<&str>) -> Result<()> {
        let exercise = self.named(name)?;
        let told = self.progress.get(&exercise.id).hints;
        if told >= exercise.hints.len() {
            say(&show::hints(exercise, 0..told, self.paint));
        }
        say(&self.hinted(exercise));
        Ok(())
    }

    /// The next hint, if there is one more, and what is left.
    pub fn hinted(&self, exercise: &Exercise) -> String {
        let all = exercise.hints.len();
        let told = self.progress.get(&exercise.id).hints.min(all);
        let mut new = told..all.min(told + 1);
        if !new.is_empty()
            && let Err(error) = self.progress.update(&exercise.id, |done| done.hints = new.end)
        {
            tell!("warning: cannot store which hints you have seen, so here are all: {error:#}");
            new = 0..all;
        }
        let left = all - new.end;
        let mut text = match new.is_empty() {
            true => String::new(),
            false => show::hints(exercise, new, self.paint),
        };
        match left {
            0 => {
                let id = &exercise.id;
                let last = format!(
                    "That was the last hint. `cargo exercise solution {id} --anyway` shows the solution"
                );
                text.push_str(&wrapped(&last, ""));
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
        let text = contents(&path).with_context(|| format!("cannot read {shown}"))?;
        say(&format!("{}\n\n{}", self.paint.bold(&shown), String::from_utf8_lossy(&text)));
        Ok(())
    }

    /// Puts back `exercise.rs` as it came, and keeps the learner's.
    pub fn reset(&self, name: &str) -> Result<()> {
        let exercise = self.course.exercise(name)?;
        if seal::is_start(&self.course, exercise) {
            say(&format!("{} hasn't been changed\n", exercise.shown()));
            return Ok(());
        }
        let start = seal::start(&self.course, exercise)?;
        let file = exercise.file();
        // Also a link that leads nowhere: what is written would go to where it leads.
        let kept = file.symlink_metadata().is_ok().then(|| self.keep(exercise)).transpose()?;
        let written = fs::write(&file, start).with_context(|| format!("cannot write {}", exercise.shown()));
        if let Some(kept) = kept {
            say(&format!("yours is kept: {}\n", self.course.shown(&kept)));
        }
        written?;
        say(&format!("{} is restored\n", exercise.shown()));
        Ok(())
    }

    /// Moves the learner's file, or whatever is in its place, to where nothing is yet.
    fn keep(&self, exercise: &Exercise) -> Result<PathBuf> {
        let folder = self.course.root.join(FOLDER).join("kept");
        fs::create_dir_all(&folder).with_context(|| format!("cannot write {}", folder.display()))?;
        let name = |number: u32| format!("{}-{}-{number}.rs", exercise.topic, exercise.name);
        let mut paths = (1..).map(|number| folder.join(name(number)));
        // Made at once, so that of two runners none takes the other's.
        let path = loop {
            let path = paths.next().expect("there is always one more");
            match File::create_new(&path) {
                Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
                made => {
                    made.with_context(|| format!("cannot write {}", path.display()))?;
                    break path;
                }
            }
        };
        let file = exercise.file();
        let moved = match contents(&file) {
            // What a link leads to stays where it is.
            Ok(text) => fs::write(&path, text).and_then(|()| fs::remove_file(&file)),
            Err(_) => fs::remove_file(&path).and_then(|()| fs::rename(&file, &path)),
        };
        if moved.is_err() {
            let _ = fs::remove_file(&path);
        }
        moved.with_context(|| format!("cannot move {} to {}", exercise.shown(), path.display()))?;
        Ok(path)
    }

    /// Takes all exercises as they are for what their authors meant.
    pub fn seal(&self) -> Result<()> {
        seal::write(&self.course)?;
        let count = self.course.exercises.len();
        let s = if count == 1 { "" } else { "s" };
        say(&format!("{} now seals {count} exercise{s}\n", seal::FILE));
        Ok(())
    }
}

/// What is remembered of all exercises.
pub type AllDone = BTreeMap<String, Done>;
