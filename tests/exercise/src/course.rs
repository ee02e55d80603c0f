//! The exercises that are there, in the order in which the book comes to them.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::{env, io};

use anyhow::{Context, Result, bail, ensure};
use shared::stage::in_a_line;
use toml::{Table, Value};

use crate::seal;
use crate::text::shown;

/// The course's folder, and its exercises in the order of the book.
#[derive(Clone, Debug)]
pub struct Course {
    /// The folder that holds `book` and `lessons`.
    pub root: PathBuf,
    /// All exercises: by chapter, then as the chapter names them, then from easy to hard.
    pub exercises: Vec<Exercise>,
    /// Of each that came with the copy of a lesson's folder, and is no exercise of its own: its id, and the id of the one
    /// that it is a copy of.
    copies: Vec<(String, String)>,
    /// Those whose answers don't compile on this system. They are sealed here too.
    pub(crate) elsewhere: Vec<Exercise>,
}

/// An exercise, as its `exercise.toml` declares it.
#[derive(Clone, Debug)]
pub struct Exercise {
    /// `topic/name`.
    pub id: String,
    /// Its lesson.
    pub topic: String,
    /// Its folder's name.
    pub name: String,
    /// The part of the book that its chapter is in.
    pub part: String,
    /// Where its files are.
    pub folder: PathBuf,
    /// A few words.
    pub title: String,
    /// What to achieve; Markdown.
    pub task: String,
    /// 1, 2 or 3: how hard it is.
    pub stars: u8,
    /// How it is checked.
    pub kind: Kind,
    /// Whether its answers compile on this system.
    here: bool,
    /// Words by which it is refused as it comes.
    pub red: String,
    /// One step after the other.
    pub hints: Vec<String>,
    /// For each wrong answer, by its file's name without `.rs`, words by which it is refused.
    pub wrong: Vec<(String, String)>,
}

/// How an exercise is checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Functions, of which the checks explore the orders of steps.
    Threads,
    /// A program, which the checks run.
    Processes,
}

/// The folder of the course that the current folder is in.
pub fn root() -> Result<PathBuf> {
    let here = env::current_dir().context("cannot tell the current folder")?;
    let root = here
        .ancestors()
        .find(|folder| folder.join("book/book.toml").is_file() && folder.join("lessons").is_dir());
    root.map(Path::to_owned).with_context(|| {
        format!("{} is not inside the course: change to the course's folder first", shown(&here))
    })
}

impl Course {
    /// The course that the current folder is in.
    pub fn find() -> Result<Self> {
        Course::at(&root()?)
    }

    /// The course in this folder.
    pub fn at(root: &Path) -> Result<Self> {
        let chapters = chapters(root)?;
        let (mut exercises, mut elsewhere) = (Vec::new(), Vec::new());
        for topic in folders(&root.join("lessons"))? {
            for name in folders(&root.join("lessons").join(&topic).join("exercises"))? {
                let exercise = Exercise::read(root, &topic, &name)?;
                if exercise.here { &mut exercises } else { &mut elsewhere }.push(exercise);
            }
        }
        let copies = copies(root, &exercises);
        exercises.retain(|exercise| copies.iter().all(|(copy, _)| *copy != exercise.id));
        let mut placed = Vec::new();
        for mut exercise in exercises {
            let chapter = chapters.iter().position(|chapter| chapter.topic == exercise.topic);
            if let Some(chapter) = chapter {
                exercise.part.clone_from(&chapters[chapter].part);
            }
            let named = chapter.and_then(|chapter| chapters[chapter].names(&exercise.id));
            let place = (chapter.unwrap_or(usize::MAX), named.unwrap_or(usize::MAX), exercise.stars);
            placed.push((place, exercise));
        }
        placed.sort_by(|(a, x), (b, y)| (a, &x.id).cmp(&(b, &y.id)));
        let exercises = placed.into_iter().map(|(_, exercise)| exercise).collect();
        Ok(Course { root: root.to_owned(), exercises, copies, elsewhere })
    }

    /// The exercise of this name: `topic/name`, or the name alone if there is one such.
    pub fn exercise(&self, name: &str) -> Result<&Exercise> {
        let found: Vec<_> =
            self.exercises.iter().filter(|exercise| exercise.id == name || exercise.name == name).collect();
        match found[..] {
            [exercise] => Ok(exercise),
            [] => {
                if let Some((copy, own)) = self.copies.iter().find(|(copy, _)| copy == name) {
                    bail!(
                        "{copy} is a copy, made with its lesson, and is not checked: `{own}` is the exercise"
                    );
                }
                let of_topic = self.exercises.iter().filter(|exercise| exercise.topic == name);
                let ids: Vec<_> = of_topic.map(|exercise| exercise.id.as_str()).collect();
                if !ids.is_empty() {
                    bail!("`{name}` is a topic; its exercises: {}", ids.join(", "));
                }
                bail!("there is no exercise `{}`; `cargo exercise list` shows all", in_a_line(name))
            }
            _ => {
                let ids: Vec<_> = found.iter().map(|exercise| exercise.id.as_str()).collect();
                bail!("`{name}` may be {}", ids.join(" or "))
            }
        }
    }

    /// A path as the learner knows it: from the course's folder, with `/`.
    pub fn shown(&self, path: &Path) -> String {
        path.strip_prefix(&self.root).unwrap_or(path).display().to_string().replace('\\', "/")
    }

    /// The same for every path in a text.
    pub fn shorten(&self, text: &str) -> String {
        let root = self.root.display().to_string();
        let text = text.replace(&format!("{root}/"), "");
        if cfg!(windows) { text.replace(&format!("{root}\\"), "") } else { text }
    }
}

impl Exercise {
    fn read(root: &Path, topic: &str, name: &str) -> Result<Self> {
        let id = format!("{topic}/{name}");
        let folder = root.join("lessons").join(topic).join("exercises").join(name);
        let path = folder.join("exercise.toml");
        let place = format!("lessons/{topic}/exercises/{name}/exercise.toml");
        let text = contents(&path).with_context(|| format!("cannot read {place}"))?;
        let table: Table = String::from_utf8_lossy(&text).parse().with_context(|| place.clone())?;
        Exercise::declared(&table, id, topic, name, folder).context(place)
    }

    fn declared(table: &Table, id: String, topic: &str, name: &str, folder: PathBuf) -> Result<Self> {
        const KEYS: [&str; 8] = ["title", "task", "stars", "kind", "only", "red", "hints", "wrong"];
        if let Some(key) = table.keys().find(|key| !KEYS.contains(&key.as_str())) {
            bail!("there is no `{key}`, but {}", KEYS.join(", "));
        }
        let text = |key: &str| -> Result<String> {
            let text = table.get(key).and_then(Value::as_str).map(str::trim).unwrap_or_default();
            ensure!(!text.is_empty(), "`{key}` is a text");
            Ok(text.to_owned())
        };
        let stars = table.get("stars").and_then(Value::as_integer).unwrap_or_default();
        ensure!((1..=3).contains(&stars), "`stars` are 1, 2 or 3");
        let kind = match text("kind")?.as_str() {
            "threads" => Kind::Threads,
            "processes" => Kind::Processes,
            _ => bail!("`kind` is \"threads\" or \"processes\""),
        };
        let here = match table.get("only").map(Value::as_str) {
            None => true,
            Some(Some("unix")) => cfg!(unix),
            Some(_) => bail!("`only` is \"unix\", or left out"),
        };
        let hints = table.get("hints").and_then(Value::as_array).context("`hints` is a list of texts")?;
        let hints: Option<Vec<_>> = hints.iter().map(|hint| Some(hint.as_str()?.trim().to_owned())).collect();
        let hints = hints.context("`hints` is a list of texts")?;
        let wrong =
            table.get("wrong").and_then(Value::as_table).context("[wrong] names the wrong answers")?;
        let wrong: Option<Vec<_>> = wrong
            .iter()
            .map(|(name, words)| Some((name.clone(), words.as_str()?.trim().to_owned())))
            .collect();
        Ok(Exercise {
            id,
            topic: topic.to_owned(),
            name: name.to_owned(),
            part: "Without a chapter".to_owned(),
            folder,
            title: text("title")?,
            task: text("task")?,
            stars: u8::try_from(stars).expect("it is at most 3"),
            kind,
            here,
            red: text("red")?,
            hints,
            wrong: wrong.context("[wrong] gives words for each wrong answer")?,
        })
    }

    /// The learner's file.
    pub fn file(&self) -> PathBuf {
        self.folder.join("exercise.rs")
    }

    /// Path of the learner's file from the course's folder.
    pub fn shown(&self) -> String {
        format!("lessons/{}/exercises/{}/exercise.rs", self.topic, self.name)
    }

    /// `★★☆`.
    pub fn stars_shown(&self) -> String {
        (1..=3).map(|star| if star <= self.stars { '★' } else { '☆' }).collect()
    }
}

/// Which of them are copies: not sealed, but with the name and the checks of one that is.
fn copies(root: &Path, exercises: &[Exercise]) -> Vec<(String, String)> {
    // Where there are no seals yet, there is nothing to be a copy of.
    let seals = seal::read(root).unwrap_or_default();
    let (sealed, others): (Vec<_>, Vec<_>) =
        exercises.iter().partition(|exercise| seals.contains_key(&exercise.id));
    let copy = |other: &&Exercise| {
        let same = |own: &&&Exercise| own.name == other.name && seals[&own.id].fits(other);
        Some((other.id.clone(), sealed.iter().find(same)?.id.clone()))
    };
    others.iter().filter_map(copy).collect()
}

/// A chapter of a lesson.
struct Chapter {
    topic: String,
    part: String,
    text: String,
}

impl Chapter {
    /// Where in the chapter the exercise is named.
    fn names(&self, id: &str) -> Option<usize> {
        self.text.find(&format!("{{{{#exercise {id}}}}}"))
    }
}

/// The chapters in the order of `SUMMARY.md`, each with the heading of its part.
fn chapters(root: &Path) -> Result<Vec<Chapter>> {
    let folder = root.join("book/chapters/en");
    let read =
        |name: &str| contents(&folder.join(name)).map(|text| String::from_utf8_lossy(&text).into_owned());
    let summary = read("SUMMARY.md").context("cannot read book/chapters/en/SUMMARY.md")?;
    let mut part = String::new();
    let mut chapters = Vec::new();
    for line in summary.lines() {
        if let Some(heading) = line.strip_prefix("# ") {
            part = heading.trim().to_owned();
        } else if let Some((_, rest)) = line.split_once("](")
            && let Some((topic, _)) = rest.split_once(".md)")
        {
            let text = read(&format!("{topic}.md")).unwrap_or_default();
            chapters.push(Chapter { topic: topic.to_owned(), part: part.clone(), text });
        }
    }
    Ok(chapters)
}

/// Files of exercises are small.
const LARGEST: u64 = 1 << 20;

/// What is in a file. An error if it is a folder, or another thing that is not to be read to its end: a pipe,
/// say, which may have none.
pub fn contents(path: &Path) -> io::Result<Vec<u8>> {
    let metadata = fs::metadata(path)?;
    if metadata.is_dir() {
        return Err(io::Error::new(io::ErrorKind::IsADirectory, "it is a folder"));
    }
    if !metadata.is_file() {
        return Err(io::Error::other("it is no ordinary file"));
    }
    if metadata.len() > LARGEST {
        return Err(io::Error::new(io::ErrorKind::FileTooLarge, "it is larger than 1 MB"));
    }
    fs::read(path)
}

/// Opens a file that is there to be locked, and makes it if there is none. To read as well: nothing blocks then, not even if a pipe
/// is in its place.
pub fn to_lock(path: &Path) -> io::Result<File> {
    File::options().read(true).append(true).create(true).open(path)
}

/// The names of the folders in a folder, sorted; none if it is not there.
fn folders(folder: &Path) -> Result<Vec<String>> {
    let mut names = Vec::new();
    if folder.is_dir() {
        for entry in fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))? {
            let entry = entry?;
            if entry.path().is_dir() {
                names.extend(entry.file_name().into_string());
            }
        }
    }
    names.sort();
    Ok(names)
}
