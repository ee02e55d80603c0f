//! What every answer to `single-process/in-between` must hold.

use exercise::{Judge, many};
use suite::{Drive, Run};

pub fn judge(judge: &mut Judge) {
    judge.program("the command's own number", |program| {
        for number in [3, 0, 1, 126, 127, 255, 100 + many() as i32] {
            let run = shell(&program, &format!("exit {number}")).run();
            ended(&run, &format!("a command ended with {number}"), number);
        }
    });
    judge.program("a signal ends the command", |program| {
        // None of them leaves a core file.
        let signals =
            [("KILL", 9), ("TERM", 15), ("INT", 2), ("ALRM", 14), ("VTALRM", 26)];
        for (signal, number) in signals {
            let run = shell(&program, &format!("kill -{signal} $$")).run();
            ended(&run, &format!("signal {number} ended a command"), 128 + number);
        }
    });
    judge.program("no such command, or one that can't be started", |program| {
        for name in ["no-such-command", "./no such", "A=b", "true;"] {
            fails(&program.again().args(&[name, "true"]).run(), name, 127);
        }
        for name in ["/", "/dev/null"] {
            fails(&program.again().args(&[name]).run(), name, 126);
        }
    });
    judge.program("each argument as it is", |program| {
        let words = [
            "two  words",
            "",
            " ",
            "*",
            "$HOME",
            "`id`",
            "it's",
            "\"",
            "a\\b",
            "--help",
            "-c",
            "--",
            ";",
            "&&",
            "> x",
            "a=b",
            "~",
            "#",
            "ä€",
            "tab\there",
        ];
        let mut all: Vec<&str> = words.to_vec();
        all.resize(words.len() + many(), "");
        let run = program.again().args(&["printf", "<%s>\n"]).args(&all).run();
        ended(&run, "a command ended with 0", 0);
        let got: Vec<String> = all.iter().map(|word| format!("<{word}>")).collect();
        assert_eq!(run.lines, got, "the command got other arguments");
    });
    judge.program("environment, folder, output and errors", |program| {
        let run = shell(&program, "echo \"$COLOUR\"; pwd; echo error >&2; exit 5")
            .env("COLOUR", "a  deep\tred")
            .run();
        ended(&run, "a command ended with 5", 5);
        let errors: Vec<&str> = run.errors.lines().collect();
        assert_eq!(run.lines.len(), 2, "standard output has: {:?}", run.lines);
        assert_eq!(run.lines[0], "a  deep\tred", "another environment");
        assert!(run.lines[1].ends_with("work"), "another folder: {}", run.lines[1]);
        assert_eq!(errors.len(), 2, "standard error has: {errors:?}");
        assert_eq!(errors[0], "error", "the command's errors came first");
    });
    judge.program("a command that is slow", |program| {
        let usual = shell(&program, "true").run();
        let script = "echo begun $$; kill -STOP $$; echo goes on; exit 4";
        let mut running = shell(&program, script).start();
        let begun = running.until_says("begun ");
        let command = begun.strip_prefix("begun ").and_then(|pid| pid.parse().ok());
        running.waits(usual.hold(), &["goes on"], "the command had not ended");
        // It said that it had begun, and may not have stopped itself yet.
        let command = command.expect("a process id");
        running.stop(command);
        running.go_on(command);
        let run = running.end();
        ended(&run, "a command ended with 4", 4);
        assert_eq!(
            run.lines,
            [begun.as_str(), "goes on"],
            "what is on standard output"
        );
        let held = 2.0;
        assert!(took(&run) >= held, "it took more than {held} s: {}", run.errors);
    });
    #[cfg(target_os = "linux")]
    judge.program("the same three files", |program| {
        // $PPID is the answer's program, and $timed starts it once more.
        let script = "timed=/proc/$PPID/exe
            show='readlink /proc/self/fd/0 /proc/self/fd/1 /proc/self/fd/2'
            $show
            $timed $show";
        let run = shell(&program, script).run();
        ended(&run, "a command ended with 0", 0);
        let (usual, timed) = run.lines.split_at(3.min(run.lines.len()));
        assert_eq!(
            usual, timed,
            "the files of the command, without `timed` and with it"
        );
    });
    #[cfg(target_os = "linux")]
    judge.program("input and bytes that are no text", |program| {
        let cases = [
            // What a command doesn't read is left for the next.
            (
                "printf '1\\n2\\n3\\n' | { $timed sh -c 'read x; echo $x'; cat; }",
                "1 2 3",
            ),
            ("printf 'a\\377b' | $timed od -An -tx1", " 61 ff 62"),
            ("$timed printf '\\377\\000\\n' | od -An -tx1", " ff 00 0a"),
            (
                "$timed sh -c 'printf %s \"$1\" | od -An -tx1' - \"$(printf 'a\\377')\"",
                " 61 ff",
            ),
            (
                "printf '#!/bin/sh\\necho \"$0\"\\n' >'a b'; chmod +x 'a b'; $timed './a b'; rm 'a b'",
                "./a b",
            ),
            ("$timed $timed sh -c 'echo $#' - 1 '2 3' ''", "3"),
            // It's there and may be started, but not while somebody writes to it: `timed` says what the shell says.
            (
                "printf '#!/bin/sh\\n' >busy; chmod +x busy; exec 3>>busy; ./busy; usual=$?; $timed ./busy; echo $((usual - $?)); rm busy",
                "0",
            ),
        ];
        for (script, right) in cases {
            let run = shell(&program, &format!("timed=/proc/$PPID/exe; {script}")).run();
            let said = run.lines.join(" ");
            assert_eq!(said, right, "what comes of `{script}`\n{}", run.errors);
        }
    });
}

/// `timed sh -c` and this script.
fn shell(program: &Drive, script: &str) -> Drive {
    program.again().args(&["sh", "-c", script])
}

/// Asks that `timed` ended with this number, and said how long the command took.
fn ended(run: &Run, what: &str, number: i32) {
    let status = run.status;
    assert_eq!(
        status.code(),
        Some(number),
        "{what}, and `timed` with {status}\n{}",
        run.errors
    );
    let most = run.took.as_secs_f64() + 0.01;
    assert!(took(run) <= most, "it took less than {most:.2} s: {}", run.errors);
}

/// Asks that `timed` ended with this number, and wrote to standard error only.
fn fails(run: &Run, name: &str, number: i32) {
    let status = run.status;
    assert_eq!(
        status.code(),
        Some(number),
        "{name:?} can't be started, and `timed` ended with {status}"
    );
    assert!(
        run.errors.contains(name),
        "nothing says that {name:?} can't be started: {:?}",
        run.errors
    );
    assert!(
        run.lines.is_empty(),
        "{name:?} can't be started, and standard output has: {:?}",
        run.lines
    );
}

/// How many seconds the command took, as the last line on standard error says.
fn took(run: &Run) -> f64 {
    let line = run.errors.lines().last().unwrap_or_default();
    let seconds = line.strip_prefix("took ").and_then(|line| line.strip_suffix(" s"));
    seconds.and_then(|seconds| seconds.parse().ok()).unwrap_or_else(|| {
        panic!("the last line on standard error isn't how long it took: {line:?}")
    })
}
