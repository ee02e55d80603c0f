//! The page as a reader meets it: its types, and what it does in a real browser.
//!
//! Both need Node.js and the packages of `npm ci --prefix book`; the second needs Chromium too, found in
//! `CHROME` or where Debian puts it. Without them they are skipped by name, and in CI never.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use libtest_mimic::{Arguments, Failed, Trial};

fn main() {
    let in_ci = std::env::var_os("CI").is_some();
    let has_tools = runs("node", "--version") && here().join("node_modules/playwright-core").is_dir();
    let has_browser = has_tools && runs(&browser(), "--version");
    let trials = vec![
        Trial::test("types_of_the_page", || npm(Command::new("npm").args(["run", "--silent", "types"])))
            .with_ignored_flag(!has_tools && !in_ci),
        Trial::test("page_in_a_browser", page_in_a_browser).with_ignored_flag(!has_browser && !in_ci),
    ];
    libtest_mimic::run(&Arguments::from_args(), trials).exit();
}

fn page_in_a_browser() -> Result<(), Failed> {
    let server = Server::start();
    let built = book(&["build"]).output()?;
    assert!(built.status.success(), "{}", String::from_utf8_lossy(&built.stderr));
    npm(Command::new("node")
        .args(["--test", "tests/browser/browser.test.mjs"])
        .env("BOOK_URL", &server.address)
        .env("BOOK_SITE", here().join("../target/book"))
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
    Command::new(program).arg(argument).output().is_ok_and(|output| output.status.success())
}

fn npm(command: &mut Command) -> Result<(), Failed> {
    let output = command.current_dir(here()).output()?;
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

fn book(arguments: &[&str]) -> Command {
    let mut command = Command::new(PathBuf::from(env!("CARGO_BIN_EXE_book")));
    command.args(arguments).current_dir(here());
    command
}

/// The real book, served. Dropped, the server is stopped.
struct Server {
    child: Child,
    address: String,
}

impl Server {
    fn start() -> Server {
        let mut child = book(&["serve", "--no-open", "--port", "0"])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("the program of this package");
        let mut line = String::new();
        let stdout = child.stdout.take().expect("it is piped");
        BufReader::new(stdout).read_line(&mut line).expect("it tells its address");
        let address = line.split_whitespace().find(|word| word.starts_with("http://"));
        let address = address.unwrap_or_else(|| panic!("no address in {line:?}")).to_owned();
        Server { child, address }
    }
}

impl Drop for Server {
    /// As a polite kill does, so that it removes its temporary pages.
    fn drop(&mut self) {
        #[cfg(unix)]
        let asked = rustix::process::kill_process(
            rustix::process::Pid::from_child(&self.child),
            rustix::process::Signal::TERM,
        );
        #[cfg(unix)]
        if asked.is_ok() && self.child.wait().is_ok() {
            return;
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
