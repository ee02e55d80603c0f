//! The name that a program gives to what its threads share, read from the line where it is made.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex};

use crate::execution::Place;

/// A file's name without its folder.
pub(crate) fn file(path: &str) -> &str {
    path.rsplit(['/', '\\']).next().unwrap_or(path)
}

/// The name of what is made at this place: of the variable, the field or the static, else its kind.
pub(crate) fn of(place: Place, kind: &str) -> String {
    let lines = lines(place, ABOVE);
    let (line, above) = lines.split_last().expect("it has a line");
    let before: String = line.chars().take(place.column() as usize - 1).collect();
    // It may stand in a list or a call that began above.
    let mut open = above.iter().rev().take_while(|line| !line.trim_end().ends_with([';', '{', '}']));
    declared(&before).or_else(|| open.find_map(|line| declared(line))).unwrap_or_else(|| kind.to_owned())
}

/// A name that no other has: with its number among those of its kind, or with its kind. `taken` has the kind of each name.
pub(crate) fn unique(name: String, kind: &str, taken: &HashMap<&str, &str>) -> String {
    let is_free = |name: &String| !taken.contains_key(name.as_str());
    let alike = taken.get(name.as_str()) == Some(&kind);
    let with_kind = (!alike && name != kind).then(|| format!("{name} {kind}"));
    let numbered = (2..).map(|n| format!("{name} {n}"));
    let mut names = [name.clone()].into_iter().chain(with_kind).chain(numbered);
    names.find(is_free).expect("there is no last number")
}

/// `let NAME = …`, `NAME: …`, `static NAME: …`: what stands before the place where it is made.
fn declared(before: &str) -> Option<String> {
    let word = |text: &str| -> Option<String> {
        let text = text.trim_start().trim_start_matches("mut ").trim_start();
        let name: String = text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
        (!name.is_empty() && !name.starts_with(char::is_uppercase)
            || name.len() > 1 && name.chars().all(|c| c.is_uppercase() || c == '_' || c.is_numeric()))
        .then_some(name)
    };
    // `let (a, b) = (Mutex::new(1), Mutex::new(2))`: the one at the same place.
    if let Some((names, values)) = before.split_once("let (").and_then(|(_, rest)| rest.split_once(") = ")) {
        // `let (to, from) = channel()`: both ends of one thing.
        let Some(values) = values.strip_prefix('(') else {
            return Some(names.split(',').filter_map(word).collect::<Vec<_>>().join("→"));
        };
        let at = values.chars().fold((0, 0), |(depth, commas), c| match c {
            '(' | '[' | '{' => (depth + 1, commas),
            ')' | ']' | '}' => (depth - 1, commas),
            ',' if depth == 0 => (depth, commas + 1),
            _ => (depth, commas),
        });
        return names.split(',').nth(at.1).and_then(word);
    }
    // A field of a struct that is being made; `Self::new(` and the like have two colons.
    let field = before.rsplit([',', '{', '(']).find_map(|part| {
        let (name, rest) = part.split_once(':')?;
        // In `static LOCKS: [Mutex<u32>; 2] = [const { …` it is no field.
        (!rest.starts_with(':')).then(|| word(name.split_whitespace().last()?)).flatten()
    });
    let bound = ["static ", "const ", "let "].iter().find_map(|key| {
        let at = before.rfind(key)? + key.len();
        // `static X`: elsewhere, one capital letter is a type.
        let short = before[at..].split_once(':').map(|(name, _)| name.trim()).filter(|name| name.len() == 1);
        short.filter(|_| *key != "let ").map(str::to_owned).or_else(|| word(&before[at..]))
    });
    match ["static ", "const ", "let "].iter().find_map(|key| before.rfind(key)) {
        // `let lock: Mutex<u32> = Mutex::new(0)` has a colon as well.
        Some(at) if !before[at..].contains('{') => bound,
        _ => field.or(bound),
    }
}

/// How far above its own line a thing's name may stand.
const ABOVE: usize = 8;

/// The line of source that a place is in, and some above it; empty if they can't be read.
fn lines(place: Place, above: usize) -> Vec<String> {
    let (lines, line) = (source(place.file()), place.line() as usize);
    let there = lines.get(line.saturating_sub(above + 1)..line).unwrap_or_default();
    if there.is_empty() { vec![String::new()] } else { there.to_vec() }
}

/// The lines of a source file, none if it can't be read.
pub(crate) fn source(file: &'static str) -> Arc<[String]> {
    type Files = HashMap<&'static str, Arc<[String]>>;
    static FILES: LazyLock<Mutex<Files>> = LazyLock::new(Mutex::default);
    let mut files = FILES.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
    let lines = files.entry(file).or_insert_with(|| {
        // The compiler names a file from the workspace's folder, and a test runs in its package's.
        let here = std::env::current_dir().unwrap_or_default();
        let mut found = here.ancestors().map(|folder| std::fs::read_to_string(folder.join(file)));
        let text = found.find_map(Result::ok).unwrap_or_default();
        text.lines().map(str::to_owned).collect()
    });
    lines.clone()
}

#[cfg(test)]
mod tests {
    use super::{declared, unique};

    #[test]
    fn names_are_read_from_the_source() {
        for (before, name) in [
            ("    let balance = Arc::new(", "balance"),
            ("    let mut balance: Mutex<i64> = ", "balance"),
            ("static COUNT: AtomicU32 = ", "COUNT"),
            ("static X: AtomicU32 = ", "X"),
            ("    static LIST: Mutex<Vec<(u8, u8)>> = ", "LIST"),
            ("        Account { balance: ", "balance"),
            ("        Self { name: name.into(), balance: ", "balance"),
            ("            left: ", "left"),
            ("    let (a, b) = (", "a"),
            ("    let (a, mut b) = (Arc::new(AtomicU32::new(0)), Arc::new(", "b"),
            ("    let (to, from) = ", "to→from"),
            ("static FORKS: [Mutex<()>; 3] = [const { ", "FORKS"),
            ("pub static FORKS: [Mutex<()>; 2] = [", "FORKS"),
            ("    let forks: [Mutex<()>; 2] = [const { ", "forks"),
        ] {
            assert_eq!(declared(before).unwrap_or_else(|| "lock".into()), name, "{before}");
        }
    }

    #[test]
    fn two_of_one_name_are_told_apart() {
        let taken = [("balance", "atomic"), ("forks", "lock"), ("lock", "lock")].into();
        assert_eq!(unique("balance".into(), "lock", &taken), "balance lock");
        assert_eq!(unique("forks".into(), "lock", &taken), "forks 2");
        assert_eq!(unique("lock".into(), "lock", &taken), "lock 2");
    }
}
