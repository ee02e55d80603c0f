//! The book as an EPUB: made by a real browser, and whole by what the format asks of it.
//!
//! It needs Chromium, found in `CHROME` or where Debian puts it. Without it the test is skipped by name, and in CI never. If
//! `epubcheck` is there, it is asked too.

mod course;

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;
use std::time::Duration;

use course::Course;
use libtest_mimic::{Arguments, Completion, Trial};
use suite::deadline;

/// A browser draws all timelines of the course by then.
const DEADLINE: Duration = Duration::from_secs(600);

fn main() {
    let browser = std::env::var("CHROME").unwrap_or_else(|_| "/usr/bin/chromium".into());
    let there = runs(&browser) || std::env::var_os("CI").is_some();
    let whole = Trial::ignorable_test("the_epub_is_whole", move || {
        if !there {
            return Ok(Completion::ignored_with("wants Chromium"));
        }
        the_epub_is_whole(&browser);
        Ok(Completion::Completed)
    });
    let missing = Trial::test("without_a_browser_one_line_says_what_to_do", || {
        without_a_browser();
        Ok(())
    });
    libtest_mimic::run(&Arguments::from_args(), vec![whole, missing]).exit();
}

fn runs(program: &str) -> bool {
    let said = deadline::output(Command::new(program).arg("--version"), DEADLINE);
    said.is_ok_and(|said| said.status.success())
}

fn without_a_browser() {
    let course = Course::real();
    let mut book = course.book(&["build", "--epub"]);
    let said = deadline::output(book.env("CHROME", "nothing/here"), DEADLINE).expect("it starts");
    assert_eq!(said.status.code(), Some(2));
    let told = String::from_utf8(said.stderr).expect("text");
    assert!(told.starts_with("error: ") && told.contains("CHROME") && told.lines().count() == 1, "{told}");
}

fn the_epub_is_whole(browser: &str) {
    let course = Course::real();
    let mut book = course.book(&["build", "--epub"]);
    let said = deadline::output(book.env("CHROME", browser), DEADLINE).expect("it starts");
    assert!(said.status.success(), "{}", String::from_utf8_lossy(&said.stderr));
    let path = course.root.join("target/see-it-run.epub");
    let archive = std::fs::read(&path).expect("it is there");
    // By these bytes at this place, a file is known as an EPUB.
    assert_eq!(&archive[30..58], b"mimetypeapplication/epub+zip");

    let files = unzipped(&archive);
    let mut ids: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    let mut links = Vec::new();
    for (name, text) in files.iter().filter(|(name, _)| !name.ends_with(".css") && *name != "mimetype") {
        for (tag, attributes) in elements(name, text) {
            assert!(!["script", "style", "button", "input", "details"].contains(&&*tag), "{name}: <{tag}>");
            for (attribute, value) in attributes {
                match &*attribute {
                    "id" => assert!(ids.entry(name).or_default().insert(value), "{name}: an id twice"),
                    "href" | "src" => links.push((name.as_str(), value)),
                    _ => {}
                }
            }
        }
    }
    for (from, link) in &links {
        if link.starts_with("https://") || link.starts_with("http://") {
            continue;
        }
        let (file, place) = link.split_once('#').map_or((&**link, None), |(file, id)| (file, Some(id)));
        let file = format!("book/{file}");
        assert!(files.contains_key(&file), "{from}: {link} leads nowhere");
        let there = |id| ids.get(&*file).is_some_and(|ids| ids.contains(id));
        assert!(place.is_none_or(there), "{from}: {link} leads nowhere");
    }

    let summary = course.read("book/chapters/en/SUMMARY.md");
    let contents = &files["book/contents.xhtml"];
    assert_eq!(contents.matches(".xhtml\"").count(), summary.matches(".md)").count(), "{contents}");
    for (name, text) in files.iter().filter(|(name, _)| name.ends_with(".xhtml")) {
        // Each run that is listed is drawn too.
        assert_eq!(text.contains("class=\"lesson-output\""), text.contains("alt=\"Timeline: "), "{name}");
    }
    // A timeline has the names of its lanes.
    let queue = &files["book/queue.xhtml"];
    assert!(queue.contains("Answers and hints") && queue.contains("href=\"queue.xhtml#queue-answer-1\""));
    assert!(files.values().any(|text| text.starts_with("<svg") && text.contains(">put 102</text>")));

    if runs("epubcheck") {
        let said = deadline::output(Command::new("epubcheck").arg(&path), DEADLINE).expect("it starts");
        assert!(said.status.success(), "{}", String::from_utf8_lossy(&said.stderr));
    }
}

/// The files of an archive that has them as they are, by its list at the end.
fn unzipped(archive: &[u8]) -> BTreeMap<String, String> {
    let number = |at: usize, bytes: usize| {
        archive[at..at + bytes].iter().rev().fold(0, |number, &byte| number << 8 | usize::from(byte))
    };
    let end = archive.len() - 22;
    assert_eq!(&archive[end..end + 4], b"PK\x05\x06");
    let mut at = number(end + 16, 4);
    let mut files = BTreeMap::new();
    for _ in 0..number(end + 10, 2) {
        assert_eq!(&archive[at..at + 4], b"PK\x01\x02");
        assert_eq!(number(at + 10, 2), 0, "stored");
        let (size, length, head) = (number(at + 24, 4), number(at + 28, 2), number(at + 42, 4));
        let name = String::from_utf8(archive[at + 46..at + 46 + length].to_vec()).expect("UTF-8");
        assert_eq!(&archive[head..head + 4], b"PK\x03\x04");
        let begin = head + 30 + number(head + 26, 2) + number(head + 28, 2);
        let text = String::from_utf8(archive[begin..begin + size].to_vec()).expect("UTF-8");
        assert!(files.insert(name.clone(), text).is_none(), "{name} twice");
        at += 46 + length;
    }
    assert_eq!(at, end);
    files
}

/// The elements of a file, each with its attributes. Fails if it is not well-formed.
fn elements(file: &str, text: &str) -> Vec<(String, Vec<(String, String)>)> {
    let mut found = Vec::new();
    let mut open = Vec::new();
    let mut pieces = text.split('<');
    assert!(pieces.next().is_some_and(|before| before.trim().is_empty()), "{file}: text before the root");
    for piece in pieces.filter(|piece| !piece.starts_with(['?', '!'])) {
        let (tag, after) = piece.split_once('>').unwrap_or_else(|| panic!("{file}: <{piece}"));
        for entity in after.split('&').skip(1) {
            assert!(entity.find(';').is_some_and(|end| end < 8), "{file}: &{entity}");
        }
        if let Some(name) = tag.strip_prefix('/') {
            assert_eq!(open.pop(), Some(name.to_owned()), "{file}");
            continue;
        }
        let (tag, alone) = tag.strip_suffix('/').map_or((tag, false), |tag| (tag, true));
        let (name, mut rest) = tag.split_once(char::is_whitespace).unwrap_or((tag, ""));
        let mut attributes = Vec::new();
        while let Some((attribute, value)) = rest.split_once("=\"") {
            let (value, more) = value.split_once('"').unwrap_or_else(|| panic!("{file}: <{tag}>"));
            attributes.push((attribute.trim().to_owned(), value.replace("&amp;", "&")));
            rest = more;
        }
        assert!(rest.trim().is_empty(), "{file}: <{tag}>");
        if !alone {
            open.push(name.to_owned());
        }
        found.push((name.to_owned(), attributes));
    }
    assert!(open.is_empty(), "{file}: {open:?} is open");
    found
}
