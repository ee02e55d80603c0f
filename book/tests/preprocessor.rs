//! The preprocessor as a command, for people with an mdbook of their own.

mod course;

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use course::Course;
use mdbook_driver::MDBook;
use serde_json::Value;

/// What mdbook 0.5.4 sent for a book of two chapters; `ROOT` stands for the folder of its book.
const SENT: &str = include_str!("exchange/sent.json");

fn recorded_course() -> Course {
    let course = Course::own().with_only("hello");
    let (code, told) = course.run(&["record"]);
    assert_eq!(code, Some(0), "{told}");
    course
}

/// With a card of every kind.
fn course_of_cards() -> Course {
    let course = Course::own().with_only("hello").with_exercises();
    course.write(
        "book/chapters/en/hello.md",
        "# Hello\n\n{{#lesson hello}}\n\n{{#orders hello}}\n\n{{#exercise hello/pass}}\n",
    );
    let (code, told) = course.run(&["record"]);
    assert_eq!(code, Some(0), "{told}");
    course
}

/// The command's answer to what mdbook sends: its status, standard output and standard error.
fn exchange(course: &Course, sent: &str) -> (Option<i32>, String, String) {
    let mut command = course.book(&["preprocess"]);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    // mdbook starts it in the folder of the book.
    command.current_dir(course.root.join("book"));
    let mut child = command.spawn().expect("book starts");
    let book = course.root.join("book").display().to_string();
    let sent = sent.replace("ROOT", &book.replace('\\', "\\\\"));
    child.stdin.take().expect("asked for").write_all(sent.as_bytes()).expect("it reads");
    let output = suite::deadline::said(child, course::DEADLINE);
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("text");
    (output.status.code(), text(output.stdout), text(output.stderr))
}

#[test]
fn a_recorded_exchange_gives_cards() {
    let (code, received, told) = exchange(&recorded_course(), SENT);
    assert_eq!(code, Some(0), "{told}");
    let book: Value = serde_json::from_str(&received).expect("only the book is on standard output");
    let chapters = book["items"].as_array().expect("chapters");
    assert_eq!(chapters.len(), 2);
    assert_eq!(chapters[0]["Chapter"]["content"], "# Preface\n\nThe first page.\n");
    let hello = chapters[1]["Chapter"]["content"].as_str().expect("a chapter");
    assert!(hello.starts_with("# Hello\n\n<section class=\"lesson\" data-lesson=\"hello\""), "{hello}");
}

#[test]
fn a_mistake_fails_the_exchange_and_is_told() {
    let sent = SENT.replace("{{#lesson hello}}", "{{#lesson helo}}");
    let (code, received, told) = exchange(&recorded_course(), &sent);
    assert_eq!((code, received.as_str()), (Some(1), ""));
    assert!(told.contains("book/chapters/en/hello.md:3: there is no lesson `helo`"), "{told}");
    let (code, _, told) = exchange(&recorded_course(), "hello");
    assert_eq!(code, Some(1));
    assert!(told.contains("cargo book build"), "{told}");
}

#[test]
fn another_mdbook_is_told_which_one_this_book_needs() {
    let own = mdbook_preprocessor::MDBOOK_VERSION;
    // 0.4 called the list of chapters otherwise.
    let sent = SENT.replace(own, "0.4.52").replace("\"items\"", "\"sections\"");
    let (code, received, told) = exchange(&recorded_course(), &sent);
    assert_eq!((code, received.as_str()), (Some(1), ""));
    assert!(
        told.starts_with("error: ") && told.contains("mdBook 0.4.52 calls") && told.contains(own),
        "{told}"
    );
    assert!(told.contains("cargo book build") && told.trim_end().lines().count() == 1, "{told}");
}

#[test]
fn it_says_for_which_pages_it_is() {
    assert_eq!(Course::shared().run(&["preprocess", "supports", "html"]).0, Some(0));
    assert_eq!(Course::shared().run(&["preprocess", "supports", "epub"]).0, Some(1));
}

/// mdBook's own code starts the command, as the program `mdbook` does.
#[test]
fn mdbook_with_the_command_builds_the_same_pages() {
    let course = course_of_cards();
    let (code, told) = course.run(&["build"]);
    assert_eq!(code, Some(0), "{told}");
    let mut mdbook = MDBook::load(course.root.join("book")).expect("a book");
    let command = format!("{} preprocess", env!("CARGO_BIN_EXE_book"));
    mdbook.config.set("preprocessor.lesson.command", command).expect("a setting");
    mdbook.config.set("preprocessor.lesson.before", ["links"]).expect("a setting");
    mdbook.config.build.build_dir = course.root.join("by-mdbook");
    let mdbook = MDBook::load_with_config(mdbook.root, mdbook.config).expect("a book");
    mdbook.build().expect("mdbook builds it");
    let ours = pages(&course.root.join("book/book"));
    for card in ["data-lesson=", "data-orders=", "data-exercise="] {
        assert!(ours["hello.html"].contains(card), "{card}");
    }
    assert_eq!(ours, pages(&course.root.join("by-mdbook")));
}

/// The program itself, where it is installed; elsewhere the recorded exchange above has to do.
#[test]
fn the_program_mdbook_builds_the_same_pages() {
    let version = suite::deadline::output(Command::new("mdbook").arg("--version"), course::DEADLINE);
    if !version.is_ok_and(|output| output.status.success()) {
        assert!(std::env::var_os("CI").is_none(), "CI installs mdbook");
        // Past the test harness, which keeps what a passing test prints to itself.
        let _ = writeln!(std::io::stderr(), "skipped: the_program_mdbook_builds_the_same_pages wants mdbook");
        return;
    }
    let course = course_of_cards();
    let (code, told) = course.run(&["build"]);
    assert_eq!(code, Some(0), "{told}");
    let mut mdbook = Command::new("mdbook");
    mdbook
        .args(["build", "book", "--dest-dir"])
        .arg(course.root.join("by-mdbook"))
        .current_dir(&course.root)
        .env("MDBOOK_PREPROCESSOR__LESSON__COMMAND", format!("{} preprocess", env!("CARGO_BIN_EXE_book")))
        .env("MDBOOK_PREPROCESSOR__LESSON__BEFORE", "[\"links\"]");
    let output = suite::deadline::output(&mut mdbook, course::DEADLINE).expect("it was there a moment ago");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(pages(&course.root.join("book/book")), pages(&course.root.join("by-mdbook")));
}

/// The pages by name. The index of the search bears a hash in its name, of a JSON text whose order differs with the
/// build of mdBook; a page is the same without it.
fn pages(site: &Path) -> BTreeMap<String, String> {
    let files = fs::read_dir(site).expect("a site").map(|file| file.expect("readable").path());
    files
        .filter(|file| file.extension().is_some_and(|kind| kind == "html"))
        .map(|file| {
            let name = file.file_name().expect("a file").to_string_lossy().into_owned();
            let page = fs::read_to_string(&file).expect("readable");
            match page.split_once("searchindex-") {
                Some((before, after)) => (name, format!("{before}{}", &after["01234567".len()..])),
                None => (name, page),
            }
        })
        .collect()
}
