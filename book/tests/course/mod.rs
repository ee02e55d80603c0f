//! A small course whose lessons misbehave, and a client that speaks to its server as an attacker can.

// Every test program uses its own part of it.
#![allow(dead_code)]

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tempfile::TempDir;

/// For [`Server::start`]: compiles ahead, as a reader's own server does.
pub const AHEAD: &str = "ahead";

/// Nothing takes so long unless it hangs.
pub const DEADLINE: Duration = Duration::from_secs(60);

/// Nor this, with cargo compiling in it.
pub const COMPILED: Duration = Duration::from_secs(600);

/// Writes the events that the tests look for, as `shared::stage` would.
const STAGE: &str = r##"
fn event(text: &str) {
    use std::io::Write;
    let Some(path) = std::env::var_os("LESSON_TRACE") else { return };
    let mut file = std::fs::File::options().append(true).create(true).open(path).unwrap();
    let line = format!(
        "{{\"ph\":\"i\",\"cat\":\"say\",\"ts\":1,\"pid\":{},\"tid\":1,\"name\":\"{text}\"}}\n",
        std::process::id()
    );
    file.write_all(line.as_bytes()).unwrap();
}
#[allow(dead_code)]
fn for_ever() -> ! {
    loop {
        std::thread::sleep(std::time::Duration::from_secs(3600));
    }
}
"##;

const LESSONS: [(&str, &str); 12] = [
    (
        "hello",
        r##"//! Says hello, loudly if asked.
//!
//! --loud    say it loudly
//! --size N  this often [default: 1; try: 2]
fn main() {
    event("hello");
    println!("  0.00  main              hello");
    println!("not said: {:?}", std::env::args().skip(1).collect::<Vec<_>>());
    eprintln!("and an error");
}
"##,
    ),
    ("fails", "fn main() {\n    event(\"fails\");\n    std::process::exit(3);\n}\n"),
    ("hang", "fn main() {\n    event(\"hangs\");\n    for_ever()\n}\n"),
    (
        "flood",
        "fn main() {\n    event(\"floods\");\n    loop {\n        println!(\"flood flood flood flood\");\n    }\n}\n",
    ),
    (
        // As much as the limits let through, so that a socket which nobody reads is full before them.
        "patter",
        r#"fn main() {
    for _ in 0..30 {
        event(&"x".repeat(30_000));
    }
    loop {
        println!();
    }
}
"#,
    ),
    ("scribble", "fn main() {\n    loop {\n        event(\"scribbles\");\n    }\n}\n"),
    (
        "longline",
        r#"fn main() {
    event("one line");
    loop {
        print!("no end of a line ");
    }
}
"#,
    ),
    (
        "heir",
        r#"fn main() {
    if std::env::args().count() > 1 {
        event("a grandchild");
        std::fs::write(std::env::args().nth(1).unwrap(), "").unwrap();
        for_ever()
    }
    let there = std::env::temp_dir().join(format!("heir-{}", std::process::id()));
    std::process::Command::new(std::env::current_exe().unwrap()).arg(&there).spawn().unwrap();
    // Ends only when its own child is there to go on.
    while !there.exists() {
        std::thread::yield_now();
    }
    std::fs::remove_file(there).unwrap();
    event("its parent");
}
"#,
    ),
    (
        // Its child leaves the process group, and is there when it ends itself.
        "runaway",
        r#"fn main() {
    if std::env::args().count() > 1 {
        event("a runaway");
        for_ever()
    }
    let mut child = std::process::Command::new(std::env::current_exe().unwrap());
    child.arg("child");
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(&mut child, 0);
    child.spawn().unwrap();
    let trace = std::env::var("LESSON_TRACE").unwrap();
    while !std::fs::read_to_string(&trace).unwrap().contains("a runaway") {
        std::thread::yield_now();
    }
    event("its parent");
}
"#,
    ),
    (
        "unlinks",
        r#"fn main() {
    event("unlinks");
    std::fs::remove_file(std::env::var("LESSON_TRACE").unwrap()).unwrap();
    for_ever()
}
"#,
    ),
    (
        // What a lesson may write that is no event, or half of one.
        "odd",
        r###"fn main() {
    event("first");
    let path = std::env::var("LESSON_TRACE").unwrap();
    let mut file = std::fs::File::options().append(true).open(path).unwrap();
    std::io::Write::write_all(&mut file, ODD.as_bytes()).unwrap();
    event("last");
}

const ODD: &str = r##"null
5
"text"
[]
[null]
{}
{"ph":null,"ts":null,"pid":null,"tid":null,"cat":null,"name":null}
{"ph":"i","ts":-1,"pid":1,"tid":1,"cat":"say","name":"before the beginning"}
{"ph":"i","ts":1.5,"pid":1,"tid":1,"cat":"say","name":"a fraction"}
{"ph":"i","ts":1e300,"pid":1,"tid":1,"cat":"say","name":"late"}
{"ph":"i","ts":1,"pid":1,"tid":1,"cat":"say","name":null}
{"ph":"M","ts":1,"pid":1,"tid":1,"cat":"","name":"thread_name","args":null,"args":5}
{"ph":"M","ts":1,"pid":1,"tid":1,"cat":"","name":"thread_name","args":{"name":{}}}
{"ph":"i","ts":1,"pid":1,"tid":1,"cat":"say"
\u0000

"##;
"###,
    ),
    ("broken", "fn main() {\n    let x: u32 = \"five\";\n}\n"),
];

/// What `cargo exercise` would print, or what may go wrong with it, by the exercise's name.
const RUNNER: &str = r##"use std::process::Command;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    eprintln!("asked for {arguments:?} by {}", std::process::id());
    let name = arguments[1].strip_prefix("hello/").unwrap();
    match (arguments[0].as_str(), name) {
        ("hint", _) => remember(&arguments[1], |_, hints| *hints = 3.min(*hints + 1)),
        ("solution", _) => {
            let mut may = false;
            remember(&arguments[1], |passed, _| may = *passed);
            if !may || arguments.len() > 2 {
                eprintln!("error: not yet");
                std::process::exit(1);
            }
            let file = format!("lessons/hello/exercises/{name}/solution.rs");
            println!("{file}\n\n{}", std::fs::read_to_string(&file).unwrap());
        }
        (_, name) => check(name),
    }
}

/// In a file as that of the real one.
fn remember(id: &str, change: impl FnOnce(&mut bool, &mut usize)) {
    let path = ".exercises/progress.txt";
    let text = std::fs::read_to_string(path).unwrap_or_default();
    let (own, others): (Vec<&str>, Vec<&str>) = text.lines().partition(|line| line.split(' ').next() == Some(id));
    let words: Vec<&str> = own.iter().flat_map(|line| line.split(' ')).collect();
    let (mut passed, mut hints) = (words.contains(&"passed"), 0);
    for word in &words {
        hints = word.strip_prefix("hints=").map_or(hints, |number| number.parse().unwrap());
    }
    change(&mut passed, &mut hints);
    let line = format!("{id}{} hints={hints}\n", if passed { " passed" } else { "" });
    std::fs::create_dir_all(".exercises").unwrap();
    std::fs::write(path, others.iter().map(|line| format!("{line}\n")).collect::<String>() + &line).unwrap();
}

fn check(name: &str) {
    if name == "pass" {
        remember("hello/pass", |passed, _| *passed = true);
    }
    match name {
        "pass" => println!("{{\"exercise\":\"hello/pass\",\"passed\":true,\"compiled\":true,\"errors\":\"\",\"checks\":[\
            {{\"name\":\"it says `hello`\",\"passed\":true,\"explored\":{{\"schedules\":1200,\"all\":true,\"forced_switches\":null,\"seconds\":0.1}}}}]}}"),
        "fail" => {
            println!("{}", FAILURE.replace('\n', ""));
            std::process::exit(1);
        }
        "broken" => {
            println!("{{\"exercise\":\"hello/broken\",\"passed\":false,\"compiled\":false,\"errors\":\"error[E0382]: use of moved value\\n <here>\",\"checks\":[]}}");
            std::process::exit(1);
        }
        "mute" => println!("no verdict"),
        "flood" => loop {
            eprintln!("flood flood flood flood");
        },
        "heir" => {
            Command::new(std::env::current_exe().unwrap()).args(["check", "hello/hang"]).spawn().unwrap();
            for_ever()
        }
        _ => for_ever(),
    }
}

fn for_ever() -> ! {
    loop {
        std::thread::sleep(std::time::Duration::from_secs(3600));
    }
}

const FAILURE: &str = r#"{"exercise":"hello/fail","passed":false,"compiled":true,"errors":"","checks":[
{"name":"transfers in both directions come to an end, and no money is lost","passed":false,
"explored":{"schedules":3,"all":false,"forced_switches":1,"seconds":0.004},
"problem":{"kind":"deadlock","message":"two threads wait for each other","steps":[
{"thread":"earn","text":"locks `a`","file":"exercise.rs","line":12},
{"thread":"spend","text":"locks `b`","file":"exercise.rs","line":12}],
"stuck":[{"thread":"earn","text":"waits for `b`, held by spend","line":13},
{"thread":"spend","text":"waits for `a`, held by earn","line":13}]}},
{"name":"nothing is locked twice","passed":true,"explored":{"schedules":6,"all":true,"forced_switches":null,"seconds":0.001}}]}"#;
"##;

/// What `orders` would print: of two threads with two steps each, and of two that wait for each other or read an old value.
const ORDERS: &str = r##"fn main() {
    println!("{}", match std::env::args().nth(1).unwrap().as_str() {
        "--list" => "hello\nheir",
        "hello" => include_str!("orders.json"),
        "heir" => DEADLOCK,
        other => panic!("{other}"),
    });
}

const DEADLOCK: &str = r#"{"lesson":"heir","arguments":[],"threads":["main","a","b"],"variables":["x","y"],"states":[
{"values":["free","free"],"steps":[{"thread":1,"text":"locks `x`","line":5,"to":1},{"thread":2,"text":"locks `y`","line":9,"to":5}]},
{"values":["held by a","free"],"steps":[{"thread":1,"text":"locks `y`","line":6,"to":2},{"thread":2,"text":"locks `y`","line":9,"to":4}]},
{"values":["held by a","held by a"],"steps":[{"thread":1,"text":"unlocks both","line":7,"to":3}],
"waiting":[{"thread":"b","text":"waits for `y`, held by a","line":9}]},
{"values":["free","free"],"steps":[{"thread":2,"text":"locks both","line":9,"to":8}]},
{"values":["held by a","held by b"],"steps":[],"waiting":[
{"thread":"a","text":"waits for `y`, held by b","line":6},{"thread":"b","text":"waits for `x`, held by a","line":10}],"end":{"outcome":"a deadlock: nobody can go on","stuck":[
{"thread":"main","text":"waits for the end of a","line":3},
{"thread":"a","text":"waits for `y`, held by b","line":6},{"thread":"b","text":"waits for `x`, held by a","line":10}]}},
{"values":["free","held by b"],"steps":[{"thread":1,"text":"locks `x`","line":5,"to":6},
{"thread":1,"text":"reads 0 from `y` (Relaxed), an old value: b has written 1 since","line":5,"to":11,"old":true},{"thread":2,"text":"locks `x`","line":10,"to":7}]},
{"values":["held by a","held by b"],"steps":[],"waiting":[
{"thread":"a","text":"waits for `y`, held by b","line":6},{"thread":"b","text":"waits for `x`, held by a","line":10}],"end":{"outcome":"a deadlock: nobody can go on","stuck":[
{"thread":"a","text":"waits for `y`, held by b","line":6},{"thread":"b","text":"waits for `x`, held by a","line":10}]}},
{"values":["held by b","held by b"],"steps":[{"thread":2,"text":"unlocks both","line":11,"to":9}]},
{"values":["held by b","held by b"],"steps":[],"end":{"outcome":"both are done"}},
{"values":["free","free"],"steps":[{"thread":1,"text":"locks both","line":5,"to":10}]},
{"values":["held by a","held by a"],"steps":[],"end":{"outcome":"both are done"}},
{"values":["free","held by b"],"steps":[],"end":{"outcome":"both are done"}}],
"orders":5,"outcomes":[{"text":"both are done","orders":3,"deadlock":false,"shortest":[1,2,3,8]},
{"text":"a deadlock: nobody can go on","orders":2,"deadlock":true,"shortest":[1,4]}]}"#;
"##;

/// What `explore` would print of a file: what comes of two threads that read a balance and write it, or what it has against it.
const EXPLORER: &str = r##"fn main() {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let [json, file] = &words[..] else { panic!("{words:?}") };
    assert_eq!(json, "--json");
    eprintln!("asked for {words:?} by {}", std::process::id());
    let text = std::fs::read_to_string(file).unwrap();
    if text.contains("hang") {
        loop { std::thread::park() }
    }
    if text.contains("File::open") {
        println!("{{\"file\":\"{file}\",\"error\":\"a file is <opened>\\nread it before\"}}");
        std::process::exit(2);
    }
    let large = text.contains("large");
    let tree = if large { "null" } else { include_str!("orders.json").trim() };
    let outcomes = OUTCOMES.replace("ALL", if large { "false" } else { "true" }).replace('\n', "");
    println!("{{\"file\":\"{file}\",{outcomes},\"tree\":{tree}}}");
    std::process::exit(1);
}

const OUTCOMES: &str = r#""orders":6,"all":ALL,"surprises":null,"reduced":false,"forced_switches":null,"hurried":false,"unwound":false,"seconds":0.1,
"fails":true,"others":0,"outcomes":[
{"kind":"failed","fails":true,"text":"the balance is 1","printed":[],"errors":[],"message":"","orders":2,"threads":["main","earn","spend"],"steps":[
{"thread":"earn","text":"reads 0 from `balance`","file":"x.rs","line":50,"blocked":false},
{"thread":"spend","text":"reads 0 from `balance`","file":"x.rs","line":50,"blocked":false},
{"thread":"spend","text":"waits for {{earn}}","file":"x.rs","line":51,"blocked":true},
{"thread":"spend","text":"writes -1 to `balance`","file":"x.rs","line":52,"blocked":false}],
"stuck":[{"thread":"earn","text":"waits for <spend>","file":"x.rs","line":53}]},
{"kind":"returned","fails":false,"text":"the balance is 0","printed":[],"errors":[],"message":"","orders":2,"threads":[],"steps":[],"stuck":[]},
{"kind":"returned","fails":false,"text":"the balance is -1","printed":[],"errors":[],"message":"","orders":2,"threads":[],"steps":[],"stuck":[]}]"#;
"##;

/// Two questions: one whose choices stand close together, and one whose choices stand apart.
pub const QUIZ: &str = r#"# Quiz

Ann and Bob start at the same time.

Which of them comes *first*?

1. Ann, as `main` starts her first
2. Bob
3. Either

<details class="quiz"><summary>Answer</summary>

1. [ ] She did in [our run](hello.md). Nothing makes her.
2. [ ] Nothing makes him.
3. [x] The system decides.

   ```rust
   let either = true;
   ```

</details>

Text between the two.

And who is last?

1. Bob

2. The other one

<details class="quiz"><summary>Answer</summary>

1. [ ] Only if Ann was first.

   The system decides.

2. [x] There are only two.

</details>
"#;

/// The exercises of the trial: one for each thing that can come of a check.
pub const EXERCISES: [&str; 7] = ["broken", "fail", "flood", "hang", "heir", "mute", "pass"];

/// A course in a folder.
pub struct Course {
    pub root: PathBuf,
    _temporary: Option<TempDir>,
}

impl Course {
    /// The course that tests share as long as they don't change it: its lessons are compiled once.
    pub fn shared() -> &'static Course {
        static COURSE: OnceLock<Course> = OnceLock::new();
        COURSE.get_or_init(|| {
            let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join("course");
            let course = Course { root, _temporary: None };
            course.furnish();
            course.with_exercises()
        })
    }

    /// A course whose one chapter shows cards of exercises and of orders, as the real book draws them. What can
    /// come of a check does not depend there on how many exercises have been written.
    pub fn of_cards() -> Course {
        let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join("cards");
        let course = Course { root, _temporary: None };
        course.furnish();
        let course = course.with_exercises();
        // The real book's styles and scripts, whichever it has.
        let book = Path::new(env!("CARGO_MANIFEST_DIR"));
        let real = |path: &str| fs::read_to_string(book.join(path)).expect("readable");
        let toml = real("book.toml");
        let assets: Vec<_> = toml.lines().filter(|line| line.starts_with("additional-")).collect();
        let paths = assets.iter().flat_map(|line| line.split('"')).filter(|path| path.starts_with("theme/"));
        for path in paths.chain(["theme/served.js", "theme/fonts/fonts.css"]) {
            course.write(&format!("book/{path}"), &real(path));
        }
        let toml = course.read("book/book.toml");
        let toml = toml.split("\n[output.html]\n").next().unwrap_or_default();
        course.write("book/book.toml", &format!("{toml}\n[output.html]\n{}\n", assets.join("\n")));
        course.write("lessons/hello/stages/lost.rs", "fn main() {}\n");
        course.write("lessons/hello/stages/more.rs", "fn main() {} // large\n");
        course.write("book/chapters/en/explore.md", "# Explore\n\n{{#explore}}\n");
        course.write(
            "book/chapters/en/SUMMARY.md",
            "# Summary\n\n[Preface](preface.md)\n\n- [Hello](hello.md)\n- [Explore](explore.md)\n- [Quiz](quiz.md)\n\n[Progress](progress.md)\n[Teachers](teachers.md)\n",
        );
        course.write("book/chapters/en/teachers.md", "# Teachers\n\nThe class:\n\n{{#class}}\n\nMore.\n");
        course.write("book/chapters/en/quiz.md", QUIZ);
        course.write("book/chapters/en/progress.md", "# Progress\n\n{{#progress}}\n");
        let cards = EXERCISES.map(|name| format!("{{{{#exercise hello/{name}}}}}\n\n")).concat();
        course.write(
            "book/chapters/en/hello.md",
            &format!("# Hello\n\n{{{{#lesson hello}}}}\n\n## In every order\n\nHow does it end? Think first.\n\n{{{{#orders hello}}}}\n\n{{{{#orders heir}}}}\n\n{{{{#explored hello/lost}}}}\n\n{{{{#explored hello/more}}}}\n\n## Exercises\n\n{cards}"),
        );
        course
    }

    /// A course of the test's own.
    pub fn own() -> Course {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let course = Course { root: folder.path().to_owned(), _temporary: Some(folder) };
        course.furnish();
        course
    }

    /// The real one, in this project's folder.
    pub fn real() -> Course {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the book is in a folder of it");
        Course { root: root.to_owned(), _temporary: None }
    }

    fn furnish(&self) {
        self.write("Cargo.toml", "[workspace]\nmembers = [\"lessons/*\", \"tests/*\"]\nresolver = \"3\"\n");
        self.write(
            "book/book.toml",
            "[book]\ntitle = \"Trial\"\nsrc = \"chapters/en\"\n\n[output.html.playground]\nrunnable = false\n",
        );
        self.write(
            "book/chapters/en/SUMMARY.md",
            "# Summary\n\n[Preface](preface.md)\n\n- [Hello](hello.md)\n",
        );
        self.write("book/chapters/en/preface.md", "# Preface\n\nThe first page.\n");
        self.write("book/chapters/en/hello.md", "# Hello\n\n{{#lesson hello}}\n");
        for (name, source) in LESSONS {
            let manifest = format!("[package]\nname = \"lesson-{name}\"\nedition = \"2024\"\n");
            self.write(&format!("lessons/{name}/Cargo.toml"), &manifest);
            self.write(&format!("lessons/{name}/src/main.rs"), &format!("{source}{STAGE}"));
        }
        for (folder, name, source) in
            [("tests/exercise", "exercise", RUNNER), ("tests/orders", "orders", ORDERS)]
        {
            let manifest =
                format!("[package]\nname = \"{name}\"\nedition = \"2024\"\ndefault-run = \"{name}\"\n");
            self.write(&format!("{folder}/Cargo.toml"), &manifest);
            self.write(&format!("{folder}/src/main.rs"), source);
        }
        self.write("tests/orders/src/orders.json", &orders());
        self.write("tests/exercise/src/bin/explore.rs", EXPLORER);
        self.write("tests/exercise/src/bin/orders.json", &orders());
    }

    /// With exercises of `hello`.
    pub fn with_exercises(self) -> Course {
        for name in EXERCISES {
            self.write(
                &format!("lessons/hello/exercises/{name}/exercise.toml"),
                &format!(
                    "title = \"Say hello and {name}\"\ntask = \"\"\"\nSay `hello` *{name}*.\n\"\"\"\nstars = 2\n\
                     kind = \"threads\"\nred = \"x\"\nhints = [\"Look at `main`.\", \"Look closer.\", \"Do it.\"]\n"
                ),
            );
            self.write(&format!("lessons/hello/exercises/{name}/exercise.rs"), "pub fn hello() {}\n");
            let solution = format!(
                "//! The solution of {name}.\n\npub fn hello() {{\n    println!(\"<b>hello</b>\");\n}}\n"
            );
            self.write(&format!("lessons/hello/exercises/{name}/solution.rs"), &solution);
        }
        self
    }

    /// Leaves only this lesson, so that a check of the whole course can pass.
    pub fn with_only(self, lesson: &str) -> Course {
        for (name, _) in LESSONS {
            if name != lesson {
                fs::remove_dir_all(self.root.join("lessons").join(name)).expect("removable");
            }
        }
        self
    }

    /// Writes a file, unless it is the same already: its time says whether cargo has to compile.
    pub fn write(&self, path: &str, text: &str) {
        let path = self.root.join(path);
        if fs::read_to_string(&path).is_ok_and(|old| old == text) {
            return;
        }
        fs::create_dir_all(path.parent().expect("it is inside")).expect("writable");
        fs::write(path, text).expect("writable");
    }

    pub fn read(&self, path: &str) -> String {
        fs::read_to_string(self.root.join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
    }

    /// The program `book`, to be run in this course.
    pub fn book(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_book"));
        command
            .args(arguments)
            .current_dir(&self.root)
            // One for each course: lessons of the same name would take each other's place.
            .env("CARGO_TARGET_DIR", self.root.join("target"))
            .stdin(Stdio::null());
        command
    }

    /// Runs `book` to its end: whether all was well, and what it told.
    pub fn run(&self, arguments: &[&str]) -> (Option<i32>, String) {
        let output = suite::deadline::output(&mut self.book(arguments), COMPILED).expect("book starts");
        let told = [output.stdout, output.stderr].concat();
        (output.status.code(), String::from_utf8_lossy(&told).into_owned())
    }
}

/// A server of a course. Dropped, it is stopped as a polite kill does.
pub struct Server {
    child: Child,
    pub port: u16,
    /// Where it puts its temporary files.
    pub temporary: TempDir,
}

impl Server {
    pub fn start(course: &Course, arguments: &[&str]) -> Server {
        Self::start_in(tempfile::tempdir().expect("a temporary folder"), course, arguments)
    }

    /// Starts one that puts its temporary files here.
    pub fn start_in(temporary: TempDir, course: &Course, arguments: &[&str]) -> Server {
        let mut child = course
            .book(&["serve", "--no-open", "--port", "0"])
            // Servers of one course would wait for each other's cargo.
            .args((!arguments.contains(&AHEAD)).then_some("--lazy"))
            .args(arguments.iter().filter(|&&argument| argument != AHEAD))
            .env("TMPDIR", temporary.path())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("book starts");
        let mut line = String::new();
        let stdout = child.stdout.take().expect("it was asked for");
        BufReader::new(stdout).read_line(&mut line).expect("it tells its address");
        let port = line.split("127.0.0.1:").nth(1).and_then(|rest| rest.split('/').next());
        let port =
            port.and_then(|port| port.parse().ok()).unwrap_or_else(|| panic!("no address in {line:?}"));
        Server { child, port, temporary }
    }

    pub fn host(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    pub fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(self.host()).expect("the server listens");
        stream.set_read_timeout(Some(DEADLINE)).expect("a deadline");
        stream
    }

    /// Sends these bytes and reads the whole answer.
    pub fn send(&self, request: &str) -> Answer {
        let mut stream = self.connect();
        // It may refuse before it has read everything.
        let _ = stream.write_all(request.as_bytes());
        Answer::read(stream)
    }

    /// A request with the headers that the book's own page sends, and these in place of them or in addition.
    pub fn request(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> String {
        // HTTP/1.0: an answer then ends with its connection, and comes as it is.
        let mut request = format!("{method} {path} HTTP/1.0\r\n");
        if !headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("host")) {
            request += &format!("Host: {}\r\n", self.host());
        }
        for (name, value) in headers {
            request += &format!("{name}: {value}\r\n");
        }
        if method == "POST" {
            request += &format!("Content-Length: {}\r\n", body.len());
        }
        request + "\r\n" + body
    }

    /// Asks once more if the connection ends without a byte, as browsers do for a GET: seen once in some
    /// twenty runs of all tests, for a reason that was not found. A server that is gone fails here all the same.
    pub fn get(&self, path: &str, headers: &[(&str, &str)]) -> Answer {
        let request = self.request("GET", path, headers, "");
        let mut stream = self.connect();
        let _ = stream.write_all(request.as_bytes());
        match stream.peek(&mut [0]) {
            Ok(1..) => Answer::read(stream),
            _ => self.send(&request),
        }
    }

    pub fn token(&self) -> String {
        let answer = self.get("/__book/session", &[]);
        let session: Value = serde_json::from_str(&answer.body).expect("a session");
        session["token"].as_str().expect("a token").to_owned()
    }

    /// Asks for the check of an exercise as the page does, with these headers in addition.
    pub fn ask_check(&self, exercise: &str, headers: &[(&str, &str)]) -> String {
        let token = self.token();
        let body = json!({"exercise": exercise}).to_string();
        let mut all = vec![("x-book-token", token.as_str())];
        all.extend(headers);
        self.request("POST", "/__book/check", &all, &body)
    }

    /// Asks something about an exercise that is answered in one go: a hint, or its solution.
    pub fn ask_exercise(&self, what: &str, body: &str) -> Answer {
        let token = self.token();
        self.send(&self.request("POST", &format!("/__book/{what}"), &[("x-book-token", &token)], body))
    }

    /// Starts the check of an exercise; what it tells can be read as it comes.
    pub fn check(&self, exercise: &str) -> Events {
        let mut stream = self.connect();
        stream.write_all(self.ask_check(exercise, &[]).as_bytes()).expect("the server reads");
        Events::read(stream)
    }

    /// Has the reader's own file explored; what is told can be read as it comes.
    pub fn explore(&self) -> Events {
        let token = self.token();
        let mut stream = self.connect();
        let request = self.request("POST", "/__book/explore", &[("x-book-token", &token)], "{}");
        stream.write_all(request.as_bytes()).expect("the server reads");
        Events::read(stream)
    }

    /// What the server tells about the reader's own file.
    pub fn own_file(&self) -> Events {
        let mut stream = self.connect();
        stream.write_all(self.request("GET", "/__book/own", &[], "").as_bytes()).expect("the server reads");
        Events::read(stream)
    }

    /// Asks to run a lesson as the page does, with these headers in addition.
    pub fn ask(&self, lesson: &str, arguments: &[&str], headers: &[(&str, &str)]) -> String {
        let token = self.token();
        let body = json!({"lesson": lesson, "arguments": arguments}).to_string();
        let mut all = vec![("x-book-token", token.as_str())];
        all.extend(headers);
        self.request("POST", "/__book/run", &all, &body)
    }

    pub fn post(&self, lesson: &str, arguments: &[&str]) -> Answer {
        self.send(&self.ask(lesson, arguments, &[]))
    }

    /// Starts a lesson; what it tells can be read as it comes.
    pub fn run(&self, lesson: &str) -> Events {
        let request = self.ask(lesson, &[], &[]);
        let mut stream = self.connect();
        stream.write_all(request.as_bytes()).expect("the server reads");
        Events::read(stream)
    }

    /// What the server tells about the book itself.
    pub fn reloads(&self) -> Events {
        let mut stream = self.connect();
        stream
            .write_all(self.request("GET", "/__book/reload", &[], "").as_bytes())
            .expect("the server reads");
        Events::read(stream)
    }

    #[cfg(unix)]
    pub fn signal(&self, signal: rustix::process::Signal) {
        let pid = rustix::process::Pid::from_child(&self.child);
        rustix::process::kill_process(pid, signal).expect("the server is there");
    }

    /// Kills it as nobody can refuse, and hands over what it leaves behind.
    #[cfg(unix)]
    pub fn killed(mut self) -> TempDir {
        self.signal(rustix::process::Signal::KILL);
        self.ended();
        std::mem::replace(&mut self.temporary, tempfile::tempdir().expect("a temporary folder"))
    }

    /// How many descriptors it has open.
    #[cfg(target_os = "linux")]
    pub fn descriptors(&self) -> usize {
        fs::read_dir(format!("/proc/{}/fd", self.child.id())).expect("it is there").count()
    }

    /// Waits for the server's own end.
    pub fn ended(&mut self) -> std::process::ExitStatus {
        within_deadline("the server ends", || self.child.try_wait().expect("it is our child"))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        #[cfg(unix)]
        if self.child.try_wait().is_ok_and(|status| status.is_none()) {
            self.signal(rustix::process::Signal::TERM);
        }
        #[cfg(not(unix))]
        let _ = self.child.kill();
        suite::deadline::end(&mut self.child, DEADLINE);
    }
}

/// A whole answer.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub head: String,
    pub body: String,
}

impl Answer {
    fn read(mut stream: TcpStream) -> Answer {
        let mut bytes = Vec::new();
        let mut buffer = [0; 4096];
        // A server that refuses early may reset the connection after its answer.
        let begun = Instant::now();
        while let Ok(read @ 1..) = stream.read(&mut buffer) {
            assert!(begun.elapsed() < DEADLINE, "an answer without end");
            bytes.extend_from_slice(&buffer[..read]);
        }
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let (head, body) = text.split_once("\r\n\r\n").unwrap_or((&text, ""));
        let status = head.split(' ').nth(1).and_then(|status| status.parse().ok());
        Answer {
            status: status.unwrap_or_else(|| panic!("no answer: {text:?}")),
            head: head.to_lowercase(),
            body: body.to_owned(),
        }
    }
}

/// A stream of events, as it comes.
pub struct Events {
    lines: BufReader<TcpStream>,
    /// Status line and headers.
    pub head: String,
}

impl Events {
    fn read(stream: TcpStream) -> Events {
        let mut lines = BufReader::new(stream);
        let mut head = String::new();
        while !head.ends_with("\r\n\r\n") {
            assert_ne!(lines.read_line(&mut head).expect("an answer"), 0, "no answer: {head}");
        }
        Events { lines, head }
    }

    /// Reads up to the next event of this name and returns its data.
    pub fn until(&mut self, name: &str) -> String {
        self.by_ref().find(|(event, _)| event == name).unwrap_or_else(|| panic!("no event {name} came")).1
    }

    /// The process ids in the trace, up to the event that says so.
    pub fn pids_until(&mut self, text: &str) -> Vec<u32> {
        self.pids_if(text).unwrap_or_else(|| panic!("it ended, and never said {text:?}"))
    }

    /// The same; `None` if the run was ended before it said that.
    pub fn pids_if(&mut self, text: &str) -> Option<Vec<u32>> {
        let mut pids = Vec::new();
        let batches = self.take_while(|(name, _)| name != "end").filter(|(name, _)| name == "trace");
        for (_, batch) in batches {
            let batch: Value = serde_json::from_str(&batch).expect("a batch of events");
            for event in batch.as_array().expect("a list") {
                let pid = event["pid"].as_u64().expect("a pid") as u32;
                if !pids.contains(&pid) {
                    pids.push(pid);
                }
                if event["name"] == text {
                    return Some(pids);
                }
            }
        }
        None
    }

    /// The process ids that the checks of exercises tell, up to this many.
    pub fn asked(&mut self, count: usize) -> Vec<u32> {
        let pid = |line: &str| line.strip_prefix("asked for ")?.rsplit(' ').next()?.parse().ok();
        let lines = self.by_ref().filter(|(event, _)| event == "compile");
        lines.filter_map(|(_, line)| pid(&line)).take(count).collect()
    }

    /// How the run ended.
    pub fn end(&mut self) -> Value {
        serde_json::from_str(&self.until("end")).expect("an end")
    }
}

impl Iterator for Events {
    type Item = (String, String);

    fn next(&mut self) -> Option<(String, String)> {
        let (mut name, mut data) = (String::new(), Vec::new());
        let begun = Instant::now();
        loop {
            // Signs of life come all the time.
            assert!(begun.elapsed() < DEADLINE, "no event within {DEADLINE:?}");
            let mut line = String::new();
            if self.lines.read_line(&mut line).expect("within the deadline") == 0 {
                return None;
            }
            match line.trim_end_matches('\n').split_once(": ").unwrap_or((line.trim_end(), "")) {
                ("event", value) => name = value.to_owned(),
                ("data" | "data:", value) => data.push(value.to_owned()),
                ("", _) if !name.is_empty() => return Some((name, data.join("\n"))),
                _ => {}
            }
        }
    }
}

/// All orders of two threads that read a balance and write it, as the explorer tells them.
pub fn orders() -> String {
    let mut states = Vec::new();
    let mut outcomes = std::collections::BTreeMap::new();
    follow(&mut states, &mut outcomes, &mut Vec::new(), &mut Vec::new(), 0, [0; 2]);
    let outcomes: Vec<_> = outcomes
        .into_iter()
        .map(|(text, (orders, shortest))| json!({"text": text, "orders": orders, "deadlock": false, "shortest": shortest}))
        .collect();
    json!({"lesson": "hello", "arguments": ["--loud"], "threads": ["main", "earn", "spend"],
        "variables": ["balance"], "states": states, "orders": 6, "outcomes": outcomes})
    .to_string()
}

fn follow(
    states: &mut Vec<Value>,
    outcomes: &mut std::collections::BTreeMap<String, (u64, Vec<usize>)>,
    taken: &mut Vec<usize>,
    path: &mut Vec<usize>,
    balance: i64,
    seen: [i64; 2],
) -> usize {
    let number = states.len();
    states.push(Value::Null);
    if number > 0 {
        path.push(number);
    }
    let mut steps = Vec::new();
    for thread in [1, 2] {
        let (text, balance, seen) = match taken.iter().filter(|&&one| one == thread).count() {
            0 => {
                let mut seen = seen;
                seen[thread - 1] = balance;
                (format!("reads {balance} from `balance`"), balance, seen)
            }
            1 => {
                let new = seen[thread - 1] + [1, -1][thread - 1];
                (format!("writes {new} to `balance`"), new, seen)
            }
            _ => continue,
        };
        taken.push(thread);
        let to = follow(states, outcomes, taken, path, balance, seen);
        taken.pop();
        let line = if text.starts_with("reads") { 50 } else { 52 };
        steps.push(json!({"thread": thread, "text": text, "line": line, "to": to}));
    }
    states[number] = json!({"values": [balance.to_string()], "steps": steps});
    if steps.is_empty() {
        let text = format!("the balance is {balance}");
        states[number]["end"] = json!({"outcome": text});
        let outcome = outcomes.entry(text).or_insert((0, path.clone()));
        outcome.0 += 1;
    }
    path.pop();
    number
}

/// Asks again and again until there is an answer.
pub fn within_deadline<T>(what: &str, ask: impl FnMut() -> Option<T>) -> T {
    within(DEADLINE, what, ask)
}

/// The same, where cargo compiles at low priority beside all that this machine does.
pub fn once_compiled<T>(what: &str, ask: impl FnMut() -> Option<T>) -> T {
    within(COMPILED, what, ask)
}

fn within<T>(deadline: Duration, what: &str, mut ask: impl FnMut() -> Option<T>) -> T {
    let begun = Instant::now();
    loop {
        if let Some(answer) = ask() {
            return answer;
        }
        assert!(begun.elapsed() < deadline, "not within {deadline:?}: {what}");
        thread::yield_now();
    }
}

/// Waits until none of these processes is there any more.
#[cfg(unix)]
pub fn all_gone(pids: &[u32]) {
    for &pid in pids {
        within_deadline(&format!("process {pid} is gone"), || (!is_alive(pid)).then_some(()));
    }
}

/// A process that has ended and waits for its parent, or for `init`, to hear of it does nothing any more.
#[cfg(unix)]
pub fn is_alive(pid: u32) -> bool {
    let state = match fs::read_to_string(format!("/proc/{pid}/stat")) {
        Ok(stat) => stat.rsplit(") ").next().map(str::to_owned),
        Err(_) if Path::new("/proc/self/stat").exists() => None,
        Err(_) => {
            let mut ps = Command::new("ps");
            let ps = ps.args(["-o", "stat=", "-p", &pid.to_string()]);
            let ps = suite::deadline::output(ps, DEADLINE);
            Some(String::from_utf8_lossy(&ps.expect("ps is there").stdout).trim().to_owned())
        }
    };
    state.is_some_and(|state| !state.is_empty() && !state.starts_with('Z'))
}
