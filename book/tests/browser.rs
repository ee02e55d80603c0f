//! The page as a reader meets it: its types, and what it does in a real browser.
//!
//! Both need Node.js and the packages of `npm ci --prefix book`; the second needs Chromium too, found in
//! `CHROME` or where Debian puts it. Without them they are skipped by name, and in CI never.

mod course;

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use course::{Course, Server};
use libtest_mimic::{Arguments, Completion, Failed, Trial};
use suite::deadline;

/// All that the page is asked in a browser is answered by then.
const BROWSER: Duration = Duration::from_secs(1200);

/// The name under which the trial course is reached as if its port were forwarded.
const FORWARDED: &str = "book-3000.example";

fn main() {
    let in_ci = std::env::var_os("CI").is_some();
    let has_tools = runs("node", "--version")
        && ["axe-core", "playwright-core"].iter().all(|name| here().join("node_modules").join(name).is_dir());
    let has_browser = has_tools && runs(&browser(), "--version");
    let trials = vec![
        test("types_of_the_page", has_tools || in_ci, || {
            npm(Command::new("npm").args(["run", "--silent", "types"]))
        }),
        test("page_in_a_browser", has_browser || in_ci, page_in_a_browser),
    ];
    libtest_mimic::run(&Arguments::from_args(), trials).exit();
}

fn test(name: &str, there: bool, test: fn() -> Result<(), Failed>) -> Trial {
    Trial::ignorable_test(name, move || match there {
        true => test().map(|()| Completion::Completed),
        false => {
            Ok(Completion::ignored_with("wants Node.js, `npm ci --prefix book`, and Chromium for the second"))
        }
    })
}

fn page_in_a_browser() -> Result<(), Failed> {
    let course = Course::real();
    let server = Server::start(&course, &[]);
    let (code, told) = course.run(&["build"]);
    assert_eq!(code, Some(0), "{told}");
    let cards = Course::of_cards();
    let (code, told) = cards.run(&["record", "hello", "heir"]);
    assert_eq!(code, Some(0), "{told}");
    let (code, told) = cards.run(&["build"]);
    assert_eq!(code, Some(0), "{told}");
    let served = Server::start(&cards, &["--allow-host", FORWARDED]);
    // The reader's own file: there is none yet. Nor has this reader passed anything.
    let _ = std::fs::remove_file(cards.root.join("explore.rs"));
    let _ = std::fs::remove_dir_all(cards.root.join(".exercises"));
    npm(Command::new("node")
        .args(["--test", "tests/browser/browser.test.mjs"])
        .env("BOOK_URL", format!("http://{}", server.host()))
        .env("BOOK_SITE", course.root.join("target/book"))
        .env("CARDS_URL", format!("http://{}", served.host()))
        .env("CARDS_NAME", FORWARDED)
        .env("CARDS_SITE", cards.root.join("book/book"))
        .env("CARDS_ROOT", &cards.root)
        .env("CHROME", browser()))
}

/// The book's folder.
fn here() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn browser() -> String {
    std::env::var("CHROME").unwrap_or_else(|_| "/usr/bin/chromium".into())
}

fn runs(program: &str, argument: &str) -> bool {
    let output = deadline::output(Command::new(program).arg(argument), course::DEADLINE);
    output.is_ok_and(|output| output.status.success())
}

fn npm(command: &mut Command) -> Result<(), Failed> {
    let output = deadline::output(command.current_dir(here()), BROWSER)?;
    match output.status.success() {
        true => Ok(()),
        false => Err(format!(
            "{}\n{}",
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr)
        )
        .into()),
    }
}
