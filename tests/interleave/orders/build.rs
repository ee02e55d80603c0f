//! Takes in the lessons of the thread part from their own sources, each as a module.
//!
//! A lesson's `main` is private to it, so each gets a line more at its end, that calls it.

use std::path::Path;
use std::{env, fs};

const LESSONS: [&str; 7] =
    ["single-thread", "daemon-threads", "join-threads", "race", "lock", "deadlock", "producer-consumer"];

fn main() {
    let out = env::var("OUT_DIR").expect("cargo sets it");
    let (mut modules, mut list) = (String::new(), String::new());
    for topic in LESSONS {
        let source = format!("../../../lessons/{topic}/src/main.rs");
        println!("cargo::rerun-if-changed={source}");
        let text = fs::read_to_string(&source).unwrap_or_else(|error| panic!("{source}: {error}"));
        let folder = Path::new(&out).join(topic);
        fs::create_dir_all(&folder).expect("the folder for what is built");
        // Named as the lesson names itself, for its `include_str!`.
        let path = folder.join("main.rs");
        fs::write(&path, text + "\npub fn explored() -> ExitCode {\n    main()\n}\n").expect("a file there");
        let module = topic.replace('-', "_");
        modules += &format!("#[allow(missing_docs)]\n#[path = {path:?}]\npub mod {module};\n");
        list += &format!("({topic:?}, {module}::explored), ");
    }
    modules +=
        &format!("/// All of them, by their topics.\npub const ALL: &[(&str, super::Lesson)] = &[{list}];\n");
    fs::write(Path::new(&out).join("lessons.rs"), modules).expect("a file there");
}
