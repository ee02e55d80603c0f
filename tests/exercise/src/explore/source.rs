//! From a file to a program that explores it.
//!
//! A copy of the file is the root of a library: its own `main`, its `crate::…` and its inner attributes mean what they mean
//! in a program. A few lines are put after its last one, which take the explorer's `std` for `std`, and give out `main`. So its
//! lines have their own numbers.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf, absolute};
use std::sync::Arc;
use std::time::SystemTime;
use std::{
    env,
    fs::{self, File},
    io::ErrorKind,
};

use anyhow::{Context, Result, bail};
use interleave::usage;
use toml::{Table, Value as Toml};

use crate::compile::{
    Built, Copies, EXPLORED, Missing, Own, Refusal, build, forget, keep, missing, remove_others, target, turn,
};
use crate::course::contents;
use crate::seal::hash;
use crate::stand_in::{StandIn, name_macros};
use crate::text::shown;
use crate::verdict::in_short;

/// The editions of Rust that a file may be of; the last is the default.
pub const EDITIONS: [&str; 3] = ["2018", "2021", "2024"];

/// The name of what is put after a file's last line.
const ENTRY: &str = "__explored";

/// The end of the line in which the file's `main` is called.
const CALL: &str = "ended(main())";

/// What is said of a program whose `unsafe` code has raw pointers.
const RAW: &str = "What goes through a raw pointer isn't seen, unless it's the pointer into an `UnsafeCell` and is used right \
    where `get` is called. A data race elsewhere is not found.";

/// What is said of a program with a map whose order std would draw by lot.
const MAPS: &str = "The order of a `HashMap` or `HashSet` is the same in every run here. With std it changes from run to run, and \
    other orders of it are not tried.";

/// Of how many files what was compiled is kept, for the next time. That is some 10 MB each.
const KEPT: usize = 16;

/// A file that is to be explored.
#[derive(Clone, Debug)]
pub struct Source {
    /// Where it is.
    file: PathBuf,
    /// What its user calls it.
    shown: String,
    edition: &'static str,
    text: String,
}

impl Source {
    /// The file as it is now. An error says why it can't be explored.
    pub fn read(file: &Path, edition: &'static str) -> Result<Self> {
        let shown = shown(file);
        let text = contents(file).map_err(|error| match error.kind() {
            ErrorKind::NotFound => anyhow::anyhow!("there is no file {shown}"),
            _ => anyhow::anyhow!("cannot read {shown}: {error}"),
        })?;
        let Ok(text) = String::from_utf8(text) else { bail!("{shown} is not a text in UTF-8") };
        let text = text.strip_prefix('\u{feff}').unwrap_or(&text).to_owned();
        if let Some((line, why)) = usage::static_mut(&text) {
            bail!("{shown}:{line}: {why}");
        }
        let file = absolute(file).with_context(|| shown.clone())?;
        Ok(Source { file, shown, edition, text })
    }

    /// What is compiled.
    fn root(&self, std: &str) -> String {
        // Its warnings are no errors, whatever RUSTFLAGS say. Where they say nothing, its first line stays as it is.
        let flags = ["RUSTFLAGS", "CARGO_ENCODED_RUSTFLAGS", "CARGO_BUILD_RUSTFLAGS"];
        let allows = flags.iter().any(|name| env::var_os(name).is_some());
        // A first line for the shell (`#!/…`) is not Rust: it becomes a comment.
        let shell = self.text.starts_with("#!") && !self.text[2..].trim_start().starts_with('[');
        let shell = if shell { "//" } else { "" };
        // Short lines: a long one is cut where the compiler shows it.
        format!(
            "{}{shell}{}\n#[allow(warnings)] #[macro_use] extern crate {std} as std;\n\
             #[allow(warnings)] extern crate {std} as core;\n#[doc(hidden)] #[allow(warnings)]\npub fn {ENTRY}() -> ::exercise::explore::program::Ended {{\n    \
             ::exercise::explore::program::Ends::{CALL}\n}}\n",
            if allows { "#![allow(warnings)] " } else { "" },
            usage::tracked(&name_macros(&self.text))
        )
    }

    /// Its own name, if a copy can have it: it is in what the steps say.
    fn name(&self) -> &str {
        let name = self.file.file_name().and_then(|name| name.to_str());
        name.filter(|name| !name.contains(|c: char| c.is_control() || c == '\\')).unwrap_or("program.rs")
    }
}

/// The program that explores a file. As long as it is kept, no other runner compiles the same file.
#[derive(Debug)]
pub struct Explorer {
    /// The program.
    pub(super) program: PathBuf,
    copies: Copies,
    /// What is not looked at, if something isn't.
    pub(super) unseen: Option<String>,
    _turn: Arc<File>,
}

impl Explorer {
    /// A text with the user's own paths in place of those of copies.
    pub fn in_own_paths(&self, text: &str) -> String {
        self.copies.in_own_paths(text)
    }
}

/// Compiles files with one call of cargo, and gives for each its explorer, or what the compiler has against it.
///
/// Blocks as long as another runner compiles or explores the same files. With `loud`, says on standard error that it takes a
/// while, if it does.
pub fn compile(root: &Path, files: &[Source], loud: bool) -> Result<Vec<Result<Explorer, Refusal>>> {
    if files.is_empty() {
        return Ok(Vec::new());
    }
    let target = target(root)?;
    let mut set = root.display().to_string();
    for Source { file, edition, .. } in files {
        set += &format!("\n{} {edition}", file.display());
    }
    let set = hash(set.as_bytes())[..12].to_owned();
    let folder = target.join("explore").join(&set);
    let turn = Arc::new(turn(&folder, "explore", loud)?);
    clear_old(&target, KEPT);
    let (package, sources) = (folder.join("package"), folder.join("sources"));
    let own = Own::find()?;
    let members: Vec<_> = (0..files.len()).map(|at| format!("explored-{set}-{at}")).collect();
    let names: Vec<&str> = members.iter().map(String::as_str).collect();
    own.workspace(&package, &names, true, files.len() == 1)?;
    let make = |stds: &[StandIn]| -> Result<(Built, Vec<Copies>)> {
        let mut copies = Vec::new();
        let mut kept = BTreeSet::new();
        for ((name, file), std) in members.iter().zip(files).zip(stds) {
            let text = file.root(std.package());
            let copy = sources.join(&hash(text.as_bytes())[..16]).join(file.name());
            keep(&copy, text.as_bytes())?;
            let main = format!(
                "fn main() {{\n    {}exercise::explore::program::main({}::{ENTRY})\n}}\n",
                std.begin(),
                library(name)
            );
            let main_path = sources.join(&hash(main.as_bytes())[..16]).join("main.rs");
            keep(&main_path, main.as_bytes())?;
            let manifest = manifest(&own, name, file.edition, &copy, &main_path)?;
            keep(&package.join(name).join("Cargo.toml"), manifest.as_bytes())?;
            kept.extend([&copy, &main_path].into_iter().filter_map(|path| Some(path.parent()?.to_owned())));
            copies.push(Copies(vec![(copy.display().to_string(), file.shown.clone())]));
        }
        remove_others(&sources, &kept);
        Ok((build(root, &target, &package, &sources, loud)?, copies))
    };
    let mut stds: Vec<_> = files.iter().map(|file| StandIn::of(&[&file.text])).collect();
    let (mut built, mut copies) = make(&stds)?;
    let mut again = false;
    for (std, name) in stds.iter_mut().zip(&members) {
        if let Some(next) = std.fallback().filter(|_| !built.programs.contains_key(name)) {
            *std = next;
            again = true;
        }
    }
    if again {
        (built, copies) = make(&stds)?;
    }
    let explorer = |(((name, copies), file), std): (((&String, Copies), &Source), StandIn)| match built
        .programs
        .get(name)
    {
        Some(program) => {
            let raw = usage::raw_pointers(&file.text).then_some(RAW);
            let maps = ["HashMap", "HashSet"].iter().any(|name| file.text.contains(name)).then_some(MAPS);
            let unseen: Vec<&str> = [std.unseen().or(raw), maps].into_iter().flatten().collect();
            let unseen = (!unseen.is_empty()).then(|| unseen.join(" "));
            Ok(Explorer { program: program.clone(), copies, unseen, _turn: turn.clone() })
        }
        None => {
            let errors = built.errors.get(&library(name)).or(built.errors.get(name));
            let errors = errors.map_or("", String::as_str);
            Err(Refusal(refusal(&copies.in_own_paths(errors), file)))
        }
    };
    Ok(members.iter().zip(copies).zip(files).zip(stds).map(explorer).collect())
}

/// Deletes what was compiled of files that were explored before the last `kept` ones, but of none that is being explored.
/// What can't be deleted stays: nobody waits for the room.
fn clear_old(target: &Path, kept: usize) {
    let mut sets: Vec<(SystemTime, PathBuf)> = fs::read_dir(target.join("explore"))
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| {
            let used = fs::metadata(entry.path().join("turn")).and_then(|turn| turn.modified());
            Some((used.ok()?, entry.path()))
        })
        .collect();
    sets.sort();
    sets.truncate(sets.len().saturating_sub(kept));
    for (_, folder) in sets {
        let Some(set) = folder.file_name().and_then(|name| name.to_str()) else { continue };
        let Ok(turn) = File::open(folder.join("turn")) else { continue };
        if turn.try_lock().is_ok() {
            let _ = forget(target, set, &folder);
        }
    }
}

/// The name of the library in a package.
fn library(package: &str) -> String {
    package.replace('-', "_")
}

fn manifest(own: &Own, name: &str, edition: &str, copy: &Path, main: &Path) -> Result<String> {
    let text = |text: &str| Toml::from(text.to_owned());
    let table = |entries: &[(&str, Toml)]| {
        Table::from_iter(entries.iter().map(|(key, value)| ((*key).to_owned(), value.clone())))
    };
    let path = |path: &Path| text(&path.display().to_string());
    let package = table(&[
        ("name", text(name)),
        ("version", text("0.0.0")),
        ("edition", text(edition)),
        ("publish", false.into()),
    ]);
    let manifest = table(&[
        ("package", package.into()),
        ("dependencies", own.dependencies(EXPLORED)?.into()),
        (
            "lib",
            table(&[("name", text(&library(name))), ("path", path(copy)), ("doctest", false.into())]).into(),
        ),
        ("bin", Toml::from(vec![table(&[("name", text(name)), ("path", path(main))])])),
    ]);
    Ok(manifest.to_string())
}

/// Why a file can't be explored: in one line, if that can be said, or what the compiler says, without the lines that are not the
/// user's.
fn refusal(errors: &str, file: &Source) -> String {
    let shown = &file.shown;
    // If it is the line that calls `main` that does not compile, these say why.
    let calls_main = errors.contains(CALL);
    let unusual =
        ["E0061", "E0133", "E0282", "E0283"].iter().any(|code| errors.contains(&format!("error[{code}]")));
    if calls_main && errors.contains("cannot find function `main` in this scope") {
        return format!("{shown} can't be explored: it has no `fn main()`, and what that does is explored");
    }
    if errors.contains("`cargo explore` calls `main`") || calls_main && unusual {
        return format!(
            "{shown} can't be explored: its `main` has to be a plain function that returns nothing, a `Result` or an `ExitCode`"
        );
    }
    let own = own_lines(errors, shown, file.text.lines().count());
    let place = |line: &str| line.trim_start().strip_prefix("--> ").map(str::to_owned);
    let first = |sentence: String, sign: &str| {
        // Where the compiler says so first.
        let place = own.lines().skip_while(|line| !line.contains(sign)).find_map(place);
        format!("{}: {sentence}", place.unwrap_or_else(|| shown.clone()))
    };
    if let Some(sign) = ["error[E0583]", "error: couldn't read `"].into_iter().find(|sign| own.contains(sign))
    {
        return first("`cargo explore` takes one file: put what it needs of others into it".to_owned(), sign);
    }
    if let Some(Missing { name, why }) = missing(errors, "a program that is explored") {
        return first(why, &format!("{name}`"));
    }
    if let Some((_, rest)) = own.split_once("use of unresolved module or unlinked crate `") {
        let name = rest.split('`').next().unwrap_or_default();
        let words = format!(
            "there is no module or crate `{name}` here: a program that is explored is one file, and uses std, anyhow, \
             parking_lot, crossbeam_channel and atomic_wait"
        );
        return first(words, &format!("`{name}`"));
    }
    in_short(&own)
}

/// Without the pieces of the compiler's text that show what is not the user's: the lines after the last, and where the copy is.
fn own_lines(errors: &str, shown: &str, lines: usize) -> String {
    let mut text = String::new();
    let (mut in_file, mut hidden) = (true, false);
    for line in errors.lines() {
        let shows = line.trim_start();
        if shows.starts_with("-->") || shows.starts_with(":::") {
            in_file = line.contains(shown);
        }
        let number = shows.split_once(" |").and_then(|(number, _)| number.parse::<usize>().ok());
        hidden = match number {
            Some(number) => in_file && number > lines,
            None => hidden && (shows.starts_with('|') || shows.starts_with("...")),
        };
        if !hidden && !line.contains("help: to create the module") {
            text.push_str(&within(line, lines).unwrap_or_else(|| line.to_owned()));
            text.push('\n');
        }
    }
    text
}

/// `  --> FILE:LINE:COLUMN` as the last line of the file, if it comes after that.
fn within(line: &str, lines: usize) -> Option<String> {
    let (before, _) = line.trim_start().starts_with("-->").then(|| line.rsplit_once(':'))??;
    let (file, number) = before.rsplit_once(':')?;
    (number.parse::<usize>().ok()? > lines).then(|| format!("{file}:{lines}"))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn what_was_compiled_of_old_files_is_cleared() {
        let target = tempfile::tempdir().expect("a folder");
        let made = |set: &str| {
            [
                "explore/SET/turn",
                "debug/explored-SET-0",
                "debug/incremental/explored_SET_0-x/y",
                "debug/deps/libexplored_SET_0.rlib",
                "debug/.fingerprint/explored-SET-0-x/y",
            ]
            .map(|path| target.path().join(path.replace("SET", set)))
        };
        for (age, set) in ["newest", "newer", "older", "oldest"].into_iter().enumerate() {
            for path in made(set) {
                fs::create_dir_all(path.parent().expect("a folder")).expect("writable");
                let file = File::create(&path).expect("writable");
                file.set_modified(SystemTime::now() - Duration::from_secs(60 * age as u64))
                    .expect("it has a time");
            }
        }
        let being_explored = File::open(&made("oldest")[0]).expect("it is there");
        being_explored.lock().expect("nobody else has it");
        clear_old(target.path(), 2);
        for (set, there) in [("newest", true), ("newer", true), ("older", false), ("oldest", true)] {
            for path in made(set) {
                assert_eq!(path.exists(), there, "{}", path.display());
            }
        }
    }
}
