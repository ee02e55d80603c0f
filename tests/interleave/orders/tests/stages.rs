//! The stages that a lesson grows in. Its chapter goes from one to the next by what the explorer says of it, so that is asked here.

use std::collections::BTreeMap;

use interleave::{Kind, Search};
use orders::stages::STAGES;

/// What is said of each: in which way it is refused, and words of the message. `None`: it holds in every order.
const SAID: &[(&str, Option<(Kind, &str)>)] = &[
    ("async/by-hand", None),
    ("condition/1-bell-alone", Some((Kind::Deadlock, "no thread can go on"))),
    ("condition/2-look-once", Some((Kind::Failed, "the cook begins with"))),
    ("condition/3-two-wait", Some((Kind::Deadlock, "no thread can go on"))),
    ("condition/4-wake-all", None),
    ("barrier/1-one-panics", Some((Kind::Deadlock, "no thread can go on"))),
    ("barrier/2-leader", Some((Kind::Failed, "goes on before the leader has added up"))),
    ("barrier/3-wait-twice", None),
    ("once/1-look-then-set", None),
    ("once/2-once-lock", None),
    ("once/3-lazy-lock", None),
    ("one-shot/1-not-yet", Some((Kind::Race, "reads it in line"))),
    ("one-shot/2-flag", Some((Kind::Failed, "the letter is never dropped"))),
    ("one-shot/3-dropped", Some((Kind::Failed, "the letter is dropped twice"))),
    ("one-shot/4-taken", None),
    ("select/urgent-first", None),
    ("thread-pool/waits-inside", Some((Kind::Deadlock, "no thread can go on"))),
    ("publish/1-relaxed", Some((Kind::Race, "would have to be Release"))),
    ("publish/2-release-acquire", None),
    ("read-write-lock/1-two-guards", Some((Kind::Deadlock, "no thread can go on"))),
    ("read-write-lock/2-one-guard", None),
    ("spin-lock/1-look-then-take", Some((Kind::Race, "writes `balance`"))),
    ("spin-lock/2-one-step", Some((Kind::Race, "would have to be Release"))),
    ("spin-lock/3-early-return", Some((Kind::Endless, "goes round and round for ever"))),
    ("spin-lock/4-guard", None),
    ("owners/1-load-store", Some((Kind::Failed, "the letter has to be dropped once"))),
    ("owners/2-one-step", Some((Kind::Race, "would have to be Release"))),
    ("owners/3-release", Some((Kind::Race, "would have to be Acquire"))),
    ("owners/4-fence", None),
    ("sleeping-lock/1-sleep-at-anything", Some((Kind::Deadlock, "no thread can go on"))),
    ("sleeping-lock/2-sleep-if-held", None),
    ("sleeping-lock/3-third-state", Some((Kind::Deadlock, "no thread can go on"))),
    ("sleeping-lock/4-others-may-sleep", None),
];

#[test]
fn each_stage_is_refused_as_its_chapter_says() {
    let said: BTreeMap<_, _> = SAID.iter().copied().collect();
    let mut there: Vec<_> = STAGES.iter().map(|(name, _)| *name).collect();
    there.sort_unstable();
    assert_eq!(
        there,
        said.keys().copied().collect::<Vec<_>>(),
        "each stage of lessons/*/stages stands in SAID"
    );
    for (name, main) in STAGES {
        let report = Search { old_values: true, ..Search::default() }.every_order(main);
        let Some((kind, words)) = said[name] else {
            assert!(report.problem.is_none(), "{name}: {}", report.problem.unwrap());
            assert!(report.all, "{name}: {report:?}");
            continue;
        };
        let problem = report.problem.unwrap_or_else(|| panic!("{name} is not refused"));
        assert_eq!(problem.kind, kind, "{name}: {problem}");
        assert!(problem.message.contains(words), "{name}: {problem}");
    }
}
