//! What every answer to `pool/supervise` must hold.

use exercise::Judge;

pub fn judge(judge: &mut Judge) {
    judge.program(
        "the pool goes on past a dead worker, a hung one and a killed one",
        |program| {
            let hangs = std::time::Duration::from_secs(5); // far more than a right answer needs
            let mut running = program.env("LESSON_SPEED", "20").deadline(hangs).start();
            // Only this kill ends the first worker that has the fish, and it comes after the tea.
            let line = running.until_says("begins fish 1");
            let killed = suite::said(&line).pid().expect("a worker has a process id");
            running.until_says("tea is done");
            running.kill(killed);
            let run = running.end().well();

            let said = run.said();
            let count =
                |text: &str| said.iter().filter(|said| said.text == text).count();
            let attempts = |task: &str| {
                let begins = format!("begins {task} ");
                let begins = said.iter().filter(|said| said.text.starts_with(&begins));
                begins
                    .map(|said| {
                        (said.text.rsplit(' ').next().expect("a number"), said.pid())
                    })
                    .collect::<Vec<_>>()
            };
            assert_eq!(
                count("fish is given up"),
                0,
                "one worker was killed, and its task is lost"
            );
            assert_eq!(
                attempts("fish").len(),
                2,
                "the fish, whose worker was killed, was not tried again"
            );
            assert_eq!(
                attempts("stone").len(),
                3,
                "the stone was not tried three times, but"
            );
            assert_eq!(
                count("stone is given up"),
                1,
                "nobody said \"stone is given up\""
            );
            for task in ["soup", "fish", "rice", "tea"] {
                assert_eq!(
                    count(&format!("{task} is done")),
                    1,
                    "{task} was not done once"
                );
            }
            for task in ["stone", "fish"] {
                let attempts = attempts(task);
                let numbers: Vec<_> =
                    attempts.iter().map(|(number, _)| *number).collect();
                assert_eq!(
                    numbers,
                    &["1", "2", "3"][..attempts.len()],
                    "attempts are numbered from 1"
                );
            }

            // A start is recorded before it happens, and an end after it was waited for.
            let (mut now, mut most) = (0, 0);
            for event in run.trace.0.iter().filter(|event| event.pid == run.pid) {
                match event.category.as_str() {
                    "start" if event.phase == "s" => now += 1,
                    "end" if event.name.starts_with("cook ") => now -= 1,
                    _ => {}
                }
                most = most.max(now);
            }
            assert!(most <= 2, "more than two workers at a time: {most}");
        },
    );
    judge.program("two workers work at a time when none of them hangs", |program| {
        // Slow enough for the second to come while the first works.
        let mut running = program.env("LESSON_SPEED", "2").start();
        let line = running.until_says("begins fish 1");
        let killed = suite::said(&line).pid().expect("a worker has a process id");
        running.kill(killed);
        let run = running.end().well();

        let (mut now, mut most) = (0, 0);
        for event in &run.trace.0 {
            let end = event
                .name
                .strip_prefix("cook ")
                .and_then(|name| name.split(' ').next());
            match (event.category.as_str(), event.name.as_str()) {
                ("start", "starts") if ![run.pid, killed].contains(&event.pid) => {
                    now += 1
                }
                ("end", _) if end.is_some_and(|pid| pid != killed.to_string()) => {
                    now -= 1
                }
                _ => {}
            }
            most = most.max(now);
        }
        assert!(
            most == 2,
            "beside the worker that was killed, never did two work at a time"
        );
    });
}
