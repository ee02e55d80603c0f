//! What is asked of `cargo explore`.

use std::time::Duration;

use crate::course::workspace::Workspace;
use crate::run::ask::Question;
use crate::run::compile::Package;

/// How long the explorer may tell nothing. It compiles the file, and has limits of its own for the search.
const SILENCE: Duration = Duration::from_secs(300);

/// All that is told of one file.
const LARGEST: usize = 4 << 20;

/// What can come out of the program in this file, from the course's folder. The answer is JSON. Its status says whether an order
/// fails, and whether the file can be explored; so does the JSON.
pub fn question<'a>(workspace: &'a Workspace, file: &'a str) -> Question<'a> {
    let folder = workspace.root().join("tests");
    Question {
        workspace,
        package: Package::new("exercise", &folder).with_program("explore"),
        arguments: vec!["--json", file],
        silence: SILENCE,
        largest: LARGEST,
    }
}
