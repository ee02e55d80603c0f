//! What every answer to `isolation/result-comes-back` must hold.

use exercise::Judge;
use suite::Run;

pub fn judge(judge: &mut Judge) {
    judge.program("`main` says the sum that a child has added up", |program| {
        says_the_sum(&program.run());
    });
    #[cfg(unix)]
    judge.program("the sum is the child's: without it, `main` has none", |program| {
        let usual = program.again().run();
        let mut held_up = || {
            let adding = |trace: &suite::trace::Trace, child| {
                !trace.of("work").any(|event| event.pid == child && event.phase == "E")
            };
            program.held_up(suite::Running::child, adding)
        };
        if let Some((running, child)) = held_up() {
            running.kill(child);
            let run = running.end();
            // How the child ended may be said, and there is a number in that, too.
            let said = run.said_by("main").into_iter().find(|line| {
                line.contains("5000050000")
                    || line.strip_prefix("the sum is ").is_some_and(|sum| {
                        sum.starts_with(|first: char| first.is_ascii_digit())
                    })
            });
            assert_eq!(
                said, None,
                "the child was killed before it had the sum, and `main` said it all the same, or another number"
            );
        }
        if let Some((mut running, child)) = held_up() {
            let why = "the child was slow, and `main` did not wait for its sum";
            running.waits(usual.hold(), &["the sum is"], why);
            running.go_on(child);
            says_the_sum(&running.end());
        }
    });
}

fn says_the_sum(run: &Run) {
    assert!(run.status.success(), "{}: {}", run.status, run.errors);
    let by: Vec<u32> = run.trace.of("work").map(|event| event.pid).collect();
    assert!(!by.is_empty(), "nobody has added up: `busy(\"adds up\", …)` is gone");
    assert!(!by.contains(&run.pid), "`main` itself has added up: the child should");
    let said = run.said_by("main");
    assert_eq!(said, ["the sum is 5000050000"], "`main` did not get the sum");
}
