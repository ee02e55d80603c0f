//! `cargo book new`: a lesson of the reader's own is whole, and nothing of the other one comes along.

mod course;

use course::Course;

#[test]
fn a_new_lesson_is_whole_and_the_course_goes_on() {
    let course = Course::own().with_only("hello");
    let source = course.read("lessons/hello/src/main.rs");
    course.write(
        "lessons/hello/src/main.rs",
        &format!(
            "//! Says hello.\n//!\n//!     cargo run -p lesson-hello\n//!\n//! Chapter: book/chapters/en/hello.md\n{}// ANCHOR_END: all\n",
            source.replace("//! Says hello, loudly if asked.\n", "").replace("fn main() {", "// ANCHOR: all\nfn main() {")
        ),
    );
    course.write("lessons/hello/exercises/pass/exercise.toml", "title = 3\n");
    course.write("lessons/hello/python.py", "print('hello')\n");
    course.write("book/chapters/en/hello.md", "# Hello\n\n## Run it {#hello-run}\n\n{{#lesson hello}}\n");
    let (code, told) = course.run(&["record", "hello"]);
    assert_eq!(code, Some(0), "{told}");
    std::fs::remove_dir_all(course.root.join("lessons/hello/exercises")).expect("it was there");
    let (code, told) = course.run(&["check"]);
    assert_eq!(code, Some(0), "the course is whole before: {told}");
    course.write("lessons/hello/exercises/pass/exercise.toml", "title = 3\n");

    let (code, told) = course.run(&["new", "my-hello", "--from", "hello"]);
    assert_eq!(code, Some(0), "{told}");
    assert!(told.contains("`cargo run -p lesson-my-hello` runs it"), "{told}");
    let manifest = course.read("lessons/my-hello/Cargo.toml");
    assert!(manifest.contains("name = \"lesson-my-hello\"\n"), "{manifest}");
    let source = course.read("lessons/my-hello/src/main.rs");
    assert!(source.contains("cargo run -p lesson-my-hello\n"), "{source}");
    assert!(source.contains("Chapter: book/chapters/en/my-hello.md\n"), "{source}");
    assert_eq!(course.read("lessons/my-hello/python.py"), "print('hello')\n");
    assert!(!course.root.join("lessons/my-hello/exercises").exists(), "exercises stay with their lesson");
    assert!(course.read("book/chapters/en/SUMMARY.md").ends_with("# Yours\n\n- [My hello](my-hello.md)\n"));
    let chapter = course.read("book/chapters/en/my-hello.md");
    assert!(chapter.contains("{{#include ../../../lessons/my-hello/src/main.rs:all}}"), "{chapter}");
    assert!(chapter.ends_with("\n\n## Run it {#my-hello-run}\n\n-->\n"), "{chapter}");
    std::fs::remove_dir_all(course.root.join("lessons/hello/exercises")).expect("it was there");
    for command in ["check", "build"] {
        let (code, told) = course.run(&[command]);
        assert_eq!(code, Some(0), "{command}: {told}");
    }

    // A copy made by hand is one problem, said in one line.
    for file in ["Cargo.toml", "src/main.rs"] {
        let text = course.read(&format!("lessons/hello/{file}")).replace("lesson-hello", "lesson-by-hand");
        course.write(&format!("lessons/by-hand/{file}"), &text);
    }
    course.write("lessons/by-hand/exercises/pass/exercise.toml", "title = 3\n");
    let (code, told) = course.run(&["check"]);
    let problems: Vec<_> =
        told.lines().filter(|line| line.starts_with("error: ") || line.contains("by-hand")).collect();
    assert_eq!((code, problems.len()), (Some(1), 1), "{told}");
    assert!(problems[0].contains("lessons/by-hand has no chapter"), "{told}");
    let (code, told) = course.run(&["build"]);
    assert_eq!(code, Some(0), "{told}");
}

/// On a full disk, or where a file may not be longer, nothing is lost, and nothing is half made.
#[cfg(unix)]
#[test]
fn a_lesson_that_cannot_be_made_leaves_all_as_it_was() {
    let course = Course::own().with_only("hello");
    let summary = course.read("book/chapters/en/SUMMARY.md");
    let summary = format!("{summary}\n<!-- {} -->\n", "long ".repeat(20_000));
    course.write("book/chapters/en/SUMMARY.md", &summary);
    let book = course.book(&["new", "my-hello", "--from", "hello"]);
    let mut command = std::process::Command::new("sh");
    // 64 blocks of 512 or of 1024 bytes: enough for a lesson, and not for the summary.
    command.args(["-c", "trap '' XFSZ; ulimit -f 64; exec \"$0\" \"$@\""]).arg(book.get_program());
    command.args(book.get_args()).current_dir(&course.root);
    let output = suite::deadline::output(&mut command, course::COMPILED).expect("Unix has it");
    let told = String::from_utf8_lossy(&output.stderr);
    assert_eq!((output.status.code(), told.lines().count()), (Some(1), 1), "{told}");
    assert!(told.contains("SUMMARY.md: File too large"), "{told}");
    assert_eq!(course.read("book/chapters/en/SUMMARY.md"), summary);
    for made in ["lessons/my-hello", "book/chapters/en/my-hello.md"] {
        assert!(!course.root.join(made).exists(), "{made} is left");
    }
}

#[test]
fn a_name_that_can_not_be_is_refused_in_one_line() {
    let course = Course::own();
    let long = "a".repeat(41);
    for (arguments, says) in [
        (&["new", "hello", "--from", "hello"][..], "lessons/hello is there already"),
        (&["new", "preface", "--from", "hello"], "book/chapters/en/preface.md is there already"),
        (&["new", "My", "--from", "hello"], "\"My\" can't be the name of a lesson"),
        (&["new", "../up", "--from", "hello"], "\"../up\" can't be the name"),
        (&["new", "two words", "--from", "hello"], "can't be the name"),
        (&["new", "", "--from", "hello"], "\"\" can't be the name"),
        (&["new", "1st", "--from", "hello"], "can't be the name"),
        (&["new", "a-", "--from", "hello"], "can't be the name"),
        (&["new", &long, "--from", "hello"], "is too long"),
        (&["new", "my-own", "--from", "nothing"], "there is no lesson `nothing`"),
        (&["new", "my-own", "--from", "../hello"], "there is no lesson `../hello`"),
        (&["new"], "new needs a name"),
    ] {
        let (code, told) = course.run(arguments);
        assert_eq!((code, told.lines().count()), (Some(2), 1), "{arguments:?}: {told}");
        assert!(told.contains(says), "{arguments:?}: {told}");
    }
    assert!(!course.root.join("lessons/my-own").exists(), "nothing is begun");
}
