//! All orders in which the steps of a lesson's threads can happen: recorded by the explorer, and the card
//! that stands for `{{#orders LESSON}}` on the page.
//!
//! The package `orders` runs the lesson's own code under the explorer. What it prints is stored as it is,
//! with the fingerprint of the lesson's source, and with one state a line. The card tells all outcomes
//! without JavaScript and in print; with it (`theme/orders.js`), the reader takes the steps.

use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use serde_json::{Map, Value};
use tokio::sync::{OnceCell, mpsc, watch};

use crate::course::lesson::{Arguments, Lesson};
use crate::course::recording::Fit;
use crate::course::workspace::Workspace;
use crate::page::card::{Assets, escape, in_script, source_link};
use crate::run::ask::Question;
use crate::run::compile::{Compiler, Package};
use crate::run::lesson::{Event, stop};

/// What a page with such cards needs in addition.
pub const ASSETS: Assets =
    Assets { style: include_str!("../../theme/orders.css"), script: include_str!("../../theme/orders.js") };

/// All orders of a lesson that is worth showing are found in a moment.
const SILENCE: Duration = Duration::from_secs(120);

/// The data become part of a page.
const LARGEST: usize = 256 << 10;

/// All orders of one lesson.
#[derive(Clone, Debug, PartialEq)]
pub struct Orders {
    /// What the explorer printed: an object.
    data: Map<String, Value>,
}

impl Orders {
    /// Where the orders of a lesson are stored.
    pub fn path(workspace: &Workspace, lesson: &Lesson) -> PathBuf {
        workspace.runs().join(format!("{}.orders.json", lesson.name))
    }

    /// The stored orders of a lesson, and whether they still fit it.
    pub fn of(workspace: &Workspace, lesson: &Lesson) -> Result<Fit<Self>> {
        let path = Self::path(workspace, lesson);
        if !path.exists() {
            return Ok(Fit::Missing);
        }
        let read = || Self::read(&fs::read_to_string(&path)?, lesson);
        let orders = match read() {
            Ok(orders) => orders,
            Err(error) => return Ok(Fit::Unreadable(error)),
        };
        let fits = orders.data.get("source").and_then(Value::as_str) == Some(&lesson.fingerprint()?);
        Ok(if fits { Fit::Fits(orders) } else { Fit::Old(orders) })
    }

    /// What is wrong with the stored orders and how to mend it, if anything is.
    pub fn problem(fit: &Fit<Self>, workspace: &Workspace, lesson: &Lesson) -> Option<String> {
        let path = workspace.shown(&Self::path(workspace, lesson));
        fit.wrong(&format!("the record of all orders {path}"), "lesson", &lesson.name)
    }

    /// Reads the orders of a lesson.
    fn read(text: &str, lesson: &Lesson) -> Result<Self> {
        let Value::Object(data) = serde_json::from_str(text)? else { bail!("it is no object") };
        ensure!(data.get("lesson") == Some(&lesson.name.as_str().into()), "it is of another lesson");
        Self::tree(data)
    }

    /// Takes a tree of orders, and sees to it that the page can follow them wherever they lead.
    pub fn tree(data: Map<String, Value>) -> Result<Self> {
        let orders = Orders { data };
        let threads = orders.list("threads").len();
        let values = orders.list("variables").len();
        let states = orders.list("states");
        ensure!(!states.is_empty(), "it has no states");
        for (number, state) in states.iter().enumerate() {
            let steps = list(state, "steps");
            ensure!(
                list(state, "values").len() == values,
                "its state {number} has not a value for each variable"
            );
            ensure!(
                steps.is_empty() == state["end"]["outcome"].is_string(),
                "its state {number} neither goes on nor ends"
            );
            for step in steps {
                let to = index(&step["to"]).filter(|to| (number + 1..states.len()).contains(to));
                let known = index(&step["thread"]).is_some_and(|thread| thread < threads);
                ensure!(
                    known && step["text"].is_string() && to.is_some(),
                    "its state {number} has a step that leads nowhere"
                );
            }
        }
        ensure!(
            orders.list("outcomes").iter().all(|outcome| orders.ends(outcome)),
            "an outcome has an order that does not lead to it"
        );
        Ok(orders)
    }

    /// Whether the outcome's order can be followed, from the start to an end of that name.
    fn ends(&self, outcome: &Value) -> bool {
        let states = self.list("states");
        let end = self.steps(outcome).last().map_or(&states[0], |step| &states[to(step)]);
        outcome["orders"].is_u64()
            && outcome["text"].is_string()
            && end["end"]["outcome"] == outcome["text"]
            && self.steps(outcome).count() == list(outcome, "shortest").len()
    }

    /// The steps of the outcome's shortest order, as far as they can be followed.
    fn steps<'a>(&'a self, outcome: &'a Value) -> impl Iterator<Item = &'a Value> {
        let states = self.list("states");
        let mut at = &states[0];
        list(outcome, "shortest").iter().map_while(move |state| {
            let step = list(at, "steps").iter().find(|step| step["to"] == *state)?;
            at = &states[to(step)];
            Some(step)
        })
    }

    /// As the page reads it.
    pub fn value(&self) -> Value {
        Value::Object(self.data.clone())
    }

    fn list(&self, key: &str) -> &[Value] {
        self.data.get(key).and_then(Value::as_array).map_or(&[], Vec::as_slice)
    }

    fn text(&self) -> String {
        let lines = |(key, value): (&String, &Value)| match value {
            Value::Array(items) if key == "states" || key == "outcomes" => {
                let items: Vec<_> = items.iter().map(Value::to_string).collect();
                format!("\"{key}\":[\n{}\n]", items.join(",\n"))
            }
            value => format!("\"{key}\":{value}"),
        };
        format!("{{\n{}\n}}\n", self.data.iter().map(lines).collect::<Vec<_>>().join(",\n"))
    }

    /// The card as one line of HTML. `old`: the lesson was changed since.
    pub fn card(&self, lesson: &Lesson, old: bool, repository: Option<&str>) -> String {
        let name = &lesson.name;
        let count = self.data.get("orders").and_then(Value::as_u64).unwrap_or_default();
        let words = self.list("arguments").iter().filter_map(Value::as_str).map(str::to_owned);
        let arguments = Arguments(words.collect()).to_string();
        let with = if arguments.is_empty() { String::new() } else { format!(" -- {}", escape(&arguments)) };
        let mut html = format!(
            r#"<section class="lesson orders" data-orders="{name}" id="orders-{name}" aria-label="All orders of {name}">"#
        );
        let _ = write!(
            html,
            r#"<div class="lesson-head"><code class="lesson-command">lesson-{name}{with}</code> <span>step by step</span> {}</div>"#,
            source_link(&lesson.source_path(), repository)
        );
        let old = if old { " The program has been changed since." } else { "" };
        let orders =
            if count == 1 { "There is one order".to_owned() } else { format!("There are {count} orders") };
        let _ = write!(
            html,
            r#"<p class="orders-count">{orders} in which its steps can happen.{old}</p><p class="lesson-status" role="status"></p>"#
        );
        let _ = write!(
            html,
            r#"<details class="orders-all"><summary>All orders ({count}), and how they end</summary><table><thead><tr><th scope="col">How it ends</th><th scope="col">Orders</th><th scope="col">The shortest one</th></tr></thead><tbody>"#
        );
        for outcome in self.list("outcomes") {
            let threads = self.list("threads");
            let shortest: Vec<_> = self
                .steps(outcome)
                .filter_map(|step| threads.get(index(&step["thread"])?)?.as_str())
                .map(escape)
                .collect();
            let stuck = if outcome["deadlock"] == true { r#" class="stuck""# } else { "" };
            let _ = write!(
                html,
                "<tr{stuck}><td>{}</td><td>{}</td><td>{}</td></tr>",
                escape(outcome["text"].as_str().unwrap_or_default()),
                outcome["orders"],
                shortest.join(", ")
            );
        }
        let data = self.value().to_string();
        let _ = write!(
            html,
            r#"</tbody></table></details><script type="application/json">{}</script></section>"#,
            in_script(&data)
        );
        html
    }
}

/// The card of a lesson whose orders are not recorded, for the author of its chapter.
pub fn card_without(problem: &str) -> String {
    format!(r#"<section class="lesson orders"><p class="lesson-status">{}</p></section>"#, escape(problem))
}

/// A list in an object; an empty one if it is none.
pub fn list<'a>(value: &'a Value, key: &str) -> &'a [Value] {
    value[key].as_array().map_or(&[], Vec::as_slice)
}

/// The state that a step leads to, which was looked at when the orders were read.
fn to(step: &Value) -> usize {
    index(&step["to"]).expect("a state")
}

/// A number, as the place of something.
pub fn index(value: &Value) -> Option<usize> {
    value.as_u64().and_then(|number| number.try_into().ok())
}

/// Has the explorer find orders, and stores them.
pub struct Explorer<'a> {
    workspace: &'a Workspace,
    compiler: &'a Compiler,
    stopped: watch::Receiver<bool>,
    /// The lessons whose orders it can find; not asked before it is needed.
    knows: OnceCell<Vec<String>>,
}

impl<'a> Explorer<'a> {
    /// The explorer of a course.
    pub fn new(workspace: &'a Workspace, compiler: &'a Compiler, stopped: watch::Receiver<bool>) -> Self {
        Explorer { workspace, compiler, stopped, knows: OnceCell::new() }
    }

    /// Stores all orders of the lesson, and says how many there are.
    pub async fn record(&self, lesson: &Lesson) -> Result<String> {
        let list = async || anyhow::Ok(self.ask("--list").await?.lines().map(str::to_owned).collect());
        let knows: &Vec<String> = self.knows.get_or_try_init(list).await?;
        ensure!(
            knows.contains(&lesson.name),
            "the explorer does not know {}; it knows: {}. Teach it, or take {{{{#orders {}}}}} out of the chapter",
            lesson.name,
            knows.join(", "),
            lesson.name
        );
        // Of before: what is changed meanwhile was not recorded.
        let source = lesson.fingerprint()?;
        let text = self.ask(&lesson.name).await?;
        let mut orders = Orders::read(&text, lesson).context("what the explorer printed can't be used")?;
        orders.data.insert("source".to_owned(), source.into());
        let path = Orders::path(self.workspace, lesson);
        let write = || {
            fs::create_dir_all(self.workspace.runs())?;
            fs::write(&path, orders.text())
        };
        write().with_context(|| format!("cannot write {}", path.display()))?;
        let [states, outcomes] = ["states", "outcomes"].map(|key| orders.list(key).len());
        Ok(format!("{states} states, {outcomes} outcomes → {}", self.workspace.shown(&path)))
    }

    async fn ask(&self, argument: &str) -> Result<String> {
        let root = self.workspace.root();
        // It takes in the lessons' own sources.
        let folders = ["tests", "lessons"].map(|folder| root.join(folder)).to_vec();
        let question = Question {
            workspace: self.workspace,
            package: Package { folders, ..Package::new("orders", root) },
            arguments: &[argument],
            silence: SILENCE,
            largest: LARGEST,
        };
        let (to, mut from) = mpsc::channel(64);
        let tell = async {
            while let Some(event) = from.recv().await {
                if let Event::Compile(line) = event {
                    eprintln!("  {}", line.trim_start());
                }
            }
        };
        let asked = async {
            let answer = question.ask(self.compiler, &to, stop(&to, self.stopped.clone())).await;
            drop(to);
            answer
        };
        let (answer, ()) = tokio::join!(asked, tell);
        let answer = answer?;
        ensure!(answer.ok, "`orders {argument}` failed");
        Ok(answer.text)
    }
}

/// Whether the file can be one of all orders, by its name.
pub fn is_one(path: &Path) -> bool {
    path.to_str().is_some_and(|path| path.ends_with(".orders.json"))
}
