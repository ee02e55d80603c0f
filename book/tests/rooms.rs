//! The shape of `book/src`: six rooms, and which of them may use which. `src/main.rs` says what each is for.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// Each room, and the rooms that it may use.
const ROOMS: [(&str, &[&str]); 6] = [
    ("serve", &["check", "record", "page", "run", "course"]),
    ("check", &["page", "run", "course"]),
    ("record", &["page", "run", "course"]),
    ("page", &["course"]),
    ("run", &["course"]),
    ("course", &[]),
];

/// The source files, each under the name of its module: `page::card::twin`.
fn modules() -> BTreeMap<String, String> {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut folders = vec![src.clone()];
    let mut modules = BTreeMap::new();
    while let Some(folder) = folders.pop() {
        let entries = fs::read_dir(&folder).expect("a folder of sources");
        for path in entries.map(|entry| entry.expect("an entry").path()) {
            if path.is_dir() {
                folders.push(path);
            } else {
                modules.insert(module(&src, &path), fs::read_to_string(&path).expect("a source"));
            }
        }
    }
    modules
}

fn module(src: &Path, path: &Path) -> String {
    let path: PathBuf = path.strip_prefix(src).expect("it is in there").with_extension("");
    let names = path.iter().map(|name| name.to_str().expect("plain names"));
    names.filter(|name| *name != "mod").collect::<Vec<_>>().join("::")
}

/// What follows each `crate::` in the code, comments aside, with `{a, b}` taken apart: `page::card::parts::Kind`.
fn used(source: &str) -> BTreeSet<String> {
    let code = source.lines().map(|line| line.split("//").next().unwrap_or_default());
    let code: String = code.collect::<Vec<_>>().join(" ");
    let mut used = BTreeSet::new();
    for path in code.split("crate::").skip(1) {
        let end = path.find(|c: char| !(c.is_alphanumeric() || "_:".contains(c))).unwrap_or(path.len());
        let (before, rest) = path.split_at(end);
        match rest.strip_prefix('{').and_then(|rest| rest.split_once('}')) {
            Some((names, _)) => {
                used.extend(names.split(',').map(|name| format!("{before}{}", name.trim())));
            }
            None => drop(used.insert(before.to_owned())),
        }
    }
    used
}

/// The file that a path leads to: that of the longest module whose name it begins with.
fn file_of<'a>(modules: &'a BTreeMap<String, String>, path: &str) -> Option<&'a str> {
    let leads = |module: &&String| path == module.as_str() || path.starts_with(&format!("{module}::"));
    modules.keys().filter(leads).max_by_key(|module| module.len()).map(String::as_str)
}

#[test]
fn each_room_uses_only_rooms_below_it() {
    let modules = modules();
    for (module, source) in modules.iter().filter(|(module, _)| *module != "main") {
        let room = module.split("::").next().unwrap_or_default();
        let known = ROOMS.iter().find(|(name, _)| *name == room);
        let (_, may_use) = known.unwrap_or_else(|| panic!("src/{module} is in no room"));
        assert!(!source.contains("super::super"), "{module}: write crate::");
        for path in used(source) {
            let other = path.split("::").next().unwrap_or_default();
            assert!(
                other == room || may_use.contains(&other),
                "{module} uses {path}: {room} may use {may_use:?}. Move what both need into a room below"
            );
        }
    }
    for (room, _) in ROOMS {
        let head = modules.get(room).unwrap_or_else(|| panic!("src/{room} has no mod.rs"));
        assert!(head.starts_with("//! "), "src/{room}/mod.rs begins with what the room is for");
    }
}

#[test]
fn no_files_use_each_other_in_a_circle() {
    let modules = modules();
    let mut uses: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for (module, source) in &modules {
        let files = used(source).into_iter().filter_map(|path| file_of(&modules, &path));
        uses.insert(module, files.filter(|file| file != module).collect());
    }
    // A file that uses none of those that are left is in no circle.
    while let Some(free) = uses.iter().find(|(_, files)| files.is_empty()).map(|(file, _)| *file) {
        uses.remove(free);
        for files in uses.values_mut() {
            files.remove(free);
        }
    }
    // Nor is a file that none of them uses.
    let mut left = usize::MAX;
    while uses.len() < left {
        left = uses.len();
        let used: BTreeSet<_> = uses.values().flatten().copied().collect();
        uses.retain(|file, _| used.contains(file));
    }
    assert!(uses.is_empty(), "these use each other in a circle: {:?}", uses.keys());
}

#[test]
fn what_is_recorded_is_apart_from_how_it_is_shown() {
    for (module, source) in modules() {
        let makes_html = source.contains("</");
        assert!(
            !(module.starts_with("course") && makes_html),
            "{module} makes HTML: that is a card's, in page/card"
        );
    }
}
