//! The door: what the local server answers, and whom.
//!
//! It runs programs on the reader's machine, so every request is looked at before it gets anywhere:
//!
//! | who comes | what stops them |
//! |---|---|
//! | another machine | only the loopback address is listened on |
//! | a page of another site, under a name that leads here (DNS rebinding) | the list of hosts: 421 |
//! | a page of another site, by a form, a script or a link | `Sec-Fetch-Site`, `Origin` and the token: 403 |
//! | a page that was open before the server was started anew | the token: 403 |
//! | a page of another site that shows the book in a frame, or embeds parts of it | CSP and CORP |
//! | a request for another program or other arguments | only lessons and exercises by name, only arguments they declare: 404, 400 |
//! | a request for a file outside the book | `tower-http`, which resolves paths inside one folder: 404 |
//! | two at once, or one that is too large or too slow | 409, 413, 408 |
//!
//! Another user of the same machine can ask for the token as the page does. What that allows is to run
//! the course's lessons and the checks of its exercises, one at a time.

use std::convert::Infallible;
use std::fmt::{self, Display};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, FromRequest, Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::sse::{self, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use futures_core::Stream;
use serde_json::{Value, json};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc, watch};
use tokio::time::timeout;
use tower_http::services::{ServeDir, ServeFile};

use crate::compile::Compiler;
use crate::exercise::{self, Exercise};
use crate::lesson::{Arguments, Lesson};
use crate::pages::Pages;
use crate::run::{End, Event, Limits, Order};
use crate::workspace::Workspace;

/// A request to run something is some hundred bytes.
const LARGEST_REQUEST: usize = 4096;

/// How long it may take to arrive.
const REQUEST_TIME: Duration = Duration::from_secs(5);

/// How long a request to run waits for the run before it, so that Stop and Run in one breath work.
const PATIENCE: Duration = Duration::from_millis(500);

/// How many times as long as a lesson may run a check may tell nothing. `cargo exercise` has deadlines for all
/// that it checks, and this is for the case that it hangs itself.
const CHECKS: u32 = 3;

/// How often a quiet stream gives a sign of life, and so finds out that its reader is gone.
const SIGN_OF_LIFE: Duration = Duration::from_secs(5);

/// mdBook's pages have scripts and styles of their own inline; everything else comes from here alone.
const POLICY: &str = "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; \
     img-src 'self' data:; object-src 'none'; frame-ancestors 'self'; form-action 'none'; base-uri 'self'";

/// The door of one server.
pub struct Door {
    workspace: Workspace,
    limits: Limits,
    token: String,
    hosts: Vec<String>,
    compiler: Compiler,
    /// The right to run a lesson or a check: there is one.
    turn: Arc<Semaphore>,
    pages: watch::Receiver<Pages>,
    stopped: watch::Receiver<bool>,
}

impl Door {
    /// A door with a token of its own, for a server that listens on this port.
    pub fn new(
        workspace: Workspace,
        limits: Limits,
        port: u16,
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
        Ok(Door {
            workspace,
            limits,
            token: random.iter().map(|byte| format!("{byte:02x}")).collect(),
            hosts,
            compiler: Compiler::default(),
            turn: Arc::new(Semaphore::new(1)),
            pages,
            stopped,
        })
    }

    /// What the server answers.
    pub fn routes(self: Arc<Self>) -> Router {
        Router::new()
            .route("/__book/session", get(session))
            .route("/__book/run", post(run))
            .route("/__book/exercises", get(exercises))
            .route("/__book/check", post(check))
            .route("/__book/reload", get(reload))
            .fallback(page)
            .layer(DefaultBodyLimit::max(LARGEST_REQUEST))
            .layer(middleware::from_fn_with_state(Arc::clone(&self), guard))
            .with_state(self)
    }

    /// Waits until nothing runs, and lets nothing begin.
    pub async fn close(&self) {
        if let Ok(turn) = self.turn.acquire().await {
            turn.forget();
        }
    }

    /// Why a request gets no further, if it doesn't.
    fn refuses(&self, request: &Request) -> Option<(StatusCode, &'static str)> {
        let headers = request.headers();
        let host = only(headers, header::HOST.as_str());
        let in_uri = request.uri().authority().map(|authority| authority.as_str());
        let known = |host: &str| self.hosts.iter().any(|known| known == host);
        if !host.is_some_and(known) || !in_uri.is_none_or(known) {
            return Some((
                StatusCode::MISDIRECTED_REQUEST,
                "this server answers to 127.0.0.1 and localhost only",
            ));
        }
        let is_page = [Method::GET, Method::HEAD].contains(request.method())
            && !request.uri().path().starts_with("/__book");
        if is_page {
            return None;
        }
        if headers.get_all("sec-fetch-site").iter().any(|site| site != "same-origin") {
            return Some((StatusCode::FORBIDDEN, "only the book's own pages may ask for this"));
        }
        let own = host.map(|host| format!("http://{host}")).unwrap_or_default();
        if headers.get_all(header::ORIGIN).iter().any(|origin| *origin != *own) {
            return Some((StatusCode::FORBIDDEN, "only the book's own pages may ask for this"));
        }
        let has_token = only(headers, "x-book-token") == Some(&self.token);
        if request.method() == Method::POST && !has_token {
            return Some((StatusCode::FORBIDDEN, "the book was started anew: reload the page"));
        }
        None
    }

    /// Which check a request asks for.
    fn check(&self, body: &Value) -> Result<Job, Refusal> {
        let name = body["exercise"].as_str().ok_or_else(|| bad("the request names no exercise"))?;
        let exercise = self.workspace.exercise(name);
        exercise
            .map(Job::Check)
            .ok_or_else(|| (StatusCode::NOT_FOUND, format!("there is no exercise {name:?}")))
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
}

impl Job {
    /// Does it. Returns when nothing of it is left.
    async fn run(&self, door: &Door, events: &mpsc::Sender<Event>) -> End {
        let stopped = door.stopped.clone();
        match self {
            Job::Run(lesson, arguments) => {
                let (workspace, limits) = (&door.workspace, door.limits);
                let order = Order { workspace, lesson, arguments, limits, at_readers_speed: true };
                order.run(&door.compiler, events, stopped).await
            }
            Job::Check(exercise) => {
                let silence = door.limits.time * CHECKS;
                exercise.check(&door.workspace, silence, &door.compiler, events, stopped).await
            }
        }
    }
}

impl Display for Job {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Job::Run(lesson, arguments) => write!(f, "ran {} {arguments}", lesson.package()),
            Job::Check(exercise) => write!(f, "checked {}", exercise.name),
        }
    }
}

/// Why a request is not done.
type Refusal = (StatusCode, String);

fn bad(why: &str) -> Refusal {
    (StatusCode::BAD_REQUEST, why.to_owned())
}

/// The header's value, if there is exactly one: of two, another program on the way may believe the other.
fn only<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let mut values = headers.get_all(name).iter();
    let value = values.next()?.to_str().ok()?;
    values.next().is_none().then_some(value)
}

/// Looks at every request first, and gives every answer its headers.
async fn guard(State(door): State<Arc<Door>>, request: Request, next: Next) -> Response {
    let mut response = match door.refuses(&request) {
        Some(refusal) => refusal.into_response(),
        None => next.run(request).await,
    };
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    headers.insert("cross-origin-resource-policy", HeaderValue::from_static("same-origin"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("same-origin"));
    // The book changes under the reader's hands.
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

async fn session(State(door): State<Arc<Door>>) -> Response {
    let json = [(header::CONTENT_TYPE, "application/json")];
    let built = door
        .pages
        .borrow()
        .folder
        .as_ref()
        .and_then(|folder| folder.file_name()?.to_str().map(str::to_owned));
    (json, json!({"token": door.token, "built": built}).to_string()).into_response()
}

async fn exercises(State(door): State<Arc<Door>>) -> Response {
    let json = [(header::CONTENT_TYPE, "application/json")];
    (json, json!({"passed": exercise::passed(&door.workspace)}).to_string()).into_response()
}

async fn run(State(door): State<Arc<Door>>, request: Request) -> Response {
    start(door, request, Door::run).await
}

async fn check(State(door): State<Arc<Door>>, request: Request) -> Response {
    start(door, request, Door::check).await
}

/// Starts what the request asks for, as `read` understands it, and tells of it as it happens.
async fn start(
    door: Arc<Door>,
    request: Request,
    read: fn(&Door, &Value) -> Result<Job, Refusal>,
) -> Response {
    let body = match timeout(REQUEST_TIME, Bytes::from_request(request, &())).await {
        Ok(Ok(body)) => body,
        Ok(Err(refusal)) => return refusal.into_response(),
        Err(_) => {
            return (StatusCode::REQUEST_TIMEOUT, "the request took too long to arrive").into_response();
        }
    };
    let body = serde_json::from_slice(&body).map_err(|_| bad("the request is no JSON"));
    let job = match body.and_then(|body| read(&door, &body)) {
        Ok(job) => job,
        Err(refusal) => return refusal.into_response(),
    };
    let Ok(Ok(turn)) = timeout(PATIENCE, Arc::clone(&door.turn).acquire_owned()).await else {
        return (
            StatusCode::CONFLICT,
            "another lesson or check is running: stop it first, or wait for its end",
        )
            .into_response();
    };
    let (to, from) = mpsc::channel(64);
    tokio::spawn(run_in_turn(door, job, turn, to));
    events(from)
}

/// Goes on with it, whatever becomes of the connection: its end is seen to by nobody else.
async fn run_in_turn(door: Arc<Door>, job: Job, turn: OwnedSemaphorePermit, to: mpsc::Sender<sse::Event>) {
    let (events, mut seen) = mpsc::channel(64);
    let run = async {
        let end = job.run(&door, &events).await;
        eprintln!("{job}: {end}");
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
            if to.send(event.into()).await.is_err() {
                break;
            }
        }
        drop(seen);
    };
    let (end, ()) = tokio::join!(run, pass_on);
    let data = json!({"ok": end.ok(), "why": end.to_string()});
    let _ = to.send(sse::Event::default().event("end").data(data.to_string())).await;
}

impl From<Event> for sse::Event {
    fn from(event: Event) -> Self {
        let (name, data) = match event {
            Event::Compile(line) => ("compile", line),
            Event::Start => ("start", "{}".to_owned()),
            Event::Trace(events) => ("trace", Value::from(events).to_string()),
            Event::Out(line) => ("out", line),
            Event::Err(line) => ("err", line),
            Event::Verdict(verdict) => ("verdict", verdict),
        };
        sse::Event::default().event(name).data(data)
    }
}

async fn reload(State(door): State<Arc<Door>>) -> Response {
    let (to, from) = mpsc::channel(1);
    let mut pages = door.pages.clone();
    // What this page knows: a change from now on is news to it.
    let mut seen = pages.borrow_and_update().clone();
    tokio::spawn(async move {
        let mut news = seen.broken.clone().map(|error| ("broken", error));
        loop {
            if let Some((name, data)) = news
                && to.send(sse::Event::default().event(name).data(data.replace('\r', " "))).await.is_err()
            {
                return;
            }
            tokio::select! {
                changed = pages.changed() => if changed.is_err() { return },
                () = to.closed() => return,
            }
            let now = pages.borrow_and_update().clone();
            news = match &now.broken {
                Some(error) => Some(("broken", error.clone())),
                None => {
                    (now.folder != seen.folder || seen.broken.is_some()).then(|| ("reload", String::new()))
                }
            };
            seen = now;
        }
    });
    events(from)
}

async fn page(State(door): State<Arc<Door>>, request: Request) -> Response {
    let pages = door.pages.borrow().clone();
    let Some(folder) = pages.folder else {
        return (StatusCode::SERVICE_UNAVAILABLE, pages.broken.unwrap_or_default()).into_response();
    };
    let not_found = ServeFile::new(folder.join("404.html"));
    let older = ServeDir::new(pages.older.as_ref().unwrap_or(&folder)).not_found_service(not_found);
    match ServeDir::new(&folder).fallback(older).try_call(request).await {
        Ok(response) => response.into_response(),
        Err(error) => (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()).into_response(),
    }
}

fn events(from: mpsc::Receiver<sse::Event>) -> Response {
    Sse::new(Events(from)).keep_alive(KeepAlive::new().interval(SIGN_OF_LIFE)).into_response()
}

/// The receiving end of a channel as the stream that an answer is made of.
struct Events(mpsc::Receiver<sse::Event>);

impl Stream for Events {
    type Item = Result<sse::Event, Infallible>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.0.poll_recv(context).map(|event| event.map(Ok))
    }
}
