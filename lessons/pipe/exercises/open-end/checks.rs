//! What every answer to `pipe/open-end` must hold.

use std::time::Duration;

use exercise::Judge;

/// Far more than a right answer needs.
const HANGS: Duration = Duration::from_secs(5);

pub fn judge(judge: &mut Judge) {
    judge.program("`main` reads the lines of both, and then the end", |program| {
        let run = program.deadline(HANGS).run().well();
        let said = run.said_by("main");
        assert_eq!(said[0], "received 300 lines", "not all lines were received");
        let zeros = said[1].matches(": 0").count();
        assert_eq!(zeros, 2, "a writer did not end well: {said:?}");
    });
    judge.program("a writer crashes, and `main` still reads to the end", |program| {
        let run = program.deadline(HANGS).args(&["--crash"]).run().well();
        assert_eq!(
            run.said_by("main")[0],
            "received 151 lines",
            "not all lines were received"
        );
    });
}
