//! What every answer to `supervisor/window` must hold.

use std::time::Duration;

use exercise::{Judge, many};

use crate::answer::{Limits, Restarts};

const STEADY: Duration = s(20);

const fn s(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

/// A supervisor that pauses for 1, 2, 4, 8 and then 10 seconds.
fn restarts(restarts: usize, window: Duration) -> Restarts {
    Restarts::new(Limits {
        first: s(1),
        longest: s(10),
        steady: STEADY,
        restarts,
        window,
    })
}

/// The next pauses, of a child that never works for long and fails once a minute from `now` on.
fn pauses(supervisor: &mut Restarts, now: u64, count: u64) -> Vec<u64> {
    let mut next = |n| {
        let pause =
            supervisor.failed(s(now + 60 * n), STEADY - Duration::from_nanos(1));
        let pause =
            pause.expect("it gives up, and there are few restarts in the window");
        assert_eq!(
            pause.subsec_nanos(),
            0,
            "no pause has a part of a second: {pause:?}"
        );
        pause.as_secs()
    };
    (0..count).map(&mut next).collect()
}

const GROW: &str = "the pauses don't grow as they should";

pub fn judge(judge: &mut Judge) {
    judge.every_order("each pause is twice as long, up to the longest", || {
        let mut supervisor = restarts(3, s(60));
        assert_eq!(pauses(&mut supervisor, 0, 7), [1, 2, 4, 8, 10, 10, 10], "{GROW}");
        let count = 3 * many() as u64;
        let long = pauses(&mut supervisor, 10_000, count);
        assert_eq!(long, vec![10; count as usize], "after many, {GROW}");
    });
    judge.every_order(
        "the longest pause may be a billion times as long as the first",
        || {
            let first = Duration::from_millis(1);
            let longest = s(30 * 24 * 60 * 60);
            let limits =
                Limits { first, longest, steady: STEADY, restarts: 1, window: s(1) };
            let mut supervisor = Restarts::new(limits);
            let mut right = first;
            for n in 0..many() as u64 {
                let pause = supervisor.failed(s(2 * n), s(0));
                assert_eq!(pause, Some(right), "pause {n}, up to {longest:?}: {GROW}");
                right = longest.min(2 * right);
            }
        },
    );
    judge.every_order("the longest pause may be shorter than the first", || {
        let limits = Limits {
            first: s(5),
            longest: s(3),
            steady: STEADY,
            restarts: 9,
            window: s(60),
        };
        assert_eq!(
            pauses(&mut Restarts::new(limits), 0, 3),
            [3, 3, 3],
            "longer than the longest"
        );
    });
    judge.every_order("a child that has worked long enough pauses as at first", || {
        let mut supervisor = restarts(3, s(60));
        for (start, worked) in
            [(0, STEADY), (1_000, STEADY), (2_000, STEADY * 3), (3_000, STEADY)]
        {
            let tired = "it had worked long enough, and the pause isn't the first";
            assert_eq!(supervisor.failed(s(start), worked), Some(s(1)), "{tired}");
            assert_eq!(
                pauses(&mut supervisor, start + 60, 5),
                [2, 4, 8, 10, 10],
                "then {GROW}"
            );
        }
        // Before there was any failure, too.
        let mut supervisor = restarts(3, s(60));
        assert_eq!(
            supervisor.failed(s(0), STEADY * 9),
            Some(s(1)),
            "the first pause is wrong"
        );
        // Again and again.
        for n in 1..3 * many() as u64 {
            let pause = supervisor.failed(s(100 * n), STEADY);
            assert_eq!(pause, Some(s(1)), "each time it had worked long enough");
        }
    });
    judge.every_order("a child that flaps is given up as well", || {
        let mut supervisor = restarts(3, s(1_000));
        for n in 0..3 {
            assert_eq!(
                supervisor.failed(s(100 * n), STEADY),
                Some(s(1)),
                "one of three"
            );
        }
        assert_eq!(
            supervisor.failed(s(300), STEADY),
            None,
            "a fourth restart in the window"
        );
        assert_eq!(
            supervisor.failed(s(301), STEADY),
            None,
            "a fourth restart, asked again"
        );
    });
    judge.every_order("the window moves along with the time", || {
        let mut supervisor = restarts(3, s(10));
        let nano = Duration::from_nanos(1);
        // When it fails, and whether there is a restart.
        let times = [
            (s(8), true),
            (s(9), true),
            (s(10), true), // a window that begins every ten seconds would begin here
            (s(10), false),
            (s(17), false),
            (s(18) - nano, false),
            (s(18), true), // the first is too old
            (s(18), false),
            (s(19), true),
            (s(19), false),
            (s(20) - nano, false),
            (s(20), true),
            (s(27), false), // 18, 19 and 20 are still there
            (s(40), true),
            (s(40), true), // two at the same time are two
            (s(49), true),
            (s(50) - nano, false),
            (s(50), true), // both are too old
            (s(50), true),
            (s(51), false),
            (s(1_000_000_000), true),
            (s(2_000_000_000) + nano, true),
            (s(2_000_000_000) + nano, true),
            (s(2_000_000_000) + nano, true),
            (s(2_000_000_010), false), // not even the smallest part of a second too early
            (s(2_000_000_010) + nano, true),
        ];
        for (now, restart) in times {
            let pause = supervisor.failed(now, STEADY);
            assert_eq!(
                pause.is_some(),
                restart,
                "at {now:?} it counts the restarts wrongly"
            );
        }
    });
    judge.every_order(
        "however many restarts are allowed, and there is none more",
        || {
            for most in [0, 1, 2, many(), 5 * many()] {
                let mut supervisor = restarts(most, s(1_000_000));
                for round in 0..3 {
                    for n in 0..most {
                        // More than a window later.
                        let now = s(round * 2_000_000 + n as u64);
                        let pause = supervisor.failed(now, STEADY);
                        assert!(
                            pause.is_some(),
                            "restart {n} of {most} in round {round}"
                        );
                    }
                    for n in 0..3 {
                        let now = s(round * 2_000_000 + most as u64 + n);
                        let pause = supervisor.failed(now, STEADY);
                        assert_eq!(
                            pause, None,
                            "more than {most} restarts in round {round}"
                        );
                    }
                }
            }
        },
    );
    judge.every_order("`None` is no restart, and makes no pause longer", || {
        let mut supervisor = restarts(1, s(10));
        assert_eq!(supervisor.failed(s(0), s(0)), Some(s(1)), "{GROW}");
        for n in 1..10 {
            let pause = supervisor.failed(s(n), s(0));
            assert_eq!(pause, None, "a second restart in the window");
        }
        assert_eq!(
            supervisor.failed(s(10), s(0)),
            Some(s(2)),
            "after many times `None`, {GROW}"
        );
    });
    judge.every_order("two supervisors have nothing to do with each other", || {
        let mut first = restarts(2, s(1_000));
        let mut second = restarts(2, s(1_000));
        for pause in [1, 2] {
            for supervisor in [&mut first, &mut second] {
                assert_eq!(
                    supervisor.failed(s(pause), s(0)),
                    Some(s(pause)),
                    "they share something"
                );
            }
        }
        assert_eq!(first.failed(s(3), s(0)), None, "a third restart in the window");
    });
}
