//! The pages that are served: built again when something changes, and the last good ones kept until then.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use shared::tell;
use tokio::sync::watch;

use crate::course::costs;
use crate::course::stamp::Stamp;
use crate::course::workspace::Workspace;
use crate::page::site;
use crate::run::scratch::Scratch;

/// How often the files are looked at.
const LOOK_EVERY: Duration = Duration::from_millis(250);

/// How long after a change the index of the search is made. An author saves often, and waits only for the page.
const QUIET: Duration = Duration::from_secs(3);

/// What there is to serve.
#[derive(Clone, Debug, Default)]
pub struct Pages {
    /// Where the last good pages are; `None` before the first.
    pub folder: Option<PathBuf>,
    /// Where those before them are: a page that is still open may ask for a file of its own.
    pub older: Option<PathBuf>,
    /// Why there are no newer ones.
    pub broken: Option<String>,
}

/// Builds the pages, again and again.
pub struct Builder {
    workspace: Workspace,
    /// Each build is in a folder of its own in it.
    folder: Arc<Scratch>,
    built: u32,
    /// The files as they were just before the last build: a change in the middle of it is one more change.
    seen: Stamp,
    /// When the index is to be made that the pages are without.
    index_due: Option<Instant>,
    /// Makes it, beside the next build if there is one.
    indexer: Option<JoinHandle<()>>,
    pages: watch::Sender<Pages>,
}

impl Builder {
    /// A builder that has built once already.
    pub fn new(workspace: Workspace, folder: Arc<Scratch>) -> Self {
        let seen = stamp(&workspace);
        let pages = watch::Sender::default();
        let mut builder =
            Builder { workspace, folder, built: 0, seen, index_due: None, indexer: None, pages };
        builder.build();
        builder
    }

    /// What there is to serve, now and whenever it changes.
    pub fn pages(&self) -> watch::Receiver<Pages> {
        self.pages.subscribe()
    }

    /// Builds again whenever a file changes, until `stop` is dropped. Blocks until then.
    pub fn keep_fresh(mut self, stop: &Receiver<()>) {
        while stop.recv_timeout(LOOK_EVERY) == Err(RecvTimeoutError::Timeout) {
            let now = stamp(&self.workspace);
            if now != self.seen {
                self.seen = now;
                self.build();
            } else if self.index_due.is_some_and(|due| Instant::now() >= due) {
                self.index();
            }
        }
        self.join_indexer();
    }

    fn build(&mut self) {
        let begun = Instant::now();
        let folder = self.new_folder();
        let older = self.pages.borrow().folder.clone();
        match site::build_to_serve(&self.workspace, &folder, older.as_deref()) {
            Ok(()) => {
                tell!("The book is built ({:.1} s).", begun.elapsed().as_secs_f64());
                self.index_due = older.is_some().then(|| Instant::now() + QUIET);
                let before = self.pages.send_replace(Pages { folder: Some(folder), older, broken: None });
                // An old folder that can't be removed costs room, until the program ends.
                let _ = before.older.map(std::fs::remove_dir_all);
            }
            Err(error) => {
                let error = format!("{error:#}");
                tell!("error: the book can't be built again:\n{error}");
                let _ = std::fs::remove_dir_all(folder);
                self.pages.send_modify(|pages| pages.broken = Some(error));
            }
        }
    }

    /// Makes the index of the pages that are served: it comes with a whole build.
    fn index(&mut self) {
        self.join_indexer();
        self.index_due = None;
        let (workspace, folder, pages) = (self.workspace.clone(), self.new_folder(), self.pages.clone());
        let index = move || {
            // What can't be built is told by the next change.
            if site::build_to_serve(&workspace, &folder, None).is_ok()
                && let Some(served) = &pages.borrow().folder
            {
                let _ = site::take_index(served, &folder);
            }
            let _ = std::fs::remove_dir_all(folder);
        };
        self.indexer = thread::Builder::new().name("index".into()).spawn(index).ok();
    }

    fn join_indexer(&mut self) {
        let _ = self.indexer.take().map(JoinHandle::join);
    }

    /// A new one each time: the old pages are served until the new ones are whole.
    fn new_folder(&mut self) -> PathBuf {
        self.built += 1;
        self.folder.path().join(self.built.to_string())
    }
}

/// Everything that a page is made of. What a reader answers to an exercise is not: a save would take away the
/// verdict on the save before. Nor are wrong answers, which are half of all files.
fn stamp(workspace: &Workspace) -> Stamp {
    Stamp::of_all_but(
        [
            "book/book.toml",
            "book/chapters",
            costs::FILE,
            "book/runs",
            "book/theme",
            "lessons",
            "shared",
            "tests",
        ]
        .map(|path| workspace.root().join(path)),
        &["exercise.rs", "wrong"],
    )
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn an_answer_that_is_saved_leaves_the_pages_as_they_are() {
        let root = tempfile::tempdir().expect("a temporary folder");
        let write = |path: &str, text: &str| {
            let path = root.path().join(path);
            fs::create_dir_all(path.parent().expect("it is inside")).expect("writable");
            fs::write(path, text).expect("writable");
        };
        write("book/book.toml", "");
        write("lessons/lock/exercises/transfer/exercise.toml", "");
        let workspace = Workspace::of_book(&root.path().join("book")).expect("a course");
        let before = stamp(&workspace);
        write("lessons/lock/exercises/transfer/exercise.rs", "pub fn transfer() {}");
        assert_eq!(stamp(&workspace), before);
        write("lessons/lock/exercises/transfer/exercise.toml", "stars = 2");
        assert_ne!(stamp(&workspace), before, "the task is part of the page");
    }
}
