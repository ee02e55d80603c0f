//! The pages as a reader gets them: built, served, and built again while they are read.

mod course;

use std::fs;
use std::io::Write;
use std::process::{Command, Stdio};

use course::{Course, Server, within_deadline};

const QUIET: &str = "# Hello\n\nNo card here.\n";

#[test]
fn a_change_reaches_the_page_and_a_mistake_does_not_break_it() {
    let course = Course::own();
    let server = Server::start(&course, &[]);
    let mut reloads = server.reloads();
    assert!(server.get("/", &[]).body.contains("The first page."));

    course.write("book/chapters/en/preface.md", "# Preface\n\nA better first page.\n");
    reloads.until("reload");
    assert!(server.get("/", &[]).body.contains("A better first page."));

    course.write("book/chapters/en/preface.md", "# Preface\n\nWorse.\n\n{{#lesson helo}}\n");
    let told = reloads.until("broken");
    assert!(told.contains("book/chapters/en/preface.md:5: there is no lesson `helo`"), "{told}");
    assert!(server.get("/", &[]).body.contains("A better first page."), "the last good page stays");
    let mut late = server.reloads();
    assert_eq!(late.until("broken"), told, "who comes later hears of it too");

    course.write("book/chapters/en/preface.md", "# Preface\n\nWhole again.\n");
    reloads.until("reload");
    late.until("reload");
    assert!(server.get("/", &[]).body.contains("Whole again."));

    course.write("lessons/hello/src/main.rs", "//! --soft    say it softly\nfn main() {}\n");
    reloads.until("reload");
    assert!(server.get("/hello.html", &[]).body.contains("say it softly"), "a lesson is part of its page");
}

#[test]
fn the_search_finds_what_has_changed_a_little_later() {
    let course = Course::own();
    let server = Server::start(&course, &[]);
    let index = || {
        let page = server.get("/", &[]).body;
        let (_, name) = page.split_once("path_to_searchindex_js = \"").expect("a page has a search");
        server.get(&format!("/{}", name.split('"').next().expect("a name")), &[]).body
    };
    assert!(index().contains("The first page."));
    let mut reloads = server.reloads();
    course.write("book/chapters/en/preface.md", "# Preface\n\nA much better page.\n");
    reloads.until("reload");
    assert!(server.get("/", &[]).body.contains("A much better page."));
    within_deadline("the index", || index().contains("A much better page.").then_some(()));
}

#[test]
fn a_book_that_is_broken_from_the_start_is_served_once_it_is_whole() {
    let course = Course::own();
    course.write("book/chapters/en/hello.md", "# Hello\n\n{{#include none.rs}}\n");
    let server = Server::start(&course, &[]);
    let answer = server.get("/", &[]);
    assert_eq!(answer.status, 503);
    assert!(answer.body.contains("hello.md:3: cannot read none.rs"), "{}", answer.body);
    let mut reloads = server.reloads();
    course.write("book/chapters/en/hello.md", QUIET);
    reloads.until("reload");
    assert_eq!(server.get("/hello.html", &[]).status, 200);
}

#[test]
fn a_port_that_is_taken_is_passed_over() {
    let first = Server::start(Course::shared(), &[]);
    let taken = first.port.to_string();
    let second = Server::start(Course::shared(), &["--port", &taken]);
    assert_ne!(first.port, second.port);
    assert_eq!(second.get("/", &[]).status, 200);
}

#[test]
fn a_lesson_is_compiled_again_after_a_change_and_only_then() {
    let course = Course::own();
    let server = Server::start(&course, &[]);
    let run = || server.post("hello", &[]).body;
    assert!(run().contains("event: compile"), "at first");
    // The first time cargo also writes Cargo.lock, which counts as a change.
    run();
    let unchanged = run();
    assert!(!unchanged.contains("event: compile") && unchanged.contains("event: end"), "{unchanged}");
    let source = course.read("lessons/hello/src/main.rs");
    course.write("lessons/hello/src/main.rs", &source.replace("not said", "said otherwise"));
    let changed = run();
    assert!(changed.contains("event: compile") && changed.contains("said otherwise"), "{changed}");
}

#[test]
fn mistakes_in_chapters_are_told_with_place_and_remedy() {
    let course = Course::own().with_only("hello");
    course.write("lessons/hello/src/main.rs", "// ANCHOR: main\nfn main() {}\n// ANCHOR_END: main\n");
    course.write(
        "book/chapters/en/hello.md",
        "# Hello\n\n{{#lesson hello}}\n\n```rust\n{{#include ../../../lessons/hello/src/main.rs:mian}}\n```\n\n\
         {{#include ../../../lessons/helo/src/main.rs}}\n\n{{#lesson helo}}\n\ntext {{#lesson hello}}\n\n{{#lessons hello}}\n",
    );
    let (code, told) = course.run(&["build"]);
    assert_eq!(code, Some(1));
    for part in [
        "book/chapters/en/hello.md:3: the recorded run book/runs/hello.json is missing: `cargo book record hello`",
        "book/chapters/en/hello.md:6: ../../../lessons/hello/src/main.rs has no `ANCHOR: mian`; its anchors are: main",
        "book/chapters/en/hello.md:9: cannot read ../../../lessons/helo/src/main.rs",
        "book/chapters/en/hello.md:11: there is no lesson `helo`; there are: hello",
        "book/chapters/en/hello.md:13: a card needs a line of its own",
        "book/chapters/en/hello.md:15: there is no directive {{#lessons …}}",
    ] {
        assert!(told.contains(part), "{part}\nis not in\n{told}");
    }
}

#[test]
fn mistakes_with_exercises_and_orders_are_told_with_place_and_remedy() {
    let course = Course::own().with_only("hello").with_exercises();
    let toml = "lessons/hello/exercises/pass/exercise.toml";
    course.write(toml, &course.read(toml).replace("stars = 2", "stars = 4"));
    let toml = "lessons/hello/exercises/fail/exercise.toml";
    course.write(toml, &course.read(toml).replace("stars = 2", "stars 2"));
    course.write(
        "book/chapters/en/hello.md",
        "# Hello\n\n{{#exercise hello/helo}}\n\n{{#exercise hello}}\n\n{{#exercise ../hello/pass}}\n\n\
         {{#exercise hello/pass}}\n\n{{#exercise hello/fail}}\n\ntext {{#exercise hello/pass}}\n\n\
         {{#orders helo}}\n\n{{#orders hello}}\n",
    );
    let (code, told) = course.run(&["build"]);
    assert_eq!(code, Some(1));
    for part in [
        "hello.md:3: there is no exercise `hello/helo`; there are: hello/broken, hello/fail",
        "hello.md:5: there is no exercise `hello`",
        "hello.md:7: there is no exercise `../hello/pass`",
        "hello.md:9: mend lessons/hello/exercises/pass/exercise.toml: `stars` has to be 1, 2 or 3",
        "hello.md:11: mend lessons/hello/exercises/fail/exercise.toml: line 5: ",
        "hello.md:13: a card needs a line of its own: put {{#exercise …}} on one",
        "hello.md:15: there is no lesson `helo`",
        "hello.md:17: the record of all orders book/runs/hello.orders.json is missing: `cargo book record hello`",
    ] {
        assert!(told.contains(part), "{part}\nis not in\n{told}");
    }
}

#[test]
fn a_question_is_part_of_its_page_and_a_mistake_in_one_fails_the_check() {
    let course = Course::own().with_only("hello");
    let (code, told) = course.run(&["record", "hello"]);
    assert_eq!(code, Some(0), "{told}");
    let chapter = format!("{}\n{{{{#lesson hello}}}}\n", course::QUIZ);
    course.write("book/chapters/en/hello.md", &chapter.replace("Nothing makes him.", "{{#include who.txt}}"));
    course.write("book/chapters/en/who.txt", "Nothing makes Bob.");
    let (code, told) = course.run(&["check"]);
    assert_eq!(code, Some(0), "{told}");
    assert!(told.contains("2 questions."), "{told}");
    let page = course.read("book/book/hello.html").replace('\n', "");
    for part in [
        "<style>.lesson.quiz { --width: 100%; }",
        "<p>Ann and Bob start at the same time.</p>",
        "data-quiz=\"",
        "<strong class=\"quiz-other\">Not this one.</strong> Nothing makes Bob.",
        "<strong class=\"quiz-right\">Right.</strong> The system decides.",
        "</details></div><p>Text between the two.</p>",
    ] {
        assert!(page.contains(part), "{part}\nis not in\n{page}");
    }
    course.write(
        "book/chapters/en/hello.md",
        &chapter.replace("3. [x]", "3. [ ]").replace("\n2. The other one", ""),
    );
    let (code, told) = course.run(&["check"]);
    assert_eq!(code, Some(1));
    for part in [
        "book/chapters/en/hello.md:11: one choice is right: mark its reason, and no other, with [x] (0 are marked)",
        "book/chapters/en/hello.md:30: a question has from two to four choices, and this one has 1",
    ] {
        assert!(told.lines().any(|line| line.ends_with(part)), "{part}\nis not in\n{told}");
    }
}

#[test]
fn an_exercise_is_a_card_that_needs_no_server() {
    let course = Course::own().with_only("hello").with_exercises();
    let url = "\n[output.html]\ngit-repository-url = \"https://example.org/course/\"\n";
    course.write("book/book.toml", &(course.read("book/book.toml") + url));
    course.write(
        "book/chapters/en/hello.md",
        "# Hello\n\n{{#exercise hello/pass}}\n\n- in a list\n\n  {{#exercise hello/fail}}\n\nand text\n",
    );
    let (code, told) = course.run(&["build"]);
    assert_eq!(code, Some(0), "{told}");
    // mdBook breaks lines between elements.
    let page = course.read("book/book/hello.html").replace('\n', "");
    for part in [
        "<strong>Say hello and pass</strong>",
        "aria-label=\"Harder: two stars of three\">★★☆</span>",
        "<p>Say <code>hello</code> <em>pass</em>.</p>",
        "href=\"https://example.org/course/blob/HEAD/lessons/hello/exercises/pass/exercise.rs\"",
        "<code class=\"lesson-command\">cargo exercise check hello/pass</code>",
        "<details class=\"exercise-hint\"><summary>A hint (1 of 3)</summary><p>Look at <code>main</code>.</p>\
         <details class=\"exercise-hint\"><summary>One more hint (2 of 3)</summary>",
        "id=\"exercise-hello-fail\"",
        "<p>and text</p>",
    ] {
        assert!(page.contains(part), "{part}\nis not in\n{page}");
    }
    assert_eq!(page.matches("<style>").count(), 1, "once for both cards");
    assert_eq!(page.matches("<script type=\"module\">").count(), 1, "once for both cards");
    assert!(!course.read("book/book/index.html").contains("exercise"), "other pages carry nothing of it");
}

#[test]
fn an_exercise_without_a_chapter_fails_the_check() {
    let course = Course::own().with_only("hello").with_exercises();
    let (code, told) = course.run(&["check"]);
    assert_eq!(code, Some(1));
    let says = "no chapter has the exercise hello/pass: put {{#exercise hello/pass}} into one";
    assert!(told.contains(says), "{told}");
}

#[test]
fn orders_are_recorded_checked_and_asked_for_again() {
    let course = Course::own().with_only("hello").with_exercises();
    fs::remove_dir_all(course.root.join("lessons/hello/exercises")).expect("removable");
    course.write("book/chapters/en/hello.md", "# Hello\n\n{{#lesson hello}}\n\n{{#orders hello}}\n");
    let server = Server::start(&course, &[]);
    let page = server.get("/hello.html", &[]).body;
    assert!(page.contains("hello.orders.json is missing"), "the author of the chapter is told: {page}");
    drop(server);
    let (code, told) = course.run(&["record", "hello"]);
    assert_eq!(code, Some(0), "{told}");
    assert!(told.contains("19 states, 3 outcomes → book/runs/hello.orders.json"), "{told}");
    let stored = course.read("book/runs/hello.orders.json");
    assert!(stored.contains("\"source\":\"") && stored.lines().count() > 15, "a state a line: {stored}");
    let (code, told) = course.run(&["check"]);
    assert_eq!(code, Some(0), "{told}");
    let page = course.read("book/book/hello.html").replace('\n', "");
    for part in [
        "<code class=\"lesson-command\">lesson-hello -- --loud</code>",
        "There are 6 orders in which its steps can happen.",
        "<tr><td>the balance is 0</td><td>2</td><td>earn, earn, spend, spend</td></tr>",
    ] {
        assert!(page.contains(part), "{part}\nis not in\n{page}");
    }

    // A state that is not there, an end that is no end, another lesson's.
    for (from, to, says) in [
        ("\"to\":2}", "\"to\":99}", "its state 1 has a step that leads nowhere"),
        ("\"to\":2}", "\"to\":1}", "its state 1 has a step that leads nowhere"),
        ("\"outcome\":", "\"income\":", "neither goes on nor ends"),
        ("\"lesson\":\"hello\"", "\"lesson\":\"helo\"", "it is of another lesson"),
        ("\"shortest\":[1,", "\"shortest\":[2,", "an outcome has an order that does not lead to it"),
        ("{", "", "can't be used"),
    ] {
        assert!(stored.contains(from), "{from}");
        course.write("book/runs/hello.orders.json", &stored.replacen(from, to, 1));
        let (code, told) = course.run(&["check"]);
        assert_eq!(code, Some(1), "{to}");
        assert!(told.contains("hello.orders.json can't be used: ") && told.contains(says), "{to}: {told}");
    }

    course.write("book/runs/hello.orders.json", &stored);
    let source = course.read("lessons/hello/src/main.rs");
    course.write("lessons/hello/src/main.rs", &format!("{source}// changed\n"));
    let (code, told) = course.run(&["check"]);
    assert_eq!(code, Some(1));
    assert!(told.contains("book/runs/hello.orders.json is older than its lesson"), "{told}");

    course.write("book/chapters/en/hello.md", "# Hello\n\n{{#lesson hello}}\n");
    let (_, told) = course.run(&["check"]);
    let says = "hello.orders.json belongs to no lesson whose chapter shows all orders: remove it";
    assert!(told.contains(says), "{told}");
    let (code, told) = course.run(&["record", "hello"]);
    assert_eq!(code, Some(0), "{told}");
    assert!(told.contains("removed book/runs/hello.orders.json"), "{told}");
}

#[test]
fn what_the_explorer_says_is_recorded_and_checked() {
    let course = Course::own().with_only("hello").with_exercises();
    fs::remove_dir_all(course.root.join("lessons/hello/exercises")).expect("removable");
    course.write("lessons/hello/stages/lost.rs", "fn main() {}\n");
    course.write("book/explore/large.rs", "fn main() {} // large\n");
    let chapter = |cards: &str| {
        course.write("book/chapters/en/hello.md", &format!("# Hello\n\n{{{{#lesson hello}}}}\n\n{cards}\n"));
    };
    chapter("{{#explored hello/lost}}\n\n{{#explored explore/large}}");
    let (code, told) = course.run(&["check"]);
    assert_eq!(code, Some(1));
    let missing =
        "what the explorer says in book/runs/hello.lost.explored.json is missing: `cargo book record hello`";
    assert!(told.contains(missing), "{told}");
    let (code, told) = course.run(&["record", "hello", "explore"]);
    assert_eq!(code, Some(0), "{told}");
    for program in ["hello.lost", "explore.large"] {
        let says = format!("6 orders, 3 outcomes → book/runs/{program}.explored.json");
        assert!(told.contains(&says), "{told}");
    }
    let (code, told) = course.run(&["check"]);
    assert_eq!(code, Some(0), "{told}");
    let page = course.read("book/book/hello.html").replace('\n', "");
    for part in [
        "<code class=\"lesson-command\">cargo explore lessons/hello/stages/lost.rs</code>",
        "<code class=\"lesson-command\">cargo explore book/explore/large.rs</code>",
        "6 orders were tried: all there are.",
        "6 orders were tried. There are more.",
        "<tr class=\"stuck\"><td>✗ the balance is 1</td><td>2</td></tr>",
        "<caption>The simplest order that fails</caption>",
        "<tr><td>1</td><td>earn</td><td>reads 0 from <code>balance</code></td><td>50</td></tr>",
        "<tr><td></td><td>spend</td><td>waits for {{earn}}</td><td>51</td></tr>",
        "<tr class=\"stuck\"><td>✗</td><td>earn</td><td>waits for &lt;spend&gt;</td><td>53</td></tr>",
    ] {
        assert!(page.contains(part), "{part}\nis not in\n{page}");
    }
    // The steps can be taken where all orders are told.
    assert!(page.contains("data-orders=\"hello-lost\"") && !page.contains("data-orders=\"explore-large\""));

    let record = "book/runs/hello.lost.explored.json";
    let stored = course.read(record);
    assert!(!stored.contains("seconds"), "the same each time: {stored}");
    for (from, to, says) in [
        ("\"to\":2}", "\"to\":99}", "has a step that leads nowhere"),
        ("stages/lost.rs\"", "stages/los.rs\"", "it is of another file"),
        ("\"text\":\"the balance is 1\"", "\"text\":\"the balance is 2\"", "its tree has other outcomes"),
        ("{", "", "it is no object"),
    ] {
        assert!(stored.contains(from), "{from}");
        course.write(record, &stored.replacen(from, to, 1));
        let (code, told) = course.run(&["check"]);
        assert_eq!(code, Some(1), "{to}");
        assert!(told.contains(&format!("{record} can't be used: ")) && told.contains(says), "{to}: {told}");
    }
    course.write(record, &stored);

    course.write("lessons/hello/stages/lost.rs", "fn main() { }\n");
    let (_, told) = course.run(&["check"]);
    assert!(
        told.contains(&format!("{record} is older than its program: `cargo book record hello`")),
        "{told}"
    );

    // What is refused is told, and not stored.
    course.write("lessons/hello/stages/lost.rs", "fn main() { File::open(\"x\"); }\n");
    let (code, told) = course.run(&["record", "hello"]);
    assert_eq!(code, Some(1));
    assert!(told.contains("error: a file is <opened>"), "{told}");
    assert!(told.contains("not recorded: lessons/hello/stages/lost.rs"), "{told}");
    assert_eq!(course.read(record), stored);

    chapter("{{#explored hello/nowhere}}");
    let (_, told) = course.run(&["check"]);
    assert!(told.contains("hello.md:5: there is no file lessons/hello/stages/nowhere.rs"), "{told}");
    assert!(
        told.contains(&format!("{record} belongs to no program that a chapter shows explored: remove it")),
        "{told}"
    );
    chapter("");
    let (code, told) = course.run(&["record", "hello", "explore"]);
    assert_eq!(code, Some(0), "{told}");
    for program in ["hello.lost", "explore.large"] {
        assert!(told.contains(&format!("removed book/runs/{program}.explored.json")), "{told}");
    }
}

#[test]
fn why_the_compiler_refuses_is_recorded_and_checked() {
    let course = Course::own().with_only("hello");
    let program = "lessons/hello/refused/moved.rs";
    let refused = "fn main() {\n    let a = vec![1 < 2];\n    drop(a);\n    drop(a);\n}\n";
    course.write(program, refused);
    let chapter = |cards: &str| {
        course.write("book/chapters/en/hello.md", &format!("# Hello\n\n{{{{#lesson hello}}}}\n\n{cards}\n"));
    };
    chapter("{{#refused hello/moved}}");
    let record = "book/runs/hello.moved.refused.json";
    let (code, told) = course.run(&["check"]);
    assert_eq!(code, Some(1));
    let missing = format!("the compiler's message {record} is missing: `cargo book record hello`");
    assert!(told.contains(&missing), "{told}");
    let (code, told) = course.run(&["record", "hello"]);
    assert_eq!(code, Some(0), "{told}");
    assert!(told.contains(&format!("error[E0382]: use of moved value: `a` → {record}")), "{told}");
    let (code, told) = course.run(&["check"]);
    assert_eq!(code, Some(0), "{told}");
    let page = course.read("book/book/hello.html");
    for part in [
        "<code class=\"lesson-command\">rustc --edition 2024 lessons/hello/refused/moved.rs</code>",
        "Refused by rustc 1.",
        "--&gt; lessons/hello/refused/moved.rs:4:10",
        "2 |     let a = vec![1 &lt; 2];",
        ".refused pre {",
    ] {
        assert!(page.contains(part), "{part}\nis not in\n{page}");
    }
    assert!(!page.contains("note: "), "what it adds to the error is left out: {page}");

    let stored = course.read(record);
    for (from, to, says) in [("\"lines\"", "\"line\"", "it has no lines"), ("{", "", "can't be used")] {
        assert!(stored.contains(from), "{from}");
        course.write(record, &stored.replacen(from, to, 1));
        let (code, told) = course.run(&["check"]);
        assert_eq!(code, Some(1), "{to}");
        assert!(told.contains(&format!("{record} can't be used: ")) && told.contains(says), "{to}: {told}");
    }
    course.write(record, &stored);

    // What the compiler accepts, or refuses without a code, is told, and not stored.
    for (source, says) in
        [("fn main() {}\n", "the compiler accepts it"), ("fn main( {}\n", "no error with a code")]
    {
        course.write(program, source);
        let (_, told) = course.run(&["check"]);
        assert!(told.contains(&format!("{record} is older than its program")), "{told}");
        let (code, told) = course.run(&["record", "hello"]);
        assert_eq!(code, Some(1), "{told}");
        assert!(told.contains(says) && told.contains(&format!("not recorded: {program}")), "{told}");
        assert_eq!(course.read(record), stored);
    }

    chapter("{{#refused hello/nowhere}}\n\n{{#refused hello}}");
    let (_, told) = course.run(&["check"]);
    for part in [
        "hello.md:5: there is no file lessons/hello/refused/nowhere.rs".to_owned(),
        "hello.md:7: `hello` is no program: write {{#refused TOPIC/NAME}}".to_owned(),
        format!("{record} belongs to no program that a chapter shows refused: remove it"),
    ] {
        assert!(told.contains(&part), "{part}\nis not in\n{told}");
    }
    chapter("");
    let (code, told) = course.run(&["record", "hello"]);
    assert_eq!(code, Some(0), "{told}");
    assert!(told.contains(&format!("removed {record}")), "{told}");
}

/// A twin that says who it is, and with `--loud` that somebody waits in vain.
const TWIN: &str = r#"import os, subprocess, sys
print(f"MainProcess {os.getpid()}  starts a child\n", end="", flush=True)
child = subprocess.Popen([sys.executable, "-c", "import os; print(f'child {os.getpid()}        says <hello>')"])
child.wait()
print(f"MainProcess {os.getpid()}  child {child.pid} has ended\n", end="", flush=True)
if "--loud" in sys.argv[1:]:
    print(f"MainProcess {os.getpid()}  in Python, somebody waits", flush=True)
if "--size" in sys.argv[1:]:
    sys.exit("no such size")
"#;

#[test]
fn what_a_twin_says_is_recorded_checked_and_asked_for_again() {
    let version = suite::deadline::output(Command::new("python3").arg("--version"), course::DEADLINE);
    if !version.is_ok_and(|output| output.status.success()) {
        assert!(std::env::var_os("CI").is_none(), "CI installs python3");
        let _ = writeln!(std::io::stderr(), "skipped: what_a_twin_says… wants python3");
        return;
    }
    let course = Course::own().with_only("hello");
    course.write("lessons/hello/python.py", TWIN);
    let chapter = "# Hello\n\n{{#lesson hello}}\n\n{{#twin hello --loud}}\n";
    course.write("book/chapters/en/hello.md", chapter);
    let server = Server::start(&course, &[]);
    let page = server.get("/hello.html", &[]).body;
    assert!(page.contains("hello.loud.python.json is missing"), "the author of the chapter is told: {page}");
    drop(server);
    let (code, told) = course.run(&["record", "hello"]);
    assert_eq!(code, Some(0), "{told}");
    assert!(told.contains("4 lines → book/runs/hello.loud.python.json"), "{told}");
    let stored = course.read("book/runs/hello.loud.python.json");
    for part in [
        "\"MainProcess 101\",\"starts a child\"]",
        "\"child 102\",\"says <hello>\"]",
        "\"child 102 has ended\"]",
    ] {
        assert!(stored.contains(part), "{part} is not in {stored}");
    }
    let (code, told) = course.run(&["check"]);
    assert_eq!(code, Some(0), "{told}");
    let page = course.read("book/book/hello.html").replace('\n', "");
    for part in [
        "<code class=\"lesson-command\">python3 lessons/hello/python.py --loud</code>",
        ", Python 3.",
        "<span class=\"who\">child 102</span> <span class=\"text\">says &lt;hello&gt;</span>",
        "in Python, somebody waits",
    ] {
        assert!(page.contains(part), "{part}\nis not in\n{page}");
    }

    course.write("book/runs/hello.loud.python.json", &stored.replace("--loud", "--size"));
    let (_, told) = course.run(&["check"]);
    assert!(told.contains("hello.loud.python.json can't be used: it is the run of something else"), "{told}");
    course.write("book/runs/hello.loud.python.json", &stored);
    course.write("lessons/hello/python.py", &format!("{TWIN}# changed\n"));
    for command in ["check", "build"] {
        let (code, told) = course.run(&[command]);
        assert_eq!(code, Some(1));
        assert!(told.contains("book/runs/hello.loud.python.json is older than its lesson"), "{told}");
    }

    course.write("book/chapters/en/hello.md", "# Hello\n\n{{#lesson hello}}\n\n{{#twin hello --size 2}}\n");
    let (code, told) = course.run(&["check"]);
    assert_eq!(code, Some(1));
    let says = "hello.loud.python.json belongs to no lesson whose chapter shows its twin's run: remove it";
    assert!(told.contains(says) && told.contains("hello.size-2.python.json is missing"), "{told}");
    let (code, told) = course.run(&["record", "hello"]);
    assert_eq!(code, Some(1), "a twin that fails is not stored");
    assert!(
        told.contains("no such size") && told.contains("not recorded: python.py of hello --size 2"),
        "{told}"
    );
    assert!(told.contains("removed book/runs/hello.loud.python.json"), "{told}");

    course.write("book/chapters/en/hello.md", "# Hello\n\n{{#twin helo}}\n\n{{#twin hello --soft}}\n");
    let (_, told) = course.run(&["build"]);
    for part in
        ["hello.md:3: there is no lesson `helo`", "hello.md:5: the lesson declares no argument \"--soft\""]
    {
        assert!(told.contains(part), "{part}\nis not in\n{told}");
    }
}

#[test]
fn orders_that_the_explorer_does_not_know_are_not_recorded() {
    let course = Course::own().with_exercises();
    course.write("book/chapters/en/hello.md", "# Hello\n\n{{#lesson hello}}\n\n{{#orders fails}}\n");
    let (code, told) = course.run(&["record", "fails"]);
    assert_eq!(code, Some(1));
    assert!(told.contains("the explorer does not know fails; it knows: hello, heir"), "{told}");
}

#[test]
fn what_shows_a_directive_is_left_alone() {
    let course = Course::own();
    course.write(
        "book/chapters/en/hello.md",
        "# Hello\n\n`{{#lesson none}}`\n\n```text\n{{#lesson none}}\n```\n\n\\{{#lesson none}}\n",
    );
    let (code, told) = course.run(&["build"]);
    assert_eq!(code, Some(0), "{told}");
    let page = course.read("book/book/hello.html");
    assert_eq!(page.matches("{{#lesson none}}").count(), 3, "{page}");
}

#[test]
fn runs_are_recorded_checked_and_asked_for_again() {
    let course = Course::own().with_only("hello");
    let (code, told) = course.run(&["check"]);
    assert_eq!(code, Some(1));
    assert!(told.contains("book/runs/hello.json is missing: `cargo book record hello`"), "{told}");

    let (code, told) = course.run(&["record"]);
    assert_eq!(code, Some(0), "{told}");
    assert!(told.contains("1 lines on standard output without `say!`"), "{told}");
    let mut runs: Vec<_> = fs::read_dir(course.root.join("book/runs"))
        .expect("there are runs")
        .map(|run| run.expect("readable").file_name().into_string().expect("a plain name"))
        .collect();
    runs.sort();
    assert_eq!(runs, ["hello.json", "hello.loud.json", "hello.size-2.json"]);
    let run = course.read("book/runs/hello.loud.json");
    for part in [r#""arguments":["--loud"]"#, r#""errors":["and an error"]"#, r#""pid":101"#] {
        assert!(run.contains(part), "{part} is not in {run}");
    }
    let (code, told) = course.run(&["check"]);
    assert_eq!(code, Some(0), "{told}");

    let source = course.read("lessons/hello/src/main.rs");
    course.write("lessons/hello/src/main.rs", &format!("{source}// changed\n"));
    let (code, told) = course.run(&["check"]);
    assert_eq!(code, Some(1));
    assert!(told.contains("the recorded run book/runs/hello.size-2.json is older than its lesson"), "{told}");
    let (code, told) = course.run(&["build"]);
    assert_eq!(code, Some(1));
    assert!(told.contains("hello.md:3: the recorded run book/runs/hello.json is older"), "{told}");
    let server = Server::start(&course, &[]);
    let page = server.get("/hello.html", &[]).body;
    assert!(page.contains("The program has been changed since."), "the one who changes it is told: {page}");
    drop(server);

    course.write("lessons/hello/src/main.rs", &source.replace("//! --loud    say it loudly\n", ""));
    course.write("book/runs/gone.json", &run);
    let (code, told) = course.run(&["record", "hello"]);
    assert_eq!(code, Some(0), "{told}");
    assert!(told.contains("removed book/runs/hello.loud.json"), "{told}");
    let (code, told) = course.run(&["check"]);
    assert_eq!(code, Some(1));
    assert!(told.contains("book/runs/gone.json belongs to no lesson"), "{told}");
}

#[test]
fn a_lesson_without_a_chapter_or_with_a_broken_link_fails_the_check() {
    let course = Course::own().with_only("hello");
    course.write("lessons/hello/src/main.rs", "fn main() {}\n");
    course.write("book/chapters/en/hello.md", "# Hello\n\n[nowhere](none.html) and [here](#none)\n");
    let (code, told) = course.run(&["check"]);
    assert_eq!(code, Some(1));
    for part in [
        "lessons/hello has no chapter: write book/chapters/en/hello.md",
        "hello.html: none.html leads nowhere",
        "hello.html: #none hello.html has no anchor #none",
    ] {
        assert!(told.contains(part), "{part}\nis not in\n{told}");
    }
}

#[test]
fn a_lesson_that_fails_or_says_nothing_is_not_stored() {
    let course = Course::own();
    let (code, told) = course.run(&["record", "fails"]);
    assert_eq!(code, Some(1));
    assert!(told.contains("nothing is stored: exit status: 3"), "{told}");
    let (code, told) = course.run(&["record", "broken"]);
    assert_eq!(code, Some(1));
    assert!(told.contains("nothing is stored: it does not compile"), "{told}");
    assert!(told.contains("mismatched types"), "{told}");
    let (code, told) = course.run(&["record", "none"]);
    assert_eq!((code, told.lines().count()), (Some(2), 1), "{told}");
    assert!(told.contains("there is no lesson `none`; there are: broken, fails"), "{told}");
    assert!(!course.root.join("book/runs").exists());
}

#[test]
fn a_bad_command_line_is_one_line_and_status_2() {
    let course = Course::shared();
    for arguments in [&["bulid"][..], &["--port", "x"], &["check", "now"]] {
        let (code, told) = course.run(arguments);
        assert_eq!((code, told.lines().count()), (Some(2), 1), "{told}");
    }
    for arguments in [&["record", "no\nsuch"][..], &["no\nsuch"], &["new", "own", "--from", "no\nsuch"]] {
        let (code, told) = course.run(arguments);
        assert_eq!((code, told.lines().count()), (Some(2), 1), "{told}");
        assert!(told.contains("no\\nsuch"), "{told}");
    }
    let outside = tempfile::tempdir().expect("a folder");
    for command in ["serve", "build", "record", "check", "bench"] {
        let mut command = course.book(&[command]);
        let output = suite::deadline::output(command.current_dir(outside.path()), course::COMPILED);
        let output = output.expect("book starts");
        let told = String::from_utf8_lossy(&output.stderr);
        assert_eq!((output.status.code(), told.lines().count()), (Some(2), 1), "{told}");
        assert!(told.contains("is not inside the course"), "{told}");
    }
    let (code, told) = course.run(&["--help"]);
    assert_eq!(code, Some(0));
    assert!(told.contains("cargo book record"), "{told}");
}

/// They build into one folder, and each removes what was there.
#[test]
fn two_that_build_at_once_both_do() {
    let course = Course::own();
    let names: Vec<_> = (0..30).map(|n| format!("chapter-{n}")).collect();
    let lines: String = names.iter().map(|name| format!("- [{name}]({name}.md)\n")).collect();
    course.write("book/chapters/en/SUMMARY.md", &format!("# Summary\n\n{lines}"));
    for name in &names {
        course.write(
            &format!("book/chapters/en/{name}.md"),
            &format!("# {name}\n\n{}", "Words. ".repeat(1000)),
        );
    }
    assert_eq!(course.run(&["build"]).0, Some(0), "there is something to remove");
    let builders = [(); 4].map(|()| {
        let mut command = course.book(&["build"]);
        command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("book starts")
    });
    for builder in builders {
        let output = suite::deadline::said(builder, course::COMPILED);
        let told = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(0), "{told}");
    }
}

#[cfg(unix)]
#[test]
fn a_pipe_in_place_of_a_file_is_told_and_never_waited_for() {
    let course = Course::own();
    let pipe = |path: &str| {
        let path = course.root.join(path);
        let _ = fs::remove_file(&path);
        suite::named_pipe(&path);
    };
    course.write("book/chapters/en/SUMMARY.md", "# Summary\n\n- [One](one.md)\n");
    course.write("book/chapters/en/one.md", "# One\n");
    pipe("book/book.lock");
    assert_eq!(course.run(&["build"]), (Some(0), "The book is in book/book.\n".to_owned()));
    pipe("book/chapters/en/SUMMARY.md");
    for command in ["build", "check"] {
        let (code, told) = course.run(&[command]);
        assert_eq!(code, Some(1), "{told}");
        assert_eq!(told.trim_end(), "error: book/chapters/en/SUMMARY.md is no ordinary file");
    }
}

/// Neither help that is lost nor a complaint that nobody can read makes it panic.
#[cfg(target_os = "linux")]
#[test]
fn what_cannot_be_written_is_told_once_or_not_at_all() {
    let course = Course::shared();
    let full = || fs::File::options().write(true).open("/dev/full").expect("Linux has it");
    let ends = |command: &mut Command| {
        let child = command.spawn().expect("book starts");
        suite::deadline::end(&mut { child }, course::COMPILED).code()
    };
    assert_eq!(ends(course.book(&["bulid"]).stderr(full())), Some(2));
    assert_eq!(ends(course.book(&["record", "none"]).stderr(full())), Some(2));
    let told = tempfile::NamedTempFile::new().expect("a file");
    let told_to = told.reopen().expect("it is there");
    assert_eq!(ends(course.book(&["--help"]).stdout(full()).stderr(told_to)), Some(1));
    let told = fs::read_to_string(told.path()).expect("it is there");
    assert!(told.starts_with("error: cannot write to standard output: "), "{told}");
    assert_eq!(told.lines().count(), 1, "{told}");
}

#[cfg(unix)]
#[test]
fn recording_that_is_stopped_takes_its_lesson_along() {
    use rustix::process::{Pid, Signal, kill_process};

    let course = Course::shared();
    let temporary = tempfile::tempdir().expect("a temporary folder");
    let mut record =
        course.book(&["record", "hang"]).env("TMPDIR", temporary.path()).spawn().expect("book starts");
    let pid = course::within_deadline("the lesson runs", || {
        let own = fs::read_dir(temporary.path()).expect("readable").flatten().next()?;
        let mut files = fs::read_dir(own.path()).ok()?.flatten().map(|entry| entry.path());
        let trace = files.find(|path| path.extension().is_some_and(|kind| kind == "jsonl"))?;
        let event: serde_json::Value = serde_json::from_str(&fs::read_to_string(trace).ok()?).ok()?;
        event["pid"].as_u64()
    });
    kill_process(Pid::from_child(&record), Signal::INT).expect("it is there");
    assert_eq!(suite::deadline::end(&mut record, course::DEADLINE).code(), Some(1));
    course::all_gone(&[pid as u32]);
    assert!(!course.root.join("book/runs").exists(), "nothing is stored");
}

#[test]
fn a_lesson_that_is_moved_into_place_is_run_as_it_is() {
    let course = Course::own().with_only("hello");
    let server = Server::start(&course, &[]);
    let said = server.post("hello", &[]).body;
    assert!(said.contains("not said"), "{said}");
    // As `mv` of a backup or `tar x` does it: with a time of long ago.
    let source = course.read("lessons/hello/src/main.rs").replace("not said", "now said");
    course.write("backup.rs", &source);
    let backup = fs::File::options().append(true).open(course.root.join("backup.rs")).expect("it is there");
    let long_ago = std::time::SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(1_000_000_000);
    backup.set_modified(long_ago).expect("ours");
    fs::rename(course.root.join("backup.rs"), course.root.join("lessons/hello/src/main.rs")).expect("moved");
    let said = server.post("hello", &[]).body;
    assert!(said.contains("now said"), "{said}");
}

/// It is the dearest crate that a lesson has: built twice, the first run on the page waits for it.
#[test]
#[cfg(unix)]
fn the_book_and_a_lesson_share_one_build_of_rustix() {
    let of = |package: &str| {
        let mut cargo = std::process::Command::new(env!("CARGO"));
        cargo.args(["tree", "-p", package, "-e", "normal", "--prefix", "none", "-f", "{p} {f}"]);
        let told = suite::deadline::output(cargo.current_dir(env!("CARGO_MANIFEST_DIR")), course::DEADLINE);
        let told = String::from_utf8(told.expect("cargo starts").stdout).expect("text");
        told.lines().find(|line| line.starts_with("rustix v")).map(|line| line.replace(" (*)", ""))
    };
    assert!(of("book").is_some());
    assert_eq!(of("book"), of("lesson-queue"));
}
