//! The lessons of the thread part, from their own sources, under the explorer.

use std::time::Duration;

use serde_json::Value;

fn arguments(text: &str) -> Vec<String> {
    text.split_whitespace().map(str::to_owned).collect()
}

/// What a lesson claims holds in every order that is run in a moment. Whether these were all.
fn holds(topic: &str, given: &str) -> bool {
    let report = orders::explore(topic, &arguments(given), Duration::from_secs(2)).expect("a lesson");
    if let Some(problem) = report.problem {
        panic!("{topic} {given}: {problem}");
    }
    println!("{topic} {given}: {} orders in {:.2} s, all: {}", report.schedules, report.seconds, report.all);
    report.all
}

/// One test: the arguments that are given hold for all searches of a process.
#[test]
fn lessons_from_their_own_sources() {
    what_a_lesson_claims_holds_in_every_order();
    offered_orders_are_known();
    the_shortest_order_to_an_outcome_leads_there();
}

fn what_a_lesson_claims_holds_in_every_order() {
    assert!(holds("single-thread", ""));
    assert!(holds("join-threads", ""));
    assert!(holds("daemon-threads", ""));
    assert!(holds("race", "--rounds 2"));
    assert!(holds("lock", "--rounds 3"));
    assert!(holds("deadlock", "--order opposite"));
    assert!(holds("deadlock", "--order same"));
    assert!(holds("condition", "--guests 2"));
    assert!(holds("condition", "--guests 2 --late"));
    assert!(holds("semaphore", "--cars 2 --places 1"));
    assert!(holds("barrier", "--runners 2 --laps 2"));
    assert!(holds("barrier", "--runners 3 --laps 1"));
    assert!(holds("read-write-lock", "--rounds 1"));
    assert!(holds("read-write-lock", "--rounds 1 --twice"));
    assert!(holds("once", ""));
    assert!(holds("select", ""));
    assert!(holds("spin-lock", "--rounds 1"));
    assert!(holds("one-shot", ""));
    assert!(holds("owners", ""));
    assert!(holds("sleeping-lock", "--threads 2 --rounds 1"));
    for order in ["relaxed", "release-acquire", "seq-cst"] {
        assert!(holds("visibility", &format!("--rounds 1 --order {order}")));
    }
    for order in ["relaxed", "release-acquire"] {
        assert!(holds("publish", &format!("--rounds 1 --order {order}")));
    }
    // Tim and the dogs go on until the time is over, so there is no last order.
    assert!(!holds("producer-consumer", "--capacity 1"));
    assert!(!holds("producer-consumer", "--capacity 2"));

    assert!(orders::explore("queue", &[], Duration::ZERO).is_none());
}

fn offered_orders_are_known() {
    let outcomes = |topic: &str| {
        let orders = offered(topic);
        let one = |outcome: &Value| {
            let text = outcome["text"].as_str().expect("a text").to_owned();
            (text, outcome["orders"].as_u64().expect("a count"), outcome["deadlock"] == true)
        };
        outcomes_in(&orders).iter().map(one).collect::<Vec<_>>()
    };
    let balance = |n: i32| format!("1 times +1 and -1: the balance is {n}");
    let race = [(balance(0), 2, false), (balance(1), 2, false), (balance(-1), 2, false)];
    assert_eq!(outcomes("race"), race);
    assert_eq!(outcomes("lock"), [(balance(0), 2, false)]);
    let woke = [(0, 2), (1, 4), (2, 6), (3, 8), (4, 6)];
    let begun = |n: u32| format!("the cook began with 2 of 2 orders, and woke up {n} times");
    assert_eq!(outcomes("condition"), woke.map(|(n, orders)| (begun(n), orders, false)));
    let parked = "parked at once: at most 1; free places at the end: 1".to_owned();
    assert_eq!(outcomes("semaphore"), [(parked, 100, false)]);
    let led = |led: [u32; 2]| format!("2 laps: the runners led {led:?} of them");
    let laps = [([0, 2], 60), ([2, 0], 60), ([1, 1], 120)];
    assert_eq!(outcomes("barrier"), laps.map(|(by, orders)| (led(by), orders, false)));
    let lit_by = |name: &str| (format!("{name} lit the oven, 1 time"), 1, false);
    assert_eq!(outcomes("once"), [lit_by("Ann"), lit_by("Bob")]);
    let before = |n: u32| format!("{n} of 2 readings came before the change");
    let read_write = [(before(2), 6, false), (before(1), 2, false), (before(0), 6, false)];
    assert_eq!(outcomes("read-write-lock"), read_write);
    let counted = "2 threads have counted to 2000".to_owned();
    assert_eq!(outcomes("spin-lock"), [(counted, 10, false)]);
    let dropped = "3 owners have dropped the letter 1 times".to_owned();
    assert_eq!(outcomes("owners"), [(dropped, 6, false)]);
    let waits = [(0, 4), (1, 40), (2, 40), (3, 24)];
    let counted = |n: u64| format!("2 threads counted to 2, with {n} calls of wait");
    assert_eq!(outcomes("sleeping-lock"), waits.map(|(n, orders)| (counted(n), orders, false)));
    let both = |n: u32| format!("both read 0 in {n} of 1 rounds");
    assert_eq!(outcomes("visibility"), [(both(0), 14, false), (both(1), 6, false)]);
    let missing = |n: u32| format!("flag seen without the text in {n} of 1 rounds");
    assert_eq!(outcomes("publish"), [(missing(0), 67, false), (missing(1), 30, false)]);
    let deadlock = "a deadlock: Ann and Bob are stuck".to_owned();
    assert_eq!(outcomes("deadlock"), [("both are done".to_owned(), 4, false), (deadlock, 2, true)]);
}

fn offered(topic: &str) -> Value {
    let offer = orders::OFFERED.iter().find(|offer| offer.topic == topic).expect("it is offered");
    orders::orders(offer).expect("a lesson")
}

fn outcomes_in(orders: &Value) -> &Vec<Value> {
    orders["outcomes"].as_array().expect("a list")
}

fn the_shortest_order_to_an_outcome_leads_there() {
    for found in orders::OFFERED.iter().map(|offer| offered(offer.topic)) {
        for outcome in outcomes_in(&found) {
            let mut state = &found["states"][0];
            for to in outcome["shortest"].as_array().expect("states") {
                let steps = state["steps"].as_array().expect("steps");
                assert!(steps.iter().any(|step| step["to"] == *to), "no step leads there");
                state = &found["states"][to.as_u64().expect("a state") as usize];
            }
            assert_eq!(state["end"]["outcome"], outcome["text"]);
        }
    }
}
