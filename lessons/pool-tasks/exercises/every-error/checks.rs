//! What every answer to `pool-tasks/every-error` must hold.

use exercise::Judge;

pub fn judge(judge: &mut Judge) {
    judge.program(
        "each of four tasks has its line, errors by the task's name",
        |program| {
            let run = program.run();
            let said = run.said_by("main");
            assert_eq!(
                said.len(),
                4,
                "not one line for each task: {said:?} {}",
                run.errors
            );
            assert_eq!(
                (said[0], said[3]),
                ("clean: 2", "wash: 3"),
                "a good result is missing"
            );
            let names =
                said[1].contains("cook") && said[1].contains("the pan is too hot");
            assert!(names, "cook and its panic are not named: {:?}", said[1]);
            let died =
                run.said().into_iter().find(|said| said.text == "crashes on the way");
            let pid =
                died.and_then(|said| said.pid()).expect("shop does not crash any more");
            let names = said[2].contains("shop") && said[2].contains(&pid.to_string());
            assert!(
                names,
                "shop and its dead worker, {pid}, are not named: {:?}",
                said[2]
            );

            assert_eq!(
                run.status.code(),
                Some(1),
                "two tasks failed, and the program did not"
            );
            // The lines before it may name processes and source lines, with any digits.
            let last = run.errors.trim_end().lines().last().unwrap_or_default();
            let mut words = last.split(|c: char| !c.is_alphanumeric() && c != '-');
            assert!(
                words.any(|word| word == "2" || word == "two"),
                "the last error does not count the failed tasks: {last:?}"
            );
        },
    );
}
