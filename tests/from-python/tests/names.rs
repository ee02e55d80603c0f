//! Whether the chapter `from-python` has every public name that the interpreter on this machine has.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use suite::deadline;

/// The modules, each with a section of its own, and the newest Python that the chapter knows.
const MODULES: [&str; 5] = ["threading", "queue", "concurrent.futures", "multiprocessing", "subprocess"];
const KNOWN: (u32, u32) = (3, 13);

/// The names, each between backticks, in the headings of the module's section.
fn told<'a>(chapter: &'a str, module: &str) -> Result<BTreeSet<&'a str>> {
    let head = format!("\n## `{module}` ");
    let (_, section) = chapter.split_once(&head).with_context(|| format!("there is no heading{head}"))?;
    let section = section.split("\n## ").next().unwrap_or_default();
    let headings = section.lines().filter(|line| line.starts_with("### "));
    Ok(headings.flat_map(|heading| heading.split('`').skip(1).step_by(2)).collect())
}

/// The interpreter's version, and after it a line for each module, with its public names.
fn python() -> Result<Option<String>> {
    let code = format!(
        "import sys, {}\nprint(*sys.version_info[:2])\n{}",
        MODULES.join(", "),
        MODULES.map(|module| format!("print(*{module}.__all__)\n")).concat(),
    );
    let Ok(said) = deadline::output(Command::new("python3").args(["-c", &code]), Duration::from_secs(60))
    else {
        ensure!(std::env::var_os("CI").is_none(), "CI needs python3");
        return Ok(None);
    };
    ensure!(said.status.success(), "python3 failed: {}", String::from_utf8_lossy(&said.stderr));
    Ok(Some(String::from_utf8(said.stdout)?))
}

#[test]
fn every_public_name_is_in_the_chapter() -> Result<()> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../book/chapters/en/from-python.md");
    let chapter = std::fs::read_to_string(path)?;
    let Some(said) = python()? else {
        eprintln!("skipped: wants python3");
        return Ok(());
    };
    let (version, modules) = said.split_once('\n').context("a line with the version")?;
    let (major, minor) = version.split_once(' ').context("two numbers")?;
    let newer = (major.parse::<u32>()?, minor.trim().parse::<u32>()?) > KNOWN;
    ensure!(modules.lines().count() == MODULES.len(), "a line for each module:\n{modules}");
    for (module, all) in MODULES.iter().zip(modules.lines()) {
        let told = told(&chapter, module)?;
        let missing: Vec<_> = all.split_whitespace().filter(|name| !told.contains(name)).collect();
        match missing[..] {
            [] => {}
            _ if newer => eprintln!("{module}: newer than the table: {}", missing.join(", ")),
            _ => bail!("{module}: the chapter from-python lacks {}", missing.join(", ")),
        }
    }
    Ok(())
}
