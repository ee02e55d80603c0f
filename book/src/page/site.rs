//! The book as a site: built by mdBook, here as a library.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File, TryLockError};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use mdbook_driver::MDBook;
use mdbook_driver::book::BookItem;
use mdbook_driver::config::Config;
use shared::tell;

use crate::course::lesson::Arguments;
use crate::course::program::{Kind, Program};
use crate::course::workspace::Workspace;
use crate::page::card::parts::Runs;
use crate::page::card::quiz;
use crate::page::directive;
use crate::page::lean;
use crate::page::preprocessor::LessonPreprocessor;

const SCRIPTS: &str = "output.html.additional-js";

/// Tells a page that there is a server to ask: a site from anywhere else asks none.
const SERVED: &str = "theme/served.js";

/// Makes of the page of all chapters the files of an EPUB.
const EPUB: &str = "theme/epub.js";

/// Builds the book as `book.toml` says and returns the folder that it is in. Nobody else builds there as long as the file is kept:
/// two at once would remove each other's pages.
///
/// Blocks while another one does.
pub fn build(workspace: &Workspace, runs: Runs) -> Result<(PathBuf, File)> {
    let config = config(workspace)?;
    let folder = workspace.book().join(&config.build.build_dir);
    let turn = turn(&folder.with_added_extension("lock"))?;
    build_with(workspace, config, runs)?;
    // Shown to the reader, so without the `..` of book.toml.
    Ok((folder.canonicalize().unwrap_or(folder), turn))
}

fn turn(path: &Path) -> Result<File> {
    // To read as well: nothing blocks then, not even if a pipe is in its place.
    let open = || File::options().read(true).append(true).create(true).open(path);
    let make = || fs::create_dir_all(path.parent().unwrap_or(path)).and_then(|()| open());
    let turn = make().with_context(|| format!("cannot write {}", path.display()))?;
    if let Err(TryLockError::WouldBlock) = turn.try_lock() {
        tell!("Waiting for another `cargo book` that builds the book …");
        turn.lock()?;
    }
    Ok(turn) // on a network drive without locks, two at once may meet
}

/// Builds the book into a folder, to be served from the root of a host.
///
/// Its search finds what it found in the `older` folder, if one is given: that saves a third of the time.
/// [`take_index`] mends it later.
pub fn build_to_serve(workspace: &Workspace, folder: &Path, older: Option<&Path>) -> Result<()> {
    let mut config = config(workspace)?;
    if older.is_some() {
        let in_all_chapters = [("", BTreeMap::from([("enable", false)]))];
        config.set("output.html.search.chapter", BTreeMap::from(in_all_chapters))?;
    }
    config.build.build_dir = folder.to_owned();
    config.set("output.html.site-url", "/")?;
    if let Some(mut scripts) = config.get::<Vec<String>>(SCRIPTS)? {
        scripts.insert(0, SERVED.to_owned());
        config.set(SCRIPTS, scripts)?;
    }
    build_with(workspace, config, Runs::MayBeOld)?;
    older.map_or(Ok(()), |older| take_index(folder, older))
}

/// Lets the search of a built book find what it finds in another one. Does nothing if one of them has no search.
pub fn take_index(folder: &Path, from: &Path) -> Result<()> {
    let index = |folder: &Path| -> Result<Option<PathBuf>> {
        let is_index = |path: &PathBuf| {
            let name = path.file_name().and_then(|name| name.to_str());
            name.is_some_and(|name| name.starts_with("searchindex") && name.ends_with(".js"))
        };
        Ok(fs::read_dir(folder)?.flatten().map(|entry| entry.path()).find(is_index))
    };
    if let (Some(to), Some(from)) = (index(folder)?, index(from)?) {
        // In one step: it may be asked for meanwhile.
        let copy = folder.join("searchindex.new");
        fs::copy(from, &copy)?;
        fs::rename(copy, to)?;
    }
    Ok(())
}

/// Builds the book into a folder, with `theme/epub.js` on its pages: see [`epub`](crate::page::epub).
pub fn build_for_epub(workspace: &Workspace, folder: &Path) -> Result<Config> {
    let mut config = config(workspace)?;
    config.build.build_dir = folder.to_owned();
    let mut scripts: Vec<String> = config.get(SCRIPTS)?.unwrap_or_default();
    scripts.push(EPUB.to_owned());
    config.set(SCRIPTS, scripts)?;
    build_with(workspace, config.clone(), Runs::MustFit)?;
    Ok(config)
}

/// The folder of the chapters.
pub fn chapters(workspace: &Workspace) -> Result<PathBuf> {
    Ok(workspace.book().join(config(workspace)?.book.src))
}

/// The cards and questions of all chapters.
pub struct Cards {
    /// The directive, its argument and the chapter, as `lesson`, `queue`, `queue.md`.
    asked: BTreeSet<[String; 3]>,
    /// How many questions there are; those of a chapter in which one is wrong don't count.
    pub questions: usize,
}

impl Cards {
    /// Reads all chapters.
    pub fn of(workspace: &Workspace) -> Result<Self> {
        let book = load_with(workspace, config(workspace)?)?;
        let mut asked = BTreeSet::new();
        let mut questions = 0;
        for item in book.iter() {
            let BookItem::Chapter(chapter) = item else { continue };
            let Some(path) = &chapter.source_path else { continue };
            questions += quiz::find(&chapter.content).map_or(0, |found| found.len());
            let directives = directive::find(&chapter.content).into_iter();
            asked.extend(directives.filter(|directive| !directive.in_code).map(|directive| {
                [directive.name, directive.argument, &path.display().to_string()].map(str::to_owned)
            }));
        }
        Ok(Cards { asked, questions })
    }

    /// Whether the lesson's card is in the chapter of the lesson's name.
    pub fn has_chapter(&self, lesson: &str) -> bool {
        self.asked.contains(&["lesson".into(), lesson.to_owned(), format!("{lesson}.md")])
    }

    /// Whether a chapter has this card.
    pub fn has(&self, directive: &str, argument: &str) -> bool {
        self.all(directive).any(|asked| asked == argument)
    }

    /// What follows the directives of this name, and in which chapter.
    pub fn in_chapters(&self, directive: &str) -> impl Iterator<Item = (&str, &str)> {
        self.asked
            .iter()
            .filter(move |[name, ..]| name == directive)
            .map(|[_, argument, chapter]| (argument.as_str(), chapter.as_str()))
    }

    /// With which arguments the twin of a lesson is shown.
    pub fn twins(&self, lesson: &str) -> Vec<Arguments> {
        let of_lesson = |argument: &str| {
            let mut words = argument.split_whitespace();
            (words.next() == Some(lesson)).then(|| Arguments(words.map(str::to_owned).collect()))
        };
        let mut twins: Vec<_> = self.all("twin").filter_map(of_lesson).collect();
        twins.dedup();
        twins
    }

    /// The programs of a topic of which this is shown.
    pub fn programs(&self, kind: Kind, topic: &str) -> Vec<Program> {
        let named = |argument| Program::named(kind, argument);
        let mut programs: Vec<_> = self.all(kind.name()).filter_map(named).collect();
        programs.retain(|program| program.topic == topic);
        programs.dedup();
        programs
    }

    fn all(&self, directive: &str) -> impl Iterator<Item = &str> {
        self.in_chapters(directive).map(|(argument, _)| argument)
    }
}

fn build_with(workspace: &Workspace, config: Config, runs: Runs) -> Result<()> {
    let folder = workspace.book().join(&config.build.build_dir);
    let mut book = load_with(workspace, config)?;
    // Takes the place of the command of the same name in book.toml.
    book.with_preprocessor(LessonPreprocessor { runs });
    book.build()?;
    lean::site(&folder)
}

fn load_with(workspace: &Workspace, config: Config) -> Result<MDBook> {
    let chapters = workspace.book().join(&config.book.src);
    // mdBook would wait for a pipe to end.
    for entry in fs::read_dir(&chapters).into_iter().flatten().flatten() {
        let path = entry.path();
        let is_chapter = path.extension().is_some_and(|name| name == "md");
        // A link that leads nowhere is an editor's lock.
        let is_odd = is_chapter && path.exists() && !path.is_file();
        ensure!(!is_odd, "{} is no ordinary file", workspace.shown(&path));
    }
    let summary = workspace.shown(&chapters.join("SUMMARY.md"));
    MDBook::load_with_config(workspace.book(), config)
        .with_context(|| format!("cannot load the chapters that {summary} names"))
}

/// `book.toml`, and what the environment says instead (`MDBOOK_OUTPUT__HTML__SITE_URL`), as in mdBook.
fn config(workspace: &Workspace) -> Result<Config> {
    let mut config = Config::from_disk(workspace.book().join("book.toml"))?;
    config.update_from_env()?;
    // Whatever the file says: after mdBook's own `links`, a chapter's holes would be past finding.
    config.set("preprocessor.lesson.before", ["links"])?;
    Ok(config)
}
