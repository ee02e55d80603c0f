//! What every answer to `shutdown/last-words` must hold.

use std::thread;
use std::time::{Duration, Instant};

use exercise::{Judge, many};
#[cfg(target_os = "linux")]
use suite::step::Stepped;
use suite::trace::{Event, Trace};
use suite::{Drive, Living, Run, Running};

/// Far more than a right answer needs.
const HANGS: Duration = Duration::from_secs(5);

/// The same where a right answer has much to do, for a busy machine.
const MUCH: Duration = Duration::from_secs(60);

/// A time that nobody lets go by, in seconds.
const LONG: &str = "1e6";

/// How long the children get where the time goes by, in seconds of the lesson: half a second of the clock.
const TIME: &str = "5";
const LIMIT: u64 = 500_000;

/// How long they get if `main` stands still meanwhile: 0.7 seconds of the clock.
const LATER: &str = "7";

pub fn judge(judge: &mut Judge) {
    let (mut held, mut quiet, mut late) = (None, None, None);
    judge.program("when the time is over, all that are left are killed", |program| {
        // For the last check: it stands still meanwhile, and the others take no time beyond that.
        held = with_a_slow_child(&program);
        let lives = [
            "silent",
            "gives 2,silent,gives 1,silent",
            "gives 1 silent,works 1 gives 1",
            // It lets go of the queue, and stays.
            "gives 1 quits 1 silent",
            "gives 1,gives 1 quits 1 silent,gives 2",
        ];
        let all = lives.map(|lives| (lives, drive(&program, lives, TIME).start()));
        for (lives, running) in all {
            let run = running.end();
            // On a very busy machine, a child may not have come to speak before its time was over.
            let mut spoken = given(lives);
            spoken.retain(|word| words(&run).any(|said| word.ends_with(said)));
            heard(&run, &spoken);
            let ends = reaped(&run);
            assert_eq!(
                ends.len(),
                lives.split(',').count(),
                "not every child was waited for"
            );
            let asks = time(&run, "asks all to stop");
            let killed = ends.iter().filter(|(_, how)| how.contains("signal: 9"));
            for (end, _) in killed {
                let took = end - asks;
                assert!(
                    took >= LIMIT,
                    "they had {LIMIT} µs, and one was killed after {took} µs"
                );
            }
        }
        quiet = with_a_quiet_child(&program);
        late = with_a_late_main(&program);
    });
    judge.program("a child that never stops talking is killed too", |program| {
        // Every millisecond, for longer than anybody waits: between two words, nobody says anything.
        let slowly = vec!["gives 1 works 1"; 7500].join(" ");
        let slowly = [slowly.clone(), format!("gives 1,{slowly},silent")];
        let slowly = slowly.map(|lives| {
            drive(&program, &lives, "500").env("LESSON_SPEED", "1000").start()
        });
        // Without a pause: what they say is recorded for a tenth of a second only.
        let quickly =
            ["gives 2000000000", "gives 1,gives 2000000000,gives 2000000000,silent"];
        let quickly = quickly.map(|lives| drive(&program, lives, "1").start());
        for run in slowly.into_iter().chain(quickly).map(Running::end) {
            ended_well(&run);
            heard_until_the_kill(&run, 4);
        }
        #[cfg(target_os = "linux")]
        heard_until_the_kill(&slow_to_kill(&program), 1);
    });
    judge.program("all that the children say is heard", |program| {
        for lives in [
            "gives 1",
            "gives 3,gives 2,gives 1",
            "works 2 gives 1,gives 200",
            "gives 0",
        ] {
            let run = drive(&program, lives, LONG).run();
            heard(&run, &given(lives));
            all_by_themselves(&run, lives.split(',').count());
        }
        // More than the queue has room for.
        let lives = format!("gives {0},works 1 gives {0}", 10 * many());
        let run = drive(&program, &lives, LONG).deadline(MUCH).run();
        heard(&run, &given(&lives));
        all_by_themselves(&run, 2);
        let lives = vec!["works 1 gives 1"; 12].join(",");
        let run = drive(&program, &lives, LONG).deadline(MUCH).run();
        heard(&run, &given(&lives));
        all_by_themselves(&run, 12);
    });
    judge.program(
        "a child that says nothing more isn't killed before the time is over",
        |program| {
            let lives =
                "gives 1,gives 1 quits 1 works 3,works 1 gives 1 quits 1 works 4";
            let run = drive(&program, lives, LONG).run();
            heard(&run, &given(lives));
            all_by_themselves(&run, 3);
            let Some((mut running, child, until)) = quiet.take() else { return };
            running.waits(until, &["nobody is left"], "a child was slow, and had time");
            running.go_on(child);
            let run = running.end();
            heard(&run, &given(QUIET));
            all_by_themselves(&run, 3);
        },
    );
    judge.program("no child gets more time than all have together", |program| {
        // On a busy machine `main` may be late: one of three is enough.
        let tries = [(); 3].map(|()| {
            let lives = "works 1 gives 1,works 4 gives 1 works 4 gives 1";
            drive(&program, lives, TIME).start()
        });
        let runs = tries.map(Running::end);
        runs.iter().for_each(ended_well);
        let early = |run: &Run| {
            said(run).iter().all(|word| *word != "hears: child 1 gives back parcel 2")
        };
        assert!(runs.iter().any(early), "a child had more time than all have together");
    });
    judge.program(
        "a slow child has the whole time, and a slow `main` hears every word",
        |program| {
            // `main` stands still until the time is over, and all words are in the queue by then.
            let lives = [
                "works 5 gives 3,silent",
                "silent,works 5 gives 30",
                "works 5 gives 1 silent",
            ];
            let mut all =
                lives.map(|lives| (lives, drive(&program, lives, LATER).start()));
            for (_, running) in &mut all {
                running.until("not all were asked", |trace| {
                    let asks = |event: &Event| event.name == "asks all to stop";
                    trace.of("say").any(asks).then_some(())
                });
            }
            // By then it waits. If it stood still with the queue's lock, no child could speak.
            thread::sleep(Duration::from_micros(LIMIT / 2));
            for (_, running) in &all {
                // On a very busy machine it may have ended: then it has heard all, or it shows below.
                running.stop(running.pid());
            }
            for (lives, running) in &mut all {
                let (main, count) = (running.pid(), given(lives).len());
                running.until("not every child has said its words", |trace| {
                    let said = |event: &&Event| event.pid != main && gives(event);
                    (trace.of("message").filter(said).count() >= count).then_some(())
                });
            }
            thread::sleep(Duration::from_micros(LIMIT));
            for (lives, running) in all {
                running.go_on(running.pid());
                heard(&running.end(), &given(lives));
            }
            let Some((mut running, child, until)) = held.take() else { return };
            running.waits(until, &["nobody is left"], "a child was slow, and had time");
            running.go_on(child);
            let run = running.end();
            heard(&run, &given(SLOW));
            all_by_themselves(&run, 3);
            let Some((running, over)) = late.take() else { return };
            thread::sleep(over.saturating_duration_since(Instant::now()));
            running.go_on(running.pid());
            heard(&running.end(), &given(LATE));
        },
    );
}

/// More than the queue has room for, after a long time in which nobody speaks.
const SLOW: &str = "gives 1,gives 200,gives 1";

/// A run in which the child says much between any two steps of `main`, so also between the last look at the queue and the
/// kill.
#[cfg(target_os = "linux")]
fn slow_to_kill(program: &Drive) -> Run {
    let lives = vec!["gives 1 works 1"; 7500].join(" ");
    let mut running = drive(program, &lives, "500").env("LESSON_SPEED", "1000").start();
    running.until_says("asks all to stop");
    let Some([child]) = running.children("child") else { return running.end() };
    let late = Instant::now() + HANGS;
    // Where it isn't allowed, `main` isn't slow.
    if let Ok(mut main) = Stepped::begin(running.pid()) {
        while Living::find(child).is_some() && Instant::now() < late && main.step() {
            thread::sleep(Duration::from_millis(2));
        }
    }
    let run = running.end();
    ended_well(&run);
    run
}

/// A run whose second child stands still before it has said anything, that child, and until when at the least.
fn with_a_slow_child(program: &Drive) -> Option<(Running, u32, Instant)> {
    let (running, child) = drive(program, SLOW, LONG).held_up(
        |running| {
            let begun = |trace: &Trace| {
                let begun = |event: &&Event| event.name == "has begun";
                trace.of("say").filter(begun).nth(1).map(|event| event.pid)
            };
            Some(running.until("not every child has begun", begun))
        },
        |trace, child| {
            !trace.of("message").any(|event| event.pid == child && gives(event))
        },
    )?;
    Some((running, child, suite::hold()))
}

/// The second child lets go of the queue as the others do, and has still work to do.
const QUIET: &str = "gives 1,gives 1 quits 1 works 10,gives 1";

/// A run whose second child stands still after it has let go of the queue, that child, and until when at the least.
fn with_a_quiet_child(program: &Drive) -> Option<(Running, u32, Instant)> {
    let (running, child) = held_at_work(&drive(program, QUIET, LONG))?;
    Some((running, child, suite::hold()))
}

/// The child speaks after its work, and ends by itself.
const LATE: &str = "works 10 gives 3";

/// A run whose `main` stands still before the child speaks, and when the time is over. The child has ended meanwhile.
fn with_a_late_main(program: &Drive) -> Option<(Running, Instant)> {
    let (mut running, child) =
        held_at_work(&drive(program, LATE, "20").deadline(MUCH))?;
    // By then it waits. If it stood still with the queue's lock, the child could not speak.
    thread::sleep(Duration::from_micros(LIMIT / 2));
    running.stop(running.pid());
    let over = Instant::now() + Duration::from_micros(4 * LIMIT);
    // On a very busy machine the time may be over already.
    if running.trace().of("end").next().is_some() {
        return None;
    }
    running.go_on(child);
    running.until("the child has not ended", |trace| {
        let said = |event: &&Event| event.pid == child && gives(event);
        let all = trace.of("message").filter(said).count() == given(LATE).len();
        (all && Living::find(child).is_none()).then_some(())
    });
    Some((running, over))
}

/// A run whose child stands still in the middle of its work, and that child.
fn held_at_work(drive: &Drive) -> Option<(Running, u32)> {
    drive.held_up(
        |running| {
            let works = |trace: &Trace| trace.of("work").next().map(|event| event.pid);
            Some(running.until("no child works", works))
        },
        |trace, child| trace.of("work").filter(|event| event.pid == child).count() == 1,
    )
}

fn drive(program: &Drive, lives: &str, time: &str) -> Drive {
    let args = ["--children", lives, "--time", time];
    program.again().args(&args).env("LESSON_SPEED", "10").deadline(HANGS)
}

/// What the children say, whatever becomes of them.
fn given(lives: &str) -> Vec<String> {
    let mut given = Vec::new();
    for (n, does) in lives.split(',').enumerate() {
        let mut words = does.split(' ').skip_while(|word| *word != "gives");
        let parcels =
            words.nth(1).map_or(0, |number| number.parse().expect("a number"));
        given.extend(
            (1..=parcels)
                .map(|parcel| format!("hears: child {n} gives back parcel {parcel}")),
        );
    }
    given.sort();
    given
}

/// All that the children say, as they say it.
fn words(run: &Run) -> impl Iterator<Item = &str> {
    let said =
        run.trace.of("message").filter(|event| event.phase == "s" && gives(event));
    said.filter_map(|event| event.args["text"].as_str())
}

/// Whether this event is a child's word.
fn gives(event: &Event) -> bool {
    event.args["text"].as_str().is_some_and(|text| text.contains("gives back"))
}

/// Of each child, every word that it said is there once, in the order in which it said them. The kill may have come
/// in the middle of its last word.
fn heard_until_the_kill(run: &Run, children: usize) {
    let heard = said(run);
    for n in 0..children {
        let of_child = format!("child {n} gives back parcel ");
        let given = words(run).filter(|word| word.starts_with(&of_child)).count();
        let mut parcels = 0;
        for word in &heard {
            if let Some(parcel) = word.split(&of_child).nth(1) {
                parcels += 1;
                assert_eq!(
                    parcel,
                    parcels.to_string(),
                    "a word was lost, or is there twice, or too early"
                );
            }
        }
        assert!(
            parcels + 1 >= given,
            "a word was lost: child {n} gave {given} parcels back, and {parcels} were heard"
        );
    }
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

fn said(run: &Run) -> Vec<&str> {
    run.said()
        .iter()
        .map(|said| said.text)
        .filter(|text| text.starts_with("hears: "))
        .collect()
}

/// Each word that was said is there once.
fn heard(run: &Run, given: &[String]) {
    ended_well(run);
    let mut heard = said(run);
    heard.sort();
    let lost = given.iter().find(|word| !heard.contains(&&***word));
    assert!(lost.is_none(), "a word was lost: {}", lost.map_or("", |word| word));
    assert_eq!(heard, given, "`main` heard what nobody said, or a word twice");
}

/// When and how each child has ended, if all were waited for when `main` says that nobody is left.
fn reaped(run: &Run) -> Vec<(u64, &str)> {
    let before = run.trace.0.iter().take_while(|event| event.name != "nobody is left");
    let ends = before.filter(|event| event.category == "end");
    ends.filter_map(|event| Some((event.time, event.name.split_once(" ended: ")?.1)))
        .collect()
}

fn all_by_themselves(run: &Run, children: usize) {
    let ends = reaped(run);
    assert_eq!(ends.len(), children, "not every child was waited for");
    let good = ends.iter().all(|(_, how)| how.ends_with(": 0"));
    assert!(good, "a child was killed that would have ended in time: {ends:?}");
}

fn time(run: &Run, name: &str) -> u64 {
    run.trace.0.iter().find(|event| event.name == name).map_or(0, |event| event.time)
}
