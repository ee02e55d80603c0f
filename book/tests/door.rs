//! Attacks the local server over a real socket: from other sites, with other programs, with lessons that
//! go wrong and with clients that do. Afterwards no process is left.

mod course;

use std::net::{TcpListener, TcpStream};

use course::{Course, Server};

const WANTS_HELLO: &str = r#"{"lesson":"hello","arguments":[]}"#;

/// What can be asked about an exercise.
const OF_EXERCISES: [&str; 3] = ["/__book/check", "/__book/hint", "/__book/solution"];

fn server() -> Server {
    Server::start(Course::shared(), &[])
}

#[test]
fn another_host_is_misdirected() {
    let server = server();
    let port = server.port;
    for host in [
        "evil.example",
        &format!("evil.example:{port}"),
        "127.0.0.1",
        "127.0.0.1:1",
        &format!("127.0.0.1:{port}.evil.example"),
        &format!("localhost:{port}@evil.example"),
        &format!("[::1]:{port}"),
        "",
    ] {
        for path in ["/", "/hello.html", "/__book/session", "/__book/reload", "/none"] {
            let answer = server.get(path, &[("Host", host)]);
            assert_eq!(answer.status, 421, "{host:?} {path}: {}", answer.body);
            assert!(!answer.body.contains("token"), "{host:?} {path}");
        }
    }
    assert_eq!(server.send("GET / HTTP/1.0\r\n\r\n").status, 421, "no Host at all");
    let own = server.host();
    let twice = server.get("/", &[("Host", own.as_str()), ("Host", "evil.example")]);
    assert_eq!(twice.status, 421, "two of them");
    let in_uri = server.get("http://evil.example/", &[("Host", own.as_str())]);
    assert_eq!(in_uri.status, 421, "another one in the request line");
    assert_eq!(server.get("/", &[("Host", &format!("localhost:{port}"))]).status, 200);
}

#[test]
fn a_forwarded_port_is_answered_under_the_one_name_that_was_allowed() {
    let server = Server::start(Course::shared(), &["--allow-host", "book-3000.example"]);
    let run = |server: &Server, host: &str, origin: &str| {
        server.send(&server.ask("hello", &[], &[("Host", host), ("Origin", origin)])).status
    };
    let own = server.host();
    assert_eq!(server.get("/", &[("Host", "book-3000.example")]).status, 200);
    // Some services forward the name, and some say that they ask for this machine.
    assert_eq!(run(&server, "book-3000.example", "https://book-3000.example"), 200);
    assert_eq!(run(&server, &own, "https://book-3000.example"), 200);
    assert_eq!(run(&server, &own, &format!("http://{own}")), 200);
    for (host, origin, status) in [
        ("other-3000.example", "https://book-3000.example", 421),
        ("book-3000.example:3000", "https://book-3000.example", 421),
        ("book-3000.example.evil.example", "https://book-3000.example", 421),
        ("book-3000.example", "https://evil.example", 403),
        ("book-3000.example", "https://book-3000.example.evil.example", 403),
    ] {
        assert_eq!(run(&server, host, origin), status, "{host} {origin}");
    }
    let strict = self::server();
    assert_eq!(run(&strict, &strict.host(), "https://book-3000.example"), 403, "nobody has allowed it");
}

#[test]
fn another_machine_finds_nobody() {
    let server = server();
    // On Linux every 127.x.y.z is this machine: who listens on all addresses answers there too.
    if cfg!(target_os = "linux") {
        let other = TcpStream::connect(("127.0.0.2", server.port));
        assert!(other.is_err(), "the server listens on more than 127.0.0.1");
    }
}

#[test]
fn a_page_of_another_site_is_refused() {
    let server = server();
    let own = format!("http://{}", server.host());
    let port = server.port;
    let foreign = [
        ("Origin", "http://evil.example"),
        ("Origin", "null"),
        ("Origin", "http://127.0.0.1:1"),
        ("Origin", &format!("https://127.0.0.1:{port}")),
        ("Origin", &format!("http://localhost:{port}")),
        ("Origin", ""),
        ("Sec-Fetch-Site", "cross-site"),
        ("Sec-Fetch-Site", "same-site"),
        ("Sec-Fetch-Site", "none"),
        ("Sec-Fetch-Site", ""),
    ];
    for header in foreign {
        for path in ["/__book/session", "/__book/reload"] {
            let answer = server.get(path, &[header]);
            assert_eq!(answer.status, 403, "{header:?} {path}: {}", answer.body);
        }
        let answer = server.send(&server.ask("hello", &[], &[header]));
        assert_eq!(answer.status, 403, "{header:?}: {}", answer.body);
    }
    let two = server.send(&server.ask("hello", &[], &[("Origin", &own), ("Origin", "http://evil.example")]));
    assert_eq!(two.status, 403, "two origins, one of them foreign");
    let good = server.send(&server.ask("hello", &[], &[("Origin", &own), ("Sec-Fetch-Site", "same-origin")]));
    assert_eq!(good.status, 200, "{}", good.body);
    // A link from another site may show a page.
    assert_eq!(server.get("/hello.html", &[("Sec-Fetch-Site", "cross-site")]).status, 200);
    // Before it asks across sites, a browser asks whether it may: nobody says yes.
    let asks_first = server.request("OPTIONS", "/__book/run", &[("Origin", "http://evil.example")], "");
    let answer = server.send(&asks_first);
    assert_eq!(answer.status, 403);
    assert!(!answer.head.contains("access-control-allow"), "{}", answer.head);
}

#[test]
fn without_the_token_of_this_server_nothing_runs() {
    let server = server();
    let stale = Server::start(Course::shared(), &[]).token();
    let token = server.token();
    assert_ne!(stale, token);
    let (short, long, upper) = (&token[1..], format!("{token}0"), token.to_uppercase());
    for headers in [
        &[][..],
        &[("x-book-token", "")],
        &[("x-book-token", stale.as_str())],
        &[("x-book-token", short)],
        &[("x-book-token", long.as_str())],
        &[("x-book-token", upper.as_str())],
        &[("x-book-token", token.as_str()), ("x-book-token", stale.as_str())],
        &[("Cookie", &format!("x-book-token={token}"))],
    ] {
        let answer = server.send(&server.request("POST", "/__book/run", headers, WANTS_HELLO));
        assert_eq!(answer.status, 403, "{headers:?}: {}", answer.body);
    }
    let in_query = server.request("POST", &format!("/__book/run?x-book-token={token}"), &[], WANTS_HELLO);
    assert_eq!(server.send(&in_query).status, 403);
    let get = server.get("/__book/run", &[("x-book-token", &token)]);
    assert_eq!(get.status, 405, "a link or a picture can't run a lesson");
}

#[test]
fn no_path_leads_out_of_the_book() {
    let server = server();
    let manifest = Course::shared().read("Cargo.toml");
    for path in [
        "/../Cargo.toml",
        "/../../Cargo.toml",
        "/css/../../Cargo.toml",
        "/%2e%2e/Cargo.toml",
        "/..%2fCargo.toml",
        "/%2e%2e%2f%2e%2e%2fetc/passwd",
        "/..%5cCargo.toml",
        "/..\\Cargo.toml",
        "//etc/passwd",
        "/etc/passwd",
        "/%2fetc/passwd",
        "/.//../etc/passwd",
        "/C:/Windows/win.ini",
        "/c%3a/Windows/win.ini",
        "/hello.html%00",
        "/hello.html%00.png",
        "/%ff",
        "/css",
        "/__book",
        "/__book/",
        "/__book/none",
        "/__book/session/",
        "//__book/session",
        "/__book%2fsession",
        "/x/../__book/session",
        "/file:///etc/passwd",
        "/hello.html/",
        "/hello.html/x",
        "/%",
        "/%zz",
        "/a%0ab",
        &format!("/{}", "x".repeat(300)),
        &format!("/{}.html", "x".repeat(300)),
        &format!("/x/{}", "%41".repeat(300)),
        &format!("/{}", "x/".repeat(5000)),
        &format!("/__book/{}", "x".repeat(300)),
    ] {
        let answer = server.get(path, &[]);
        assert!([404, 400, 307].contains(&answer.status), "{path}: {} {}", answer.status, answer.body);
        assert!(
            !answer.body.contains(&manifest)
                && !answer.body.contains("root:")
                && !answer.body.contains("\"token\""),
            "{path}: {}",
            answer.body
        );
        if answer.status == 307 {
            // A folder is shown with a slash, on this host.
            assert!(answer.head.contains("location: /css/"), "{path}: {}", answer.head);
        }
    }
    for method in ["POST", "PUT", "DELETE", "PATCH"] {
        let token = server.token();
        let answer = server.send(&server.request(method, "/hello.html", &[("x-book-token", &token)], ""));
        assert_eq!(answer.status, 405, "{method}");
    }
}

#[test]
fn what_no_file_can_be_called_is_not_found() {
    let server = server();
    let known = server.get("/none", &[]);
    assert!(known.body.contains("Document not found"), "{}", known.body);
    for path in [format!("/{}", "x".repeat(300)), format!("/{}", "x/".repeat(5000)), "/%00".to_owned()] {
        let answer = server.get(&path, &[]);
        assert_eq!((answer.status, answer.body == known.body), (404, true), "{path}");
        assert!(answer.head.contains("content-type: text/html"), "{}", answer.head);
    }
    let asks = server.get(&format!("/hello.html?{}", "x".repeat(30_000)), &[]);
    assert_eq!(asks.status, 200, "a long question");
    let endless = server.get(&format!("/{}", "x".repeat(100_000)), &[]);
    assert!([404, 414, 431].contains(&endless.status), "{}", endless.status);
    let head = server.send(&server.request("HEAD", "/none", &[], ""));
    assert_eq!((head.status, head.body.as_str()), (404, ""));
}

#[test]
fn when_all_ports_are_taken_the_message_says_which() {
    // 21 neighbours: the one that was asked for, and 20 more.
    let mut taken: Vec<TcpListener> = Vec::new();
    let first = (20_000..60_000).step_by(21).find(|&first| {
        taken = (first..=first + 20).map_while(|port| TcpListener::bind(("127.0.0.1", port)).ok()).collect();
        taken.len() == 21
    });
    let first: u16 = first.expect("there are 21 free ports");
    let (code, told) = Course::shared().run(&["serve", "--no-open", "--port", &first.to_string()]);
    let all = format!("the ports from {first} to {} are all taken", first + 20);
    assert!(code == Some(1) && told.contains(&all) && told.contains("--port"), "{told}");
}

#[test]
fn odd_lines_of_a_trace_get_nowhere() {
    let server = server();
    let mut said = Vec::new();
    for (name, data) in server.run("odd") {
        if name == "trace" {
            let batch: serde_json::Value = serde_json::from_str(&data).expect("a batch of events");
            said.extend(batch.as_array().expect("a list").iter().map(|event| event["name"].clone()));
        }
    }
    assert_eq!(said, ["first", "last"]);
}

#[test]
fn only_lessons_by_name_are_run() {
    let server = server();
    for name in [
        "none",
        "",
        ".",
        "..",
        "../hello",
        "hello/",
        "./hello",
        "hello/../hello",
        "HELLO",
        "hello ",
        "hello\0",
        "-p",
        "--help",
        "lesson-hello",
        "hello;id",
        "$(id)",
        "hello\n",
        "C:",
        "/",
        "héllo",
    ] {
        let answer = server.post(name, &[]);
        assert_eq!(answer.status, 404, "{name:?}: {}", answer.body);
    }
    let token = server.token();
    for body in ["", "{", "[]", "null", "{}", r#"{"lesson":5}"#, r#"{"lesson":["hello"]}"#, "\u{0}"] {
        let answer = server.send(&server.request("POST", "/__book/run", &[("x-book-token", &token)], body));
        assert_eq!(answer.status, 400, "{body:?}: {}", answer.body);
    }
}

#[test]
fn only_exercises_by_name_are_checked() {
    let server = server();
    let token = server.token();
    for name in [
        "none",
        "",
        "hello",
        "hello/",
        "/pass",
        "hello/none",
        "hello/pass/",
        "hello/../hello/pass",
        "../hello/pass",
        "hello//pass",
        "hello/exercises/pass",
        "./hello/pass",
        "HELLO/PASS",
        "hello/pass ",
        "hello/pass\0",
        "hello\\pass",
        "--help",
        "hello/--json",
        "hello/pass;id",
        "$(id)/pass",
    ] {
        let body = serde_json::json!({"exercise": name, "hint": 1}).to_string();
        for path in OF_EXERCISES {
            let answer = server.send(&server.request("POST", path, &[("x-book-token", &token)], &body));
            assert_eq!(answer.status, 404, "{path} {name:?}: {}", answer.body);
            assert_eq!(answer.body, format!("there is no exercise {name:?}"), "in one line");
        }
    }
    for body in ["", "{", "[]", "null", "{}", r#"{"exercise":5}"#, r#"{"lesson":"hello"}"#, "\u{0}"] {
        for path in OF_EXERCISES {
            let answer = server.send(&server.request("POST", path, &[("x-book-token", &token)], body));
            assert_eq!(answer.status, 400, "{path} {body:?}: {}", answer.body);
            assert_eq!(answer.body.lines().count(), 1, "{}", answer.body);
        }
    }
}

#[test]
fn a_check_is_guarded_as_a_run_is() {
    let server = server();
    let wants = r#"{"exercise":"hello/pass","hint":1}"#;
    let token = server.token();
    for (headers, status) in [
        (&[][..], 403),
        (&[("x-book-token", "")], 403),
        (&[("x-book-token", &token[1..])], 403),
        (&[("x-book-token", &token), ("Origin", "http://evil.example")], 403),
        (&[("x-book-token", &token), ("Sec-Fetch-Site", "same-site")], 403),
        (&[("x-book-token", &token), ("Host", "evil.example")], 421),
    ] {
        for path in OF_EXERCISES {
            let answer = server.send(&server.request("POST", path, headers, wants));
            assert_eq!(answer.status, status, "{path} {headers:?}: {}", answer.body);
        }
    }
    for path in OF_EXERCISES {
        let get = server.get(path, &[("x-book-token", &token)]);
        assert_eq!(get.status, 405, "{path}: a link or a picture can't check an answer");
    }
    // How far the reader is concerns no other site either.
    for (header, status) in [
        (("Origin", "http://evil.example"), 403),
        (("Sec-Fetch-Site", "cross-site"), 403),
        (("Host", "evil.example"), 421),
    ] {
        let answer = server.get("/__book/exercises", &[header]);
        assert_eq!(answer.status, status, "{header:?}: {}", answer.body);
        assert!(!answer.body.contains("passed"), "{header:?}");
    }
    let large = format!(r#"{{"exercise":"{}"}}"#, "x".repeat(5000));
    let headers = [("x-book-token", token.as_str())];
    for path in OF_EXERCISES {
        assert_eq!(server.send(&server.request("POST", path, &headers, &large)).status, 413, "{path}");
    }
}

#[test]
fn hints_are_counted_where_cargo_exercise_counts_them() {
    let course = Course::own().with_exercises();
    let server = Server::start(&course, &[]);
    let told = || server.get("/__book/exercises", &[]).body;
    let ask = |hint: &str| {
        let answer = server.ask_exercise("hint", &format!(r#"{{"exercise":"hello/fail","hint":{hint}}}"#));
        (answer.status, answer.body)
    };
    assert_eq!(ask("1"), (200, r#"{"hints":{"hello/fail":1},"passed":[]}"#.to_owned()));
    assert_eq!(course.read(".exercises/progress.txt"), "hello/fail hints=1\n");
    // Pressed twice, or on two pages: it is one hint.
    assert_eq!(ask("1"), (200, told()));
    assert_eq!(course.read(".exercises/progress.txt"), "hello/fail hints=1\n");
    course.write(".exercises/progress.txt", "gone/away passed\nhello/fail hints=2\n");
    assert_eq!(told(), r#"{"hints":{"gone/away":0,"hello/fail":2},"passed":["gone/away"]}"#);
    // One more than a page has shown is no more than the terminal has told.
    assert_eq!(ask("2").1, told());
    // A page that was open before everything was forgotten shows three.
    course.write(".exercises/progress.txt", "");
    assert_eq!(ask("3"), (200, r#"{"hints":{"hello/fail":3},"passed":[]}"#.to_owned()));
    // There are no more.
    assert_eq!(ask("1000000000"), (200, r#"{"hints":{"hello/fail":3},"passed":[]}"#.to_owned()));
    for bad in ["-1", "1.5", "\"1\"", "null", "[1]", "1e30"] {
        assert_eq!(ask(bad), (400, "the request names no hint".to_owned()), "{bad}");
    }
}

#[test]
fn a_solution_is_handed_out_after_the_exercise_has_passed() {
    let course = Course::own().with_exercises();
    let server = Server::start(&course, &[]);
    // No word of the request can stand for a pass.
    for body in [
        r#"{"exercise":"hello/pass"}"#,
        r#"{"exercise":"hello/pass","passed":true,"anyway":true,"arguments":["--anyway"]}"#,
    ] {
        let answer = server.ask_exercise("solution", body);
        assert_eq!((answer.status, answer.body.as_str()), (403, "hello/pass has not passed yet"));
    }
    assert_eq!(server.get("/lessons/hello/exercises/pass/solution.rs", &[]).status, 404);
    assert_eq!(server.check("hello/pass").end()["ok"], true);
    let answer = server.ask_exercise("solution", r#"{"exercise":"hello/pass"}"#);
    let source = course.read("lessons/hello/exercises/pass/solution.rs");
    assert_eq!((answer.status, answer.body.trim_end()), (200, source.trim_end()));
    assert!(answer.head.contains("content-type: text/plain"), "{}", answer.head);
    let other = server.ask_exercise("solution", r#"{"exercise":"hello/fail"}"#);
    assert_eq!(other.status, 403, "{}", other.body);
    // The runner can't be asked.
    course.write("tests/exercise/src/main.rs", "fn main() { nonsense }\n");
    let answer = server.ask_exercise("solution", r#"{"exercise":"hello/pass"}"#);
    assert_eq!((answer.status, answer.body.as_str()), (500, "it does not compile"));
}

#[test]
fn a_check_gives_its_verdict() {
    let server = server();
    for (name, passed) in [("hello/pass", true), ("hello/fail", false), ("hello/broken", false)] {
        let events: Vec<_> = server.check(name).collect();
        let data =
            |name| events.iter().filter(|(event, _)| event == name).map(|(_, data)| data).collect::<Vec<_>>();
        let verdict: serde_json::Value = serde_json::from_str(data("verdict")[0]).expect("a verdict");
        assert_eq!((&verdict["exercise"], &verdict["passed"]), (&name.into(), &passed.into()));
        assert_eq!(data("end"), [r#"{"ok":true,"why":"checked"}"#], "a refusal is a verdict too");
        let asked = format!("asked for [\"check\", \"{name}\", \"--json\"]");
        assert!(data("compile").iter().any(|line| line.starts_with(&asked)), "{:?}", data("compile"));
    }
    let end = server.check("hello/mute").end();
    assert_eq!((&end["ok"], &end["why"]), (&false.into(), &"`cargo exercise` gave no verdict".into()));
}

#[test]
fn the_readers_own_file_is_explored_and_nothing_else() {
    let course = Course::own();
    let server = Server::start(&course, &[]);
    let token = server.token();
    let headers = [("x-book-token", token.as_str())];
    let mut changes = server.own_file();
    assert_eq!(changes.until("own"), "", "there is none yet");
    let none = server.send(&server.request("POST", "/__book/explore", &headers, "{}"));
    assert_eq!((none.status, none.body.as_str()), (404, "there is no explore.rs"));

    course.write("explore.rs", "fn main() {}\n");
    let first = changes.until("own");
    assert_ne!(first, "");
    // No code comes by HTTP, and no name of a file.
    let evil = r#"{"file":"/etc/passwd","code":"fn main() {}","arguments":["--watch"]}"#;
    let answer = server.send(&server.request("POST", "/__book/explore", &headers, evil));
    assert_eq!(answer.status, 200);
    assert!(answer.body.contains(r#"asked for ["--json", "explore.rs"] by "#), "{}", answer.body);
    let events: Vec<_> = server.explore().collect();
    let data = |name| events.iter().find(|(event, _)| event == name).map(|(_, data)| data.as_str());
    let card = data("verdict").expect("a card");
    assert!(card.contains("cargo explore explore.rs") && card.contains("data-orders=\"own\""), "{card}");
    assert_eq!(data("end"), Some(r#"{"ok":true,"why":"checked"}"#), "an order that fails is an answer too");

    course.write("explore.rs", "fn main() { File::open(\"x\"); }\n");
    assert_ne!(changes.until("own"), first);
    let refused = server.explore().until("verdict");
    assert!(refused.contains("a file is &lt;opened&gt;&#10;read it before</pre>"), "{refused}");

    for (headers, status) in [
        (&[][..], 403),
        (&[("x-book-token", &token[1..])], 403),
        (&[("x-book-token", &token), ("Origin", "http://evil.example")], 403),
        (&[("x-book-token", &token), ("Sec-Fetch-Site", "cross-site")], 403),
        (&[("x-book-token", &token), ("Host", "evil.example")], 421),
    ] {
        let answer = server.send(&server.request("POST", "/__book/explore", headers, "{}"));
        assert_eq!(answer.status, status, "{headers:?}: {}", answer.body);
    }
    assert_eq!(server.get("/__book/explore", &headers).status, 405);
    for (header, status) in [(("Sec-Fetch-Site", "cross-site"), 403), (("Host", "evil.example"), 421)] {
        assert_eq!(server.get("/__book/own", &[header]).status, status, "{header:?}");
    }
}

#[test]
fn what_the_reader_has_passed_is_read_from_the_file_of_cargo_exercise() {
    let course = Course::own().with_exercises();
    let server = Server::start(&course, &[]);
    let passed = || server.get("/__book/exercises", &[]).body;
    assert_eq!(passed(), r#"{"hints":{},"passed":[]}"#);
    course.write(
        ".exercises/progress.txt",
        "gone/away passed\nhello/fail hints=2\nhello/pass passed hints=1\n\nhello/passed\n",
    );
    let hints = r#"{"gone/away":0,"hello/fail":2,"hello/pass":1,"hello/passed":0}"#;
    assert_eq!(passed(), format!(r#"{{"hints":{hints},"passed":["gone/away","hello/pass"]}}"#));
}

#[test]
fn only_declared_arguments_are_passed_on() {
    let server = server();
    for arguments in [
        &["--help"][..],
        &["--loud", "--loud"],
        &["--loud=yes"],
        &["--size"],
        &["--size", "3"],
        &["--size=2"],
        &["--size", "2", "more"],
        &["--role", "lesson::put"],
        &["", "--loud"],
        &["--loud\0"],
        &["--LOUD"],
    ] {
        let answer = server.post("hello", arguments);
        assert_eq!(answer.status, 400, "{arguments:?}: {}", answer.body);
    }
    let token = server.token();
    for list in [r#""--loud""#, "[5]", r#"[["--loud"]]"#, r#"{"--loud":true}"#, "true"] {
        let body = format!(r#"{{"lesson":"hello","arguments":{list}}}"#);
        let answer = server.send(&server.request("POST", "/__book/run", &[("x-book-token", &token)], &body));
        assert_eq!(answer.status, 400, "{list}: {}", answer.body);
    }
    let answer = server.post("hello", &["--size", "2", "--loud"]);
    assert_eq!(answer.status, 200);
    assert!(answer.body.contains(r#"["--size", "2", "--loud"]"#), "{}", answer.body);
}

#[test]
fn a_run_is_told_as_it_happens() {
    let server = server();
    let mut events = server.run("hello");
    assert!(events.head.contains("text/event-stream"), "{}", events.head);
    let all: Vec<_> = events.by_ref().collect();
    let names: Vec<_> = all.iter().map(|(name, _)| name.as_str()).filter(|name| *name != "compile").collect();
    assert_eq!(names[0], "start");
    assert_eq!(names.last(), Some(&"end"));
    let data = |name| all.iter().filter(|(event, _)| event == name).map(|(_, data)| data).collect::<Vec<_>>();
    assert_eq!(data("out"), ["not said: []"], "said lines come with the trace and not twice");
    assert_eq!(data("err"), ["and an error"]);
    assert_eq!(data("trace").len(), 1);
    assert_eq!(data("end"), [r#"{"ok":true,"why":"exit status: 0"}"#]);
    assert_eq!(server.run("fails").end()["ok"], false);
}

#[test]
fn a_lesson_that_does_not_compile_is_told_with_the_reason() {
    let server = server();
    let answer = server.post("broken", &[]);
    assert!(answer.body.contains("mismatched types"), "{}", answer.body);
    assert!(!answer.body.contains("event: start"), "{}", answer.body);
    assert!(answer.body.contains(r#"{"ok":false,"why":"it does not compile"}"#), "{}", answer.body);
}

#[test]
fn every_answer_has_its_guards_and_none_opens_the_door() {
    let server = server();
    let refused = server.send(&server.request("POST", "/__book/run", &[], WANTS_HELLO));
    let misdirected = server.get("/", &[("Host", "evil.example")]);
    let answers = ["/", "/hello.html", "/none", "/__book/session"].map(|path| server.get(path, &[]));
    for answer in answers.iter().chain([&refused, &misdirected]) {
        for header in [
            "content-security-policy: default-src 'self';",
            "frame-ancestors 'self'",
            "cross-origin-resource-policy: same-origin",
            "x-content-type-options: nosniff",
            "cache-control: no-store",
        ] {
            assert!(answer.head.contains(header), "{header} is missing:\n{}", answer.head);
        }
        assert!(!answer.head.contains("access-control"), "{}", answer.head);
    }
}

#[test]
fn a_request_that_is_too_large_is_refused() {
    let server = server();
    let token = server.token();
    let large = format!(r#"{{"lesson":"hello","arguments":["{}"]}}"#, "x".repeat(5000));
    let headers = [("x-book-token", token.as_str())];
    assert_eq!(server.send(&server.request("POST", "/__book/run", &headers, &large)).status, 413);
    // Without a length, so that only the bytes themselves tell.
    let chunks = format!(
        "POST /__book/run HTTP/1.1\r\nHost: {}\r\nConnection: close\r\nx-book-token: {token}\r\n\
         Transfer-Encoding: chunked\r\n\r\n1388\r\n{}\r\n0\r\n\r\n",
        server.host(),
        "x".repeat(5000)
    );
    assert_eq!(server.send(&chunks).status, 413);
    let head = format!("GET / HTTP/1.0\r\nHost: {}\r\nx: {}\r\n\r\n", server.host(), "x".repeat(1 << 20));
    assert_eq!(server.send(&head).status, 431);
    assert_eq!(server.get("/", &[]).status, 200, "and the server is well");
}

/// What needs to know whether a process is there.
#[cfg(unix)]
mod tree {
    use std::io::{Read, Write};
    use std::net::Shutdown;

    use rustix::process::Signal;

    use super::course::{all_gone, is_alive};
    use super::*;

    #[test]
    fn of_two_at_once_the_second_is_refused() {
        let server = server();
        let mut first = server.run("hang");
        let pids = first.pids_until("hangs");
        for lesson in ["hello", "hang"] {
            let second = server.post(lesson, &[]);
            assert_eq!(second.status, 409, "{}", second.body);
        }
        assert!(is_alive(pids[0]), "the first goes on");
        drop(first);
        all_gone(&pids);
        assert_eq!(server.run("hello").end()["ok"], true, "then it is the next one's turn");
    }

    #[test]
    fn a_lesson_that_floods_is_cut() {
        for (lesson, says) in [("flood", "output"), ("longline", "output"), ("scribble", "trace")] {
            let server = server();
            let mut events = server.run(lesson);
            let pids = events.pids_until(match lesson {
                "flood" => "floods",
                "longline" => "one line",
                _ => "scribbles",
            });
            let (mut bytes, mut end) = (0, None);
            for (name, data) in events {
                bytes += data.len();
                end = (name == "end").then_some(data);
            }
            let end = end.expect("an end");
            assert!(end.contains("stopped: more than") && end.contains(says), "{lesson}: {end}");
            assert!(bytes < 2 << 20, "{lesson}: {bytes} bytes came through");
            all_gone(&pids);
        }
    }

    #[test]
    fn of_two_checks_at_once_the_second_is_refused() {
        let server = server();
        let mut first = server.check("hello/hang");
        let pids = first.asked(1);
        assert_eq!(server.send(&server.ask_check("hello/pass", &[])).status, 409);
        assert_eq!(server.post("hello", &[]).status, 409, "a run is one too");
        assert!(is_alive(pids[0]), "the first goes on");
        drop(first);
        all_gone(&pids);
        assert_eq!(server.check("hello/pass").end()["ok"], true, "then it is the next one's turn");
    }

    /// On a busy machine, a short limit may be over before a program has begun. Then it gets a longer one.
    const LIMITS: [f64; 3] = [0.5, 5.0, 15.0];

    #[test]
    fn a_check_that_hangs_or_floods_is_ended_with_all_that_it_started() {
        for (name, count, why) in [
            ("hello/hang", 1, "stopped: it told nothing for"),
            ("hello/heir", 2, "stopped: it told nothing for"),
            ("hello/flood", 1, "stopped: it told more than 1024 KB"),
        ] {
            let was_ended = LIMITS.iter().any(|limit| {
                let server = Server::start(Course::shared(), &["--time-limit", &limit.to_string()]);
                let mut events = server.check(name);
                let pids = events.asked(count);
                if pids.len() < count {
                    return false;
                }
                let end = events.end()["why"].as_str().expect("a reason").to_owned();
                assert!(end.starts_with(why), "{end}");
                assert!(
                    !end.contains("nothing") || end.ends_with(&format!("for {} s", 3.0 * limit)),
                    "{end}"
                );
                all_gone(&pids);
                true
            });
            assert!(was_ended, "{name}");
        }
    }

    #[test]
    fn a_client_that_leaves_ends_its_check() {
        let server = server();
        for name in ["hello/hang", "hello/heir", "hello/flood"] {
            let mut events = server.check(name);
            let pids = events.asked(if name == "hello/heir" { 2 } else { 1 });
            drop(events);
            all_gone(&pids);
        }
        let mut server = server;
        let mut events = server.check("hello/heir");
        let pids = events.asked(2);
        server.signal(Signal::TERM);
        assert!(server.ended().success());
        all_gone(&pids);
    }

    #[test]
    fn the_readers_own_file_is_explored_once_at_a_time_and_ended_with_its_page() {
        let course = Course::own();
        course.write("explore.rs", "fn main() { /* hang */ }\n");
        let server = Server::start(&course, &[]);
        let mut events = server.explore();
        let pids = events.asked(1);
        assert_eq!(server.post("hello", &[]).status, 409);
        assert!(is_alive(pids[0]), "the first goes on");
        drop(events);
        all_gone(&pids);
        course.write("explore.rs", "fn main() {}\n");
        assert_eq!(server.explore().end()["ok"], true, "then it is the next one's turn");
    }

    #[test]
    fn a_lesson_that_hangs_is_ended_at_the_limit() {
        let was_ended = LIMITS.iter().any(|limit| {
            let server = Server::start(Course::shared(), &["--time-limit", &limit.to_string()]);
            let mut events = server.run("hang");
            let Some(pids) = events.pids_if("hangs") else { return false };
            assert_eq!(events.end()["why"], format!("stopped after {limit} s"));
            all_gone(&pids);
            true
        });
        assert!(was_ended);
    }

    #[test]
    fn a_grandchild_that_goes_on_is_ended_with_its_lesson() {
        let server = server();
        let mut events = server.run("heir");
        let pids = events.pids_until("its parent");
        assert_eq!(pids.len(), 2, "there was a grandchild");
        assert_eq!(events.end()["ok"], true);
        all_gone(&pids);
    }

    /// Of those who leave the process group on other systems than Linux, nobody knows.
    #[test]
    #[cfg(target_os = "linux")]
    fn a_grandchild_that_left_the_process_group_is_ended_with_its_lesson() {
        let server = server();
        let mut events = server.run("runaway");
        let pids = events.pids_until("its parent");
        assert_eq!(pids.len(), 2, "there was a grandchild");
        assert_eq!(events.end()["why"], "exit status: 0");
        all_gone(&pids);
    }

    #[test]
    fn a_lesson_that_removes_its_trace_is_told_so() {
        let server = server();
        let mut events = server.run("unlinks");
        // The line may have been read before the file was gone.
        let end = events.end()["why"].as_str().expect("a reason").to_owned();
        assert!(end.starts_with("stopped: the lesson's trace can't be read any more: "), "{end}");
        assert_eq!(server.run("hello").end()["ok"], true);
    }

    #[test]
    fn a_server_that_is_killed_takes_its_lesson_along_and_the_next_one_clears_up() {
        let course = Course::shared();
        let mut temporary = tempfile::tempdir().expect("a temporary folder");
        let mut lessons = vec![("hang", "hangs"), ("heir", "its parent")];
        if cfg!(target_os = "linux") {
            lessons.push(("runaway", "a runaway"));
        }
        for (lesson, text) in lessons {
            let server = Server::start_in(temporary, course, &[]);
            let pids = server.run(lesson).pids_until(text);
            temporary = server.killed();
            all_gone(&pids);
        }
        let left = |temporary: &tempfile::TempDir| temporary.path().read_dir().expect("readable").count();
        assert_eq!(left(&temporary), 1, "that of the last one");
        // A live one's folder stays.
        let live = Server::start_in(temporary, course, &[]);
        assert_eq!(left(&live.temporary), 1, "its own");
        let mut beside = course.book(&["record", "none"]);
        beside.env("TMPDIR", live.temporary.path());
        let beside = suite::deadline::output(&mut beside, course::DEADLINE);
        assert!(!beside.expect("book starts").status.success());
        assert_eq!(live.run("hello").end()["ok"], true);
        assert_eq!(live.get("/hello.html", &[]).status, 200);
    }

    #[test]
    fn a_crowd_that_never_ends_its_heads_shuts_nobody_out() {
        let server = server();
        let begins = format!("GET / HTTP/1.1\r\nHost: {}\r\nx: ", server.host());
        let crowd: Vec<TcpStream> = (0..300)
            .map(|_| {
                let mut stream = server.connect();
                stream.write_all(begins.as_bytes()).expect("the server reads, or has read");
                stream
            })
            .collect();
        assert_eq!(server.get("/", &[]).status, 200, "a reader is served");
        #[cfg(target_os = "linux")]
        assert!(server.descriptors() < 200, "it has {} descriptors", server.descriptors());
        assert_eq!(server.run("hello").end()["ok"], true);
        for mut stream in crowd {
            // Each is let go of in the end, whether it had to make room or was too slow.
            let _ = stream.read_to_end(&mut Vec::new()).inspect_err(|error| {
                assert_eq!(error.kind(), std::io::ErrorKind::ConnectionReset, "within the deadline");
            });
        }
    }

    #[test]
    fn what_a_reader_will_run_is_compiled_ahead_and_keeps_nobody_waiting() {
        let course = Course::own().with_only("hello").with_exercises();
        course.write("lessons/other/Cargo.toml", "[package]\nname = \"lesson-other\"\nedition = \"2024\"\n");
        course.write("lessons/other/src/main.rs", "fn main() {}\n");
        let server = Server::start(&course, &[course::AHEAD]);
        // Whatever cargo is at now, the reader's own wish comes first.
        assert_eq!(server.run("hello").end()["ok"], true);
        let programs = || course.root.join("target/debug").read_dir().into_iter().flatten().flatten();
        let is_there = |name: &str| programs().any(|entry| entry.file_name() == name);
        course::once_compiled("all is compiled", || {
            ["exercise", "lesson-other"].iter().all(|name| is_there(name)).then_some(())
        });
        let told: Vec<_> = server.run("other").filter(|(name, _)| name == "compile").collect();
        assert!(!told.iter().any(|(_, line)| line.contains("Compiling")), "{told:?}");
    }

    #[test]
    fn a_client_that_leaves_ends_its_lesson() {
        let server = server();
        for _ in 0..5 {
            let mut events = server.run("hang");
            let pids = events.pids_until("hangs");
            drop(events);
            all_gone(&pids);
        }
        assert_eq!(server.run("hello").end()["ok"], true);
    }

    #[test]
    fn a_client_that_never_reads_does_not_stretch_the_limits() {
        let server = Server::start(Course::shared(), &["--time-limit", "10"]);
        // Compiled before, so that the time is the lesson's own.
        server.run("patter").end();
        let request = server.ask("patter", &[], &[]);
        let mut deaf = server.connect();
        deaf.write_all(request.as_bytes()).expect("the server reads");
        // It answers the next one as soon as the deaf one's lesson has come to its limit.
        let ok = course::within_deadline("the next turn", || {
            let answer = server.post("hello", &[]);
            (answer.status != 409).then(|| answer.body.contains(r#""ok":true"#))
        });
        assert!(ok);
        drop(deaf);
    }

    #[test]
    fn clients_that_dawdle_keep_nobody_waiting() {
        let server = server();
        let token = server.token();
        let host = server.host();
        let heads = [
            "".to_owned(),
            "POST /__book/run HT".to_owned(),
            format!(
                "POST /__book/run HTTP/1.1\r\nHost: {host}\r\nx-book-token: {token}\r\nContent-Length: 99\r\n\r\n{{"
            ),
        ];
        let dawdlers: Vec<TcpStream> = heads
            .iter()
            .map(|head| {
                let mut stream = server.connect();
                stream.write_all(head.as_bytes()).expect("the server reads");
                stream
            })
            .collect();
        assert_eq!(server.run("hello").end()["ok"], true, "others are served meanwhile");
        let mut last = dawdlers.into_iter().next_back().expect("there are three");
        let mut answer = [0; 12];
        last.read_exact(&mut answer).expect("an answer within the deadline");
        assert_eq!(&answer, b"HTTP/1.1 408", "a request that never comes is given up");
    }

    #[test]
    fn a_client_that_goes_away_while_it_asks_leaves_nothing() {
        let server = server();
        for _ in 0..3 {
            let mut stream = server.connect();
            stream.write_all(server.ask("hang", &[], &[]).as_bytes()).expect("the server reads");
            stream.shutdown(Shutdown::Both).expect("open until now");
        }
        assert_eq!(server.run("hello").end()["ok"], true);
    }

    #[test]
    fn a_server_that_is_stopped_takes_its_lesson_along() {
        for signal in [Signal::INT, Signal::TERM, Signal::HUP] {
            for lesson in ["hang", "heir"] {
                let mut server = server();
                let mut events = server.run(lesson);
                let pids = events.pids_until(if lesson == "hang" { "hangs" } else { "a grandchild" });
                server.signal(signal);
                assert!(server.ended().success(), "{signal:?}");
                all_gone(&pids);
                let left: Vec<_> = server.temporary.path().read_dir().expect("readable").flatten().collect();
                assert!(left.is_empty(), "{signal:?} {lesson}: {left:?} is left");
            }
        }
    }

    #[test]
    fn a_page_that_leaves_in_mid_compile_gives_up_its_turn() {
        let course = Course::own();
        let server = Server::start(&course, &[]);
        let mut stream = server.connect();
        stream.write_all(server.ask("hang", &[], &[]).as_bytes()).expect("the server reads");
        drop(stream);
        assert_eq!(server.run("hello").end()["ok"], true);
        drop(server);
    }
}
