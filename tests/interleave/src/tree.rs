//! All orders of a program as a tree, in which a reader chooses who takes the next step.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::{Order, Shown, Stuck};

/// A step that a reader can choose, with what is true after it.
struct Step {
    thread: usize,
    text: String,
    line: u32,
    old: bool,
    values: Vec<String>,
    waiting: Vec<Stuck>,
}

#[derive(Debug)]
struct State {
    values: Vec<String>,
    waiting: Vec<Stuck>,
    /// What can be done in it: a thread has several choices where a load may read an old value, say.
    choices: Vec<Choice>,
    end: Option<End>,
}

#[derive(Debug)]
struct Choice {
    thread: usize,
    text: String,
    line: u32,
    /// It reads an old value.
    old: bool,
    /// The state that it leads to.
    to: usize,
}

#[derive(Debug)]
struct End {
    outcome: String,
    deadlock: bool,
}

/// The states of a program, from the start to its ends.
#[derive(Debug)]
pub struct Tree {
    threads: Vec<String>,
    variables: Vec<String>,
    states: Vec<State>,
    /// Where each order leads: the one with the fewest surprises first, and then the one with the fewest switches.
    ends: Vec<Ended>,
}

#[derive(Debug)]
struct Ended {
    surprises: u32,
    /// The thread of each step.
    threads: Vec<usize>,
    /// The state after each step.
    states: Vec<usize>,
    outcome: String,
    deadlock: bool,
}

impl Tree {
    /// Of all orders of a program.
    ///
    /// # Panics
    ///
    /// If there is no order: a program has one at least.
    pub fn of(orders: &[Order]) -> Self {
        let first = orders.first().expect("a program has one order at least");
        // What the program shares: what has a value, and is not a thread or a channel for the end.
        let shared: Vec<usize> = (0..first.objects.len())
            .filter(|object| {
                first.moments.iter().any(|moment| moment.values.get(*object).is_some_and(Option::is_some))
            })
            .collect();
        let start = first.moments.first().map_or(Vec::new(), |moment| values(moment, &shared));
        let mut tree = Tree {
            threads: first.threads.clone(),
            variables: shared.iter().map(|object| first.objects[*object].clone()).collect(),
            states: vec![State { values: start, waiting: Vec::new(), choices: Vec::new(), end: None }],
            ends: Vec::new(),
        };
        let mut seen = BTreeSet::new();
        for order in orders {
            let steps = steps(order, &shared);
            let states = tree.add(&steps, &order.outcome, !order.stuck.is_empty());
            if seen.insert((states.clone(), order.outcome.clone())) {
                tree.ends.push(Ended {
                    surprises: order.surprises,
                    threads: steps.iter().map(|step| step.thread).collect(),
                    states,
                    outcome: order.outcome.clone(),
                    deadlock: !order.stuck.is_empty(),
                });
            }
        }
        let switches = |threads: &[usize]| threads.windows(2).filter(|two| two[0] != two[1]).count();
        tree.ends.sort_by_key(|end| (end.surprises, switches(&end.threads), end.threads.clone()));
        tree
    }

    /// Takes an order in. Returns the state after each step.
    fn add(&mut self, steps: &[Step], outcome: &str, deadlock: bool) -> Vec<usize> {
        let mut at = 0;
        let mut states = Vec::new();
        for step in steps {
            let same = |choice: &&Choice| choice.thread == step.thread && choice.text == step.text;
            at = match self.states[at].choices.iter().find(same) {
                Some(choice) => choice.to,
                None => {
                    let to = self.states.len();
                    let Step { thread, line, old, .. } = *step;
                    self.states[at].choices.push(Choice { thread, text: step.text.clone(), line, old, to });
                    let (values, waiting) = (step.values.clone(), step.waiting.clone());
                    self.states.push(State { values, waiting, choices: Vec::new(), end: None });
                    to
                }
            };
            states.push(at);
        }
        self.states[at].end = Some(End { outcome: outcome.to_owned(), deadlock });
        states
    }

    /// `{"threads":[…], "variables":[…], "states":[…], "orders":…, "outcomes":[…]}`: the names of the threads and of what they
    /// share; each state with its values, who waits, the steps that can be taken and the states that these lead to; and each
    /// outcome with the states that its simplest order comes by. The first state is the start. A step that reads an old value has
    /// `"old":true`.
    pub fn json(&self) -> Value {
        let stuck = |waiting: &[Stuck]| -> Vec<Value> {
            let one = |stuck: &Stuck| json!({"thread": stuck.thread, "text": stuck.text, "line": stuck.line});
            waiting.iter().map(one).collect()
        };
        let state = |state: &State| {
            let step = |choice: &Choice| {
                let Choice { thread, text, line, old, to } = choice;
                let mut json = json!({"thread": thread, "text": text, "line": line, "to": to});
                if *old {
                    json["old"] = true.into();
                }
                json
            };
            let mut json = json!({"values": state.values, "waiting": stuck(&state.waiting),
                "steps": state.choices.iter().map(step).collect::<Vec<_>>()});
            if let Some(End { outcome, deadlock }) = &state.end {
                let who = if *deadlock { stuck(&state.waiting) } else { Vec::new() };
                json["end"] = json!({"outcome": outcome, "stuck": who});
            }
            json
        };
        let mut outcomes: Vec<Value> = Vec::new();
        for Ended { states, outcome, deadlock, .. } in &self.ends {
            match outcomes.iter_mut().find(|other| other["text"] == outcome.as_str()) {
                Some(other) => other["orders"] = json!(other["orders"].as_u64().unwrap_or(0) + 1),
                None => outcomes
                    .push(json!({"text": outcome, "orders": 1, "deadlock": deadlock, "shortest": states})),
            }
        }
        json!({"threads": self.threads, "variables": self.variables,
            "states": self.states.iter().map(state).collect::<Vec<_>>(), "orders": self.ends.len(),
            "outcomes": outcomes})
    }
}

/// What the threads that `main` has started did to what they share.
fn steps(order: &Order, shared: &[usize]) -> Vec<Step> {
    let mut steps: Vec<Step> = Vec::new();
    for moment in &order.moments {
        let waiting: Vec<Stuck> =
            moment.waiting.iter().filter(|stuck| stuck.thread != "main").cloned().collect();
        if moment.thread != 0 && moment.object.is_some_and(|object| shared.contains(&object)) {
            steps.push(Step {
                thread: moment.thread,
                text: moment.text.clone(),
                line: moment.line,
                old: moment.old,
                values: values(moment, shared),
                waiting,
            });
        } else if let Some(step) = steps.last_mut() {
            step.waiting = waiting;
        }
    }
    steps
}

fn values(moment: &Shown, shared: &[usize]) -> Vec<String> {
    let value = |object: &usize| moment.values.get(*object).cloned().flatten().unwrap_or_default();
    shared.iter().map(value).collect()
}
