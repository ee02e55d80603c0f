//! From answers to programs: writes a package whose programs take the answers in where they are, and has
//! cargo build it.
//!
//! Nothing of it is a member of the course's own workspace, so that an unsolved exercise makes nothing else
//! red. The package is in the target folder, in a folder of its own for each set of answers.
//!
//! Cargo judges by a file's time whether it has changed, and that tells nothing: a file may be moved into
//! place, or come out of an archive, and be older than the one before it. So what is compiled is a copy, in a
//! folder that is named by its contents. Other contents are another path, and cargo compiles them. It also takes
//! a copy of any file, wherever it is and whatever it is called.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs::{self, File, TryLockError};
use std::io::{self, BufRead, BufReader, ErrorKind, IsTerminal, Read, Write};
use std::path::{Path, PathBuf, absolute};
#[cfg(unix)]
use std::process::Child;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::time::{Duration, Instant, SystemTime};
use std::{env, thread};

use anyhow::{Context, Result, bail};
use interleave::usage;
use serde_json::Value;
use shared::tell;
use toml::{Table, Value as Toml};

use crate::course::{Course, Exercise, Kind, contents, to_lock};
use crate::seal::hash;
use crate::stand_in::{StandIn, name_macros};
use crate::text::show_progress;
use crate::verdict::in_short;

/// Cargo puts the target folder into a list of folders, which `:` separates; the linker on Linux takes `%` for the
/// beginning of something.
const NOT_IN_TARGET: &[char] = match () {
    () if cfg!(windows) => &[],
    () if cfg!(target_os = "linux") => &[':', '%'],
    () => &[':'],
};

/// What is shorter needs no word on what is waited for.
const NOTICEABLE: Duration = Duration::from_secs(1);

/// More errors of one program than this are not kept.
const ERRORS: usize = 1 << 16;

/// What a program that is explored may use, by the name that it calls it by, and the package that stands in for it.
pub(crate) const EXPLORED: &[(&str, &str)] = &[
    ("anyhow", "anyhow"),
    ("atomic-wait", "interleave-atomic-wait"),
    ("crossbeam-channel", "interleave-crossbeam-channel"),
    ("exercise", "exercise"),
    ("interleave", "interleave"),
    ("interleave-std", "interleave-std"),
    ("interleave-std-counted", "interleave-std-counted"),
    ("parking_lot", "interleave-parking_lot"),
];

/// The runner's own course: what checks are compiled against is there.
const OWN: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");

/// A file that may answer an exercise.
#[derive(Clone, Debug)]
pub struct Answer<'a> {
    /// What it answers.
    pub exercise: &'a Exercise,
    /// Where it is.
    pub file: PathBuf,
}

impl<'a> Answer<'a> {
    /// The file at `file` as an answer to `exercise`.
    pub fn new(exercise: &'a Exercise, file: &Path) -> Result<Self> {
        let file = absolute(file).with_context(|| format!("{}", file.display()))?;
        Ok(Answer { exercise, file })
    }
}

/// The programs that judge one answer. As long as they are kept, no other runner, nor this one, compiles the same
/// set of answers: it would put other programs in their place.
#[derive(Clone, Debug)]
pub struct Programs {
    /// The checks. An answer of functions is in it.
    pub checks: PathBuf,
    /// The answer, if it is a program.
    pub answer: Option<PathBuf>,
    /// What was not looked at in the answer, if something wasn't.
    pub unseen: Option<&'static str>,
    /// Where the copies are that were compiled, and what the learner calls them.
    copies: Copies,
    _turn: Arc<File>,
}

impl Programs {
    /// A text with the learner's own paths in place of those of copies.
    pub fn in_own_paths(&self, text: &str) -> String {
        self.copies.in_own_paths(text)
    }
}

/// An answer that the compiler refuses: what it says.
#[derive(Clone, Debug)]
pub struct Refusal(pub String);

/// A binary of the package that is written.
struct Binary {
    name: String,
    path: PathBuf,
}

/// What is compiled of an answer: the name and the `main.rs` of its checks, and of itself if it is a program.
struct Parts {
    checks: String,
    answer: Option<String>,
    /// The `std` that stands for the answer's.
    std: StandIn,
    binaries: Vec<Binary>,
    copies: Copies,
    /// Why the explorer can't judge it.
    refused: Option<String>,
}

/// Paths of copies, each with the path that the learner knows.
#[derive(Clone, Debug, Default)]
pub(crate) struct Copies(pub Vec<(String, String)>);

impl Copies {
    pub fn in_own_paths(&self, text: &str) -> String {
        self.0.iter().fold(text.to_owned(), |text, (copy, own)| text.replace(copy, own))
    }
}

/// Compiles all answers with one call of cargo, and gives for each its programs, or what the compiler has
/// against it. An error is none of the answers' fault.
///
/// Blocks as long as another runner compiles or judges the same set of answers: see [`Programs`].
///
/// With `loud`, says on standard error that it takes a while, if it does.
pub fn compile(course: &Course, answers: &[Answer], loud: bool) -> Result<Vec<Result<Programs, Refusal>>> {
    if answers.is_empty() {
        return Ok(Vec::new());
    }
    let Place { target, set, folder } = &Place::of(course, answers)?;
    let turn = Arc::new(turn(folder, "exercise", loud)?);
    let sources = folder.join("sources");
    let mut parts: Vec<_> = answers
        .iter()
        .enumerate()
        .map(|(at, answer)| copy(course, at, answer, set, &sources, None))
        .collect::<Result<_>>()?;
    let package = folder.join("package");
    let build = |parts: &[Parts]| {
        remove_others(&sources, &kept(parts));
        write(&package, answers, parts)?;
        build(&course.root, target, &package, &sources, loud)
    };
    let mut built = build(&parts)?;
    let mut again = false;
    for (at, answer) in answers.iter().enumerate() {
        let compiled = built.programs.contains_key(&parts[at].checks);
        if let Some(next) = parts[at].std.fallback().filter(|_| !compiled) {
            parts[at] = copy(course, at, answer, set, &sources, Some(next))?;
            again = true;
        }
    }
    if again {
        built = build(&parts)?;
    }
    let found = |names: &[Option<&String>], copies: &Copies, explored| -> Result<Vec<PathBuf>, Refusal> {
        let mut paths = Vec::new();
        for name in names.iter().copied().flatten() {
            match built.programs.get(name) {
                Some(path) => paths.push(path.clone()),
                None => {
                    let errors = built.errors.get(name).map_or("", String::as_str);
                    let why = missing(errors, "an answer of threads").filter(|_| explored);
                    let why = why.map_or(String::new(), |missing| format!("{}\n\n", missing.why));
                    return Err(Refusal(why + &in_short(&course.shorten(&copies.in_own_paths(errors)))));
                }
            }
        }
        Ok(paths)
    };
    Ok(parts
        .into_iter()
        .map(|Parts { checks, answer, copies, std, refused, .. }| {
            refused.map_or(Ok(()), |why| Err(Refusal(why)))?;
            // The answer first: its own errors are the learner's, and come before those of the checks.
            let mut paths = found(&[answer.as_ref(), Some(&checks)], &copies, answer.is_none())?;
            let checks = paths.pop().expect("there is one for each name");
            Ok(Programs { checks, answer: paths.pop(), unseen: std.unseen(), copies, _turn: turn.clone() })
        })
        .collect())
}

/// Deletes what [`compile`] made of these answers; they are compiled again when they are asked for again.
pub fn clear(course: &Course, answers: &[Answer]) -> Result<()> {
    if answers.is_empty() {
        return Ok(());
    }
    let Place { target, set, folder } = Place::of(course, answers)?;
    forget(&target, &set, &folder)
}

/// Deletes the folder of a set, and what cargo made of it, which has `set` in its name.
pub(crate) fn forget(target: &Path, set: &str, folder: &Path) -> Result<()> {
    let built = target.join("debug");
    let named = |path: &Path| path.file_name().is_some_and(|name| name.to_string_lossy().contains(set));
    let delete = |path: &Path| {
        let deleted = if path.is_dir() { fs::remove_dir_all(path) } else { fs::remove_file(path) };
        gone(deleted).with_context(|| format!("cannot delete {}", path.display()))
    };
    for place in ["", "deps", "incremental"] {
        for path in entries(&built.join(place))?.iter().filter(|path| named(path)) {
            delete(path)?;
        }
    }
    // Cargo's notes on a program are in a folder of their own, which may have another name.
    for place in entries(&built.join(".fingerprint"))? {
        if named(&place) || entries(&place)?.iter().any(|path| named(path)) {
            delete(&place)?;
        }
    }
    delete(folder)
}

/// Where a set of answers is compiled.
struct Place {
    target: PathBuf,
    /// A part of the name of all that is made of it.
    set: String,
    folder: PathBuf,
}

impl Place {
    fn of(course: &Course, answers: &[Answer]) -> Result<Self> {
        let target = target(&course.root)?;
        let mut set = course.root.display().to_string();
        for answer in answers {
            let _ = write!(set, "\n{} {}", answer.exercise.id, answer.file.display());
        }
        let set = hash(set.as_bytes())[..12].to_owned();
        let folder = target.join("exercise").join(match answers {
            [one] => format!("{}-{}-{set}", one.exercise.topic, one.exercise.name),
            _ => format!("set-{set}"),
        });
        Ok(Place { target, set, folder })
    }
}

/// The target folder of the course.
pub(crate) fn target(root: &Path) -> Result<PathBuf> {
    let target = env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), PathBuf::from);
    absolute(target).context("cannot tell the target folder")
}

/// What is in a folder; nothing, if it is a file or is gone.
fn entries(folder: &Path) -> Result<Vec<PathBuf>> {
    let entries = match fs::read_dir(folder) {
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {
            return Ok(Vec::new());
        }
        entries => entries.with_context(|| format!("cannot read {}", folder.display()))?,
    };
    entries.map(|entry| Ok(entry.context("cannot read a folder")?.path())).collect()
}

/// Another runner may have been faster.
fn gone(deleted: io::Result<()>) -> io::Result<()> {
    match deleted {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        deleted => deleted,
    }
}

/// Asks that cargo takes the path: a text, in one line, with none of these characters in it.
fn takes(path: &Path, none_of: &[char]) -> Result<()> {
    match path.to_str() {
        Some(text) if !text.contains(char::is_control) && !text.contains(none_of) => Ok(()),
        _ => bail!(
            "cargo can't compile in {path:?}: the path has a character that it doesn't take; move the course to another \
             folder, or set CARGO_TARGET_DIR"
        ),
    }
}

/// Takes this folder until the file is dropped, and waits if another runner has it. An error if cargo can't compile there.
pub(crate) fn turn(folder: &Path, command: &str, loud: bool) -> Result<File> {
    takes(folder, NOT_IN_TARGET)?;
    let path = folder.join("turn");
    let open = || fs::create_dir_all(folder).and_then(|()| to_lock(&path));
    let file = open().with_context(|| format!("cannot write {}", path.display()))?;
    // When it was used last; `explore` clears the ones that are used no more.
    let _ = file.set_modified(SystemTime::now());
    let mut told = !loud;
    let begun = Instant::now();
    // Some network drives have no locks: there, two at once may meet.
    while let Err(TryLockError::WouldBlock) = file.try_lock() {
        if !told && begun.elapsed() > NOTICEABLE {
            tell!("waiting for another `cargo {command}` of the same file");
            told = true;
        }
        thread::sleep(Duration::from_millis(10));
    }
    Ok(file)
}

/// Copies an answer and its checks, each into a folder that is named by its contents. No other set has programs of the
/// same name, since all end up in one folder. What stands for `std` is chosen by what they say, if it isn't given.
fn copy(
    course: &Course,
    at: usize,
    answer: &Answer,
    set: &str,
    sources: &Path,
    std: Option<StandIn>,
) -> Result<Parts> {
    let Exercise { topic, name, kind, folder, .. } = answer.exercise;
    let stem = answer.file.file_stem().unwrap_or_default().to_string_lossy();
    let stem: String = stem.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect();
    let own_name = format!("{topic}-{name}-{stem}-{at}-{set}");
    let own_checks = folder.join("checks.rs");
    let mut copies = Copies::default();
    let mut put = |own: &Path, name: &str, before: &str| -> Result<PathBuf> {
        let text = contents(own).with_context(|| format!("cannot read {}", course.shown(own)))?;
        let text = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&text);
        let mut text = [before.as_bytes(), text].concat();
        if let (Kind::Threads, Ok(said)) = (kind, str::from_utf8(&text)) {
            text = usage::tracked(&name_macros(said)).into_bytes();
        }
        let copy = sources.join(&hash(&text)[..16]).join(name);
        keep(&copy, &text)?;
        copies.0.push((copy.display().to_string(), course.shown(own)));
        Ok(copy)
    };
    let checks = put(&own_checks, "checks.rs", "")?;
    // By its own name if that is a plain one: it may be in what the answer says.
    let plain = |name: &&str| name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(&byte));
    let file_name =
        answer.file.file_name().and_then(|name| name.to_str()).filter(plain).unwrap_or("answer.rs");
    let (answer_copy, checks_name) = match kind {
        Kind::Threads => (put(&answer.file, file_name, "")?, own_name.clone()),
        // Its warnings are no errors, whatever RUSTFLAGS say. The checks are the same for every answer.
        Kind::Processes => {
            (put(&answer.file, file_name, "#![allow(warnings)] ")?, format!("checks-{topic}-{name}-{set}"))
        }
    };
    let text = |path: &Path| fs::read(path).map(|text| String::from_utf8_lossy(&text).into_owned());
    let answer_text = text(&answer_copy)?;
    let std = match (kind, std) {
        (Kind::Processes, _) => StandIn::Plain,
        (Kind::Threads, Some(std)) => std,
        (Kind::Threads, None) => StandIn::of(&[&answer_text, &text(&checks)?]),
    };
    let main = source(*kind, std, &checks, &answer_copy);
    let path = sources.join(&hash(main.as_bytes())[..16]).join("main.rs");
    keep(&path, main.as_bytes())?;
    let mut binaries = vec![Binary { name: checks_name.clone(), path }];
    let answer_name = match kind {
        Kind::Threads => None,
        Kind::Processes => {
            binaries.push(Binary { name: own_name.clone(), path: answer_copy });
            Some(own_name)
        }
    };
    let refused = match kind {
        Kind::Threads => {
            let found = usage::static_mut(&answer_text);
            found.map(|(line, why)| format!("error: {why}\n --> {}:{line}", course.shown(&answer.file)))
        }
        Kind::Processes => None,
    };
    Ok(Parts { checks: checks_name, answer: answer_name, std, binaries, copies, refused })
}

/// The folders of all that is compiled.
fn kept(parts: &[Parts]) -> BTreeSet<PathBuf> {
    let copies = parts.iter().flat_map(|part| part.copies.0.iter().map(|(copy, _)| Path::new(copy)));
    let mains = parts.iter().flat_map(|part| part.binaries.iter().map(|binary| binary.path.as_path()));
    copies.chain(mains).filter_map(Path::parent).map(Path::to_owned).collect()
}

/// Removes the copies of what is compiled no more.
pub(crate) fn remove_others(sources: &Path, kept: &BTreeSet<PathBuf>) {
    for folder in fs::read_dir(sources).into_iter().flatten().flatten().map(|entry| entry.path()) {
        if !kept.contains(&folder) {
            let _ = fs::remove_dir_all(folder);
        }
    }
}

/// Writes the packages: one for threads, one for processes, since their dependencies differ.
fn write(package: &Path, answers: &[Answer], parts: &[Parts]) -> Result<()> {
    let mut binaries: BTreeMap<&str, Vec<&Binary>> = BTreeMap::new();
    for (answer, parts) in answers.iter().zip(parts) {
        let of_kind = binaries.entry(answer.exercise.kind.folder()).or_default();
        for binary in &parts.binaries {
            if of_kind.iter().all(|known| known.name != binary.name) {
                of_kind.push(binary);
            }
        }
    }
    let own = Own::find()?;
    for (kind, binaries) in &binaries {
        let manifest = manifest(&own, kind, binaries)?;
        keep(&package.join(kind).join("Cargo.toml"), manifest.as_bytes())?;
    }
    let kinds: Vec<_> = binaries.keys().copied().collect();
    own.workspace(package, &kinds, kinds.contains(&Kind::Threads.folder()), answers.len() == 1)
}

/// The course that this runner was compiled in: its folder, and its `Cargo.toml`.
pub(crate) struct Own {
    folder: PathBuf,
    manifest: Table,
}

impl Own {
    pub fn find() -> Result<Self> {
        let folder =
            Path::new(OWN).canonicalize().context("the course that this runner was compiled in is gone")?;
        let folder = plain(folder);
        takes(&folder, &[])?;
        let manifest = fs::read_to_string(folder.join("Cargo.toml")).context("cannot read Cargo.toml")?;
        Ok(Own { folder, manifest: manifest.parse().context("Cargo.toml")? })
    }

    /// These dependencies, each as the course declares it.
    pub fn dependencies(&self, needed: &[(&str, &str)]) -> Result<Table> {
        let mut table = Table::new();
        for &(name, package) in needed {
            let declared = self.dependency(name, package);
            let declared =
                declared.with_context(|| format!("Cargo.toml declares no dependency {package}"))?;
            table.insert(name.to_owned(), declared);
        }
        Ok(table)
    }

    /// How the course declares a dependency. None if it doesn't.
    fn dependency(&self, name: &str, package: &str) -> Option<Toml> {
        let declared = self.manifest.get("workspace")?.get("dependencies")?.get(package)?;
        let mut declared = match declared {
            Toml::Table(table) => table.clone(),
            version => Table::from_iter([("version".to_owned(), version.clone())]),
        };
        if let Some(path) = declared.get("path").and_then(Toml::as_str) {
            let path = self.folder.join(path).display().to_string();
            declared.insert("path".to_owned(), path.into());
        }
        if name != package {
            declared.insert("package".to_owned(), package.into());
        }
        Some(declared.into())
    }

    /// Writes the workspace of packages that stand in these folders.
    pub fn workspace(&self, folder: &Path, members: &[&str], explored: bool, one: bool) -> Result<()> {
        keep(&folder.join("Cargo.toml"), workspace(members, explored, one).as_bytes())?;
        self.lock(folder)
    }

    /// Gives a workspace the course's versions of everything.
    pub fn lock(&self, folder: &Path) -> Result<()> {
        // Cargo takes out of its lock file what these packages don't need: so it is copied only if it is a new one.
        let lock = fs::read(self.folder.join("Cargo.lock")).context("cannot read Cargo.lock")?;
        if keep(&folder.join("Cargo.lock.whole"), &lock)? || !folder.join("Cargo.lock").exists() {
            keep(&folder.join("Cargo.lock"), &lock)?;
        }
        Ok(())
    }
}

impl Kind {
    fn folder(self) -> &'static str {
        match self {
            Kind::Threads => "threads",
            Kind::Processes => "processes",
        }
    }
}

/// The `main.rs` of an answer's checks. No warning is an error in it, whatever RUSTFLAGS say.
fn source(kind: Kind, std: StandIn, checks: &Path, answer: &Path) -> String {
    let (std, begin) = (std.package(), std.begin());
    let checks = format!(
        "#[path = {checks:?}]\nmod checks;\n\nfn main() {{\n    {begin}exercise::main(checks::judge)\n}}\n"
    );
    match kind {
        // An answer that says `core` for `std` means the same.
        Kind::Threads => format!(
            "#![allow(warnings)]\n\n#[macro_use]\nextern crate {std} as std;\n\
             extern crate {std} as core;\n\n\
             #[path = {answer:?}]\nmod answer;\n{checks}"
        ),
        Kind::Processes => format!("#![allow(warnings)]\n\n{checks}"),
    }
}

fn workspace(members: &[&str], explored: bool, one: bool) -> String {
    let mut text = format!("[workspace]\nresolver = \"3\"\nmembers = {members:?}\n\n");
    // One answer is compiled after each save; that is quicker with what is left of the compilation before, which takes
    // twice the room of the program.
    let _ = write!(text, "[profile.dev]\ndebug = false\nincremental = {one}\n\n");
    // The same as in the course's own Cargo.toml: cargo then takes the crates that were compiled with this runner, and does not
    // compile them a second time.
    text.push_str(
        "[profile.dev.package.\"*\"]\ndebug = false\ndebug-assertions = false\ncodegen-units = 1\n",
    );
    // What it explores with is compiled once, and runs often. It isn't incremental: an optimised crate whose
    // compilation was killed did not link any more after the next one.
    if explored {
        for (_, package) in EXPLORED.iter().filter(|(_, package)| package.starts_with("interleave")) {
            let _ = write!(text, "\n[profile.dev.package.{package}]\nopt-level = 2\nincremental = false\n");
        }
    }
    text
}

/// What an answer to an exercise of processes may use.
pub const PROCESSES: &[&str] = &[
    "anyhow",
    "crossbeam-channel",
    "ctrlc",
    "libc",
    "parking_lot",
    #[cfg(unix)]
    "rustix",
    "serde",
    "shared",
    #[cfg(unix)]
    "signal-hook",
];

fn manifest(own: &Own, kind: &str, binaries: &[&Binary]) -> Result<String> {
    let dependencies = match kind {
        "threads" => EXPLORED.to_vec(),
        _ => PROCESSES.iter().chain(&["exercise", "suite"]).map(|&name| (name, name)).collect(),
    };
    let binary = |Binary { name, path }: &&Binary| {
        let entries = [("name", name.clone()), ("path", path.display().to_string())];
        Toml::from(Table::from_iter(entries.map(|(key, text)| (key.to_owned(), text.into()))))
    };
    let package =
        [("name", format!("exercise-{kind}")), ("version", "0.0.0".into()), ("edition", "2024".into())];
    let package = package.map(|(key, text)| (key.to_owned(), Toml::from(text)));
    let mut package = Table::from_iter(package);
    package.insert("publish".to_owned(), false.into());
    let manifest = Table::from_iter([
        ("package".to_owned(), package.into()),
        ("dependencies".to_owned(), own.dependencies(&dependencies)?.into()),
        ("bin".to_owned(), binaries.iter().map(binary).collect::<Vec<_>>().into()),
    ]);
    Ok(manifest.to_string())
}

/// Without the `\\?\` that Windows puts before a path, which cargo does not take everywhere.
fn plain(path: PathBuf) -> PathBuf {
    let text = path.display().to_string();
    text.strip_prefix(r"\\?\").map_or(path, PathBuf::from)
}

/// Writes a file unless it holds this already, in one move; returns whether it did.
pub(crate) fn keep(path: &Path, text: &[u8]) -> Result<bool> {
    if fs::read(path).is_ok_and(|held| held == text) {
        return Ok(false);
    }
    let put = || -> Result<()> {
        let folder = path.parent().context("it is in a folder")?;
        fs::create_dir_all(folder)?;
        let mut file = tempfile::NamedTempFile::new_in(folder)?;
        file.write_all(text)?;
        file.persist(path)?;
        Ok(())
    };
    put().with_context(|| format!("cannot write {}", path.display()))?;
    Ok(true)
}

/// What a program uses that the explorer's `std` and crates don't have.
pub(crate) struct Missing {
    /// The last part of its path.
    pub name: String,
    /// What that means, in a line.
    pub why: String,
}

/// Types that the explorer has in place of those of `parking_lot`. Those of the atomics begin with `Atomic`.
const TYPES: &[&str] = &[
    "Mutex",
    "MutexGuard",
    "ReentrantMutex",
    "ReentrantMutexGuard",
    "RwLock",
    "RwLockReadGuard",
    "RwLockUpgradableReadGuard",
    "RwLockWriteGuard",
];

/// Functions that types of `std` and `parking_lot` have and the explorer's don't. Any other name that isn't found may be a slip.
const NOT_IN_A_TYPE: &[&str] = &[
    "data_ptr",
    "fetch_byte_add",
    "fetch_byte_sub",
    "fetch_ptr_add",
    "fetch_ptr_sub",
    "force_unlock",
    "force_unlock_fair",
    "force_unlock_read",
    "force_unlock_write",
    "from_ptr",
    "lock_arc",
    "mutex",
    "raw",
    "read_arc",
    "try_lock_arc",
    "try_read_arc",
    "try_with_upgraded",
    "try_write_arc",
    "with_upgraded",
    "write_arc",
];

/// What is missing, if that is why these are the compiler's errors.
pub(crate) fn missing(errors: &str, who: &str) -> Option<Missing> {
    let path = errors.lines().find_map(|line| missing_in(line, errors))?;
    let why = match path.starts_with("std::") {
        true => format!(
            "{path} can't be explored: {who} uses threads, locks, channels, atomics and the clock, and no files, sockets or \
             processes"
        ),
        false => format!("{path} can't be explored: the explorer has nothing that stands in for it"),
    };
    Some(Missing { name: path.rsplit("::").next().unwrap_or_default().to_owned(), why })
}

/// The path of what is missing, if this line of the compiler's says so.
fn missing_in(line: &str, errors: &str) -> Option<String> {
    // As in `std::fs::read`, `use std::fs::File` and `std::process::Command::new`.
    if let Some((_, name)) = line.split_once("could not find `") {
        let (name, rest) = name.split_once('`')?;
        let within = ["std", "core", "process"]
            .into_iter()
            .find(|module| rest.starts_with(&format!(" in `{module}`")))?;
        let module = if within == "process" { "process::" } else { "" };
        return Some(format!("std::{module}{name}"));
    }
    // As in `AtomicU32::from_ptr`.
    if let Some((_, name)) = line.split_once("named `")
        && let Some((name, found)) = name.split_once("` found for struct `")
        && NOT_IN_A_TYPE.contains(&name)
    {
        let whole = found.split(['<', '`']).next().unwrap_or_default();
        let of = whole.rsplit("::").next().unwrap_or_default();
        return (of.starts_with("Atomic") || TYPES.contains(&of)).then(|| format!("{of}::{name}"));
    }
    // As in `use std::fs`, `use std::process::Command` and `use parking_lot::ArcMutexGuard`.
    let (_, imports) = line.split_once("unresolved import")?;
    let mut names = imports.split('`').filter(|name| name.contains("::"));
    names.find_map(|path| {
        let (module, name) = path.rsplit_once("::")?;
        let says = |place: &str| errors.contains(&format!("no `{name}` in {place}"));
        match module {
            "std" | "core" if says("the root") => Some(format!("std::{name}")),
            "std::process" if says("`process`") => Some(path.to_owned()),
            "parking_lot" | "crossbeam_channel" | "atomic_wait" if says("the root") => Some(path.to_owned()),
            _ => None,
        }
    })
}

/// What cargo made: programs, and errors, by the name of the binary.
#[derive(Default)]
pub(crate) struct Built {
    pub programs: BTreeMap<String, PathBuf>,
    pub errors: BTreeMap<String, String>,
}

/// Has cargo build the packages of a folder. What is made of a file in `sources` has errors of its own; those of anything
/// that these need are nobody's answer.
pub(crate) fn build(root: &Path, target: &Path, folder: &Path, sources: &Path, loud: bool) -> Result<Built> {
    // Cargo's own bar shows how far it is, where somebody sees it.
    let bar = loud && io::stderr().is_terminal();
    // The cargo that runs this program, if one does: the learner's own toolchain.
    let mut cargo = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo
        .args(["build", "--workspace", "--keep-going", "--message-format=json", "--manifest-path"])
        .arg(folder.join("Cargo.toml"))
        .current_dir(root)
        .env("CARGO_TARGET_DIR", target)
        .env("CARGO_TERM_COLOR", "never")
        .env("CARGO_TERM_PROGRESS_WHEN", if bar { "always" } else { "never" })
        .env("CARGO_TERM_PROGRESS_WIDTH", "60")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(&mut cargo, 0);
    let mut cargo = cargo.spawn().context("cannot start cargo")?;
    #[cfg(unix)]
    let lifeline = Lifeline::of(&cargo);
    let told = pieces(BufReader::new(cargo.stderr.take().expect("it is piped")));
    let tell = move |words: &str| {
        if loud {
            tell!("{words}");
        }
    };
    let told = thread::spawn(move || listen(&told, bar, tell));
    let mut built = Built::default();
    let mut elsewhere = String::new();
    for line in BufReader::new(cargo.stdout.take().expect("it is piped")).lines() {
        let Ok(message) = serde_json::from_str::<Value>(&line.context("cargo's messages")?) else { continue };
        let name = || message["target"]["name"].as_str().unwrap_or_default().to_owned();
        let is_binary = message["target"]["kind"][0] == "bin";
        let is_own = || {
            message["target"]["src_path"].as_str().is_some_and(|path| Path::new(path).starts_with(sources))
        };
        match message["reason"].as_str() {
            Some("compiler-artifact") if is_binary => {
                built
                    .programs
                    .extend(message["executable"].as_str().map(|path| (name(), PathBuf::from(path))));
            }
            Some("compiler-message") if message["message"]["level"] == "error" => {
                let text = without_the_inside(message["message"]["rendered"].as_str().unwrap_or_default());
                let errors = if is_own() { built.errors.entry(name()).or_default() } else { &mut elsewhere };
                if errors.len() < ERRORS {
                    errors.push_str(&text);
                }
            }
            _ => {}
        }
    }
    #[expect(
        clippy::disallowed_methods,
        reason = "it compiles as long as it takes, and has closed its output"
    )]
    let status = cargo.wait().context("cannot wait for cargo")?;
    #[cfg(unix)]
    lifeline.cut();
    let told = told.join().expect("it doesn't panic");
    if built.programs.is_empty() && built.errors.is_empty() && format!("{elsewhere}{told}").trim().is_empty()
    {
        bail!("cargo has compiled nothing, and doesn't say why ({status})");
    }
    if !status.success() && built.errors.is_empty() {
        bail!("what checks are made of does not compile:\n{elsewhere}{told}");
    }
    Ok(built)
}

/// Ends the process group of cargo, with every compiler in it, if this process ends first: a shell reads from a pipe that this process
/// alone holds open, and kills when the pipe ends without a line. Nobody can keep a process from being killed, but its pipes are closed
/// all the same. Ctrl-C doesn't reach the group, and comes to it in this way.
#[cfg(unix)]
struct Lifeline(Option<Child>);

#[cfg(unix)]
impl Lifeline {
    /// Without a shell, cargo goes on by itself, and ends when it has compiled.
    fn of(cargo: &Child) -> Self {
        const WATCH: &str = "read -r ended || { kill -s TERM -- \"-$1\"; sleep 1; kill -s KILL -- \"-$1\"; }";
        let mut shell = Command::new("sh");
        shell.args(["-c", WATCH, "sh", &cargo.id().to_string()]);
        shell.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
        std::os::unix::process::CommandExt::process_group(&mut shell, 0);
        Lifeline(shell.spawn().ok())
    }

    /// Cargo has ended by itself.
    fn cut(mut self) {
        if let Some(stdin) = self.0.as_mut().and_then(|shell| shell.stdin.as_mut()) {
            let _ = stdin.write_all(b"ended\n");
        }
    }
}

#[cfg(unix)]
impl Drop for Lifeline {
    fn drop(&mut self) {
        if let Some(mut shell) = self.0.take() {
            drop(shell.stdin.take());
            #[expect(clippy::disallowed_methods, reason = "its input has ended, and so does it")]
            let _ = shell.wait();
        }
    }
}

/// An error without the notes that show how a stand-in is made, and with the names that its types stand for.
fn without_the_inside(error: &str) -> String {
    let is_inside = |at: &str| at.contains("/interleave/") || at.contains(r"\interleave\");
    let mut lines = error.lines().peekable();
    let (mut kept, mut left_out, mut skips) = (Vec::new(), false, false);
    while let Some(line) = lines.next() {
        let begins = |words: &[&str]| words.iter().any(|words| line.starts_with(words));
        let next = lines.peek().copied().unwrap_or_default();
        if begins(&["note: "]) && next.trim_start().starts_with("--> ") && is_inside(next) {
            (left_out, skips) = (true, true);
            kept.pop_if(|line: &mut &str| line.trim() == "|");
        } else if begins(&["note: ", "help: ", "error", "warning"]) || line.is_empty() || is_a_remark(line) {
            skips = left_out && line.contains("originates in the macro");
        }
        if !skips {
            kept.push(line);
        }
    }
    let text = kept.join("\n") + "\n";
    if text.contains("ReadWriteLock<") {
        return text.replace("ReadWriteLock<", "RwLock<").replace(", false>", ">");
    }
    text
}

/// As in `    = note: expected this`.
fn is_a_remark(line: &str) -> bool {
    line.trim_start().starts_with("= ")
}

/// What cargo tells, as it comes: lines, and the states of its bar.
fn pieces(mut told: impl BufRead + Send + 'static) -> Receiver<String> {
    let (to, pieces) = mpsc::channel();
    thread::spawn(move || {
        loop {
            let mut piece = Vec::new();
            for byte in told.by_ref().bytes().map_while(Result::ok) {
                piece.push(byte);
                if matches!(byte, b'\n' | b'\r') {
                    break;
                }
            }
            if piece.is_empty() || to.send(String::from_utf8_lossy(&piece).into_owned()).is_err() {
                return;
            }
        }
    });
    pieces
}

/// Collects what cargo tells, and tells why it takes its time: it compiles dependencies, or waits for another cargo.
/// Each is told once. With `bar`, cargo's bar is shown too, and is gone at the end.
fn listen(pieces: &Receiver<String>, bar: bool, mut tell: impl FnMut(&str)) -> String {
    let mut tell = |words: &str| {
        if bar {
            show_progress("\r\x1b[K");
        }
        if !words.is_empty() {
            tell(words);
        }
    };
    let mut text = String::new();
    let (mut compiles, mut waits) = (true, true);
    let mut blocked = None;
    loop {
        let piece = match pieces.recv_timeout(NOTICEABLE) {
            Ok(piece) => piece,
            Err(RecvTimeoutError::Timeout) => {
                if let Some(lock) = blocked.take().filter(|_| waits) {
                    tell(&format!("waiting for another cargo ({lock})"));
                    waits = false;
                }
                continue;
            }
            Err(RecvTimeoutError::Disconnected) => break,
        };
        if piece.contains(" [") && piece.ends_with('\r') {
            show_progress(&piece);
            continue;
        }
        blocked = piece.trim().strip_prefix("Blocking waiting for file lock on ").map(str::to_owned);
        let package = piece.trim_start().strip_prefix("Compiling ");
        if compiles
            && package.is_some_and(|name| !name.starts_with("exercise-") && !name.starts_with("explored"))
        {
            tell("compiling what the checks need; only the first time");
            compiles = false;
        }
        text.push_str(&piece);
    }
    tell("");
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_cargo_is_named_only_if_it_is_waited_for() {
        let (to, pieces) = mpsc::channel();
        let say = move |piece: &str| to.send(format!("    {piece}\n")).expect("it listens");
        say("Blocking waiting for file lock on package cache");
        say("Compiling exercise-threads v0.0.0 (somewhere)");
        thread::scope(|threads| {
            let listens = threads.spawn(move || {
                let mut told = Vec::new();
                listen(&pieces, false, |words| told.push(words.to_owned()));
                told
            });
            thread::sleep(2 * NOTICEABLE);
            say("Blocking waiting for file lock on artifact directory");
            thread::sleep(2 * NOTICEABLE);
            say("Compiling libc v0.2.0");
            say("Compiling serde v1.0.0");
            drop(say);
            assert_eq!(
                listens.join().expect("it doesn't panic"),
                [
                    "waiting for another cargo (artifact directory)",
                    "compiling what the checks need; only the first time"
                ]
            );
        });
    }
}
