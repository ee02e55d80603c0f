//! What the system lists of this process. Linux has it as files, in `/proc/self`. Elsewhere, ask `vmmap` and `lsof`
//! (macOS), or VMMap and Handle (Windows).

use std::path::Path;
use std::{fs, ptr};

use anyhow::{Context, Result, bail, ensure};
use shared::say;

// ANCHOR: memory
/// In which area of memory some things are.
pub fn memory(function: fn() -> u32) -> Result<()> {
    let Ok(areas) = fs::read_to_string("/proc/self/maps") else {
        say!("has no list of its memory on this system");
        return Ok(());
    };
    let (local, boxed) = (1, Box::new(2));
    let code = area(&areas, function as usize)?;
    say!("has {} areas of memory", areas.lines().count());
    say!("has its code in {code}");
    say!("has a local variable in {}", area(&areas, ptr::from_ref(&local).addr())?);
    say!("has a value in a Box in {}", area(&areas, ptr::from_ref(&*boxed).addr())?);
    ensure!(
        code.starts_with("r-x"),
        "code can be read and executed, and not be written"
    );
    Ok(())
}

/// What may be done in the area around an address, and which file its content comes from.
fn area(areas: &str, address: usize) -> Result<String> {
    for area in areas.lines() {
        // 563c00a01000-563c00a5d000 r-xp 00001000 08:01 1312 /bin/lesson
        let words: Vec<_> = area.split_whitespace().collect();
        let (begin, end) = words[0].split_once('-').context("from, to")?;
        let number = |digits| usize::from_str_radix(digits, 16);
        if (number(begin)?..number(end)?).contains(&address) {
            let file = words
                .get(5)
                .map(|file| Path::new(file).file_name().unwrap_or_default());
            let file = file.unwrap_or("no file".as_ref()).display();
            return Ok(format!("{} {file}", words[1]));
        }
    }
    bail!("{address:x} is in no area")
}
// ANCHOR_END: memory

// ANCHOR: open_files
/// Where the three files lead that every process has open from its start.
pub fn open_files() -> Result<()> {
    for number in 0..3 {
        let Ok(leads_to) = fs::read_link(format!("/proc/self/fd/{number}")) else {
            say!("has no list of its open files on this system");
            return Ok(());
        };
        let leads_to = leads_to.display().to_string();
        say!(
            "has open file {number}: {}",
            leads_to.split(':').next().unwrap_or_default()
        );
    }
    Ok(())
}
// ANCHOR_END: open_files
