//! What the lessons on threads promise.

use std::fs;

use suite::{Run, lesson};

use crate::{at, counted};

#[test]
fn single_thread_does_one_thing_after_the_other() {
    let run = lesson("single-thread").run().well();
    let mut lines = counted("listens to music", 3);
    lines.extend(counted("watches a film", 4));
    lines.push("both are over".into());
    assert_eq!(run.said_by("main"), lines);
    assert_eq!(run.lines.len(), 8);
    // Seven seconds of work, 20 times as fast: sleep never takes less than it is asked to.
    assert!(run.said()[7].seconds >= 0.35, "{}", run.lines[7]);
}

#[test]
fn daemon_threads_die_with_main() {
    let run = lesson("daemon-threads").run().well();
    for (name, what) in [("music", "listens to music"), ("film", "watches a film")] {
        let said = run.said_by(name);
        let expected: Vec<_> = (1..=said.len()).map(|n| format!("{what}, {n}")).collect();
        assert_eq!(said, expected);
        // On a busy machine a thread may not even have begun.
        let ended = !said.is_empty() && run.trace.has_ended(run.trace.lane(name));
        assert!(!ended, "{name} came to an end of its own");
    }
    assert_eq!(run.said_by("main"), ["ends, and waits for nobody"]);
    assert!(run.trace.has_ended(run.trace.lane("main")));
}

#[test]
fn join_threads_waits_and_takes_results_and_panics() {
    let run = lesson("join-threads").run().well();
    assert_eq!(run.said_by("music"), counted("listens to music", 3));
    assert_eq!(run.said_by("film"), counted("watches a film", 4)[..3]);
    assert!(at(&run, "listens to music, 3") < at(&run, "music returned: 3 songs"));
    assert!(at(&run, "watches a film, 3") < at(&run, "film panicked: the film tears"));
    for name in ["music", "film", "main"] {
        assert!(run.trace.has_ended(run.trace.lane(name)), "{name} did not end");
    }
}

#[test]
fn sharing_switches_each_lamp_off_once_and_by_its_last_owner() {
    let run = lesson("sharing").run().well();
    let counts = |owners| format!("counts owners of the blue lamp: {owners}");
    let said: [(&str, &[String]); 6] = [
        ("Ann", &["reads by the red lamp".into()]),
        ("Bob", &["reads by the red lamp".into()]),
        ("Cleo", &["reads by the green lamp".into(), "switches the green lamp off".into()]),
        ("Dora", &["reads by the blue lamp".into(), counts(2)]),
        ("Emil", &["reads by the blue lamp".into(), counts(1), "switches the blue lamp off".into()]),
        ("main", &["switches the red lamp off".into(), counts(1), counts(3)]),
    ];
    for (who, lines) in said {
        assert_eq!(run.said_by(who), lines, "{who}");
        assert!(run.trace.has_ended(run.trace.lane(who)), "{who} did not end");
    }
    // A lamp is lit as long as somebody reads by it, and one way comes after the other.
    let colours = ["red", "green", "blue"].map(|colour| {
        let of = |line: &usize| run.lines[*line].contains(&format!("the {colour} lamp"));
        (0..run.lines.len()).filter(of).collect::<Vec<_>>()
    });
    assert_eq!(colours.concat(), (0..run.lines.len()).collect::<Vec<_>>(), "{:?}", run.lines);
    for (colour, lines) in ["red", "green", "blue"].iter().zip(colours) {
        let last = *lines.last().expect("there is a lamp of each colour");
        assert_eq!(at(&run, &format!("switches the {colour} lamp off")), last);
    }
    assert!(at(&run, &counts(2)) < at(&run, &format!("Emil              {}", counts(1))));
}

#[test]
fn race_counts_what_it_loses_and_is_honest() {
    for (args, rounds) in [(&[][..], 1_000_000), (&["--rounds", "1"], 1)] {
        let run = lesson("race").args(args).run().well();
        let said = run.said_by("main");
        let (begin, balance) = said[0].rsplit_once(' ').expect("the balance comes last");
        assert_eq!(begin, format!("{rounds} times +1 and -1: the balance is"));
        let balance: i64 = balance.parse().expect("a number");
        assert!(balance.abs() <= rounds);
        match balance.abs() {
            0 => assert!(said[1].contains("proves nothing")),
            lost => assert_eq!(said[1], format!("at least {lost} updates are lost")),
        }
    }
}

#[test]
fn lock_loses_nothing() {
    for (args, rounds) in [(&[][..], 1_000_000), (&["--rounds", "1"], 1)] {
        let run = lesson("lock").args(args).run().well();
        for name in ["earn", "spend"] {
            assert!(run.trace.has_ended(run.trace.lane(name)), "{name} did not end");
        }
        assert_eq!(run.said_by("main"), [format!("{rounds} times +1 and -1: the balance is 0")]);
    }
}

#[test]
fn deadlock_is_found_and_names_who_is_stuck() {
    // On a busy machine Ann may be done before Bob has begun: but not every time.
    let found = (0..10).any(|_| {
        let run = lesson("deadlock").run().well();
        let stuck = run.said_by("main") == ["a deadlock: Ann and Bob are stuck"];
        for (name, holds, wants) in [("Ann", "pen", "paper"), ("Bob", "paper", "pen")] {
            let said = run.said_by(name);
            assert_eq!(said[0], format!("has the {holds}, wants the {wants}"));
            match stuck {
                true => assert_eq!(said.len(), 1, "{said:?}"),
                false => assert_eq!(said[1..], ["writes with a blue pen on white paper"]),
            }
            assert_eq!(run.trace.has_ended(run.trace.lane(name)), !stuck);
        }
        assert!(stuck || run.said_by("main") == ["both are done"]);
        stuck
    });
    assert!(found, "ten runs, and nobody was stuck in any");
}

#[test]
fn deadlock_needs_a_second_order() {
    let run = lesson("deadlock").args(&["--order", "same"]).run().well();
    assert_eq!(run.said_by("main"), ["both are done"]);
    // One at a time: the one with the pen writes before the other has it.
    let texts: Vec<_> = run.said().iter().map(|said| (said.who, said.text)).collect();
    let wrote = "writes with a blue pen on white paper";
    assert_eq!(texts.len(), 5);
    for turn in texts[..4].chunks(2) {
        assert_eq!(turn, [(turn[0].0, "has the pen, wants the paper"), (turn[0].0, wrote)]);
    }
    assert_ne!(texts[0].0, texts[2].0);
    for name in ["Ann", "Bob"] {
        assert!(run.trace.has_ended(run.trace.lane(name)), "{name} did not end");
    }
}

#[test]
fn condition_lets_the_cook_begin_with_all_orders() {
    for (args, guests) in [(&[][..], 3), (&["--guests", "1"], 1), (&["--guests", "0"], 0)] {
        let run = lesson("condition").args(args).run().well();
        let begins = at(&run, &format!("cooks for {guests}"));
        for order in 1..=guests {
            assert!(at(&run, &format!("gives order {order}")) < begins);
        }
        let said = run.said_by("cook");
        // How often it wakes up, and what it finds then, is up to the system. But it never finds fewer than before.
        let (last, woken) = said.split_last().expect("the cook says something");
        assert_eq!(last, &format!("cooks for {guests}"));
        let found = |line: &str| -> u32 {
            let line = line.strip_prefix("wakes up: ").expect("the cook says nothing else");
            let (found, of) = line.split_once(" of ").expect("a number");
            assert_eq!(of, format!("{guests} orders"));
            found.parse().expect("a number")
        };
        let found: Vec<_> = woken.iter().map(|line| found(line)).collect();
        assert!(found.is_sorted(), "{found:?}");
        let end =
            format!("the cook began with {guests} of {guests} orders, and woke up {} times", found.len());
        assert_eq!(run.said_by("main"), [end]);
    }
}

#[test]
fn condition_needs_no_notification_if_the_orders_are_there() {
    // On a busy machine a guest may be later than the cook: but not every time.
    let slept_never = (0..10).any(|_| {
        let run = lesson("condition").args(&["--late"]).run().well();
        let said = run.said_by("cook");
        let early = at(&run, "gives order 3") < at(&run, said[0]);
        assert!(said.len() == 1 || said[0].starts_with("wakes up: "), "{said:?}");
        early && said == ["cooks for 3"]
    });
    assert!(slept_never, "in none of ten runs were all orders there before the cook");
}

/// What was made, eaten and left, after asking that it adds up and nothing is there twice.
fn bones(run: &Run) -> (usize, usize, usize) {
    let made: Vec<_> = run.said_by("Tim");
    let expected: Vec<_> = (1..=made.len()).map(|n| format!("made bone {n}")).collect();
    assert_eq!(made, expected);
    let mut eaten: Vec<_> = [run.said_by("King"), run.said_by("Wang")].concat();
    let times = eaten.len();
    eaten.sort();
    eaten.dedup();
    assert_eq!(eaten.len(), times, "a bone is eaten twice");
    for bone in &eaten {
        let bone = bone.strip_prefix("eats ").expect("dogs say nothing else");
        assert!(made.contains(&&*format!("made {bone}")), "{bone} was never made");
    }
    let last = run.said_by("main").last().expect("main says the last word").to_owned();
    let numbers: Vec<usize> = last.split(' ').filter_map(|word| word.parse().ok()).collect();
    assert_eq!((numbers[0], numbers[1]), (made.len(), times), "{last}");
    assert_eq!(numbers[0], numbers[1] + numbers[2], "{last}");
    (numbers[0], numbers[1], numbers[2])
}

#[test]
fn producer_consumer_adds_up() {
    let (_, _, left) = bones(&lesson("producer-consumer").run().well());
    assert!(left <= 10);
}

#[test]
fn producer_consumer_takes_its_choices() {
    for capacity in ["0", "1", "3"] {
        let run = lesson("producer-consumer").args(&["--seconds", "3", "--capacity", capacity]).run().well();
        let (_, _, left) = bones(&run);
        assert!(left <= capacity.parse().expect("a number"), "{left} left in a queue of {capacity}");
    }
    let run = lesson("producer-consumer").args(&["--seconds=0"]).run().well();
    bones(&run);
}

#[cfg(unix)]
#[test]
fn producer_consumer_stops_cleanly_on_ctrl_c() {
    let mut running = lesson("producer-consumer").args(&["--seconds", "1000000"]).start();
    running.until_says("eats bone");
    running.ctrl_c();
    let (made, eaten, _) = bones(&running.end().well());
    assert!(made > 0 && eaten > 0);
}

/// How many cars were parked at once in this run, at most: counted from its lines, and as `main` says it.
fn most_cars_parked(run: &Run, cars: usize, places: usize) -> usize {
    let mut most = 0;
    for car in 1..=cars {
        let said = run.said_by(&format!("car {car}"));
        let (parks, count) = said[0].rsplit_once(' ').expect("the count comes last");
        assert_eq!((parks, &said[1..]), ("parks; cars parked:", &["drives off"][..]));
        most = most.max(count.parse().expect("a number"));
    }
    let last = run.said_by("main").last().expect("main says the last word").to_owned();
    assert_eq!(last, format!("parked at once: at most {most}; free places at the end: {places}"));
    assert!(most <= places, "{most} cars in {places} places");
    most
}

#[test]
fn semaphore_lets_in_as_many_as_there_are_places() {
    // On a busy machine a car may drive off before the next one comes: but not every time.
    let most = (0..10).map(|_| most_cars_parked(&lesson("semaphore").run().well(), 5, 3));
    assert!(most.into_iter().any(|most| most == 3), "ten runs, and the third place was used in none");
    let run = lesson("semaphore").args(&["--cars", "9", "--places", "1"]).run().well();
    assert_eq!(most_cars_parked(&run, 9, 1), 1);
    let run = lesson("semaphore").args(&["--cars", "2"]).run().well();
    most_cars_parked(&run, 2, 3);
}

#[test]
fn semaphore_lets_nobody_in_before_another_thread_releases() {
    let run = lesson("semaphore").args(&["--closed"]).run().well();
    most_cars_parked(&run, 5, 3);
    assert_eq!(run.said_by("main")[0], "opens 3 places");
    assert_eq!(run.said()[0].who, "main", "a car parks before main opens the places");
}

#[test]
fn barrier_keeps_the_runners_together() {
    for (args, runners, laps) in [(&[][..], 3, 3), (&["--runners", "2", "--laps", "5"], 2, 5)] {
        let run = lesson("barrier").args(args).run().well();
        let names: Vec<_> = (1..=runners).map(|runner| format!("runner {runner}")).collect();
        let said = run.said();
        let position = |who: &str, text: &str| {
            let at = said.iter().position(|said| said.who == who && said.text == text);
            at.unwrap_or_else(|| panic!("{who} never says {text:?}:\n{}", run.lines.join("\n")))
        };
        for lap in 1..laps {
            let ends = |name: &String| position(name, &format!("ends lap {lap}"));
            let next = |name: &String| position(name, &format!("ends lap {}", lap + 1));
            let (last, first) = (names.iter().map(ends).max(), names.iter().map(next).min());
            assert!(last < first, "a runner was in lap {} before all had ended lap {lap}", lap + 1);
        }
        let leads = |name: &String| run.said_by(name).iter().filter(|text| text.starts_with("leads")).count();
        for lap in 1..=laps {
            at(&run, &format!("leads lap {lap}"));
        }
        let led: Vec<_> = names.iter().map(leads).collect();
        let last = format!("{laps} laps: the runners led {led:?} of them");
        assert_eq!(run.said_by("main"), [last]);
    }
}

#[test]
fn barrier_needs_a_runner_and_no_lap() {
    let run = lesson("barrier").args(&["--runners", "0"]).run();
    assert_eq!(run.status.code(), Some(2), "{}", run.errors);
    let run = lesson("barrier").args(&["--laps", "0"]).run().well();
    assert_eq!(run.lines.len(), 1);
    let run = lesson("barrier").args(&["--runners", "1"]).run().well();
    let said = run.said_by("runner 1");
    assert_eq!(said, ["ends lap 1", "leads lap 1", "ends lap 2", "leads lap 2", "ends lap 3", "leads lap 3"]);
}

/// How many readings came before the change, after asking that nobody sees half of it, or the old train after the new one.
fn readings(run: &Run, rounds: usize) -> usize {
    let (old, new) = ("reads: 10:00, platform 1", "reads: 11:00, platform 2");
    let before = ["Ann", "Bob"].map(|name| {
        let read: Vec<_> = run.said_by(name).into_iter().filter(|text| text.starts_with("reads: ")).collect();
        let before = read.iter().take_while(|text| **text == old).count();
        assert_eq!(read[before..], vec![new; rounds - before], "{name}: {read:?}");
        before
    });
    assert_eq!(run.said_by("Tim"), ["writes: 11:00, platform 2"]);
    let before = before[0] + before[1];
    let said = format!("{before} of {} readings came before the change", 2 * rounds);
    assert_eq!(run.said_by("main"), [said]);
    before
}

#[test]
fn read_write_lock_shows_a_change_whole_or_not_at_all() {
    for (args, rounds) in [(&[][..], 3), (&["--rounds", "1"], 1), (&["--rounds", "0"], 0)] {
        let run = lesson("read-write-lock").args(args).run().well();
        readings(&run, rounds);
        for name in ["Ann", "Bob", "Tim"] {
            assert!(run.trace.has_ended(run.trace.lane(name)), "{name} did not end");
        }
    }
}

#[test]
fn read_write_lock_keeps_who_reads_twice_behind_a_writer() {
    let gives_up = "gives up: Tim waits for Ann, and Ann waits for Tim";
    // On a busy machine Tim may come when Ann doesn't read: but not every time.
    let found = (0..10).any(|_| {
        let run = lesson("read-write-lock").args(&["--twice"]).run().well();
        readings(&run, 3);
        let again: Vec<_> = run.said_by("Ann").into_iter().step_by(2).collect();
        assert_eq!(again.len(), 3);
        let stuck: Vec<_> = (0..3).filter(|round| again[*round] == gives_up).collect();
        assert!(stuck.len() <= 1, "there is only one change: {again:?}");
        for round in stuck.iter().copied() {
            // The change that she waited for comes after what she reads, so she reads the old train.
            assert_eq!(run.said_by("Ann")[2 * round + 1], "reads: 10:00, platform 1");
            assert!(at(&run, "gives up") < at(&run, "writes: "));
        }
        !stuck.is_empty()
    });
    assert!(found, "ten runs, and Ann was stuck in none");
}

#[test]
fn once_lights_one_oven_and_counts_for_each_thread() {
    for (args, loaves) in [(&[][..], 2), (&["--loaves", "1"], 1), (&["--loaves=0"], 0)] {
        let run = lesson("once").args(args).run().well();
        let last = format!("loaves: Ann {loaves}, Bob {loaves}, main 0");
        let said = run.said_by("main");
        let lit_by = said[0].strip_suffix(" lit the oven, 1 time").expect("who lit it comes first");
        assert_eq!(said[1..], [last]);
        assert!(["Ann", "Bob"].contains(&lit_by), "{lit_by}");
        for name in ["Ann", "Bob"] {
            let mut lines = vec!["needs the oven".to_owned()];
            lines.extend((name == lit_by).then(|| "lights the oven".to_owned()));
            lines.extend((1..=loaves).map(|n| format!("has baked {n}")));
            assert_eq!(run.said_by(name), lines);
            assert!(run.trace.has_ended(run.trace.lane(name)), "{name} did not end");
        }
    }
}

/// What the timers did, after asking for what holds in every run: each rings unless it is cancelled in time, and the soup is
/// stirred as often as it is said, each time `step` seconds of the lesson or more after the time before.
fn timers(run: &Run, step: f64) -> bool {
    let main = run.said_by("main");
    assert_eq!(main[0], "cancels what is still to come");
    for (n, name, rings) in [(1, "tea", "the tea is ready"), (2, "eggs", "the eggs are done")] {
        match run.said_by(name)[..] {
            [] => assert_eq!(main[n], format!("{name}: cancelled in time")),
            [said] => assert_eq!((said, main[n]), (rings, &*format!("{name}: too late"))),
            ref said => panic!("{name} rang more than once: {said:?}"),
        }
    }
    let stirred: Vec<_> = run.said().into_iter().filter(|said| said.who == "soup").collect();
    for (said, n) in stirred.iter().zip(1..) {
        assert!(said.text.starts_with(&format!("stirs the soup, {n}: ")), "{said:?}");
        // A wait is never too short. The lesson runs 20 times as fast, and the time that is said is rounded.
        let earliest = (0.5 + step * f64::from(n - 1)) / 20.0;
        assert!(said.seconds >= earliest - 0.006, "{said:?} comes before {earliest}");
    }
    assert_eq!(main[3..], [format!("the soup was stirred {} times", stirred.len())]);
    for name in ["tea", "eggs", "soup", "main"] {
        assert!(run.trace.has_ended(run.trace.lane(name)), "{name} did not end");
    }
    // From then on only main speaks: it doesn't wait until the eggs are done.
    let cancels = at(run, "cancels what is still to come");
    main[2] == "eggs: cancelled in time" && run.said()[cancels..].iter().all(|said| said.who == "main")
}

#[test]
fn timer_rings_unless_it_is_cancelled() {
    // On a busy machine main may come late: but not every time.
    let found = (0..10).any(|_| timers(&lesson("timer").run().well(), 0.5));
    assert!(found, "ten runs, and the eggs were cancelled at once in none");
}

#[test]
fn timer_drifts_if_it_counts_from_the_end_of_the_work() {
    timers(&lesson("timer").args(&["--drift"]).run().well(), 0.7);
}

#[test]
fn select_answers_in_order_and_leaves_the_rest() {
    for seconds in ["4", "2", "10", "0"] {
        let run = lesson("select").args(&["--seconds", seconds]).run().well();
        let mut said = run.said_by("Eva");
        said.retain(|text| *text != "waters the flowers: nothing came for a second");
        for (who, kind) in [("phone", "call"), ("post", "letter")] {
            assert_eq!(run.said_by(who), [format!("{kind} 1 is there"), format!("{kind} 2 is there")]);
            let of_kind = said.iter().filter(|text| text.contains(kind)).copied();
            for (n, text) in (1..).zip(of_kind) {
                assert_eq!(text, format!("answers {kind} {n}"));
                assert!(at(&run, &format!("{kind} {n} is there")) < at(&run, text));
            }
        }
        let last = format!("{} answered, {} left", said.len(), 4 - said.len());
        assert_eq!(run.said_by("main"), [last]);
        assert!(seconds != "0" || said.is_empty(), "closing time comes first: {said:?}");
    }
}

#[test]
fn thread_pool_gives_each_dish_one_result() {
    for until in ["last", "first", "failure"] {
        let run = lesson("thread-pool").args(&["--until", until]).run().well();
        let told = run.said_by("main");
        let cooked = [run.said_by("worker 1"), run.said_by("worker 2")].concat();
        for dish in ["soup", "rice", "fish", "tea", "salad", "cake"] {
            let begun = cooked.iter().filter(|text| **text == format!("cooks {dish}")).count();
            let result = told.iter().filter_map(|text| text.strip_prefix(&format!("{dish}: ")));
            match (&*result.collect::<Vec<_>>(), dish, begun) {
                (["lost: the fish is burnt"], "fish", 1) | (["cancelled"], _, 0) => {}
                ([done], _, 1) if done.starts_with("done after") && dish != "fish" => {
                    let done = at(&run, &format!("{dish}: {done}"));
                    assert!(at(&run, &format!("cooks {dish}")) < done);
                }
                other => panic!("--until {until}, {dish}: {other:?}"),
            }
        }
        assert_eq!(told.last(), Some(&"6 dishes, and the kitchen is closed"));
        let cancelled = told.iter().filter(|text| text.ends_with(": cancelled")).count();
        assert!(until != "last" || cancelled == usize::from(told[0].ends_with("true")));
    }
}

#[test]
fn parallel_computes_each_row_once_and_always_the_same_picture() {
    let folder = tempfile::tempdir().expect("a folder");
    let png = |threads: usize, pieces: usize| {
        let file = folder.path().join(format!("{threads}-{pieces}.png"));
        let (threads, pieces) = (threads.to_string(), pieces.to_string());
        let file_name = file.to_str().expect("a plain path");
        let arguments = ["--threads", &threads, "--pieces", &pieces, "--picture", file_name];
        (lesson("parallel").args(&arguments).run().well(), fs::read(&file).expect("the picture"))
    };
    let (_, alone) = png(1, 1);
    assert!(alone.starts_with(b"\x89PNG"), "{:?}", &alone[..8]);
    // Asked for 50 pieces, it makes 40 of three rows each; the last of seven has twelve rows, and the others have eighteen.
    for (threads, pieces, cut) in [(2, 2, 2), (3, 50, 40), (4, 7, 7), (2, 1_000, 120)] {
        let (run, picture) = png(threads, pieces);
        assert!(picture == alone, "{threads} threads and {pieces} pieces make another picture");
        let mut rows: Vec<_> = run.trace.of("row").filter_map(|row| row.args["row"].as_u64()).collect();
        rows.sort();
        assert!(rows.iter().copied().eq(0..120), "{rows:?}");
        let begun = run.trace.of("work").filter(|event| event.phase == "B");
        assert_eq!(begun.count(), cut);
        for n in 1..=threads {
            let name = format!("thread {n}");
            let lane = run.trace.lane(&name);
            let computed = run.trace.of("row").filter(|row| (row.pid, row.lane) == lane).count();
            assert_eq!(run.said_by(&name), [format!("computed {computed} rows")]);
        }
        assert!(run.said_by("main")[0].starts_with("120 rows in "));
    }
}

#[test]
fn parallel_says_where_it_cannot_write() {
    let run = lesson("parallel").args(&["--picture", "no/such/folder/x.png"]).run();
    assert_eq!(run.status.code(), Some(1));
    assert!(run.errors.starts_with("error: cannot write no/such/folder/x.png: "), "{}", run.errors);
    assert_eq!(run.errors.lines().count(), 1);
}

/// Asks what holds in every run: each guest in the order of her lines, and no friend ever comes.
fn guests(run: &Run, waits: u32) {
    let main = [format!("lets in Ben, Eva and {waits} more"), format!("{waits} guests have read the menu")];
    assert_eq!(run.said_by("main"), main);
    assert_eq!(run.said_by("Ben"), ["asks what is in the rice", "orders rice"]);
    assert_eq!(run.said_by("Eva"), ["takes her coat", "goes home: nobody came"]);
    for name in ["Ben", "Eva", "main"] {
        assert!(run.trace.has_ended(run.trace.lane(name)), "{name} did not end");
    }
}

#[test]
fn async_waits_for_all_at_once() {
    for waits in [0, 1, 10_000] {
        let run = lesson("async").args(&["--waits", &waits.to_string()]).run().well();
        guests(&run, waits);
        assert_eq!(run.trace.of("work").count(), 0, "the thread only waits");
    }
    // On a busy machine Eva may come late: but not every time.
    let found = (0..10).any(|_| {
        let run = lesson("async").args(&["--waits=1"]).run().well();
        let eva = at(&run, "takes her coat");
        at(&run, "asks what is in the rice") < eva && eva < at(&run, "orders rice")
    });
    assert!(found, "ten runs, and Eva went home while Ben waited in none");
}

#[test]
fn async_does_nothing_else_while_a_task_blocks() {
    let run = lesson("async").args(&["--block"]).run().well();
    guests(&run, 10_000);
    let begins = run.trace.0.iter().position(|event| event.category == "work").expect("Ben works");
    let [begin, end] = &run.trace.0[begins..begins + 2] else { unreachable!("two events") };
    assert_eq!((begin.phase.as_str(), end.phase.as_str()), ("B", "E"), "{begin:?} {end:?}");
    assert_eq!((begin.pid, begin.lane), run.trace.lane("Ben"));
    assert_eq!(at(&run, "asks what is in the rice") + 1, at(&run, "orders rice"));
}
