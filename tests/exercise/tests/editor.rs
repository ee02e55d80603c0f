//! What an editor knows of an exercise, asked of the real rust-analyzer, in a copy of the course as a fresh clone has it.
//!
//! It takes minutes, and wants `rustup component add rust-analyzer rust-src`:
//!
//!     cargo test -p exercise --test editor -- --ignored --nocapture
//!
//! `EXERCISES=all` opens every exercise as it comes, and not only one of each kind.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};
use std::{env, fs, thread};

use exercise::course::Course;
use exercise::editor;
use serde_json::{Value, json};
use suite::deadline;

/// When something counts as hung: at first, cargo checks all of the course.
const DEADLINE: Duration = Duration::from_secs(1800);

/// What to do if there is no rust-analyzer. The command of rustup's own that stands for it ends at once.
const WANTED: &str =
    "does `rust-analyzer --version` work? `rustup component add rust-analyzer rust-src` installs it";

/// So long must nothing go on, until nothing more is expected.
const CALM: Duration = Duration::from_secs(2);

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");

/// What the editors tell rust-analyzer: the same in all three.
fn settings() -> Value {
    let read = |path: &str| fs::read_to_string(Path::new(ROOT).join(path)).expect(path);
    let code = read(".vscode/settings.json");
    let code: String = code.lines().filter(|line| !line.trim_start().starts_with("//")).collect();
    let code: Value = serde_json::from_str(&code).expect("JSON with comments");
    code["rust-analyzer.linkedProjects"].clone()
}

#[test]
fn the_editors_have_the_same_settings() {
    let settings = settings();
    let helix: toml::Table = fs::read_to_string(Path::new(ROOT).join(".helix/languages.toml"))
        .expect("it is there")
        .parse()
        .expect("it is TOML");
    let helix = &helix["language-server"]["rust-analyzer"]["config"]["linkedProjects"];
    assert_eq!(serde_json::to_value(helix).expect("a list"), settings);
    let vim = fs::read_to_string(Path::new(ROOT).join(".nvim.lua")).expect("it is there");
    let line = vim.lines().find_map(|line| line.strip_prefix("local projects = ")).expect("the list");
    let vim: Value = serde_json::from_str(&line.replace('{', "[").replace('}', "]")).expect("a list");
    assert_eq!(vim, settings);
    for path in settings.as_array().expect("a list") {
        assert!(Path::new(ROOT).join(path.as_str().expect("a path")).is_file(), "{path} is in the tree");
    }
}

#[test]
#[ignore = "takes minutes, and wants rust-analyzer"]
fn rust_analyzer_knows_the_current_exercise() {
    let root = fresh_copy();
    let course = Course::at(&root).expect("a course");
    let bounded = course.exercise("producer-consumer/bounded").expect("it is there");
    let file = bounded.shown();
    let start = fs::read_to_string(bounded.file()).expect("it is there");
    let mut editor = Editor::start(&root);

    eprintln!("in a fresh clone, before the first `cargo exercise`: nothing red");
    editor.open(&file);
    editor.until_calm();
    editor.nothing_red();

    eprintln!("the right start: nothing red, and types");
    editor::follow(&course, bounded).expect("it is written");
    let line = "let mut bones = self.bones.lock()";
    editor.until_hover(&file, &start, line, "bones", "MutexGuard<'_, VecDeque<u32>>");
    editor.save(&file, &start);
    editor.until_calm();
    editor.nothing_red();

    eprintln!("completion");
    let dot = start.replace("self.filled.notify_one();", "self.filled.notify_one();\n        self.bones.");
    editor.change(&file, &dot);
    let names = editor.completions(&file, &dot, "\n        self.bones.");
    assert!(names.contains("lock") && names.contains("try_lock"), "{names:?}");

    eprintln!("a typo is an error, and a mended one is none");
    editor.save(&file, &start.replace("push_back", "push_bakc"));
    editor.until_error(&file, "E0599");
    editor.save(&file, &start);
    editor.until_right(&file);

    eprintln!("a lesson, as before");
    let lesson = "lessons/producer-consumer/src/main.rs";
    let right = editor.open(lesson);
    editor.until_hover(lesson, &right, "fn lesson()", "lesson", "fn lesson() -> ");
    editor.save(lesson, &format!("{right}\nfn wrong() -> u32 {{ \"text\" }}\n"));
    editor.until_error(lesson, "E0308");
    editor.save(lesson, &right);
    editor.until_right(lesson);

    let all = env::var("EXERCISES").is_ok_and(|which| which == "all");
    let some = ["producer-consumer/close", "producer-consumer/sender", "queue/every-consumer-ends"];
    for exercise in course.exercises.iter().filter(|one| all || some.contains(&one.id.as_str())) {
        eprintln!("{}", exercise.id);
        let file = exercise.shown();
        editor::follow(&course, exercise).expect("it is written");
        let text = editor.open(&file);
        // It knows the crates once it has the package.
        match text.lines().find(|line| line.starts_with("use ")) {
            Some(line) => {
                let name = line["use ".len()..].split("::").next().expect("a crate");
                editor.until_hover(&file, &text, line, name, "\"contents\"");
            }
            None => {
                thread::sleep(CALM);
                editor.until_calm();
            }
        }
        editor.save(&file, &format!("{text}\nfn wrong() -> u32 {{ \"text\" }}\n"));
        editor.until_error(&file, "E0308");
        editor.save(&file, &text);
        // What there is to repair may be the compiler's own error.
        match exercise.red.starts_with("E0") {
            true => editor.until("its own error, and no other", |editor| {
                let errors = editor.errors(&file);
                errors.iter().any(|(_, code, _)| *code == exercise.red)
                    && errors.iter().all(|(_, code, _)| code != "E0308")
            }),
            false => editor.until_right(&file),
        }
    }
    editor.until_calm();
    editor.nothing_failed();
    if !all {
        editor.nothing_red();
    }
}

/// The files that git has or would take, and no others. What was compiled for an earlier copy stays.
fn fresh_copy() -> PathBuf {
    let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join("editor");
    for entry in fs::read_dir(&root).into_iter().flatten() {
        let path = entry.expect("a readable folder").path();
        if path.is_file() {
            fs::remove_file(path).expect("ours");
        } else if !path.ends_with("target") {
            fs::remove_dir_all(path).expect("ours");
        }
    }
    let mut git = Command::new("git");
    git.args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"]).current_dir(ROOT);
    let listed = deadline::output(&mut git, DEADLINE).expect("git").stdout;
    for path in String::from_utf8(listed).expect("plain names").split_terminator('\0') {
        let copy = root.join(path);
        fs::create_dir_all(copy.parent().expect("it is in a folder")).expect("writable");
        fs::copy(Path::new(ROOT).join(path), copy).expect(path);
    }
    root
}

/// An editor that has the course open.
struct Editor {
    root: PathBuf,
    server: Child,
    to: ChildStdin,
    from: Receiver<Value>,
    /// The last request, and the last change of a file.
    count: u64,
    /// By file: severity, code and message of each.
    diagnostics: BTreeMap<String, Vec<(u64, String, String)>>,
    /// What goes on.
    going_on: BTreeSet<String>,
    /// That all is loaded, and that nothing failed.
    quiescent: bool,
    health: Value,
}

impl Editor {
    /// Starts rust-analyzer as an editor does that leaves it to the server to look for changed files.
    fn start(root: &Path) -> Self {
        let mut server = Command::new("rust-analyzer")
            .current_dir(root)
            .env_remove("CARGO_TARGET_DIR")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect(WANTED);
        let to = server.stdin.take().expect("it is piped");
        let said = BufReader::new(server.stdout.take().expect("it is piped"));
        let (sender, from) = mpsc::channel();
        thread::spawn(move || messages(said).try_for_each(|message| sender.send(message)));
        let mut editor = Editor {
            root: root.to_owned(),
            server,
            to,
            from,
            count: 0,
            diagnostics: BTreeMap::new(),
            going_on: BTreeSet::new(),
            quiescent: false,
            health: Value::Null,
        };
        let root = editor.uri("");
        editor.ask(
            "initialize",
            json!({
                "processId": null,
                "rootUri": root,
                "workspaceFolders": [{ "uri": root, "name": "course" }],
                "capabilities": {
                    "window": { "workDoneProgress": true },
                    "experimental": { "serverStatusNotification": true },
                },
                // The course is not indexed before it is needed: that only makes the test longer.
                "initializationOptions": { "linkedProjects": settings(), "cachePriming": { "enable": false } },
            }),
        );
        editor.tell("initialized", json!({}));
        editor
    }

    fn uri(&self, file: &str) -> String {
        format!("file://{}", self.root.join(file).display())
    }

    fn send(&mut self, mut message: Value) {
        message["jsonrpc"] = "2.0".into();
        let text = message.to_string();
        write!(self.to, "Content-Length: {}\r\n\r\n{text}", text.len()).expect(WANTED);
        self.to.flush().expect(WANTED);
    }

    fn tell(&mut self, method: &str, params: Value) {
        self.send(json!({ "method": method, "params": params }));
    }

    fn ask(&mut self, method: &str, params: Value) -> Value {
        self.count += 1;
        let id = self.count;
        self.send(json!({ "id": id, "method": method, "params": params }));
        let asked = Instant::now();
        loop {
            assert!(asked.elapsed() < DEADLINE, "no answer to {method}");
            if let Some(answer) = self.hear(CALM).filter(|heard| heard["id"] == id) {
                return answer["result"].clone();
            }
        }
    }

    /// The next message, if it is an answer.
    fn hear(&mut self, patience: Duration) -> Option<Value> {
        let message = match self.from.recv_timeout(patience) {
            Err(RecvTimeoutError::Disconnected) => panic!("rust-analyzer has ended: {WANTED}"),
            heard => heard.ok()?,
        };
        let params = &message["params"];
        match message["method"].as_str() {
            None => return Some(message),
            Some("experimental/serverStatus") => {
                self.quiescent = params["quiescent"] == true;
                self.health = params.clone();
            }
            Some("$/progress") => {
                let what = params["token"].to_string();
                match params["value"]["kind"].as_str() {
                    Some("begin") => self.going_on.insert(what),
                    Some("end") => self.going_on.remove(&what),
                    _ => false,
                };
            }
            Some("textDocument/publishDiagnostics") => {
                let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
                let all = params["diagnostics"].as_array().into_iter().flatten();
                let all = all.map(|one| {
                    (one["severity"].as_u64().unwrap_or(1), text(&one["code"]), text(&one["message"]))
                });
                self.diagnostics.insert(text(&params["uri"]), all.collect());
            }
            Some(_) => {}
        }
        if !message["id"].is_null() {
            let id = message["id"].clone();
            self.send(json!({ "id": id, "result": null }));
        }
        None
    }

    fn until(&mut self, what: &str, mut holds: impl FnMut(&mut Self) -> bool) {
        let begun = Instant::now();
        while !holds(self) {
            assert!(begun.elapsed() < DEADLINE, "never: {what}\n{:#?}\n{}", self.diagnostics, self.health);
            self.hear(Duration::from_millis(100));
        }
    }

    /// Until everything is loaded and checked.
    fn until_calm(&mut self) {
        let mut since = Instant::now();
        self.until("calm", |editor| {
            if !editor.quiescent || !editor.going_on.is_empty() {
                since = Instant::now();
            }
            since.elapsed() > CALM
        });
    }

    fn open(&mut self, file: &str) -> String {
        let text = fs::read_to_string(self.root.join(file)).expect(file);
        let uri = self.uri(file);
        let document = json!({ "uri": uri, "languageId": "rust", "version": 0, "text": text });
        self.tell("textDocument/didOpen", json!({ "textDocument": document }));
        text
    }

    fn change(&mut self, file: &str, text: &str) {
        self.count += 1;
        let document = json!({ "uri": self.uri(file), "version": self.count });
        let change = json!({ "textDocument": document, "contentChanges": [{ "text": text }] });
        self.tell("textDocument/didChange", change);
    }

    fn save(&mut self, file: &str, text: &str) {
        self.change(file, text);
        fs::write(self.root.join(file), text).expect(file);
        let document = json!({ "uri": self.uri(file) });
        self.tell("textDocument/didSave", json!({ "textDocument": document }));
    }

    /// Until rust-analyzer says `said` of `word` in the first line that has `line` in it.
    fn until_hover(&mut self, file: &str, text: &str, line: &str, word: &str, said: &str) {
        let at = text.find(line).expect("the line is there");
        let place = position(text, at + line.find(word).expect("the word is in it"));
        let document = json!({ "uri": self.uri(file) });
        self.until(said, |editor| {
            let hover = json!({ "textDocument": document, "position": place });
            editor.ask("textDocument/hover", hover).to_string().contains(said)
        });
    }

    /// What may come after `before`.
    fn completions(&mut self, file: &str, text: &str, before: &str) -> BTreeSet<String> {
        let place = position(text, text.find(before).expect("it is there") + before.len());
        let document = json!({ "uri": self.uri(file) });
        let found =
            self.ask("textDocument/completion", json!({ "textDocument": document, "position": place }));
        let items = found["items"].as_array().or(found.as_array()).expect("a list").clone();
        let name =
            |item: &Value| item["label"].as_str().unwrap_or_default().split('(').next().map(str::to_owned);
        items.iter().filter_map(name).collect()
    }

    fn errors(&self, file: &str) -> Vec<&(u64, String, String)> {
        let all = self.diagnostics.get(&self.uri(file));
        all.into_iter().flatten().filter(|(severity, ..)| *severity == 1).collect()
    }

    fn until_error(&mut self, file: &str, code: &str) {
        let what = format!("{code} in {file}");
        self.until(&what, |editor| editor.errors(file).iter().any(|(_, found, _)| found == code));
    }

    fn until_right(&mut self, file: &str) {
        self.until(&format!("{file} is right again"), |editor| editor.errors(file).is_empty());
    }

    fn nothing_failed(&self) {
        assert_eq!(self.health["health"], "ok", "{}", self.health);
    }

    /// No error and no warning in any file, and nothing that failed.
    fn nothing_red(&self) {
        self.nothing_failed();
        for (file, found) in &self.diagnostics {
            assert!(found.iter().all(|(severity, ..)| *severity > 2), "{file}: {found:#?}");
        }
    }
}

impl Drop for Editor {
    fn drop(&mut self) {
        let _ = self.server.kill();
        deadline::end(&mut self.server, DEADLINE);
    }
}

/// Line and column of a place in a text of ASCII.
fn position(text: &str, at: usize) -> Value {
    let before = &text[..at];
    let line = before.matches('\n').count();
    json!({ "line": line, "character": at - before.rfind('\n').map_or(0, |end| end + 1) })
}

/// Each after a head that says how long it is.
fn messages(mut from: impl BufRead) -> impl Iterator<Item = Value> {
    std::iter::from_fn(move || {
        let mut length = 0;
        loop {
            let mut line = String::new();
            from.read_line(&mut line).ok().filter(|&read| read > 0)?;
            match line.trim().split_once(": ") {
                Some(("Content-Length", bytes)) => length = bytes.parse().ok()?,
                Some(_) => {}
                None => break,
            }
        }
        let mut text = vec![0; length];
        from.read_exact(&mut text).ok()?;
        serde_json::from_slice(&text).ok()
    })
}
