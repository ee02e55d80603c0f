//! What `cargo explore` says of a program: recorded, and the card that stands for `{{#explored TOPIC/NAME}}` on the page. The
//! same card shows the reader's own file, in place of `{{#explore}}`, where the book is served locally.
//!
//! The card tells the outcomes and the steps of the simplest order that fails, without JavaScript and in print too. With it
//! (`theme/orders.js`), the reader takes the steps of a program that has few orders.

use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use serde_json::{Map, Value};
use tokio::sync::{mpsc, watch};

use crate::course::lesson::fingerprint;
use crate::course::orders::{Orders, index, list};
use crate::course::recording::Fit;
use crate::course::workspace::{Workspace, is_plain};
use crate::page::card::{escape, in_script, source_link};
use crate::page::site::Cards;
use crate::run::ask::Question;
use crate::run::compile::{Compiler, Package};
use crate::run::lesson::{End, Event, stop};

/// The topic of the programs on the page about the explorer itself, which belong to no lesson.
pub const EXPLORE: &str = "explore";

/// The reader's own file, from the course's folder: what `cargo explore` takes if none is named.
pub const OWN: &str = "explore.rs";

/// How long the explorer may tell nothing. It compiles the file, and has limits of its own for the search.
const SILENCE: Duration = Duration::from_secs(300);

/// All that is told of one file.
const LARGEST: usize = 4 << 20;

/// A tree that takes more is left out of a page.
const LARGEST_TREE: usize = 128 << 10;

/// A program that a chapter shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Program {
    topic: String,
    name: String,
}

impl Program {
    /// The program that a directive names.
    pub fn asked(workspace: &Workspace, argument: &str) -> Result<Self> {
        let program = Self::named(argument)
            .with_context(|| format!("`{argument}` is no program: write {{{{#explored TOPIC/NAME}}}}"))?;
        if program.topic != EXPLORE {
            workspace.known_lesson(&program.topic)?;
        }
        let path = program.path();
        ensure!(workspace.root().join(&path).is_file(), "there is no file {path}");
        Ok(program)
    }

    /// As with lessons, no name leads elsewhere.
    fn named(argument: &str) -> Option<Self> {
        let (topic, name) = argument.split_once('/')?;
        let plain = is_plain(topic) && is_plain(name);
        plain.then(|| Program { topic: topic.to_owned(), name: name.to_owned() })
    }

    /// The programs of a topic that chapters show.
    pub fn of_topic(cards: &Cards, topic: &str) -> Vec<Self> {
        let asked = cards.iter().filter(|[card, ..]| card == "explored");
        let mut programs: Vec<_> = asked.filter_map(|[_, argument, _]| Self::named(argument)).collect();
        programs.retain(|program| program.topic == topic);
        programs.sort_by(|a, b| a.name.cmp(&b.name));
        programs.dedup();
        programs
    }

    /// Its file, from the course's folder.
    pub fn path(&self) -> String {
        match self.topic.as_str() {
            EXPLORE => format!("book/explore/{}.rs", self.name),
            topic => format!("lessons/{topic}/stages/{}.rs", self.name),
        }
    }

    /// Where what was said of it is stored.
    pub fn record_path(&self, workspace: &Workspace) -> PathBuf {
        workspace.runs().join(format!("{}.{}.explored.json", self.topic, self.name))
    }

    fn fingerprint(&self, workspace: &Workspace) -> Result<String> {
        fingerprint(workspace.root(), vec![workspace.root().join(self.path())])
    }
}

/// What was said of one file.
#[derive(Clone, Debug, PartialEq)]
pub struct Explored {
    /// What `cargo explore --json` printed, without the tree.
    data: Map<String, Value>,
    /// All orders, if they are few.
    tree: Option<Orders>,
}

impl Explored {
    /// What is stored of a program, and whether it still fits.
    pub fn of(workspace: &Workspace, program: &Program) -> Result<Fit<Self>> {
        let path = program.record_path(workspace);
        if !path.exists() {
            return Ok(Fit::Missing);
        }
        let read = || {
            let explored = Self::read(&fs::read_to_string(&path)?)?;
            ensure!(explored.data["file"] == program.path().as_str(), "it is of another file");
            Ok(explored)
        };
        let explored = match read() {
            Ok(explored) => explored,
            Err(error) => return Ok(Fit::Unreadable(error)),
        };
        let source = explored.data.get("source").and_then(Value::as_str);
        let fits = source == Some(&program.fingerprint(workspace)?);
        Ok(if fits { Fit::Fits(explored) } else { Fit::Old(explored) })
    }

    /// What is wrong with what is stored and how to mend it, if anything is.
    pub fn problem(fit: &Fit<Self>, workspace: &Workspace, program: &Program) -> Option<String> {
        let path = workspace.shown(&program.record_path(workspace));
        fit.wrong(&format!("what the explorer says, {path},"), "program", &program.topic)
    }

    /// Reads what the explorer printed. An error is what it has against the file, or what can't be used of it.
    fn read(text: &str) -> Result<Self> {
        let mut data = match serde_json::from_str(text) {
            Ok(Value::Object(data)) => data,
            _ => bail!("it is no object"),
        };
        if let Some(error) = data.get("error").and_then(Value::as_str) {
            bail!("{error}");
        }
        ensure!(data.get("file").is_some_and(Value::is_string), "it names no file");
        let tree = data.remove("tree");
        let explored = Explored { data, tree: None };
        let told = |outcome: &Value| {
            let known = |step: &Value| step["thread"].is_string() && step["text"].is_string();
            outcome["text"].is_string()
                && outcome["orders"].is_u64()
                && ["steps", "stuck"].iter().all(|key| list(outcome, key).iter().all(known))
        };
        let outcomes = explored.outcomes();
        ensure!(!outcomes.is_empty() && outcomes.iter().all(told), "it tells no outcomes");
        let tree = match tree {
            None | Some(Value::Null) => None,
            Some(Value::Object(mut tree)) => {
                // In the sequence of the table, where each row has its button.
                let place = |one: &Value| outcomes.iter().position(|outcome| outcome["text"] == one["text"]);
                if let Some(Value::Array(ends)) = tree.get_mut("outcomes") {
                    ensure!(
                        ends.len() == outcomes.len() && ends.iter().all(|end| place(end).is_some()),
                        "its tree has other outcomes"
                    );
                    ends.sort_by_key(place);
                }
                Some(Orders::tree(tree)?)
            }
            Some(_) => bail!("its tree is none"),
        };
        Ok(Explored { tree, ..explored })
    }

    fn text(&self) -> String {
        let mut data = self.data.clone();
        data.insert("tree".to_owned(), self.tree.as_ref().map_or(Value::Null, Orders::value));
        let lines = |(key, value): (&String, &Value)| match value {
            Value::Array(items) => {
                let items: Vec<_> = items.iter().map(Value::to_string).collect();
                format!("\"{key}\":[\n{}\n]", items.join(",\n"))
            }
            value => format!("\"{key}\":{value}"),
        };
        format!("{{\n{}\n}}\n", data.iter().map(lines).collect::<Vec<_>>().join(",\n"))
    }

    fn outcomes(&self) -> &[Value] {
        self.data.get("outcomes").and_then(Value::as_array).map_or(&[], Vec::as_slice)
    }

    /// How many orders there are, in a sentence.
    fn count(&self) -> String {
        let number = |key: &str| self.data.get(key).and_then(Value::as_u64);
        let orders = number("orders").unwrap_or_default();
        let is = |key: &str| self.data.get(key) == Some(&Value::Bool(true));
        if !is("all") {
            return format!("{} tried. There are more.", orders_were(orders));
        }
        let which =
            if is("reduced") { " that differ in more than steps that don't touch each other" } else { "" };
        match number("surprises") {
            Some(surprises) => format!(
                "{} tried{which}: all there are with up to {surprises} surprises each, such as an old value or a wake-up for nothing.",
                orders_were(orders)
            ),
            None => format!("{} tried{which}: all there are.", orders_were(orders)),
        }
    }

    /// The card as one line of HTML. `id` tells it from others on its page; `old`: the program was changed since.
    pub fn card(&self, id: &str, old: bool, repository: Option<&str>) -> String {
        let file = self.data["file"].as_str().unwrap_or_default();
        let tree = self.tree.as_ref().map(|tree| tree.value().to_string());
        let tree = tree.filter(|tree| tree.len() <= LARGEST_TREE);
        let mut html = format!(
            r#"<section class="lesson orders explored" id="explored-{id}" aria-label="What can come of {}"{}>"#,
            escape(file),
            if tree.is_some() { format!(r#" data-orders="{id}""#) } else { String::new() }
        );
        let _ = write!(
            html,
            r#"<div class="lesson-head"><code class="lesson-command">cargo explore {0}</code> {1}</div>"#,
            escape(file),
            source_link(file, repository)
        );
        let old = if old { " The program has been changed since." } else { "" };
        let _ = write!(html, r#"<p class="orders-count">{}{old}</p>"#, escape(&self.count()));
        if tree.is_some() {
            html.push_str(r#"<p class="lesson-status" role="status"></p>"#);
        }
        html.push_str(r#"<div class="orders-all"><table><thead><tr><th scope="col">What comes out</th><th scope="col">Orders</th></tr></thead><tbody>"#);
        for outcome in self.outcomes() {
            let (class, sign) =
                if outcome["fails"] == true { (r#" class="stuck""#, "✗ ") } else { ("", "") };
            let text = marked(outcome["text"].as_str().unwrap_or_default());
            let _ = write!(html, "<tr{class}><td>{sign}{text}</td><td>{}</td></tr>", outcome["orders"]);
        }
        html.push_str("</tbody></table></div>");
        match self.outcomes().iter().find(|outcome| outcome["fails"] == true) {
            Some(fails) => order(fails, true, &mut html),
            // Nothing fails, and the reader can't take the steps: the order to each outcome is worth seeing.
            None if tree.is_none() => {
                self.outcomes().iter().take(3).for_each(|outcome| order(outcome, false, &mut html));
            }
            None => {}
        }
        if let Some(tree) = &tree {
            let _ = write!(html, r#"<script type="application/json">{}</script>"#, in_script(tree));
        }
        html.push_str("</section>");
        html
    }
}

fn orders_were(orders: u64) -> String {
    if orders == 1 { "One order was".to_owned() } else { format!("{orders} orders were") }
}

/// The steps of the simplest order to an outcome, as a table.
fn order(outcome: &Value, fails: bool, html: &mut String) {
    let steps = list(outcome, "steps");
    if steps.is_empty() {
        return;
    }
    let what = match fails {
        true => "The simplest order that fails".to_owned(),
        false => format!("The simplest order that {}", marked(outcome["text"].as_str().unwrap_or_default())),
    };
    let _ = write!(
        html,
        r#"<table class="explored-steps"><caption>{what}</caption><thead><tr><th scope="col">Step</th><th scope="col">Thread</th><th scope="col">What it does</th><th scope="col">Line</th></tr></thead><tbody>"#
    );
    let row = |html: &mut String, number: &str, class: &str, step: &Value| {
        let text = |key: &str| step[key].as_str().unwrap_or_default();
        let line = index(&step["line"]).filter(|line| *line > 0);
        let _ = write!(
            html,
            "<tr{class}><td>{number}</td><td>{}</td><td>{}</td><td>{}</td></tr>",
            escape(text("thread")),
            marked(text("text")),
            line.map_or(String::new(), |line| line.to_string())
        );
    };
    let mut number = 0;
    for step in steps {
        let blocked = step["blocked"] == true;
        number += usize::from(!blocked);
        let number = if blocked { String::new() } else { number.to_string() };
        row(html, &number, "", step);
    }
    for stuck in list(outcome, "stuck") {
        row(html, "✗", r#" class="stuck""#, stuck);
    }
    html.push_str("</tbody></table>");
}

/// Text with `names` set off.
fn marked(text: &str) -> String {
    let parts = text.split('`').enumerate();
    parts
        .map(|(at, part)| match at % 2 {
            0 => escape(part),
            _ => format!("<code>{}</code>", escape(part)),
        })
        .collect()
}

/// The card of a program that has no record yet, for the author of its chapter.
pub fn card_without(problem: &str) -> String {
    format!(r#"<section class="lesson orders"><p class="lesson-status">{}</p></section>"#, escape(problem))
}

/// The place of the reader's own file. What is in it comes with the local server.
pub fn own_card() -> String {
    format!(
        r#"<section class="lesson explore" data-explore aria-label="Your own program"><div class="lesson-head"><code class="lesson-command">cargo explore</code> <code class="lesson-source">{OWN}</code></div><p class="lesson-status" role="status">This works where the book is served from your own machine: say <code>cargo book</code> in the course’s folder.</p><div class="explore-found" tabindex="-1"></div></section>"#
    )
}

/// Stores what the explorer says of a program, and says how much that is.
pub async fn record(
    workspace: &Workspace,
    program: &Program,
    compiler: &Compiler,
    stopped: watch::Receiver<bool>,
) -> Result<String> {
    // Of before: what is changed meanwhile was not explored.
    let source = program.fingerprint(workspace)?;
    let (to, mut from) = mpsc::channel(64);
    let tell = async {
        while let Some(event) = from.recv().await {
            if let Event::Compile(line) = event {
                eprintln!("  {}", line.trim_start());
            }
        }
    };
    let path = program.path();
    let asked = async {
        let text = ask(workspace, &path, compiler, &to, stop(&to, stopped)).await;
        drop(to);
        text
    };
    let (text, ()) = tokio::join!(asked, tell);
    let mut explored = Explored::read(&text?)?;
    explored.data.insert("source".to_owned(), source.into());
    // It differs each time.
    explored.data.remove("seconds");
    if explored.tree.as_ref().is_some_and(|tree| tree.value().to_string().len() > LARGEST_TREE) {
        explored.tree = None;
    }
    let path = program.record_path(workspace);
    let write = || {
        fs::create_dir_all(workspace.runs())?;
        fs::write(&path, explored.text())
    };
    write().with_context(|| format!("cannot write {}", path.display()))?;
    let (orders, outcomes) = (&explored.data["orders"], explored.outcomes().len());
    Ok(format!("{orders} orders, {outcomes} outcomes → {}", workspace.shown(&path)))
}

/// Has the reader's own file explored and tells `events` about it, the card last. Returns when nothing of it is left: what is
/// explored has a lifeline to `cargo explore`, and ends with it.
pub async fn own(
    workspace: &Workspace,
    compiler: &Compiler,
    events: &mpsc::Sender<Event>,
    stopped: watch::Receiver<bool>,
) -> End {
    match ask(workspace, OWN, compiler, events, stop(events, stopped)).await {
        Ok(text) => {
            let card = match Explored::read(&text) {
                Ok(explored) => explored.card("own", false, None),
                Err(refused) => {
                    format!(
                        r#"<pre class="explore-refused" tabindex="0">{}</pre>"#,
                        lines(&format!("{refused:#}"))
                    )
                }
            };
            let _ = events.send(Event::Verdict(card)).await;
            End::Judged
        }
        Err(error) => End::Stopped(format!("{error:#}")),
    }
}

/// Text of several lines, in one line of HTML.
fn lines(text: &str) -> String {
    text.trim().lines().map(escape).collect::<Vec<_>>().join("&#10;")
}

async fn ask(
    workspace: &Workspace,
    file: &str,
    compiler: &Compiler,
    events: &mpsc::Sender<Event>,
    stop: impl Future<Output = &'static str>,
) -> Result<String> {
    let folder = workspace.root().join("tests");
    let question = Question {
        workspace,
        package: Package::new("exercise", &folder).with_program("explore"),
        arguments: &["--json", file],
        silence: SILENCE,
        largest: LARGEST,
    };
    // Its status says whether an order fails, and whether the file can be explored: so does what it prints.
    let answer = question.ask(compiler, events, stop).await?;
    ensure!(!answer.text.is_empty(), "`cargo explore` said nothing");
    Ok(answer.text)
}

/// Whether the file can be such a record, by its name.
pub fn is_one(path: &Path) -> bool {
    path.to_str().is_some_and(|path| path.ends_with(".explored.json"))
}
