//! What things cost: measured by `cargo book bench`, and shown by chapters.

mod course;

use course::{Course, Server};

/// What a benchmark writes.
const COSTS: &str = r#"{"machine": {"system": "linux", "cpu": "A CPU", "cores": 2, "rust": "1.95.0", "python": "3.11.7", "day": "2026-11-23"},
"rounds": 7, "works": [{"id": "start", "title": "Start it", "unit": "µs", "better": "less", "note": "One start.", "entries": [
{"id": "ours", "who": "start", "kind": "ours", "median": 800.0, "low": 790.0, "high": 1000.0},
{"id": "fork", "who": "Python, fork", "kind": "python", "median": 1700.0, "low": 1600.0, "high": 1800.0}]}],
"bounds": [{"work": "start", "says": "at most 1.6 times the least", "ratio": 1.7, "bound": 1.6, "reached": false}]}"#;

/// A course whose benchmark does what its arguments say.
fn course_with_benchmark() -> Course {
    let course = Course::own();
    course.write(
        "tests/bench/Cargo.toml",
        "[package]\nname = \"bench\"\nedition = \"2024\"\n\n[[bench]]\nname = \"costs\"\nharness = false\n",
    );
    course.write("tests/bench/src/lib.rs", "");
    course.write("tests/bench/costs.json", COSTS);
    course.write("tests/bench/benches/costs.rs", BENCHMARK);
    course
}

/// `cargo bench` puts its own `--bench` among the arguments.
const BENCHMARK: &str = r#"fn main() {
    let words: Vec<String> = std::env::args().skip(1).filter(|word| word != "--bench").collect();
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    println!("asked for {words:?}");
    match words.first().map(String::as_str) {
        Some("--fail") => std::process::exit(101),
        Some("--hang") => {
            let me = std::env::current_exe().unwrap();
            let child = std::process::Command::new(me).arg("--wait").spawn().unwrap();
            std::fs::write(root.join("pids"), format!("{} {} ", std::process::id(), child.id())).unwrap();
            wait()
        }
        Some("--wait") => wait(),
        Some("--quick") => {}
        _ => std::fs::write(root.join("book/costs.json"), include_str!("../costs.json")).unwrap(),
    }
}

fn wait() -> ! {
    loop {
        std::thread::sleep(std::time::Duration::from_secs(3600));
    }
}
"#;

#[test]
fn the_benchmark_gets_its_arguments_and_its_status_is_the_answer() {
    let course = course_with_benchmark();
    let (code, told) = course.run(&["bench"]);
    assert_eq!(code, Some(0), "{told}");
    assert!(told.contains("asked for []"), "{told}");
    assert!(told.contains("book/costs.json is written. `cargo book` shows it."), "{told}");
    assert_eq!(course.read("book/costs.json"), COSTS);

    let (code, told) = course.run(&["bench", "--quick", "start", "--port", "x"]);
    assert_eq!(code, Some(0), "{told}");
    assert!(told.contains(r#"asked for ["--quick", "start", "--port", "x"]"#), "{told}");
    assert!(!told.contains("is new"), "{told}");

    let (code, told) = course.run(&["bench", "--fail"]);
    assert_eq!(code, Some(101), "{told}");
    assert!(!told.contains("is new"), "{told}");
}

#[cfg(unix)]
#[test]
fn a_benchmark_that_is_stopped_leaves_nothing_running() {
    use rustix::process::{Pid, Signal, kill_process};

    let course = course_with_benchmark();
    let mut bench = course.book(&["bench", "--hang"]).spawn().expect("book starts");
    let pids = course::within_deadline("the benchmark runs", || {
        let text = std::fs::read_to_string(course.root.join("pids")).ok()?;
        let pids: Option<Vec<u32>> = text.strip_suffix(' ')?.split(' ').map(|pid| pid.parse().ok()).collect();
        pids.filter(|pids| pids.len() == 2)
    });
    kill_process(Pid::from_child(&bench), Signal::INT).expect("it is there");
    assert_eq!(suite::deadline::end(&mut bench, course::DEADLINE).code(), Some(1));
    course::all_gone(&pids);
}

#[test]
fn a_chapter_shows_what_was_measured() {
    let course = Course::own().with_only("hello");
    course.write("book/costs.json", COSTS);
    course.write("lessons/hello/src/main.rs", "fn main() {}\n");
    course.write(
        "book/chapters/en/preface.md",
        "# Costs\n\nIt takes {{#ratio start/python start/ours}} times as long, {{#cost start/ours}} for us.\n\n\
         {{#costs}}\n\n{{#costs start}}\n\nText.\n\n{{#costs start}}\n\n{{#costs bounds}}\n",
    );
    course.write("book/chapters/en/hello.md", "# Hello\n");
    let (code, told) = course.run(&["build"]);
    assert_eq!(code, Some(0), "{told}");
    // mdBook breaks lines between elements.
    let page = course.read("book/book/preface.html").replace('\n', "");
    for part in [
        "<p>It takes 2.1 times as long, 800 µs for us.</p>",
        "Measured on 2026-11-23, Linux, 2 cores (A CPU), Rust 1.95.0, Python 3.11.7.",
        "<strong>Start it</strong>",
        "<td>1,700</td><td>1,600–1,800</td><td>2.1 ×</td>",
        "at most 1.6 times the least</th><td>1.70 ×</td><td>✗ no</td>",
        "<p>Text.</p>",
    ] {
        assert!(page.contains(part), "{part}\nis not in\n{page}");
    }
    assert_eq!(page.matches("<style>").count(), 1, "once for both tables");
    assert!(page.contains("stroke: var(--c)"), "the style is no text of the chapter");
    assert!(!page.contains("<script type=\"module\">"), "it needs no script");
    assert_eq!(page.matches("<svg width=").count(), 4, "a bar for each row");
}

#[test]
fn what_was_not_measured_fails_the_build_with_place_and_remedy() {
    let course = Course::own().with_only("hello");
    let (code, told) = course.run(&["record", "hello"]);
    assert_eq!(code, Some(0), "{told}");
    course.write(
        "book/chapters/en/preface.md",
        "# Costs\n\n{{#costs start}}\n\n{{#costs stop}}\n\nIt is {{#cost start/floor}}.\n\ntext {{#costs start}}\n",
    );
    let missing = "cannot read book/costs.json: ";
    for command in ["build", "check"] {
        let (code, told) = course.run(&[command]);
        assert_eq!(code, Some(1), "{told}");
        assert!(told.contains(missing) && told.contains("`cargo book bench` measures"), "{told}");
    }
    course.write("book/costs.json", &COSTS.replace("\"low\": 790.0", "\"low\": -1"));
    let (code, told) = course.run(&["build"]);
    assert_eq!(code, Some(1), "{told}");
    let says = "preface.md:3: book/costs.json can't be used; `cargo book bench` writes a new one: its work start: its entry \"ours\": its low is no cost";
    assert!(told.contains(says), "{told}");

    course.write("book/costs.json", COSTS);
    let (code, told) = course.run(&["build"]);
    assert_eq!(code, Some(1), "{told}");
    for part in [
        "preface.md:5: book/costs.json has no work `stop`; it has: start",
        "preface.md:7: book/costs.json has nothing of `floor` for start; it has: ours, fork",
        "preface.md:9: a card needs a line of its own: put {{#costs …}} on one",
    ] {
        assert!(told.contains(part), "{part}\nis not in\n{told}");
    }
    assert!(!told.contains("preface.md:3"), "{told}");
    let (code, told) = course.run(&["check"]);
    assert_eq!(code, Some(1), "{told}");
    assert!(told.contains("preface.md: book/costs.json has no work `stop`"), "{told}");
}

#[test]
fn a_reader_who_measures_reads_on_and_sees_what_is_new() {
    let course = Course::own();
    course.write(
        "book/chapters/en/preface.md",
        "# Costs\n\n{{#costs start}}\n\nIt is {{#ratio start/python start/ours}} times.\n",
    );
    let server = Server::start(&course, &[]);
    let page = server.get("/", &[]).body;
    assert!(
        page.contains("cannot read book/costs.json") && page.contains("It is (not measured) times."),
        "{page}"
    );
    let mut reloads = server.reloads();
    course.write("book/costs.json", COSTS);
    reloads.until("reload");
    assert!(server.get("/", &[]).body.contains("It is 2.1 times."));
}
