//! From answers to programs: writes a package whose programs take the answers in where they are, and has
//! cargo build it.
//!
//! Nothing of it is a member of the course's own workspace, so that an unsolved exercise makes nothing else
//! red. The package is in the target folder, in a folder of its own for each set of answers; its files are a
//! function of the set, so that two runners at the same time write the same.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::io::{self, BufRead, BufReader, ErrorKind, Write};
use std::path::{Path, PathBuf, absolute};
use std::process::{Command, Stdio};
use std::{env, thread};

use anyhow::{Context, Result, bail};
use serde_json::Value;
use toml::Table;

use crate::course::{Course, Exercise, Kind};
use crate::seal::hash;

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

/// The programs that judge one answer.
#[derive(Clone, Debug)]
pub struct Programs {
    /// The checks. An answer of functions is in it.
    pub checks: PathBuf,
    /// The answer, if it is a program.
    pub answer: Option<PathBuf>,
}

/// An answer that the compiler refuses: what it says.
#[derive(Clone, Debug)]
pub struct Refusal(pub String);

/// A binary of the package that is written.
struct Binary {
    name: String,
    path: PathBuf,
}

/// Compiles all answers with one call of cargo, and gives for each its programs, or what the compiler has
/// against it. An error is none of the answers' fault.
///
/// With `loud`, says on standard error that it takes a while, if it does.
pub fn compile(course: &Course, answers: &[Answer], loud: bool) -> Result<Vec<Result<Programs, Refusal>>> {
    if answers.is_empty() {
        return Ok(Vec::new());
    }
    let Place { target, set, folder } = &Place::of(course, answers)?;
    let names: Vec<_> = answers.iter().enumerate().map(|(at, answer)| names(at, answer, set)).collect();
    write(folder, answers, &names)?;
    let built = build(course, target, folder, loud)?;
    let found = |names: &[Option<&String>]| -> Result<Vec<PathBuf>, Refusal> {
        let mut paths = Vec::new();
        for name in names.iter().copied().flatten() {
            match built.programs.get(name) {
                Some(path) => paths.push(path.clone()),
                None => {
                    let errors = built.errors.get(name).map_or("", String::as_str);
                    return Err(Refusal(course.shorten(errors)));
                }
            }
        }
        Ok(paths)
    };
    Ok(names
        .iter()
        .map(|(checks, answer)| {
            // The answer first: its own errors are the learner's, and come before those of the checks.
            let mut paths = found(&[answer.as_ref(), Some(checks)])?;
            let checks = paths.pop().expect("there is one for each name");
            Ok(Programs { checks, answer: paths.pop() })
        })
        .collect())
}

/// Deletes what [`compile`] made of these answers; they are compiled again when they are asked for again.
pub fn clear(course: &Course, answers: &[Answer]) -> Result<()> {
    if answers.is_empty() {
        return Ok(());
    }
    let Place { target, set, folder } = Place::of(course, answers)?;
    let built = target.join("debug");
    let named = |path: &Path| path.file_name().is_some_and(|name| name.to_string_lossy().contains(&set));
    for place in [built.clone(), built.join("deps")] {
        for path in entries(&place)?.into_iter().filter(|path| named(path)) {
            gone(fs::remove_file(&path)).with_context(|| format!("cannot delete {}", path.display()))?;
        }
    }
    // Cargo's notes on a program are in a folder of their own, which has another name.
    for place in entries(&built.join(".fingerprint"))? {
        if entries(&place)?.iter().any(|path| named(path)) {
            gone(fs::remove_dir_all(&place)).with_context(|| format!("cannot delete {}", place.display()))?;
        }
    }
    gone(fs::remove_dir_all(&folder)).with_context(|| format!("cannot delete {}", folder.display()))
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
        let target =
            env::var_os("CARGO_TARGET_DIR").map_or_else(|| course.root.join("target"), PathBuf::from);
        let target = absolute(target).context("cannot tell the target folder")?;
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

/// The names of an answer's programs: its checks, and itself if it is one. No other set has the same, since
/// all programs end up in one folder.
fn names(at: usize, answer: &Answer, set: &str) -> (String, Option<String>) {
    let Exercise { topic, name, kind, .. } = answer.exercise;
    let stem = answer.file.file_stem().unwrap_or_default().to_string_lossy();
    let stem: String = stem.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect();
    let answer = format!("{topic}-{name}-{stem}-{at}-{set}");
    match kind {
        Kind::Threads => (answer, None),
        // The checks are the same for every answer.
        Kind::Processes => (format!("checks-{topic}-{name}-{set}"), Some(answer)),
    }
}

/// Writes the packages: one for threads, one for processes, since their dependencies differ.
fn write(folder: &Path, answers: &[Answer], names: &[(String, Option<String>)]) -> Result<()> {
    let mut binaries: BTreeMap<&str, Vec<Binary>> = BTreeMap::new();
    for (answer, (name, program)) in answers.iter().zip(names) {
        let kind = answer.exercise.kind;
        let of_kind = binaries.entry(kind.folder()).or_default();
        let main = folder.join(kind.folder()).join(format!("{name}.rs"));
        keep(&main, &source(answer))?;
        if of_kind.iter().all(|binary| binary.name != *name) {
            of_kind.push(Binary { name: name.clone(), path: main });
        }
        if let Some(name) = program {
            of_kind.push(Binary { name: name.clone(), path: answer.file.clone() });
        }
    }
    let own = Path::new(OWN).canonicalize().context("the course that this runner was compiled in is gone")?;
    let own = plain(own);
    let root: Table = fs::read_to_string(own.join("Cargo.toml"))
        .context("cannot read Cargo.toml")?
        .parse()
        .context("Cargo.toml")?;
    for (kind, binaries) in &binaries {
        keep(&folder.join(kind).join("Cargo.toml"), &manifest(&own, &root, kind, binaries)?)?;
    }
    let kinds: Vec<_> = binaries.keys().copied().collect();
    keep(&folder.join("Cargo.toml"), &workspace(&kinds, answers.len() == 1))?;
    // Cargo takes out of its lock file what these packages don't need: so it is copied only if it is a new one.
    let lock = fs::read_to_string(own.join("Cargo.lock")).context("cannot read Cargo.lock")?;
    if keep(&folder.join("Cargo.lock.whole"), &lock)? || !folder.join("Cargo.lock").exists() {
        keep(&folder.join("Cargo.lock"), &lock)?;
    }
    Ok(())
}

impl Kind {
    fn folder(self) -> &'static str {
        match self {
            Kind::Threads => "threads",
            Kind::Processes => "processes",
        }
    }
}

/// The `main.rs` of an answer's checks.
fn source(answer: &Answer) -> String {
    let checks = answer.exercise.folder.join("checks.rs");
    let checks = format!(
        "#[path = {:?}]\nmod checks;\n\nfn main() {{\n    exercise::main(checks::judge)\n}}\n",
        checks
    );
    match answer.exercise.kind {
        Kind::Threads => format!(
            "#[macro_use]\nextern crate interleave_std as std;\n\n#[path = {:?}]\nmod answer;\n{checks}",
            answer.file
        ),
        Kind::Processes => checks,
    }
}

fn workspace(members: &[&str], one: bool) -> String {
    let mut text = format!("[workspace]\nresolver = \"3\"\nmembers = {members:?}\n\n");
    // One answer is compiled after each save; that is quicker with what is left of the compilation before, which takes
    // twice the room of the program.
    let _ = write!(text, "[profile.dev]\ndebug = false\nincremental = {one}\n\n");
    // What it explores with is compiled once, and runs often.
    text.push_str("[profile.dev.package.\"*\"]\ndebug = false\n");
    if members.contains(&Kind::Threads.folder()) {
        for package in
            ["interleave", "interleave-std", "interleave-parking_lot", "interleave-crossbeam-channel"]
        {
            let _ = write!(text, "\n[profile.dev.package.{package}]\nopt-level = 2\n");
        }
    }
    text
}

fn manifest(own: &Path, root: &Table, kind: &str, binaries: &[Binary]) -> Result<String> {
    let dependencies: &[(&str, &str)] = match kind {
        "threads" => &[
            ("anyhow", "anyhow"),
            ("crossbeam-channel", "interleave-crossbeam-channel"),
            ("exercise", "exercise"),
            ("interleave", "interleave"),
            ("interleave-std", "interleave-std"),
            ("parking_lot", "interleave-parking_lot"),
        ],
        _ => &[
            ("anyhow", "anyhow"),
            ("crossbeam-channel", "crossbeam-channel"),
            ("ctrlc", "ctrlc"),
            ("exercise", "exercise"),
            ("parking_lot", "parking_lot"),
            ("serde", "serde"),
            ("shared", "shared"),
            ("suite", "suite"),
        ],
    };
    let mut table = Table::new();
    for &(name, package) in dependencies {
        let declared =
            root.get("workspace").and_then(|workspace| workspace.get("dependencies")?.get(package));
        let declared = declared.with_context(|| format!("Cargo.toml declares no dependency {package}"))?;
        let mut declared = match declared {
            toml::Value::Table(table) => table.clone(),
            version => Table::from_iter([("version".to_owned(), version.clone())]),
        };
        if let Some(path) = declared.get("path").and_then(toml::Value::as_str) {
            let path = own.join(path).display().to_string();
            declared.insert("path".to_owned(), path.into());
        }
        if name != package {
            declared.insert("package".to_owned(), package.into());
        }
        table.insert(name.to_owned(), declared.into());
    }
    let mut text = format!(
        "[package]\nname = \"exercise-{kind}\"\nversion = \"0.0.0\"\nedition = \"2024\"\npublish = false\n\n\
         [dependencies]\n"
    );
    for (name, declared) in table {
        let _ = writeln!(text, "{name} = {declared}");
    }
    for Binary { name, path } in binaries {
        let _ = write!(text, "\n[[bin]]\nname = {name:?}\npath = {:?}\n", path);
    }
    Ok(text)
}

/// Without the `\\?\` that Windows puts before a path, which cargo does not take everywhere.
fn plain(path: PathBuf) -> PathBuf {
    let text = path.display().to_string();
    text.strip_prefix(r"\\?\").map_or(path, PathBuf::from)
}

/// Writes a file unless it holds this already, in one move; returns whether it did.
fn keep(path: &Path, text: &str) -> Result<bool> {
    if fs::read_to_string(path).is_ok_and(|held| held == text) {
        return Ok(false);
    }
    let put = || -> Result<()> {
        let folder = path.parent().context("it is in a folder")?;
        fs::create_dir_all(folder)?;
        let mut file = tempfile::NamedTempFile::new_in(folder)?;
        file.write_all(text.as_bytes())?;
        file.persist(path)?;
        Ok(())
    };
    put().with_context(|| format!("cannot write {}", path.display()))?;
    Ok(true)
}

/// What cargo made: programs, and errors, by the name of the binary.
#[derive(Default)]
struct Built {
    programs: BTreeMap<String, PathBuf>,
    errors: BTreeMap<String, String>,
}

fn build(course: &Course, target: &Path, folder: &Path, loud: bool) -> Result<Built> {
    // The cargo that runs this program, if one does: the learner's own toolchain.
    let mut cargo = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
        .args(["build", "--workspace", "--keep-going", "--message-format=json", "--manifest-path"])
        .arg(folder.join("Cargo.toml"))
        .current_dir(&course.root)
        .env("CARGO_TARGET_DIR", target)
        .env("CARGO_TERM_COLOR", "never")
        .env("CARGO_TERM_PROGRESS_WHEN", "never")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .context("cannot start cargo")?;
    let told = BufReader::new(cargo.stderr.take().expect("it is piped"));
    let told = thread::spawn(move || listen(told, loud));
    let mut built = Built::default();
    let mut elsewhere = String::new();
    for line in BufReader::new(cargo.stdout.take().expect("it is piped")).lines() {
        let Ok(message) = serde_json::from_str::<Value>(&line.context("cargo's messages")?) else { continue };
        let name = || message["target"]["name"].as_str().unwrap_or_default().to_owned();
        let is_binary = message["target"]["kind"][0] == "bin";
        match message["reason"].as_str() {
            Some("compiler-artifact") if is_binary => {
                built
                    .programs
                    .extend(message["executable"].as_str().map(|path| (name(), PathBuf::from(path))));
            }
            Some("compiler-message") if message["message"]["level"] == "error" => {
                let text = message["message"]["rendered"].as_str().unwrap_or_default();
                let errors = if is_binary { built.errors.entry(name()).or_default() } else { &mut elsewhere };
                errors.push_str(text);
            }
            _ => {}
        }
    }
    let status = cargo.wait().context("cannot wait for cargo")?;
    let told = told.join().expect("it doesn't panic");
    if !status.success() && built.errors.is_empty() {
        bail!("what checks are made of does not compile:\n{elsewhere}{told}");
    }
    Ok(built)
}

/// Reads what cargo tells; with `loud`, passes on why it takes its time: it compiles dependencies, or waits for
/// another cargo. Each is said once.
fn listen(mut told: impl BufRead, loud: bool) -> String {
    let mut text = String::new();
    let mut line = String::new();
    let (mut compiles, mut waits) = (loud, loud);
    while told.read_line(&mut line).is_ok_and(|read| read > 0) {
        let package = line.trim_start().strip_prefix("Compiling ");
        if compiles && package.is_some_and(|name| !name.starts_with("exercise-")) {
            eprintln!("compiling what the checks need; this takes a while, and only the first time");
            compiles = false;
        }
        if waits && line.trim_start().starts_with("Blocking waiting ") {
            eprintln!("waiting for another cargo, which is building in the same target folder");
            waits = false;
        }
        text.push_str(&line);
        line.clear();
    }
    let _ = told.read_to_string(&mut text);
    text
}
