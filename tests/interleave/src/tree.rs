//! All orders of a program as a tree, in which a reader chooses who takes the next step.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::{Kind, Order, Shown, Stuck};

/// A step that a reader can choose, with what is true after it.
struct Step {
    thread: usize,
    text: String,
    /// What the search chose in it, if its text doesn't tell.
    choices: Vec<usize>,
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
    /// It was told so, with these choices in it.
    key: (String, Vec<usize>),
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
    /// Of all orders of a lesson: what the threads that `main` has started did to what they share.
    ///
    /// # Panics
    ///
    /// If there is no order: a program has one at least.
    pub fn of(orders: &[Order]) -> Self {
        Tree::with(orders, steps)
    }

    /// Of all orders of any program: whatever the search has picked, `main`'s steps too.
    ///
    /// # Panics
    ///
    /// As [`Tree::of`].
    pub fn of_all(orders: &[Order]) -> Self {
        Tree::with(orders, picked_steps)
    }

    fn with(orders: &[Order], steps: fn(&Order, &[Option<usize>]) -> Vec<Step>) -> Self {
        let first = orders.first().expect("a program has one order at least");
        // What the program shares: what has a value, and is not a thread or a channel for the end. The first thread that comes to
        // one is another in another order, and so may its number be.
        let mut variables: Vec<String> = Vec::new();
        for order in orders {
            for (object, name) in order.objects.iter().enumerate() {
                let has_value = |moment: &Shown| moment.values.get(object).is_some_and(Option::is_some);
                if !variables.contains(name) && order.moments.iter().any(has_value) {
                    variables.push(name.clone());
                }
            }
        }
        let places = |order: &Order| -> Vec<Option<usize>> {
            let place = |name: &String| order.objects.iter().position(|object| object == name);
            variables.iter().map(place).collect()
        };
        let start = first.moments.first().map_or(Vec::new(), |moment| values(moment, &places(first)));
        let mut tree = Tree {
            threads: first.threads.clone(),
            variables: variables.clone(),
            states: vec![State { values: start, waiting: Vec::new(), choices: Vec::new(), end: None }],
            ends: Vec::new(),
        };
        let mut seen = BTreeSet::new();
        for order in orders {
            let steps = steps(order, &places(order));
            let deadlock = !order.stuck.is_empty() || order.failed == Some(Kind::Deadlock);
            let states = tree.add(&steps, &order.outcome, deadlock);
            if seen.insert((states.clone(), order.outcome.clone())) {
                tree.ends.push(Ended {
                    surprises: order.surprises,
                    threads: steps.iter().map(|step| step.thread).collect(),
                    states,
                    outcome: order.outcome.clone(),
                    deadlock,
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
            let key = (step.text.clone(), step.choices.clone());
            let alike = |choice: &&Choice| choice.thread == step.thread && choice.key.0 == key.0;
            let known = self.states[at].choices.iter().filter(alike).count();
            at = match self.states[at].choices.iter().filter(alike).find(|choice| choice.key == key) {
                Some(choice) => choice.to,
                None => {
                    let to = self.states.len();
                    let Step { thread, line, old, .. } = *step;
                    // Two that are told alike lead to different states all the same.
                    let text = match known {
                        0 => step.text.clone(),
                        more => format!("{} (possibility {})", step.text, more + 1),
                    };
                    self.states[at].choices.push(Choice { thread, text, key, line, old, to });
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
                let Choice { thread, text, line, old, to, .. } = choice;
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
fn steps(order: &Order, shared: &[Option<usize>]) -> Vec<Step> {
    let is_shared =
        |moment: &Shown| moment.thread != 0 && moment.object.is_some() && shared.contains(&moment.object);
    let mut steps: Vec<Step> = Vec::new();
    for moment in &order.moments {
        let waiting: Vec<Stuck> =
            moment.waiting.iter().filter(|stuck| stuck.thread != "main").cloned().collect();
        if is_shared(moment) {
            steps.push(Step::new(moment, values(moment, shared), waiting));
        } else if let Some(step) = steps.last_mut() {
            step.waiting = waiting;
        }
    }
    steps
}

/// What the search has picked. What follows from it, up to the next pick, is true after it.
fn picked_steps(order: &Order, shared: &[Option<usize>]) -> Vec<Step> {
    let mut steps: Vec<Step> = Vec::new();
    for moment in &order.moments {
        let (values, waiting) = (values(moment, shared), moment.waiting.clone());
        if let Some(choices) = &moment.picked {
            let step = Step::new(moment, values, waiting);
            steps.push(Step { choices: choices.clone(), ..step });
        } else if let Some(step) = steps.last_mut() {
            (step.values, step.waiting) = (values, waiting);
        }
    }
    steps
}

impl Step {
    fn new(moment: &Shown, values: Vec<String>, waiting: Vec<Stuck>) -> Self {
        let Shown { thread, line, old, .. } = *moment;
        Step { thread, text: moment.text.clone(), choices: Vec::new(), line, old, values, waiting }
    }
}

fn values(moment: &Shown, shared: &[Option<usize>]) -> Vec<String> {
    let value = |object: &Option<usize>| moment.values.get((*object)?).cloned().flatten();
    shared.iter().map(|object| value(object).unwrap_or_default()).collect()
}
