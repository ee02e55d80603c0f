//! What the parts in `shared` promise, where a lesson doesn't show it.

#[cfg(unix)]
use std::io::{BufRead, BufReader};
#[cfg(unix)]
use std::process::Command;
#[cfg(unix)]
use std::time::Duration;

#[cfg(unix)]
use suite::{DEADLINE, deadline};
use suite::{lesson, program, said};

/// Twenty threads in five processes talk at once.
#[test]
fn lines_of_a_crowd_stay_whole() {
    let run = program(env!("CARGO_BIN_EXE_crowd")).run().well();
    assert_eq!(run.lines.len(), 5 * 4 * 250);
    for line in &run.lines {
        let said = said(line);
        let (number, rest) = said.text.split_once(' ').expect("a number and the talk");
        let number: usize = number.parse().expect("a number");
        assert_eq!(rest.trim_end(), format!("说 {}", "很多话 ".repeat(number % 40)).trim_end());
    }
    run.trace.check_whole(&[]);
    assert_eq!(run.trace.of("say").count(), run.lines.len());
}

#[test]
fn a_second_run_empties_its_record() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("run.jsonl");
    let record = || {
        lesson("queue").env("LESSON_TRACE", path.to_str().expect("a plain path")).run().well();
        std::fs::read_to_string(&path).expect("it was recorded")
    };
    let (first, second) = (record(), record());
    suite::trace::Trace::parse(&second).check_whole(&[]);
    assert_eq!(first.lines().count(), second.lines().count());
}

/// Nobody can wait for a pipe that nobody reads, and nobody has to.
#[cfg(unix)]
#[test]
fn a_record_in_a_pipe_that_nobody_reads_is_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let pipe = folder.path().join("a\npipe");
    suite::named_pipe(&pipe);
    let record = || lesson("queue").env("LESSON_TRACE", pipe.to_str().expect("a plain path")).run();
    let run = record();
    assert_eq!((run.status.code(), run.errors.lines().count()), (Some(2), 1), "{}", run.errors);
    assert!(run.errors.contains("a\\npipe: cannot write there"), "{}", run.errors);
    // One that somebody reads is as good as a file, and may be slow.
    let reader = std::fs::File::options().read(true).write(true).open(&pipe).expect("it never blocks");
    let (to, record_of) = std::sync::mpsc::channel();
    let read = std::thread::spawn(move || {
        let mut text = String::new();
        for line in BufReader::new(reader).lines().map_while(Result::ok) {
            if line == "end" {
                break;
            }
            std::thread::sleep(Duration::from_micros(200));
            text += &line;
            text.push('\n');
        }
        let _ = to.send(text);
    });
    record().well();
    std::fs::write(&pipe, "end\n").expect("somebody reads");
    let text = record_of.recv_timeout(DEADLINE).expect("the reader ends");
    read.join().expect("it doesn't panic");
    suite::trace::Trace::parse(&text).check_whole(&[]);
}

/// What a reader gives and a lesson doesn't offer is one line, whatever it is made of.
#[cfg(unix)]
#[test]
fn what_is_refused_is_one_line() {
    use std::os::unix::ffi::OsStringExt;

    let path = || suite::tree::program("queue");
    let bytes = || std::ffi::OsString::from_vec(b"a\nb\xff".to_vec());
    let [mut argument, mut speed, mut trace] = [(); 3].map(|()| Command::new(path()));
    argument.arg(bytes());
    speed.env("LESSON_SPEED", bytes());
    trace.env("LESSON_TRACE", std::path::Path::new("no/such").join(bytes()));
    for command in [&mut argument, &mut speed, &mut trace] {
        let output = deadline::output(command, DEADLINE).expect("it starts");
        let errors = String::from_utf8_lossy(&output.stderr);
        assert_eq!((output.status.code(), errors.lines().count()), (Some(2), 1), "{errors}");
        assert!(errors.contains("a\\nb"), "{errors}");
    }
}

#[test]
fn a_dropped_process_is_gone_and_no_zombie() {
    let mut running = program(env!("CARGO_BIN_EXE_careless")).start();
    let line = running.until_says("dropped ");
    let (_, child) = line.split_once("dropped ").expect("it was found");
    if cfg!(target_os = "linux") {
        let there = std::path::Path::new("/proc").join(child.trim()).exists();
        assert!(!there, "{child} is still there, alive or a zombie");
    }
    drop(running);
}

#[cfg(unix)]
#[test]
fn a_pool_survives_what_befalls_its_workers() {
    let run = program(env!("CARGO_BIN_EXE_careless")).args(&["--pool"]).run().well();
    assert_eq!(run.errors, "what a task prints is not on the wire\n".repeat(3));
    // Where the panic was stands in the source too, and moves with it.
    let said: Vec<_> = run.said_by("main").iter().map(|said| without_line(said)).collect();
    assert_eq!(
        said,
        [
            "a task that prints: 2",
            "a worker killed between tasks: 3",
            "a task that ends its process: WorkerDied",
            "a result that nothing can carry: Unfit",
            "a panic passed on: Err(\"pass_on panicked at tests/suite/src/bin/careless.rs:LINE: second\")",
            "a task that leaves like a broken pipe: WorkerDied",
            "a task that starts a process: true",
            "after all that: 5",
            "a function that is no task: NoWorker",
            "a function with the name of a task: NoWorker",
            "a pool dropped: Stopped",
        ]
    );
}

/// Some services start their programs like this, and an ignored signal is inherited.
#[cfg(unix)]
#[test]
fn children_are_waited_for_where_nobody_would_hear_of_them() {
    let ignored = "trap '' CHLD; exec \"$0\" --pool";
    let run = program("/bin/sh").args(&["-c", ignored, env!("CARGO_BIN_EXE_careless")]).run().well();
    assert!(run.said_by("main").contains(&"a task that ends its process: WorkerDied"), "{:?}", run.lines);
}

/// A message that names a line of the source, with LINE in place of its number.
#[cfg(unix)]
fn without_line(text: &str) -> String {
    let Some((before, after)) = text.split_once(".rs:") else { return text.to_owned() };
    format!("{before}.rs:LINE{}", after.trim_start_matches(|c: char| c.is_ascii_digit()))
}
