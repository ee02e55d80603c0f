//! What every answer to `pipe/enough` must hold.

#[cfg(target_os = "linux")]
use std::os::unix::fs::OpenOptionsExt;
use std::time::Duration;

use exercise::{Judge, many};
use suite::{Drive, Run, Running};

pub fn judge(judge: &mut Judge) {
    judge.program("`main` has enough, and the writer ends", |program| {
        for wants in [3, 0, 1] {
            // An answer that goes on for ever records much.
            let drive =
                drive(&program, "endless", 1, wants).deadline(Duration::from_secs(5));
            ended(&drive.run(), 1, wants, "exit status: 0");
        }
    });
    judge.program("many writers, and many lines", |program| {
        for (rounds, wants) in [(3, 25 * many()), (many(), 1)] {
            let drive = drive(&program, "endless", rounds, wants);
            let run = drive.deadline(Duration::from_secs(40)).run(); // it starts many
            ended(&run, rounds, wants, "exit status: 0");
        }
    });
    judge.program("a writer has only a few lines", |program| {
        for (wants, received) in [(3, 2), (2, 2), (1, 1), (0, 0)] {
            let run = drive(&program, "brief", 3, wants).run();
            ended(&run, 3, received, "exit status: 0");
        }
    });
    #[cfg(target_os = "linux")]
    judge.program("a full disk is no good end", |program| {
        for wants in [3, 0] {
            let run = drive(&program, "full", 2, wants).run();
            ended(&run, 2, 0, "exit status: 1");
        }
    });
    judge.program("a writer is slow, or is killed", |program| {
        let usual = drive(&program, "endless", 1, 3).run();
        let [begins, killed] = [0, 1].map(|_| unbegun(&program));
        let ends = unended(&program);
        #[cfg(target_os = "linux")]
        if let Some((_, writer)) = &ends {
            assert!(has_notes(*writer), "a writer that has not ended has no notes");
        }
        if let Some((running, writer)) = killed {
            running.kill(writer);
            ended(&running.end(), 1, 0, "signal: 9 (SIGKILL)");
        }
        let hold = usual.hold();
        if let Some((mut running, writer)) = begins {
            running.waits(hold, &["received", "ended"], "the writer had not begun");
            running.go_on(writer);
            ended(&running.end(), 1, 3, "exit status: 0");
        }
        if let Some((mut running, writer)) = ends {
            running.waits(hold, &["ended"], "the writer had not ended");
            running.go_on(writer);
            ended(&running.end(), 1, 3, "exit status: 0");
        }
    });
}

fn drive(program: &Drive, writer: &str, rounds: usize, wants: usize) -> Drive {
    let [rounds, wants] = [rounds, wants].map(|n| n.to_string());
    let args = ["--writer", writer, "--rounds", &rounds, "--wants", &wants];
    program.again().args(&args)
}

/// A run in which the writer stands still before it has done anything: it has no notes yet.
fn unbegun(program: &Drive) -> Option<(Running, u32)> {
    drive(program, "endless", 1, 3).held_up(Running::child, |trace, writer| {
        !trace.0.iter().any(|event| event.pid == writer)
    })
}

/// A run in which the writer stands still, and has written all the lines that `main` wants. It doesn't know whether
/// that's enough.
#[cfg(target_os = "linux")]
fn unended(program: &Drive) -> Option<(Running, u32)> {
    let (mut running, writer) = unbegun(program)?;
    running.stop(running.pid());
    running.go_on(writer);
    let never = "the writer never wrote the lines that `main` wants";
    running.until(never, |_| (in_a_pipe(writer)? >= 3 * 500).then_some(()));
    let stopped = running.stop(writer);
    running.go_on(running.pid());
    stopped.then_some((running, writer))
}

#[cfg(not(target_os = "linux"))]
fn unended(_: &Drive) -> Option<(Running, u32)> {
    None
}

/// How many bytes are in a pipe that this writer has open: in the fullest, if there are several.
#[cfg(target_os = "linux")]
fn in_a_pipe(writer: u32) -> Option<u64> {
    // Not standard output and errors, where other things are.
    let open = suite::open_files(writer)
        .filter(|path| !path.ends_with("1") && !path.ends_with("2"));
    let pipes = open.filter(|path| {
        let leads = std::fs::read_link(path).unwrap_or_default();
        leads.to_string_lossy().starts_with("pipe:")
    });
    let nonblock = rustix::fs::OFlags::NONBLOCK.bits() as i32;
    let read = |path| {
        let end = std::fs::File::options().read(true).custom_flags(nonblock).open(path);
        rustix::io::ioctl_fionread(end.ok()?).ok()
    };
    pipes.filter_map(read).max()
}

/// Whether a writer has a file in the folder for such files.
#[cfg(target_os = "linux")]
fn has_notes(writer: u32) -> bool {
    let variables =
        std::fs::read(format!("/proc/{writer}/environ")).unwrap_or_default();
    let variables = String::from_utf8_lossy(&variables).into_owned();
    let folder = variables.split('\0').find_map(|line| line.strip_prefix("TMPDIR="));
    folder.and_then(|folder| std::fs::read_dir(folder).ok()?.next()).is_some()
}

/// Asks that `main` has received so many lines in each round, and that each writer has ended like this.
fn ended(run: &Run, rounds: usize, lines: usize, how: &str) {
    let main = run.said_by("main");
    let failed = format!("{}: {}", run.status, run.errors);
    assert!(run.status.success(), "{failed}\n{}", main.join("\n"));
    let right = [format!("received {lines} lines"), format!("the writer ended: {how}")];
    let said: Vec<_> = main.chunks(2).collect();
    assert_eq!(said.len(), rounds, "how many writers `main` has said something of");
    for said in said {
        assert_eq!(said, right, "what `main` said of a writer\n{}", run.errors);
    }
}
