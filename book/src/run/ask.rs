//! Asks one of the course's own programs something, and waits for the answer: `cargo exercise` for a
//! verdict, `cargo explore` for what can come of a file, the explorer for all orders of a lesson's steps.

use std::time::Duration;

use anyhow::{Context, Result, bail};
use shared::tell;
use tokio::process::{ChildStderr, ChildStdout, Command};
use tokio::sync::{mpsc, watch};
use tokio::time::{Instant, sleep_until, timeout};

use crate::course::workspace::Workspace;
use crate::run::compile::{Compiler, Package};
use crate::run::event::{COMPILE_TIME, Event, stop};
use crate::run::tree::{Lines, Tree};

/// How long a program may take to end when it has told everything.
const PATIENCE: Duration = Duration::from_secs(2);

/// What to ask, and whom.
pub struct Question<'a> {
    /// The course.
    pub workspace: &'a Workspace,
    /// Whom to ask.
    pub package: Package,
    /// What to ask.
    pub arguments: Vec<&'a str>,
    /// How long the program may tell nothing at all. It may compile first, so its whole time says little.
    pub silence: Duration,
    /// How many bytes it may tell.
    pub largest: usize,
}

/// What came of it.
pub struct Answer {
    /// Whether the program ended well.
    pub ok: bool,
    /// What it wrote on standard output.
    pub text: String,
}

impl Question<'_> {
    /// Asks, and tells on standard error what is compiled meanwhile.
    pub async fn ask_aloud(&self, compiler: &Compiler, stopped: watch::Receiver<bool>) -> Result<Answer> {
        let (to, mut from) = mpsc::channel(64);
        let tell = async {
            while let Some(event) = from.recv().await {
                if let Event::Compile(line) = event {
                    tell!("  {}", line.trim_start());
                }
            }
        };
        let asked = async {
            let answer = self.ask(compiler, &to, stop(&to, stopped)).await;
            drop(to);
            answer
        };
        let (answer, ()) = tokio::join!(asked, tell);
        answer
    }

    /// Asks. `events` gets what is told on standard error meanwhile. Returns when nothing of the program is
    /// left; `stop` ends it before its time.
    pub async fn ask(
        &self,
        compiler: &Compiler,
        events: &mpsc::Sender<Event>,
        stop: impl Future<Output = &'static str>,
    ) -> Result<Answer> {
        tokio::pin!(stop);
        let program = tokio::select! {
            program = timeout(COMPILE_TIME, compiler.program(self.workspace, &self.package, events)) => {
                program.context("compiling takes too long")??
            }
            why = &mut stop => bail!(why),
        };
        let _ = events.send(Event::Start).await;
        let mut command = Command::new(program);
        command.args(&self.arguments).current_dir(self.workspace.root()).env("CARGO_TERM_COLOR", "never");
        let name = &self.package.program;
        let (mut tree, stdout, stderr) =
            Tree::start(command).await.with_context(|| format!("cannot start {name}"))?;
        let mut told = Told { events, stdout, stderr, text: String::new(), bytes: 0 };
        let cut = tokio::select! {
            cut = told.follow(self) => cut,
            why = &mut stop => Some(why.to_owned()),
            () = tokio::time::sleep(COMPILE_TIME) => Some("stopped: it takes too long".to_owned()),
        };
        match cut {
            None => {
                // Both streams have ended, and so has the program, but for a moment.
                let _ = timeout(PATIENCE, tree.program_ended()).await;
                Ok(Answer { ok: tree.end().await?.success(), text: told.text })
            }
            Some(why) => {
                tree.end().await?;
                bail!(why)
            }
        }
    }
}

/// The two streams of the program.
struct Told<'a> {
    events: &'a mpsc::Sender<Event>,
    stdout: Lines<ChildStdout>,
    stderr: Lines<ChildStderr>,
    text: String,
    bytes: usize,
}

impl Told<'_> {
    /// Takes in everything until both streams end, or says at which limit it has to be cut.
    async fn follow(&mut self, question: &Question<'_>) -> Option<String> {
        let (mut more_out, mut more_err) = (true, true);
        let mut last = Instant::now();
        while more_out || more_err {
            tokio::select! {
                line = self.stdout.next(), if more_out => match line {
                    Some(line) => {
                        self.bytes += line.bytes;
                        if !line.continues && !self.text.is_empty() {
                            self.text.push('\n');
                        }
                        self.text.push_str(&line.text);
                    }
                    None => more_out = false,
                },
                line = self.stderr.next(), if more_err => match line {
                    Some(line) => {
                        self.bytes += line.bytes;
                        // Fails only if nobody listens any more, and then it is being ended already.
                        let _ = self.events.send(Event::Compile(line.text)).await;
                    }
                    None => more_err = false,
                },
                () = sleep_until(last + question.silence) => {
                    return Some(format!("stopped: it told nothing for {} s", question.silence.as_secs_f64()));
                }
            }
            last = Instant::now();
            if self.bytes > question.largest {
                return Some(format!("stopped: it told more than {} KB", question.largest >> 10));
            }
        }
        None
    }
}
