//! What every answer to `pool-tasks/every-error` must hold.

use exercise::Judge;
use suite::{Drive, Run};

/// The tasks in their order, and what each gives if it doesn't fail.
const TASKS: [(&str, &str, &str); 4] = [
    ("clean", "clean: 2", "there is no broom"),
    ("cook", "cook: 1", "the pan is too hot"),
    ("shop", "shop: 5", ""),
    ("wash", "wash: 3", "there is no water"),
];

pub fn judge(judge: &mut Judge) {
    judge.program(
        "each of four tasks has its line, errors by the task's name",
        |program| {
            each_is_told(&program.run(), &["cook", "shop"]);
        },
    );
    judge.program("other tasks fail, or all, or none", |program| {
        let all = ["clean", "cook", "shop", "wash"];
        let failing: [&[&str]; 6] =
            [&[], &["clean"], &["wash"], &["shop"], &["clean", "shop", "wash"], &all];
        for failing in failing {
            let run = drive(&program, failing).run();
            // The tasks of an older start ask nobody, and fail as always.
            let said = run.said_by("main");
            let cook = said.get(1).is_some_and(|line| line.contains("too hot"));
            let as_always = cook && said[0] == "clean: 2";
            let failing = if as_always { &["cook", "shop"] } else { failing };
            each_is_told(&run, failing);
        }
    });
}

fn drive(program: &Drive, failing: &[&str]) -> Drive {
    program.again().env("FAIL", &failing.join(","))
}

fn each_is_told(run: &Run, failing: &[&str]) {
    let said = run.said_by("main");
    assert_eq!(said.len(), 4, "not one line for each task: {said:?} {}", run.errors);
    for ((task, result, panic), line) in TASKS.into_iter().zip(&said) {
        if !failing.contains(&task) {
            assert_eq!(*line, result, "a good result is missing");
        } else if task == "shop" {
            let died =
                run.said().into_iter().find(|said| said.text == "crashes on the way");
            let pid =
                died.and_then(|said| said.pid()).expect("shop does not crash any more");
            let names = line.contains("shop") && line.contains(&pid.to_string());
            assert!(names, "shop and its dead worker, {pid}, are not named: {line:?}");
        } else {
            let names = line.contains(task) && line.contains(panic);
            assert!(names, "{task} and its panic are not named: {line:?}");
        }
    }

    let count = failing.len();
    assert_eq!(
        run.status.code(),
        Some(i32::from(count > 0)),
        "with {count} failed tasks, the program has another exit status: {}",
        run.errors
    );
    if count == 0 {
        return;
    }
    // The lines before it may name processes and source lines, with any digits.
    let last = run.errors.trim_end().lines().last().unwrap_or_default();
    let mut words = last.split(|c: char| !c.is_alphanumeric() && c != '-');
    let number = ["", "one", "two", "three", "four"][count];
    assert!(
        words.any(|word| word == number || word == count.to_string()),
        "the last error does not count the failed tasks: {last:?}"
    );
}
