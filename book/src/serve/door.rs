//! The door: what the local server answers, and whom.
//!
//! It runs programs on the reader's machine, so every request is looked at before it gets anywhere:
//!
//! | who comes | what stops them |
//! |---|---|
//! | another machine | only the loopback address is listened on |
//! | a page of another site, under a name that leads here (DNS rebinding) | the list of hosts, to which `--allow-host` adds one: 421 |
//! | a page of another site, by a form, a script or a link | `Sec-Fetch-Site`, `Origin` and the token: 403 |
//! | a page that was open before the server was started again | the token: 403 |
//! | a page of another site that shows the book in a frame, or embeds parts of it | CSP and CORP |
//! | a request for another program or other arguments | only lessons and exercises by name, only arguments they declare: 404, 400 |
//! | a request with a program of its own | what is explored is `explore.rs` in the course's folder, and no code comes by HTTP |
//! | a request for a solution before its exercise has passed | `cargo exercise` is asked, and says no: 403 |
//! | a request for a file outside the book | `tower-http`, which resolves paths inside one folder: 404 |
//! | two at once, or one that is too large or too slow | 409, 413, 408 |
//! | a client that never ends its head, or a crowd of them | [`connections`](crate::serve::connections) |
//!
//! Another user of the same machine can ask for the token as the page does. What that allows is to run
//! the course's lessons, the checks of its exercises and the explorer on `explore.rs`, one at a time, to have
//! hints counted as told, and to read the solutions of exercises that have passed.

use std::collections::BTreeMap;
use std::fmt::{self, Display};
use std::io::{self, ErrorKind};
use std::path::Path;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use http_body_util::{BodyExt, LengthLimitError, Limited};
use hyper::body::{Body, Bytes};
use hyper::http::request::Parts;
use hyper::{HeaderMap, Method, Request, StatusCode, header};
use serde_json::{Value, json};
use shared::tell;
use tokio::sync::{Mutex, Notify, OwnedSemaphorePermit, Semaphore, mpsc, watch};
use tokio::time::{sleep, timeout};
use tower_http::services::ServeDir;

use crate::course::exercise::Exercise;
use crate::course::explored::OWN;
use crate::course::lesson::{Arguments, Lesson};
use crate::course::stamp::Stamp;
use crate::course::workspace::Workspace;
use crate::run::compile::Compiler;
use crate::run::event::{End, Event};
use crate::run::exercise::{Runner, check};
use crate::run::lesson::{Limits, Run};
use crate::run::scratch::Scratch;
use crate::serve::answer::{self, Answer, answer, news};
use crate::serve::own;
use crate::serve::pages::Pages;

/// A request to run something is some hundred bytes.
const LARGEST_REQUEST: usize = 4096;

/// How long it may take to arrive.
const REQUEST_TIME: Duration = Duration::from_secs(5);

/// How long a request to run waits for the run before it, so that Stop and Run in one breath work.
const PATIENCE: Duration = Duration::from_millis(500);

/// How many times as long as a lesson may run a check may tell nothing. `cargo exercise` has deadlines for all
/// that it checks, and this is for the case that it hangs itself.
const CHECKS: u32 = 3;

/// How often the reader's own file is looked at, as long as a page shows it.
const LOOK_EVERY: Duration = Duration::from_millis(300);

/// mdBook's pages have scripts and styles of their own inline; everything else comes from here alone.
const POLICY: &str = "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; \
     img-src 'self' data:; object-src 'none'; frame-ancestors 'self'; form-action 'none'; base-uri 'self'";

/// What every answer has.
const GUARDS: [(header::HeaderName, &str); 5] = [
    (header::CONTENT_SECURITY_POLICY, POLICY),
    (header::HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "same-origin"),
    // The book changes under the reader's hands.
    (header::CACHE_CONTROL, "no-store"),
];

/// How a system refuses a name that no file can have.
const NO_NAMES: [ErrorKind; 4] =
    [ErrorKind::InvalidFilename, ErrorKind::InvalidInput, ErrorKind::NotADirectory, ErrorKind::NotFound];

/// The door of one server.
pub struct Door {
    workspace: Workspace,
    limits: Limits,
    scratch: Arc<Scratch>,
    token: String,
    hosts: Vec<String>,
    /// More origins that our own pages may have: a page that comes over a forwarded port says `https`, and this server speaks HTTP.
    origins: Vec<String>,
    compiler: Compiler,
    /// The right to run a lesson or a check: there is one.
    turn: Arc<Semaphore>,
    /// The right to ask `cargo exercise` about hints and solutions, which is over in a moment: it needs no turn.
    asked: Mutex<()>,
    /// Tells what is done [in idle time](Door::in_idle_time) that somebody has taken the turn.
    taken: Notify,
    pages: watch::Receiver<Pages>,
    stopped: watch::Receiver<bool>,
}

impl Door {
    /// A door with a token of its own, for a server that listens on this port, and that the reader allows to be called `forwarded`
    /// too.
    pub fn new(
        workspace: Workspace,
        limits: Limits,
        scratch: Arc<Scratch>,
        port: u16,
        forwarded: Option<&str>,
        pages: watch::Receiver<Pages>,
        stopped: watch::Receiver<bool>,
    ) -> anyhow::Result<Self> {
        let mut random = [0; 16];
        getrandom::fill(&mut random)?;
        let mut hosts = vec![format!("127.0.0.1:{port}"), format!("localhost:{port}")];
        if port == 80 {
            // The port that a browser leaves out.
            hosts.extend(["127.0.0.1".to_owned(), "localhost".to_owned()]);
        }
        hosts.extend(forwarded.map(str::to_owned));
        Ok(Door {
            workspace,
            limits,
            scratch,
            token: random.iter().map(|byte| format!("{byte:02x}")).collect(),
            hosts,
            origins: forwarded.iter().map(|host| format!("https://{host}")).collect(),
            compiler: Compiler::default(),
            turn: Arc::new(Semaphore::new(1)),
            asked: Mutex::new(()),
            taken: Notify::new(),
            pages,
            stopped,
        })
    }

    /// What the server answers.
    pub async fn answer<B>(self: &Arc<Self>, request: Request<B>) -> Answer
    where
        B: Body<Data = Bytes, Error = hyper::Error> + Send,
    {
        let (head, body) = request.into_parts();
        let mut response = match self.refuses(&head) {
            Some((status, why)) => answer(status, why),
            None => self.route(head, body).await,
        };
        let headers = response.headers_mut();
        for (name, value) in GUARDS {
            headers.insert(name, header::HeaderValue::from_static(value));
        }
        response
    }

    async fn route<B>(self: &Arc<Self>, head: Parts, body: B) -> Answer
    where
        B: Body<Data = Bytes, Error = hyper::Error> + Send,
    {
        let path = head.uri.path();
        let allowed = match path {
            "/__book/session" | "/__book/exercises" | "/__book/reload" | "/__book/own" => "GET",
            "/__book/run" | "/__book/check" | "/__book/explore" | "/__book/hint" | "/__book/solution" => {
                "POST"
            }
            _ => {
                let pages = self.pages.borrow().clone();
                return page(&pages, head).await;
            }
        };
        let method = if head.method == Method::HEAD { &Method::GET } else { &head.method };
        if method.as_str() != allowed {
            let mut refused = answer(StatusCode::METHOD_NOT_ALLOWED, "");
            refused.headers_mut().insert(header::ALLOW, header::HeaderValue::from_static(allowed));
            return refused;
        }
        match path {
            "/__book/session" => self.session(),
            "/__book/exercises" => self.exercises(),
            "/__book/reload" => self.reload(),
            "/__book/own" => self.own_file(),
            "/__book/run" => start(self, body, Door::run).await,
            "/__book/check" => start(self, body, Door::check).await,
            "/__book/hint" => self.hint(body).await.unwrap_or_else(refusal),
            "/__book/solution" => self.solution(body).await.unwrap_or_else(refusal),
            _ => start(self, body, Door::explore).await,
        }
    }

    /// The course.
    pub fn workspace(&self) -> &Workspace {
        &self.workspace
    }

    /// Does what nobody waits for. It is given up whenever a lesson or a check is to run, and begun again afterwards.
    pub async fn in_idle_time<W: Future<Output = ()>>(&self, work: impl Fn() -> W) {
        loop {
            let mut taken = pin!(self.taken.notified());
            // From now on, so that no turn is missed between the two.
            taken.as_mut().enable();
            drop(self.turn.acquire().await);
            tokio::select! {
                biased;
                () = taken => {}
                () = work() => return,
            }
        }
    }

    /// Waits until nothing runs, and lets nothing begin.
    pub async fn close(&self) {
        if let Ok(turn) = self.turn.acquire().await {
            turn.forget();
        }
    }

    /// Why a request gets no further, if it doesn't.
    fn refuses(&self, request: &Parts) -> Option<(StatusCode, &'static str)> {
        let headers = &request.headers;
        let host = only(headers, header::HOST.as_str());
        let in_uri = request.uri.authority().map(|authority| authority.as_str());
        let known = |host: &str| self.hosts.iter().any(|known| known == host);
        if !host.is_some_and(known) || !in_uri.is_none_or(known) {
            return Some((
                StatusCode::MISDIRECTED_REQUEST,
                "this server doesn't answer to this name: for a forwarded port, start it with --allow-host NAME",
            ));
        }
        let is_page = [Method::GET, Method::HEAD].contains(&request.method)
            && !request.uri.path().starts_with("/__book");
        if is_page {
            return None;
        }
        if headers.get_all("sec-fetch-site").iter().any(|site| site != "same-origin") {
            return Some((StatusCode::FORBIDDEN, "only the book's own pages may ask for this"));
        }
        let own = host.map(|host| format!("http://{host}")).unwrap_or_default();
        let from_us = |origin: &header::HeaderValue| {
            *origin == *own || self.origins.iter().any(|allowed| *origin == **allowed)
        };
        if !headers.get_all(header::ORIGIN).iter().all(from_us) {
            return Some((StatusCode::FORBIDDEN, "only the book's own pages may ask for this"));
        }
        let has_token = only(headers, "x-book-token") == Some(&self.token);
        if request.method == Method::POST && !has_token {
            return Some((StatusCode::FORBIDDEN, "the book was started again: reload the page"));
        }
        None
    }

    fn session(&self) -> Answer {
        let pages = self.pages.borrow();
        let built = pages.folder.as_ref().and_then(|folder| folder.file_name()?.to_str());
        answer::json(&json!({"token": self.token, "built": built}))
    }

    /// How far the reader is, as `cargo exercise` remembers it.
    fn exercises(&self) -> Answer {
        let begun = self.workspace.begun();
        let passed: Vec<_> = begun.iter().filter(|begun| begun.passed).map(|begun| &begun.name).collect();
        let hints: BTreeMap<_, _> = begun.iter().map(|begun| (&begun.name, begun.hints)).collect();
        answer::json(&json!({"passed": passed, "hints": hints}))
    }

    /// Counts the hints that a page shows, so that `cargo exercise hint` goes on with the next. The page names the last one: it
    /// is counted once, however often it is asked for.
    async fn hint<B>(&self, body: B) -> Result<Answer, Refusal>
    where
        B: Body<Data = Bytes, Error = hyper::Error> + Send,
    {
        let body = read(body).await?;
        let exercise = self.exercise(&body)?;
        let hint = body["hint"].as_u64().and_then(|hint| usize::try_from(hint).ok());
        let hint = hint.ok_or_else(|| bad("the request names no hint"))?;
        let _turn = self.asked.lock().await;
        self.runner().tell_hints(&exercise, hint).await.map_err(broken)?;
        Ok(self.exercises())
    }

    /// Hands out a solution, if `cargo exercise` does.
    async fn solution<B>(&self, body: B) -> Result<Answer, Refusal>
    where
        B: Body<Data = Bytes, Error = hyper::Error> + Send,
    {
        let exercise = self.exercise(&read(body).await?)?;
        let _turn = self.asked.lock().await;
        match self.runner().solution(&exercise).await.map_err(broken)? {
            Some(source) => Ok(answer(StatusCode::OK, source)),
            None => Err((StatusCode::FORBIDDEN, format!("{} has not passed yet", exercise.name))),
        }
    }

    fn runner(&self) -> Runner<'_> {
        Runner {
            workspace: &self.workspace,
            compiler: &self.compiler,
            silence: self.limits.time * CHECKS,
            stopped: self.stopped.clone(),
        }
    }

    /// The exercise that a request names.
    fn exercise(&self, body: &Value) -> Result<Exercise, Refusal> {
        let name = body["exercise"].as_str().ok_or_else(|| bad("the request names no exercise"))?;
        let exercise = self.workspace.exercise(name);
        exercise.ok_or_else(|| (StatusCode::NOT_FOUND, format!("there is no exercise {name:?}")))
    }

    /// Tells a page when there is a newer one, or why there is none.
    fn reload(&self) -> Answer {
        let (to, from) = mpsc::channel(1);
        let mut pages = self.pages.clone();
        // What this page knows: a change from now on is news to it.
        let mut seen = pages.borrow_and_update().clone();
        tokio::spawn(async move {
            let mut next = seen.broken.as_deref().map(|error| news("broken", error));
            loop {
                if let Some(next) = next
                    && to.send(next).await.is_err()
                {
                    return;
                }
                tokio::select! {
                    changed = pages.changed() => if changed.is_err() { return },
                    () = to.closed() => return,
                }
                let now = pages.borrow_and_update().clone();
                next = match &now.broken {
                    Some(error) => Some(news("broken", error)),
                    None => (now.folder != seen.folder || seen.broken.is_some()).then(|| news("reload", "")),
                };
                seen = now;
            }
        });
        answer::events(from)
    }

    /// Tells a page whether there is a file of the reader's own to explore, now and after each change of it.
    fn own_file(&self) -> Answer {
        let (to, from) = mpsc::channel(1);
        let path = self.workspace.root().join(OWN);
        tokio::spawn(async move {
            let mut seen = None;
            loop {
                // A name for its state, so that a page which has looked away knows whether it has missed something.
                let state =
                    if path.is_file() { Stamp::of([path.clone()]).to_string() } else { String::new() };
                if seen.as_ref() != Some(&state) && to.send(news("own", &state)).await.is_err() {
                    return;
                }
                seen = Some(state);
                tokio::select! {
                    () = sleep(LOOK_EVERY) => {}
                    () = to.closed() => return,
                }
            }
        });
        answer::events(from)
    }

    /// A request to explore names nothing: there is one file of the reader's own.
    fn explore(&self, _: &Value) -> Result<Job, Refusal> {
        match self.workspace.root().join(OWN).is_file() {
            true => Ok(Job::Explore),
            false => Err((StatusCode::NOT_FOUND, format!("there is no {}", OWN))),
        }
    }

    /// Which check a request asks for.
    fn check(&self, body: &Value) -> Result<Job, Refusal> {
        self.exercise(body).map(Job::Check)
    }

    /// Which run a request asks for.
    fn run(&self, body: &Value) -> Result<Job, Refusal> {
        let name = body["lesson"].as_str().ok_or_else(|| bad("the request names no lesson"))?;
        let arguments = match &body["arguments"] {
            Value::Null => Some(Vec::new()),
            Value::Array(arguments) => arguments.iter().map(|one| one.as_str().map(str::to_owned)).collect(),
            _ => None,
        };
        let arguments = Arguments(arguments.ok_or_else(|| bad("the arguments are no list of texts"))?);
        let lesson = self
            .workspace
            .lesson(name)
            .ok_or_else(|| (StatusCode::NOT_FOUND, format!("there is no lesson {name:?}")))?;
        let choices = lesson.choices().map_err(|error| (StatusCode::NOT_FOUND, format!("{error:#}")))?;
        arguments.allowed_by(&choices).map_err(|why| bad(&why))?;
        Ok(Job::Run(lesson, arguments))
    }
}

/// What a page can ask to be done.
enum Job {
    /// A lesson with these arguments.
    Run(Lesson, Arguments),
    /// The check of the reader's answer to an exercise.
    Check(Exercise),
    /// What can come of the reader's own file.
    Explore,
}

impl Job {
    /// Does it. Returns when nothing of it is left.
    async fn run(&self, door: &Door, events: &mpsc::Sender<Event>) -> End {
        let stopped = door.stopped.clone();
        match self {
            Job::Run(lesson, arguments) => {
                let (workspace, limits) = (&door.workspace, door.limits);
                let scratch = door.scratch.path();
                let run = Run { workspace, lesson, arguments, limits, scratch, at_readers_speed: true };
                run.run(&door.compiler, events, stopped).await
            }
            Job::Check(exercise) => {
                let silence = door.limits.time * CHECKS;
                check(&door.workspace, exercise, silence, &door.compiler, events, stopped).await
            }
            Job::Explore => own::explore(&door.workspace, &door.compiler, events, stopped).await,
        }
    }
}

impl Display for Job {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Job::Run(lesson, arguments) => write!(f, "ran {} {arguments}", lesson.package()),
            Job::Check(exercise) => write!(f, "checked {}", exercise.name),
            Job::Explore => write!(f, "explored {}", OWN),
        }
    }
}

/// Why a request is not done.
type Refusal = (StatusCode, String);

fn bad(why: &str) -> Refusal {
    (StatusCode::BAD_REQUEST, why.to_owned())
}

/// `cargo exercise` itself can't be asked.
fn broken(error: anyhow::Error) -> Refusal {
    (StatusCode::INTERNAL_SERVER_ERROR, format!("{error:#}"))
}

fn refusal((status, why): Refusal) -> Answer {
    answer(status, why)
}

/// The header's value, if there is exactly one: of two, another program on the way may believe the other.
fn only<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let mut values = headers.get_all(name).iter();
    let value = values.next()?.to_str().ok()?;
    values.next().is_none().then_some(value)
}

/// What the body of a request says.
async fn read<B>(body: B) -> Result<Value, Refusal>
where
    B: Body<Data = Bytes, Error = hyper::Error> + Send,
{
    let body = match timeout(REQUEST_TIME, Limited::new(body, LARGEST_REQUEST).collect()).await {
        Ok(Ok(body)) => body.to_bytes(),
        Ok(Err(error)) if error.is::<LengthLimitError>() => {
            return Err((StatusCode::PAYLOAD_TOO_LARGE, "the request is too large".to_owned()));
        }
        Ok(Err(_)) => return Err(bad("the request breaks off")),
        Err(_) => {
            return Err((StatusCode::REQUEST_TIMEOUT, "the request took too long to arrive".to_owned()));
        }
    };
    serde_json::from_slice(&body).map_err(|_| bad("the request is no JSON"))
}

/// Starts what the request asks for, as `understand` reads it, and tells of it as it happens.
async fn start<B>(door: &Arc<Door>, body: B, understand: fn(&Door, &Value) -> Result<Job, Refusal>) -> Answer
where
    B: Body<Data = Bytes, Error = hyper::Error> + Send,
{
    let job = match read(body).await.and_then(|body| understand(door, &body)) {
        Ok(job) => job,
        Err(why) => return refusal(why),
    };
    let Ok(Ok(turn)) = timeout(PATIENCE, Arc::clone(&door.turn).acquire_owned()).await else {
        return answer(
            StatusCode::CONFLICT,
            "another lesson or check is running: stop it first, or wait for its end",
        );
    };
    door.taken.notify_waiters();
    let (to, from) = mpsc::channel(64);
    tokio::spawn(run_in_turn(Arc::clone(door), job, turn, to));
    answer::events(from)
}

/// Goes on with it, whatever becomes of the connection: its end is seen to by nobody else.
async fn run_in_turn(door: Arc<Door>, job: Job, turn: OwnedSemaphorePermit, to: mpsc::Sender<Bytes>) {
    let (events, mut seen) = mpsc::channel(64);
    let run = async {
        let end = job.run(&door, &events).await;
        tell!("{job}: {end}");
        // The next one may begin before the page hears that this one is over, even if it never reads that.
        drop(turn);
        drop(events);
        end
    };
    // When the reader leaves, `seen` is dropped, and the run sees that nobody listens.
    let pass_on = async {
        loop {
            let event = tokio::select! {
                event = seen.recv() => event,
                () = to.closed() => None,
            };
            let Some(event) = event else { break };
            if to.send(told(event)).await.is_err() {
                break;
            }
        }
        drop(seen);
    };
    let (end, ()) = tokio::join!(run, pass_on);
    let data = json!({"ok": end.ok(), "why": end.to_string()});
    let _ = to.send(news("end", &data.to_string())).await;
}

/// An event of a run as the page hears it.
fn told(event: Event) -> Bytes {
    match event {
        Event::Compile(line) => news("compile", &line),
        Event::Start => news("start", "{}"),
        Event::Trace(events) => news("trace", &Value::from(events).to_string()),
        Event::Out(line) => news("out", &line),
        Event::Err(line) => news("err", &line),
        Event::Verdict(verdict) => news("verdict", &verdict),
    }
}

/// A page of the book, or the page that says that there is none.
async fn page(pages: &Pages, head: Parts) -> Answer {
    let Some(folder) = &pages.folder else {
        return answer(StatusCode::SERVICE_UNAVAILABLE, pages.broken.clone().unwrap_or_default());
    };
    for folder in [Some(folder), pages.older.as_ref()].into_iter().flatten() {
        match file(folder, &head).await {
            Ok(response) if response.status() == StatusCode::NOT_FOUND => {}
            Ok(response) => return response,
            // No file can have such a name: it is too long, say.
            Err(error) if NO_NAMES.contains(&error.kind()) => {}
            Err(error) => return answer(StatusCode::INTERNAL_SERVER_ERROR, error.to_string()),
        }
    }
    let not_found = tokio::fs::read(folder.join("404.html")).await.unwrap_or_default();
    let mut response = answer(StatusCode::NOT_FOUND, not_found);
    answer::is(&mut response, "text/html; charset=utf-8");
    response
}

async fn file(folder: &Path, head: &Parts) -> io::Result<Answer> {
    let mut request = Request::new(http_body_util::Empty::<Bytes>::new());
    *request.method_mut() = head.method.clone();
    *request.uri_mut() = head.uri.clone();
    *request.headers_mut() = head.headers.clone();
    Ok(ServeDir::new(folder).try_call(request).await?.map(BodyExt::boxed_unsync))
}
