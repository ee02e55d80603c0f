//! What the lessons below the locks promise.

use std::process::Command;

use suite::{lesson, tree};

use crate::at;

#[test]
fn spin_lock_loses_nothing() {
    for (args, threads, rounds) in [(&[][..], 2, 2000), (&["--threads", "5", "--rounds", "10"], 5, 10)] {
        let run = lesson("spin-lock").args(args).run().well();
        let all = threads * rounds * 1000;
        assert_eq!(run.said_by("main"), [format!("{threads} threads have counted to {all}")]);
        for n in 1..=threads {
            assert!(run.trace.has_ended(run.trace.lane(&format!("adder {n}"))), "adder {n} did not end");
        }
    }
}

#[test]
fn one_shot_drops_each_letter_once_received_or_not() {
    let run = lesson("one-shot").run().well();
    assert_eq!(run.said_by("main"), ["has received letter 1", "drops letter 1", "drops letter 2"]);
    assert_eq!(run.said_by("writer 1"), ["sends letter 1"]);
    assert_eq!(run.said_by("writer 2"), ["sends letter 2"]);
    assert!(at(&run, "sends letter 1") < at(&run, "has received letter 1"));
    assert!(at(&run, "sends letter 2") < at(&run, "drops letter 2"));
}

#[test]
fn owners_drop_the_letter_once_and_last() {
    let run = lesson("owners").run().well();
    assert_eq!(run.said_by("main"), ["3 owners have dropped the letter 1 times"]);
    let dropped = at(&run, "was the last owner: the letter goes");
    for n in 1..=3 {
        let name = format!("reader {n}");
        assert_eq!(run.said_by(&name)[0], "reads: Dear all");
        assert!(at(&run, &format!("{name}          reads")) < dropped, "{name} reads what is gone");
        assert!(run.trace.has_ended(run.trace.lane(&name)), "{name} did not end");
    }
}

#[test]
fn sleeping_lock_loses_nothing_and_alone_never_waits() {
    for (args, threads, rounds) in [(&[][..], 3, 2), (&["--threads", "1", "--rounds", "5"], 1, 5)] {
        let run = lesson("sleeping-lock").args(args).run().well();
        let said = run.said_by("main");
        let counted = format!("{threads} threads counted to {}, with ", threads * rounds);
        let waits = said[0].strip_prefix(&counted).and_then(|rest| rest.strip_suffix(" calls of wait"));
        let waits: u32 = waits.unwrap_or_else(|| panic!("{said:?}")).parse().expect("a number");
        assert!(threads > 1 || waits == 0, "{said:?}");
        for n in 1..=threads {
            assert!(run.trace.has_ended(run.trace.lane(&format!("adder {n}"))), "adder {n} did not end");
        }
    }
}

#[test]
fn visibility_counts_both_reading_0_and_with_seq_cst_never() {
    for order in ["relaxed", "release-acquire", "seq-cst"] {
        for rounds in [50_000, 1, 0] {
            let run =
                lesson("visibility").args(&["--order", order, "--rounds", &rounds.to_string()]).run().well();
            let said = run.said_by("main");
            let [said] = &said[..] else { panic!("{said:?}") };
            let both = said
                .strip_prefix("both read 0 in ")
                .and_then(|rest| rest.strip_suffix(&format!(" of {rounds} rounds")))
                .and_then(|both| both.parse::<u32>().ok())
                .unwrap_or_else(|| panic!("{said}"));
            assert!(both <= if order == "seq-cst" { 0 } else { rounds }, "{order}: {said}");
        }
    }
    let run = lesson("visibility").args(&["--order", "strict"]).run();
    assert_eq!((run.status.code(), run.errors.trim_end()), (Some(2), "error: no such --order: strict"));
}

#[test]
fn publish_shows_the_text_with_the_flag() {
    for rounds in [50_000, 1] {
        let run = lesson("publish").args(&["--rounds", &rounds.to_string()]).run().well();
        let said = format!("flag seen without the text in 0 of {rounds} rounds");
        assert_eq!(run.said_by("main"), [said]);
    }
    let run = lesson("publish").args(&["--order", "relaxed"]).run().well();
    assert!(at(&run, "flag seen without the text in") < run.lines.len());
    let run = lesson("publish").args(&["--order", "seq-cst"]).run();
    assert_eq!((run.status.code(), run.errors.trim_end()), (Some(2), "error: no such --order: seq-cst"));
}

/// The chapter says that the compiler writes the pages after the loop. With another compiler or processor it may be different,
/// and then the chapter has to say so.
#[test]
#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
fn publish_is_compiled_to_a_program_that_keeps_its_pages_back() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut rustc = Command::new(std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into()));
    rustc
        .args(["-O", "--edition=2024", "--out-dir"])
        .arg(folder.path())
        .arg(tree::folder("publish").join("compiled.rs"));
    let output = suite::deadline::output(&mut rustc, suite::DEADLINE).expect("rustc is where cargo is");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let keeps_back = || {
        let mut compiled = Command::new(folder.path().join("compiled"));
        let output = suite::deadline::output(&mut compiled, suite::DEADLINE).expect("it is there");
        let said = String::from_utf8(output.stdout).expect("it says text");
        let (_, written) = said.split_once(" pages are ready, and ").unwrap_or_else(|| panic!("{said}"));
        written == "0 are written\n"
    };
    // On a busy machine, the writer may be done before the reader begins.
    assert!((0..10).any(|_| keeps_back()), "ten runs wrote their pages in time");
}
