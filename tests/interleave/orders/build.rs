//! Takes in the lessons of the thread part, and the stages of those that grow in stages, from their own sources, each as a module.

use std::path::{Path, PathBuf};
use std::{env, fs};

const LESSONS: &[&str] = &[
    "single-thread",
    "daemon-threads",
    "join-threads",
    "race",
    "lock",
    "deadlock",
    "condition",
    "producer-consumer",
    "semaphore",
    "barrier",
    "read-write-lock",
    "once",
    "select",
    "visibility",
    "publish",
    "spin-lock",
    "one-shot",
    "owners",
    "sleeping-lock",
];

/// Lessons of more than one file are not taken in, nor is one that uses a crate that nothing stands in for. But their stages are: each
/// of them is one file.
///
/// This is a list, and not every folder of `lessons` that has stages: one that `cargo book new` has copied has them too, and of a
/// lesson of the reader's own nothing is asked.
const STAGES_ONLY: &[&str] = &["async", "thread-pool"];

fn main() {
    let out = env::var("OUT_DIR").expect("cargo sets it");
    let (mut modules, mut list) = (String::new(), String::new());
    for topic in LESSONS {
        let source = format!("../../../lessons/{topic}/src/main.rs");
        // Named as the lesson names itself, for its `include_str!`.
        let path = take_in(&source, &Path::new(&out).join(topic), "main.rs", " -> std::process::ExitCode");
        let module = topic.replace('-', "_");
        modules += &format!("#[allow(missing_docs)]\n#[path = {path:?}]\npub mod {module};\n");
        list += &format!("({topic:?}, {module}::explored), ");
    }
    modules +=
        &format!("/// All of them, by their topics.\npub const ALL: &[(&str, super::Lesson)] = &[{list}];\n");
    fs::write(Path::new(&out).join("lessons.rs"), modules).expect("a file there");
    fs::write(Path::new(&out).join("stages.rs"), stages(Path::new(&out))).expect("a file there");
}

/// The stages that a lesson grows in, each a program with a plain `main`: as modules, and as a list of their names and functions.
fn stages(out: &Path) -> String {
    let (mut modules, mut list) = (String::new(), String::new());
    for topic in LESSONS.iter().chain(STAGES_ONLY) {
        let folder = format!("../../../lessons/{topic}/stages");
        for name in programs(&folder) {
            let file = format!("{name}.rs");
            let path = take_in(&format!("{folder}/{file}"), &out.join(topic).join("stages"), &file, "");
            let name = format!("{topic}/{name}");
            let module = format!("stage_{}", name.replace(['-', '/'], "_"));
            modules += &format!("#[allow(missing_docs)]\n#[path = {path:?}]\nmod {module};\n");
            list += &format!("    ({name:?}, {module}::explored),\n");
        }
    }
    format!("{modules}\n/// Each with its name.\npub const STAGES: &[(&str, fn())] = &[\n{list}];\n")
}

/// The Rust files in a folder, without their `.rs`, sorted. Nothing if there is no such folder.
fn programs(folder: &str) -> Vec<String> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    println!("cargo::rerun-if-changed={folder}");
    let names = entries.map(|entry| entry.expect("an entry").file_name().display().to_string());
    let mut programs: Vec<String> =
        names.filter_map(|name| Some(name.strip_suffix(".rs")?.to_owned())).collect();
    programs.sort();
    programs
}

/// Copies a program into a folder, with a function more that calls its `main`, which is private.
fn take_in(source: &str, folder: &Path, file: &str, returns: &str) -> PathBuf {
    println!("cargo::rerun-if-changed={source}");
    let text = fs::read_to_string(source).unwrap_or_else(|error| panic!("{source}: {error}"));
    fs::create_dir_all(folder).expect("the folder for what is built");
    let path = folder.join(file);
    let call = format!("\npub fn explored(){returns} {{\n    main()\n}}\n");
    fs::write(&path, text + &call).expect("a file there");
    path
}
