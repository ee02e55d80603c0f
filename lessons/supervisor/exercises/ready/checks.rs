//! What every answer to `supervisor/ready` must hold.

use std::time::Duration;

use exercise::{Judge, many};
use suite::{Drive, Run, Running};

/// Far more than a right answer needs.
const HANGS: Duration = Duration::from_secs(5);

/// The same where a right answer has much to do, for a busy machine.
const MUCH: Duration = Duration::from_secs(60);

/// A time that nobody lets go by, in seconds.
const LONG: &str = "1e6";

/// How long the children get where the time goes by, in seconds of the lesson: half a second of the clock.
const TIME: &str = "5";
const LIMIT: u64 = 500_000;

pub fn judge(judge: &mut Judge) {
    let mut long = None;
    judge.program("a child that is ready in time works to its end", |program| {
        // For the last check: it works for three seconds, and the others take no time beyond that.
        long = Some(drive(&program, &["works 30"], LONG).deadline(MUCH).start());
        let lives = ["works 1", "tells 3", "tells 30", "late 2"];
        let run = drive(&program, &lives, LONG).run();
        let all = lives.map(|does| format!("{does} was ready, and has ended"));
        assert_eq!(said(&run), all, "not each child was ready, and then worked");
        good_ends(&run, lives.len());
        let often = format!("tells {}", 200 * many());
        let run = drive(&program, &[&often], LONG).deadline(MUCH).unrecorded().run();
        let ready = format!("{often} was ready, and has ended");
        assert_eq!(said(&run), [&*ready], "a child that tells much was ready");
    });
    judge.program("a child that ends before it is ready isn't waited for", |program| {
        let lives = ["ends", "fails", "ends", "works 1", "fails"];
        let run = drive(&program, &lives, LONG).run();
        let all =
            ["ends", "fails", "ends"].map(|does| format!("{does} was never ready"));
        assert_eq!(said(&run)[..3], all, "a child that has ended was never ready");
        assert_eq!(said(&run)[3], "works 1 was ready, and has ended", "the next one");
        assert_eq!(reaped(&run).len(), lives.len(), "not every child was waited for");
    });
    judge.program("a child that isn't ready in time is killed", |program| {
        // Side by side: each takes as long as the limit, or longer.
        let all = [
            started(&program, &["silent"], TIME, true),
            started(&program, &["silent", "silent", "works 1"], "3", true),
            started(&program, &["chats"], TIME, false),
            started(&program, &["chats", "chats"], "2", false),
        ];
        let runs = all.map(Running::end);
        for run in &runs {
            ended_well(run);
            let never = |line: &&str| line.ends_with(" was never ready");
            let silent = |line: &&str| !line.starts_with("works");
            let lines = said(run);
            let wrong = lines.iter().find(|line| silent(line) && !never(line));
            assert_eq!(wrong, None, "this one never says that it is ready");
        }
        let trace = &runs[0].trace;
        let start = time(&runs[0], |name| name == "start");
        let took = time(&runs[0], |name| name.contains(" ended: ")) - start;
        assert!(took >= LIMIT, "it had {LIMIT} µs, and was killed after {took} µs");
        let killed = trace.of("end").any(|event| event.name.contains("signal: 9"));
        assert!(killed, "it wasn't killed");
        assert_eq!(reaped(&runs[1]).len(), 3, "not every child was waited for");
    });
    judge.program("each child has the whole limit, and none has more", |program| {
        // On a busy machine a child may be late, although it isn't by its word: one of three is enough.
        let tries = [(); 3].map(|()| {
            (
                started(&program, &["silent", "silent", "late 3"], "6", true),
                started(&program, &["late 9"], TIME, true),
                started(&program, &["works 12"], "8", true),
            )
        });
        let ended =
            tries.map(|(whole, late, works)| (whole.end(), late.end(), works.end()));
        let any = |which: &dyn Fn(&(Run, Run, Run)) -> bool| ended.iter().any(which);
        for (whole, late, works) in &ended {
            [whole, late, works].map(ended_well);
        }
        assert!(
            any(&|(whole, ..)| said(whole)[2] == "late 3 was ready, and has ended"),
            "the third child had less time than the first"
        );
        assert!(
            any(&|(_, late, _)| said(late) == ["late 9 was never ready"]),
            "a child got ready long after its time, and wasn't killed"
        );
        let whole_life = |(.., works): &(Run, Run, Run)| {
            said(works) == ["works 12 was ready, and has ended"]
                && reaped(works).iter().all(|how| how.ends_with(": 0"))
        };
        assert!(any(&whole_life), "a child that was ready was killed");
    });
    judge.program("many children, one after the other", |program| {
        let [silent, ready] = ["silent", "tells 2"].map(|does| vec![does; many()]);
        let run = drive(&program, &silent, "0.1").deadline(MUCH).start();
        let well = drive(&program, &ready, LONG).deadline(MUCH).run();
        let run = run.end();
        ended_well(&run);
        assert_eq!(said(&run).len(), many(), "not every child had its turn");
        assert_eq!(reaped(&run).len(), many(), "not every child was waited for");
        good_ends(&well, many());
    });
    judge.program("a child that is ready works for as long as it likes", |_| {
        let run = long.take().expect("it began with the first check").end();
        assert_eq!(said(&run), ["works 30 was ready, and has ended"], "it was ready");
        good_ends(&run, 1);
    });
}

fn drive(program: &Drive, lives: &[&str], limit: &str) -> Drive {
    let lives = lives.join(",");
    let args = ["--lives", &lives, "--limit", limit];
    program.again().args(&args).env("LESSON_SPEED", "10").deadline(HANGS)
}

/// A child that tells something all the time would fill the disk with what is recorded.
fn started(program: &Drive, lives: &[&str], limit: &str, recorded: bool) -> Running {
    let drive = drive(program, lives, limit);
    if recorded { drive.start() } else { drive.unrecorded().start() }
}

fn ended_well(run: &Run) {
    assert!(
        run.status.success(),
        "{}; it ended: {}\n{}",
        run.status,
        run.errors,
        run.lines.join("\n")
    );
}

/// What `main` said about its children, in this order.
fn said(run: &Run) -> Vec<&str> {
    ended_well(run);
    let about =
        |text: &&str| text.contains(" was ready") || text.contains(" was never");
    run.said().iter().map(|said| said.text).filter(about).collect()
}

/// How each child has ended, as far as `main` had waited for it before it said so.
fn reaped(run: &Run) -> Vec<&str> {
    let mut ends = Vec::new();
    let mut told = 0;
    for event in &run.trace.0 {
        if event.category == "end"
            && let Some((_, how)) = event.name.split_once(" ended: ")
        {
            ends.push(how);
        }
        if event.category == "say" && event.pid == run.pid {
            told += 1;
            assert_eq!(
                ends.len(),
                told,
                "`main` spoke about a child that hadn't ended"
            );
        }
    }
    ends
}

fn good_ends(run: &Run, children: usize) {
    let ends = reaped(run);
    assert_eq!(ends.len(), children, "not every child was waited for");
    let good = ends.iter().all(|how| how.ends_with(": 0"));
    assert!(good, "a child that was ready in time was killed, or has failed: {ends:?}");
}

fn time(run: &Run, which: impl Fn(&str) -> bool) -> u64 {
    let found =
        run.trace.0.iter().find(|event| event.pid == run.pid && which(&event.name));
    found.map_or(0, |event| event.time)
}
