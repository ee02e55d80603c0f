//! Drives `cargo explore` as its user does, and asks what it says of programs of each kind.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use exercise::compile::Refusal;
use exercise::explore::{Bounds, Explorer, Source, compile, explore};
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
fn found(root: &Path, programs: &[(&str, String)]) -> Vec<Result<Value, String>> {
    let sources: Vec<Source> = programs
        .iter()
        .map(|(name, text)| {
            let file = root.join(format!("{name}.rs"));
            fs::write(&file, text).expect("writable");
            Source::read(&file, "2024").expect("it is there")
        })
        .collect();
    let bounds = Bounds { time: Duration::from_secs(2), tree: false };
    // In the course's own target folder, where what they are compiled against is built once.
    let course =
        Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).expect("this package is tests/exercise");
    let compiled = compile(course, &sources, false).expect("cargo runs");
    let one = |compiled: &Result<Explorer, Refusal>| match compiled {
        Ok(explorer) => explore(explorer, bounds, |_| {}).map_err(|error| format!("{error:#}")),
        Err(Refusal(errors)) => Err(errors.clone()),
    };
    thread::scope(|threads| {
        let explored: Vec<_> = compiled.iter().map(|compiled| threads.spawn(move || one(compiled))).collect();
        explored.into_iter().map(|thread| thread.join().expect("it doesn't panic")).collect()
    })
}

/// One side of a case of the explorer's own tests, as a program.
fn case(name: &str, side: &str) -> String {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../interleave/tests/cases").join(name).join(side);
    let text = fs::read_to_string(file).expect("it is there");
    format!("{text}\nfn main() {{\n    body();\n}}\n")
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

/// Programs that can be explored, and how the first of their outcomes ends. What they all use is put before each.
const EXPLORED: &[(&str, &str, &str)] = &[
    ("returned", "returned", r#"fn main() { println!("a"); print!("b"); eprintln!("c"); }"#),
    ("error", "error", r#"fn main() -> Result<(), String> { Err("no".into()) }"#),
    ("status", "error", "fn main() -> std::process::ExitCode { std::process::ExitCode::from(3) }"),
    ("failed", "failed", r#"fn main() { println!("before"); panic!("on purpose"); }"#),
    (
        "deadlock",
        "deadlock",
        "fn main() { let a = Mutex::new(0); let b = Mutex::new(0); thread::scope(|scope| {
         scope.spawn(|| { let _a = a.lock(); let _b = b.lock(); }); let _b = b.lock(); let _a = a.lock(); }); }",
    ),
    (
        "race",
        "race",
        "struct Cell(UnsafeCell<u32>);\nunsafe impl Sync for Cell {}\nfn main() { let cell = Cell(UnsafeCell::new(0));
         let cell = &cell; thread::scope(|scope| { scope.spawn(move || unsafe { *cell.0.get() = 1 });
         scope.spawn(move || unsafe { *cell.0.get() = 2 }); }); }",
    ),
    // What is done with a pointer that a function hands on is seen where that is called.
    (
        "handed_on",
        "race",
        "struct Cell(UnsafeCell<u32>);\nunsafe impl Sync for Cell {}\nimpl Cell { pub const fn at(&self) -> *mut u32 { self.0.get() } }
         fn main() { let cell = Cell(UnsafeCell::new(0)); let cell = &cell;
         thread::scope(|scope| { for n in 0..2 { scope.spawn(move || unsafe { *cell.at() = n }); } }); }",
    ),
    (
        "pointer",
        "returned",
        "fn main() { let p = Box::into_raw(Box::new(1)); unsafe { *p = 2; drop(Box::from_raw(p)); } }",
    ),
    ("exit", "error", r#"fn main() { println!("x"); std::process::exit(3) }"#),
    (
        "exit_in_a_thread",
        "returned",
        r#"fn main() { let on = Mutex::new(()); thread::scope(|scope| { let held = on.lock();
         scope.spawn(|| std::process::exit(0)).join().unwrap(); drop(held); println!("never"); }); }"#,
    ),
    ("abort", "error", "fn main() { thread::spawn(|| std::process::abort()).join().unwrap(); }"),
    (
        "drop",
        "failed",
        "struct Bad;\nimpl Drop for Bad { fn drop(&mut self) { panic!() } }\nfn main() { let _bad = Bad; panic!(); }",
    ),
    (
        "extern",
        "failed",
        r#"extern "C" fn fails() { panic!("in C") }
         fn main() { let n = Mutex::new(1); let _held = n.lock(); fails() }"#,
    ),
    ("endless", "endless", "fn main() { loop { thread::yield_now(); } }"),
    ("silent", "endless", "fn main() { let mut n = 0_u64; loop { n = std::hint::black_box(n + 1); } }"),
    ("prints_on", "endless", r#"fn main() { loop { println!("again"); } }"#),
    ("deep", "failed", "fn deep(n: u64) -> u64 { std::hint::black_box(n) + deep(n + 1) }\nfn main() { deep(0); }"),
    (
        "channel",
        "returned",
        r#"fn main() { let (to, from) = mpsc::channel(); thread::spawn(move || to.send(1)); println!("{:?}", from.recv()); }"#,
    ),
    ("hour", "returned", "fn main() { thread::sleep(std::time::Duration::from_secs(3600)); }"),
    // Macros by a glob, which are others than those in the prelude.
    (
        "glob",
        "returned",
        "mod all {\nuse std::*; thread_local! { static N: cell::Cell<u32> = const { cell::Cell::new(7) }; }
         pub fn say() { println!(\"{}\", N.get()); } }\nfn main() { all::say(); }",
    ),
    (
        "map",
        "returned",
        r#"fn main() { for n in std::collections::HashSet::from([1, 2, 3]) { println!("{n}"); } }"#,
    ),
    (
        "shown",
        "returned",
        "use std::sync::Arc;\nfn main() {\n    let shown: Arc<dyn Fn() -> u32> = Arc::new(|| 1);
         println!(\"{} {}\", shown(), Arc::strong_count(&shown));\n}\n",
    ),
];

/// Programs that can't be, and words of the one line that says why.
const REFUSED: &[(&str, &str, &str)] = &[
    (
        "stdin",
        "the standard input can't be explored",
        "fn main() { let _ = std::io::stdin().lines().count(); }",
    ),
    ("memory", "more memory than the 1 GB", "fn main() { let mut all = vec![0_u64]; loop { all.push(1); } }"),
    (
        "many",
        "no room for more than",
        "fn main() { let all: Vec<_> = (0..200).map(|_| thread::spawn(|| ())).collect(); drop(all); }",
    ),
    ("none", "it has no `fn main()`", "fn man() {}"),
    ("empty", "it has no `fn main()`", ""),
    ("generic", "a plain function", "fn main<T>() {}"),
    ("takes", "a plain function", "fn main(_: u32) {}"),
    ("later", "a plain function", "async fn main() {}"),
    ("number", "a plain function", "fn main() -> i32 { 3 }"),
    ("file", "std::fs can't be explored", r#"fn main() { std::fs::read("x").ok(); }"#),
    ("file_used", "std::fs can't be explored", r#"use std::fs; fn main() { fs::read("x").ok(); }"#),
    ("socket", "std::net can't be explored", "use std::net::TcpStream; fn main() {}"),
    ("process", "std::process::Command can't be explored", "use std::process::Command; fn main() {}"),
    ("lent", "parking_lot::ArcMutexGuard can't be explored", "use parking_lot::ArcMutexGuard; fn main() {}"),
    (
        "by_pointer",
        "AtomicU32::from_ptr can't be explored",
        "fn main() { let mut n = 1; unsafe { std::sync::atomic::AtomicU32::from_ptr(&mut n) }; }",
    ),
    ("crate", "no module or crate `rayon`", "use rayon::prelude::*; fn main() {}"),
    ("module", "takes one file", "mod other; fn main() {}"),
    ("included", "takes one file", r#"fn main() { println!("{}", include_str!("x")); }"#),
];

/// Cases of the explorer's own tests, by the name of the program, and how the first outcome ends. These two are of the counts of
/// an `Arc` and of old values; `tests/interleave/tests/cases` asks for all of them, by the same search.
const CASES: &[(&str, &str, &str, &str)] = &[
    ("unwrap", "returned", "unwrap_the_last_arc", "right.rs"),
    ("unwrap_wrong", "failed", "unwrap_the_last_arc", "wrong.rs"),
    ("relaxed", "returned", "relaxed_message", "right.rs"),
    ("relaxed_wrong", "failed", "relaxed_message", "wrong.rs"),
];

#[test]
fn each_way_to_end_is_told() {
    let root = folder("kinds");
    let two = "#![allow(warnings)] use std::{cell::UnsafeCell, sync::{Mutex, mpsc}, thread};\n";
    let mut programs: Vec<(&str, String)> =
        EXPLORED.iter().chain(REFUSED).map(|(name, _, text)| (*name, format!("{two}{text}\n"))).collect();
    programs.extend(CASES.iter().map(|(name, _, folder, side)| (*name, case(folder, side))));
    programs.push(("long", LONG.to_owned()));
    let all = found(&root, &programs);
    let found = |name: &str| {
        let at = programs.iter().position(|(known, _)| *known == name).expect("it is one of them");
        all[at].as_ref()
    };
    let ends = |name: &str| &found(name).unwrap_or_else(|why| panic!("{name}: {why}"))["outcomes"][0];
    for (name, kind, _) in EXPLORED {
        assert_eq!(ends(name)["kind"], *kind, "{name}");
        assert_eq!(found(name).expect("it ends")["fails"], *kind != "returned", "{name}");
    }
    for (name, words, _) in REFUSED {
        let why = found(name).expect_err(name);
        assert!(why.contains(words) && !why.contains('\n'), "{name}: {why}");
    }
    for (name, kind, ..) in CASES {
        assert_eq!(ends(name)["kind"], *kind, "{name}");
    }
    assert_eq!(ends("returned")["printed"], serde_json::json!(["a", "b"]));
    assert_eq!(ends("returned")["errors"], serde_json::json!(["c"]));
    assert_eq!(ends("error")["message"], "Error: \"no\"");
    assert_eq!(ends("status")["message"], "exit status 3");
    assert_eq!(ends("exit")["message"], "exit status 3");
    assert!(
        ends("exit_in_a_thread")["printed"].as_array().is_some_and(Vec::is_empty),
        "it goes on after its end"
    );
    contains(
        ends("drop")["message"].as_str().expect("a text"),
        &["a panic within a panic ends the program: main panicked"],
    );
    contains(
        ends("extern")["message"].as_str().expect("a text"),
        &["`extern` function", "main panicked: in C"],
    );
    assert_eq!(ends("failed")["printed"], serde_json::json!(["before"]));
    assert_eq!(ends("deadlock")["stuck"].as_array().map(Vec::len), Some(2));
    assert_eq!(ends("channel")["printed"][0], "Ok(1)");
    assert_eq!(ends("glob")["printed"][0], "7");
    contains(ends("deep")["message"].as_str().expect("a text"), &["the stack of main is full"]);
    contains(
        found("shown").expect("it ends")["unseen"].as_str().expect("a text"),
        &["The counts of an `Arc` are not seen as steps here"],
    );
    contains(
        found("pointer").expect("it ends")["unseen"].as_str().expect("a text"),
        &["What goes through a raw pointer isn't seen"],
    );
    contains(
        found("map").expect("it ends")["unseen"].as_str().expect("a text"),
        &["The order of a `HashMap` or `HashSet` is the same in every run here."],
    );
    assert!(found("returned").expect("it ends")["unseen"].is_null());
    let long = found("long").expect("it is explored for two seconds");
    assert_eq!((&long["all"], &long["fails"]), (&false.into(), &false.into()));
}

/// More orders than can be tried in a minute.
const LONG: &str = "\
use std::sync::atomic::{AtomicU32, Ordering::SeqCst};

fn main() {
    let count = AtomicU32::new(0);
    let add = || {
        for _ in 0..20 {
            count.store(count.load(SeqCst) + 1, SeqCst);
        }
    };
    std::thread::scope(|scope| {
        scope.spawn(add);
        scope.spawn(add);
    });
}
";

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
    let old =
        "#!/usr/bin/env rust\nextern crate parking_lot;\nfn main() { let gen = 1; println!(\"{}\", gen); }\n";
    let file = "../elsewhere/zwei Fäden.rs";
    contains(
        &said(&root, file, old, &["--edition", "2021"], 0),
        &["zwei Fäden.rs: 1 outcome", "the only order there is"],
    );
    let json: Value = serde_json::from_str(&said(&root, file, old, &["--json"], 2))
        .expect("one object: `gen` is a word of 2024");
    contains(json["error"].as_str().expect("a text"), &["expected identifier, found reserved keyword `gen`"]);

    fs::write(root.join("-first.rs"), RACE.replace("seen + 1, SeqCst", "seen + \"\", SeqCst"))
        .expect("writable");
    contains(&run(&root, &["--", "-first.rs"], 2), &["error[E0277]", "--> -first.rs:12:"]);
    contains(&run(&root, &["-first.rs"], 2), &["error: "]);

    // As if the types were those of `std` and `parking_lot`.
    let types = "use std::sync::Mutex;\nfn main() {\n    let _a: Mutex<u32> = Mutex::new(\"\");\n    \
                 let _b: parking_lot::RwLock<u32> = Mutex::new(1);\n}\n";
    let text = said(&root, "types.rs", types, &[], 2);
    contains(&text, &["expected `u32`, found `&str`", "expected `RwLock<u32>`, found `Mutex<{integer}>`"]);
    assert!(!text.contains("interleave") && !text.contains("ReadWriteLock"), "{text}");
    // The same name at a type of the reader's own is a slip.
    let slip = "struct Spin;\nfn main() {\n    Spin::force_unlock();\n}\n";
    contains(
        &said(&root, "slip.rs", slip, &[], 2),
        &["it does not compile", "no function", "`force_unlock`"],
    );

    let text = said(&root, "mut.rs", "static mut N: u32 = 0;\nfn main() {}\n", &[], 2);
    contains(&text, &["mut.rs:1: the explorer can't see `static mut`; use an atomic or a Mutex"]);
    contains(&run(&root, &["nowhere.rs"], 2), &["there is no file nowhere.rs"]);
    contains(&run(&root, &["no\nsuch.rs"], 2), &["there is no file no\\nsuch.rs"]);
    contains(&run(&root, &["lessons"], 2), &["it is a folder"]);
    contains(&run(&root, &["--seconds", "x"], 2), &["--seconds takes a number"]);
    contains(&run(&root, &["--edition", "2015"], 2), &["--edition takes 2018, 2021, 2024"]);
    contains(&run(&root, &["--outcome", "0"], 2), &["--outcome takes a number from 1"]);
    contains(&run(&root, &["--json", "--outcome", "1"], 2), &["leave out --outcome"]);
    contains(&run(&root, &["one.rs", "two.rs"], 2), &["name one file only"]);
    fs::write(root.join("bytes.rs"), b"// \xff\nfn main() {}\n").expect("writable");
    contains(&run(&root, &["bytes.rs"], 2), &["not a text in UTF-8"]);
    fs::write(root.join("large.rs"), "x".repeat(10 << 20)).expect("writable");
    contains(&run(&root, &["large.rs"], 2), &["larger than 1 MB"]);
    #[cfg(unix)]
    {
        suite::named_pipe(&root.join("pipe.rs"));
        contains(&run(&root, &["pipe.rs"], 2), &["it is no ordinary file"]);
    }
}

#[cfg(unix)]
#[test]
fn a_narrow_terminal_is_enough_and_shows_how_far_it_is() {
    use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
    use rustix::termios::{Winsize, tcsetwinsize};
    use std::io::Read;
    use std::os::unix::ffi::OsStrExt;

    let root = folder("narrow");
    fs::write(root.join("long.rs"), LONG).expect("writable");
    for columns in [40_u16, 60] {
        let terminal = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).expect("a terminal");
        grantpt(&terminal).and_then(|()| unlockpt(&terminal)).expect("ours");
        let size = Winsize { ws_row: 24, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0 };
        tcsetwinsize(&terminal, size).expect("ours");
        let name = ptsname(&terminal, Vec::new()).expect("a name");
        let open = || {
            let path = Path::new(std::ffi::OsStr::from_bytes(name.as_bytes()));
            fs::File::options().read(true).write(true).open(path).expect("it is there")
        };
        let mut command = command(&root, &["long.rs", "--seconds", "1"]);
        command.stdin(open()).stdout(open()).stderr(open()).env("NO_COLOR", "1").env("TERM", "xterm");
        let mut child = command.spawn().expect("it starts");
        drop(command); // and its ends of the terminal
        let mut terminal = fs::File::from(terminal);
        let (to, pieces) = mpsc::channel();
        thread::spawn(move || {
            let mut piece = [0; 4096];
            // At the end, Linux has an error instead.
            while let Ok(read @ 1..) = terminal.read(&mut piece) {
                let _ = to.send(piece[..read].to_vec());
            }
        });
        assert_eq!(deadline::end(&mut child, DEADLINE).code(), Some(0));
        let mut all = Vec::new();
        while let Ok(piece) = pieces.recv_timeout(DEADLINE) {
            all.extend(piece);
        }
        let all = String::from_utf8_lossy(&all).replace("\r\n", "\n");
        contains(&all, &[" orders …\r", "no order fails", "not all"]);
        let said = all.rsplit("\x1b[K").next().expect("there is a last one");
        let widest = said.lines().map(|line| line.chars().count()).max();
        assert!(widest <= Some(usize::from(columns)), "{widest:?}: {said}");
    }
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

/// A first program that can't be written leaves no file that would be explored the next time.
#[cfg(unix)]
#[test]
fn a_first_program_is_whole_or_not_there() {
    let root = folder("whole");
    let program = env!("CARGO_BIN_EXE_explore");
    let mut command = Command::new("sh");
    command.args(["-c", "trap '' XFSZ; ulimit -f 0; exec \"$0\"", program]).current_dir(&root);
    let output = deadline::output(&mut command, DEADLINE).expect("Unix has it");
    let errors = String::from_utf8_lossy(&output.stderr);
    assert_eq!((output.status.code(), errors.lines().count()), (Some(2), 1), "{errors}");
    contains(&errors, &["cannot write explore.rs: "]);
    assert!(!root.join("explore.rs").exists(), "it is there");
}

#[cfg(target_os = "linux")]
#[test]
fn nothing_outlives_the_command() {
    let root = folder("outlives");
    let temp = root.join("temp");
    fs::create_dir(&temp).expect("writable");
    fs::write(root.join("long.rs"), LONG).expect("writable");
    // Not SIGINT, which ends it in the same way: the tests may run with SIGINT ignored, as in the background of a shell.
    for signal in ["-KILL", "-TERM"] {
        let mut command = command(&root, &["long.rs", "--seconds", "600"]);
        let mut child = command.env("TMPDIR", &temp).spawn().expect("it starts");
        let pid = child.id().to_string();
        let explorer = || {
            let children = fs::read_to_string(format!("/proc/{pid}/task/{pid}/children")).unwrap_or_default();
            let is_explorer = |pid: &&str| {
                let line = fs::read_to_string(format!("/proc/{pid}/cmdline")).unwrap_or_default();
                line.contains("/debug/explored-")
            };
            children.split_whitespace().find(is_explorer).map(str::to_owned)
        };
        deadline::until(DEADLINE, "it explores", || explorer().is_some());
        let explorer = explorer().expect("it explores for ten minutes");
        let sent = deadline::output(Command::new("kill").args([signal, &pid]), DEADLINE);
        assert!(sent.expect("Linux has it").status.success());
        deadline::end(&mut child, DEADLINE);
        deadline::until(DEADLINE, "the explorer has ended", || !lives(&explorer));
        assert_eq!(fs::read_dir(&temp).expect("it is there").count(), 0, "a file is left");
    }
}
