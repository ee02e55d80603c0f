//! The reader's own file, explored for the page that shows it.

use tokio::sync::{mpsc, watch};

use crate::course::explored::OWN;
use crate::course::workspace::Workspace;
use crate::page::card::explored::own;
use crate::run::compile::Compiler;
use crate::run::event::{End, Event, stop};
use crate::run::explore;

/// Has the file explored and tells `events` about it, the card last. Returns when nothing of it is left: what is explored has a
/// lifeline to `cargo explore`, and ends with it.
pub async fn explore(
    workspace: &Workspace,
    compiler: &Compiler,
    events: &mpsc::Sender<Event>,
    stopped: watch::Receiver<bool>,
) -> End {
    let question = explore::question(workspace, OWN);
    match question.ask(compiler, events, stop(events, stopped)).await {
        Ok(answer) => {
            let _ = events.send(Event::Verdict(own(workspace, &answer.text))).await;
            End::Judged
        }
        Err(error) => End::Stopped(format!("{error:#}")),
    }
}
