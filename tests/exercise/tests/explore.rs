//! Drives `cargo explore` as its user does, and asks what it says of programs of each kind.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use exercise::compile::Refusal;
use exercise::explore::{Bounds, Source, compile, explore};
use serde_json::Value;
use suite::deadline;

/// When something counts as hung. Nothing is measured by it.
const DEADLINE: Duration = Duration::from_secs(300);

/// A folder that looks like the course's, for one test.
fn folder(name: &str) -> PathBuf {
    let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join("explored").join(name);
    let _ = fs::remove_dir_all(&root);
    fs::create_dir_all(root.join("lessons")).expect("writable");
    fs::create_dir_all(root.join("book")).expect("writable");
    fs::write(root.join("book/book.toml"), "").expect("writable");
    root
}

fn command(root: &Path, arguments: &[&str]) -> Command {
    let program = Path::new(env!("CARGO_BIN_EXE_explore"));
    let mut command = Command::new(program);
    let target = program.ancestors().nth(2).expect("it is in target/debug");
    command.args(arguments).current_dir(root).env("CARGO_TARGET_DIR", target).stdin(Stdio::null());
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// What the command says of a file with this text, and its exit status.
#[track_caller]
fn said(root: &Path, file: &str, text: &str, arguments: &[&str], status: i32) -> String {
    fs::create_dir_all(root.join(file).parent().expect("a folder")).expect("writable");
    fs::write(root.join(file), text).expect("writable");
    run(root, &[&[file], arguments].concat(), status)
}

#[track_caller]
fn run(root: &Path, arguments: &[&str], status: i32) -> String {
    let Output { status: ended, stdout, stderr } =
        deadline::output(&mut command(root, arguments), DEADLINE).expect("it runs");
    let (said, errors) = (String::from_utf8_lossy(&stdout), String::from_utf8_lossy(&stderr));
    assert_eq!(ended.code(), Some(status), "{said}\n{errors}");
    for line in said.lines().filter(|line| !line.starts_with('{') && !said.contains("error[")) {
        assert!(line.chars().count() <= 80, "wider than 80 columns: {line}");
    }
    let errors = errors.lines().filter(|line| !line.starts_with("compiling") && !line.starts_with("waiting"));
    format!("{said}{}", errors.collect::<Vec<_>>().join("\n"))
}

#[track_caller]
fn contains(said: &str, texts: &[&str]) {
    for text in texts {
        assert!(said.contains(text), "no {text:?} in:\n{said}");
    }
}

/// What is found in each of these programs, compiled by one call of cargo; the error if one can't be explored.
fn found(root: &Path, programs: &[(String, String)]) -> Vec<Result<Value, String>> {
    let sources: Vec<Source> = programs
        .iter()
        .map(|(name, text)| {
            let file = root.join(format!("{name}.rs"));
            fs::write(&file, text).expect("writable");
            Source::read(&file, "2024").expect("it is there")
        })
        .collect();
    let bounds = Bounds { time: Duration::from_secs(3), tree: false };
    let compiled = compile(root, &sources, false).expect("cargo runs");
    let one = |compiled: Result<_, Refusal>| match compiled {
        Ok(explorer) => explore(&explorer, bounds, |_| {}).map_err(|error| format!("{error:#}")),
        Err(Refusal(errors)) => Err(errors),
    };
    compiled.into_iter().map(one).collect()
}

const RACE: &str = "\
//! Two threads and one count.

#![allow(dead_code)]

use std::sync::atomic::{AtomicU32, Ordering::SeqCst};
use std::thread;

fn main() {
    let count = AtomicU32::new(0);
    let add = || {
        let seen = count.load(SeqCst);
        count.store(seen + 1, SeqCst);
    };
    thread::scope(|scope| {
        scope.spawn(add);
        scope.spawn(add);
    });
    println!(\"counted to {}\", count.load(SeqCst));
}
";

#[test]
fn each_way_to_end_is_told() {
    let root = folder("kinds");
    let two = "use std::{cell::UnsafeCell, sync::{Mutex, mpsc}, thread};\n";
    let programs = [
        ("returned", "fn main() { println!(\"a\"); print!(\"b\"); eprintln!(\"c\"); }"),
        ("error", "fn main() -> Result<(), String> { Err(\"no\".into()) }"),
        ("failed", "fn main() { println!(\"before\"); panic!(\"on purpose\"); }"),
        (
            "deadlock",
            "fn main() { let a = Mutex::new(0); let b = Mutex::new(0); thread::scope(|scope| {
             scope.spawn(|| { let _a = a.lock(); let _b = b.lock(); }); let _b = b.lock(); let _a = a.lock(); }); }",
        ),
        (
            "race",
            "struct Cell(UnsafeCell<u32>);\nunsafe impl Sync for Cell {}\nfn main() { let cell = Cell(UnsafeCell::new(0));
             let cell = &cell; thread::scope(|scope| { scope.spawn(move || unsafe { *cell.0.get() = 1 });
             scope.spawn(move || unsafe { *cell.0.get() = 2 }); }); }",
        ),
        ("endless", "fn main() { loop { thread::yield_now(); } }"),
        ("refused", "fn main() { std::process::exit(3) }"),
        ("stdin", "fn main() { let mut line = String::new(); std::io::stdin().read_line(&mut line).unwrap(); }"),
        ("channel", "fn main() { let (to, from) = mpsc::channel(); thread::spawn(move || to.send(1)); println!(\"{:?}\", from.recv()); }"),
    ];
    let programs = programs.map(|(name, text)| (name.to_owned(), format!("{two}{text}\n")));
    let found = found(&root, &programs);
    for ((name, _), found) in programs.iter().zip(&found) {
        match (name.as_str(), found) {
            ("refused", Err(why)) => contains(why, &["process::exit(3)", "return instead"]),
            ("stdin", Err(why)) => contains(why, &["standard input"]),
            ("channel", Ok(found)) => assert_eq!(found["outcomes"][0]["printed"][0], "Ok(1)", "{found}"),
            (name, Ok(found)) => {
                assert_eq!(found["outcomes"][0]["kind"], *name, "{found}");
                assert_eq!(found["fails"], name != "returned", "{found}");
            }
            (name, Err(why)) => panic!("{name}: {why}"),
        }
    }
    let printed = |at: usize, key: &str| found[at].as_ref().expect("it ends")["outcomes"][0][key].clone();
    assert_eq!(printed(0, "printed"), serde_json::json!(["a", "b"]));
    assert_eq!(printed(0, "errors"), serde_json::json!(["c"]));
    assert_eq!(printed(1, "message"), "Error: \"no\"");
    assert_eq!(printed(2, "printed"), serde_json::json!(["before"]));
    assert_eq!(printed(3, "stuck").as_array().map(Vec::len), Some(2));
}

#[test]
fn outcomes_come_with_their_orders() {
    let root = folder("text");
    let text = said(&root, "a race.rs", RACE, &[], 0);
    contains(&text, &["2 outcomes, no order fails", "all 6 orders", "counted to 2", "it returns: 4 orders"]);
    contains(&text, &["reads 0 from `count`", "  11\n", "step  thread"]);
    let one = run(&root, &["a race.rs", "--outcome", "2"], 0);
    contains(&one, &["✓ 2.", "counted to 1"]);
    assert!(!one.contains("counted to 2"), "{one}");
    contains(&run(&root, &["a race.rs", "--outcome", "3"], 2), &["there is no outcome 3: 2 outcomes found"]);

    let json: Value = serde_json::from_str(&run(&root, &["a race.rs", "--json"], 0)).expect("one object");
    assert_eq!(
        (&json["file"], &json["orders"], &json["all"]),
        (&"a race.rs".into(), &6.into(), &true.into())
    );
    let tree = &json["tree"];
    assert_eq!(tree["orders"], 6);
    for outcome in json["outcomes"].as_array().expect("a list") {
        let ends = tree["outcomes"].as_array().expect("a list");
        let same = ends.iter().find(|end| end["text"] == outcome["text"]).expect("it is in the tree");
        assert_eq!(same["orders"], outcome["orders"]);
    }
}

#[test]
fn any_file_is_taken_and_bad_ones_are_named() {
    let root = folder("files");
    folder("elsewhere");
    let old = "#!/usr/bin/env rust\nextern crate parking_lot;\nfn main() { let async = 1; println!(\"{}\", async); }\n";
    let file = "../elsewhere/zwei Fäden.rs";
    let text = said(&root, file, &old.replace("async", "r"), &["--edition", "2018"], 0);
    contains(&text, &["zwei Fäden.rs: 1 outcome", "the only order there is"]);

    let wrong = RACE.replace("seen + 1, SeqCst", "seen + \"\", SeqCst");
    let text = said(&root, "wrong.rs", &wrong, &[], 2);
    contains(&text, &["error[E0277]", "--> wrong.rs:12:"]);
    contains(&said(&root, "none.rs", "fn man() {}\n", &[], 2), &["none.rs has no `fn main()`"]);
    contains(
        &said(&root, "files.rs", "fn main() { std::fs::read(\"x\").ok(); }", &[], 2),
        &["std::fs can't be explored"],
    );
    let text = said(&root, "mut.rs", "static mut N: u32 = 0;\nfn main() {}\n", &[], 2);
    contains(&text, &["mut.rs:1: the explorer can't see `static mut`; use an atomic or a Mutex"]);
    contains(&run(&root, &["nowhere.rs"], 2), &["there is no file nowhere.rs"]);
    contains(&run(&root, &["lessons"], 2), &["it is a folder"]);
    contains(&run(&root, &["--seconds", "x"], 2), &["--seconds takes a number"]);
    fs::write(root.join("bytes.rs"), b"// \xff\nfn main() {}\n").expect("writable");
    contains(&run(&root, &["bytes.rs"], 2), &["not a text in UTF-8"]);
}

#[test]
fn a_first_program_is_written_and_watched() {
    let root = folder("watch");
    let mut child = command(&root, &["--watch"]).spawn().expect("it starts");
    let (to, lines) = mpsc::channel();
    let out = BufReader::new(child.stdout.take().expect("it is piped"));
    thread::spawn(move || out.lines().map_while(Result::ok).try_for_each(|line| to.send(line)));
    let until = |text: &str| {
        let mut said = String::new();
        while !said.contains(text) {
            said += &lines
                .recv_timeout(DEADLINE)
                .unwrap_or_else(|_| panic!("it never said {text:?}, but {said}"));
        }
    };
    until("explore.rs: 2 outcomes, no order fails");
    until("waiting for the next save");
    fs::write(root.join("explore.rs"), "fn main() {\n    panic!(\"changed\");\n}\n").expect("writable");
    until("explore.rs: 1 outcome, an order fails");
    until("waiting for the next save");
    child.kill().expect("it runs");
    deadline::end(&mut child, DEADLINE);
}

/// A process that has ended and that nobody has asked for yet is none that runs.
#[cfg(target_os = "linux")]
fn lives(pid: &str) -> bool {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    stat.rsplit_once(") ").is_some_and(|(_, fields)| !fields.starts_with(['Z', 'X']))
}

#[cfg(target_os = "linux")]
#[test]
fn nothing_outlives_the_command() {
    let root = folder("outlives");
    let long = RACE.replace("    let add = || {", "    let add = || for _ in 0..20 {");
    fs::write(root.join("long.rs"), long).expect("writable");
    let mut child = command(&root, &["long.rs", "--seconds", "600"]).spawn().expect("it starts");
    let children = format!("/proc/{0}/task/{0}/children", child.id());
    let explorer = || {
        let children = fs::read_to_string(&children).unwrap_or_default();
        let is_explorer = |pid: &&str| {
            let line = fs::read_to_string(format!("/proc/{pid}/cmdline")).unwrap_or_default();
            line.contains("/debug/explored-")
        };
        children.split_whitespace().find(is_explorer).map(str::to_owned)
    };
    deadline::until(DEADLINE, "it explores", || explorer().is_some());
    let explorer = explorer().expect("it explores for ten minutes");
    child.kill().expect("it runs"); // it has no time for anything
    deadline::end(&mut child, DEADLINE);
    deadline::until(DEADLINE, "the explorer has ended", || !lives(&explorer));
}

fn cases(names: &[String]) -> Vec<(String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../interleave/tests/cases");
    let mut programs = Vec::new();
    for name in names {
        for side in ["right", "wrong"] {
            let Ok(text) = fs::read_to_string(folder.join(name).join(format!("{side}.rs"))) else { continue };
            programs.push((format!("{name}_{side}"), format!("{text}\nfn main() {{\n    body();\n}}\n")));
        }
    }
    programs
}

fn are_judged(name: &str, names: &[String]) {
    let programs = cases(names);
    assert!(!programs.is_empty());
    let judged = found(&folder(name), &programs);
    let mut wrong = String::new();
    for ((name, _), found) in programs.iter().zip(judged) {
        match found {
            Ok(found) if (found["fails"] == true) == name.ends_with("_wrong") => {}
            Ok(found) => wrong += &format!("{name}: fails is {}\n", found["fails"]),
            Err(why) => wrong += &format!("{name}: {why}\n"),
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn cases_are_judged_as_the_explorer_judges_them() {
    let names = ["error_keeps_the_guard", "relaxed_message", "third_timeout_gives_up"];
    are_judged("cases", &names.map(str::to_owned));
}

#[test]
fn counts_of_an_arc_are_seen_or_said_not_to_be() {
    are_judged("counted", &["unwrap_the_last_arc".to_owned()]);
    let text = "use std::sync::Arc;\nfn main() {\n    let shown: Arc<dyn Fn() -> u32> = Arc::new(|| 1);\n    \
        println!(\"{} {}\", shown(), Arc::strong_count(&shown));\n}\n";
    let said = said(&folder("uncounted"), "shown.rs", text, &[], 0);
    contains(&said, &["1 1", "The counts of an `Arc` are not seen as steps here"]);
}
