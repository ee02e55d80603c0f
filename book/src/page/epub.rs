//! The book as an EPUB. The timelines on a page are drawn by its scripts, so a browser is asked for them: it loads the page of
//! all chapters, where `theme/epub.js` puts the files of the EPUB in place of the page.

use std::fmt::{self, Write};
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant, SystemTime};
use std::{env, thread};

use anyhow::{Context, Result, bail, ensure};
use mdbook_driver::config::Config;
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use serde_json::Value;

use crate::course::workspace::Workspace;
use crate::page::card::parts::escape;
use crate::page::site;
use crate::page::zip::Zip;

/// A browser that takes longer hangs.
const PATIENCE: Duration = Duration::from_secs(300);

/// Names under which one may be found, if `CHROME` names none.
const BROWSERS: [&str; 6] = [
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    r"C:\Program Files\Google\Chrome\Application\chrome.exe",
];

/// What has a meaning of its own in the path of a URL.
const IN_URL: &AsciiSet = &CONTROLS.add(b' ').add(b'%').add(b'?').add(b'#').add(b'"').add(b'<').add(b'>');

/// There is no browser to draw the timelines: exit status 2.
#[derive(Debug)]
pub struct NoBrowser;

impl fmt::Display for NoBrowser {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(
            "an EPUB needs Chromium or Chrome, which draws its timelines: install one, or name it in CHROME",
        )
    }
}

impl std::error::Error for NoBrowser {}

/// Builds the EPUB and returns where it is.
pub fn build(workspace: &Workspace) -> Result<PathBuf> {
    let browser = browser().ok_or(NoBrowser)?;
    let scratch = tempfile::tempdir().context("cannot make a folder")?;
    let pages = scratch.path().join("pages");
    let config = site::build_for_epub(workspace, &pages)?;
    let shown = shown(&browser, &pages.join("print.html"), scratch.path())?;
    let made: Value = made(&shown).context("the browser didn't make an EPUB of the page")?;
    let file = workspace.root().join("target/see-it-run.epub");
    let archive = archive(&config, &made)?;
    fs::create_dir_all(file.parent().expect("it is in a folder")).context("cannot make target")?;
    fs::write(&file, archive).with_context(|| format!("cannot write {}", file.display()))?;
    Ok(file)
}

/// The browser that `CHROME` names, or the first that is there.
fn browser() -> Option<PathBuf> {
    if let Some(named) = env::var_os("CHROME") {
        return Some(named.into()).filter(|path: &PathBuf| path.is_file());
    }
    let paths = env::var_os("PATH").unwrap_or_default();
    let on_path =
        |name: &str| env::split_paths(&paths).map(|folder| folder.join(name)).find(|path| path.is_file());
    BROWSERS.into_iter().find_map(on_path)
}

/// What a browser has of a page, once its scripts have run.
fn shown(browser: &Path, page: &Path, scratch: &Path) -> Result<String> {
    let said = scratch.join("said.html");
    let page = page.display().to_string().replace('\\', "/");
    let mut command = Command::new(browser);
    command
        .args(["--headless", "--disable-gpu", "--disable-dev-shm-usage", "--hide-scrollbars"])
        .arg("--window-size=900,1200")
        .arg(format!("--user-data-dir={}", scratch.join("profile").display()))
        .arg("--dump-dom")
        .arg(format!("file:///{}", utf8_percent_encode(page.trim_start_matches('/'), IN_URL)))
        .stdin(Stdio::null())
        .stdout(File::create(&said)?)
        .stderr(Stdio::null());
    // Chromium's sandbox refuses root, as in a container. The page is our own.
    #[cfg(unix)]
    if rustix::process::geteuid().is_root() {
        command.arg("--no-sandbox");
    }
    let mut running = command.spawn().with_context(|| format!("cannot start {}", browser.display()))?;
    let begun = Instant::now();
    let status = loop {
        if let Some(status) = running.try_wait()? {
            break status;
        }
        if begun.elapsed() > PATIENCE {
            running.kill()?;
            bail!("{} has not ended after {} s", browser.display(), PATIENCE.as_secs());
        }
        thread::sleep(Duration::from_millis(20));
    };
    ensure!(status.success(), "{} ended with {status}", browser.display());
    Ok(fs::read_to_string(said)?)
}

/// What `theme/epub.js` left in the page: the chapters in their order, and all files.
fn made(shown: &str) -> Option<Value> {
    let (_, text) = shown.split_once(r#"<pre id="epub">"#)?;
    let (text, _) = text.split_once("</pre>")?;
    let text =
        text.replace("&lt;", "<").replace("&gt;", ">").replace("&nbsp;", "\u{a0}").replace("&amp;", "&");
    serde_json::from_str(&text).ok()
}

fn archive(config: &Config, made: &Value) -> Result<Vec<u8>> {
    let files = made["files"].as_object().context("no files")?;
    let chapters: Vec<_> = made["chapters"]
        .as_array()
        .context("no chapters")?
        .iter()
        .filter_map(|chapter| Some((chapter["file"].as_str()?, chapter["title"].as_str()?)))
        .collect();
    let mut zip = Zip::default();
    // First, and not compressed: by this a reader knows what it has.
    zip.add("mimetype", b"application/epub+zip");
    zip.add("META-INF/container.xml", CONTAINER.as_bytes());
    zip.add("book/package.opf", package(config, files.keys(), &chapters).as_bytes());
    zip.add("book/contents.xhtml", contents(&chapters).as_bytes());
    zip.add("book/epub.css", include_bytes!("../../theme/epub.css"));
    for (name, text) in files {
        zip.add(&format!("book/{name}"), text.as_str().unwrap_or_default().as_bytes());
    }
    Ok(zip.end())
}

const CONTAINER: &str = r#"<?xml version="1.0" encoding="utf-8"?>
<container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container">
<rootfiles><rootfile full-path="book/package.opf" media-type="application/oebps-package+xml"/></rootfiles>
</container>
"#;

/// What the book is called, what is in it, and in which order it is read.
fn package<'a>(
    config: &Config,
    files: impl Iterator<Item = &'a String>,
    chapters: &[(&str, &str)],
) -> String {
    let title = escape(config.book.title.as_deref().unwrap_or_default());
    let about = escape(config.book.description.as_deref().unwrap_or_default());
    let now = humantime::format_rfc3339_seconds(SystemTime::now());
    let mut text = format!(
        r#"<?xml version="1.0" encoding="utf-8"?>
<package xmlns="http://www.idpf.org/2007/opf" version="3.0" unique-identifier="id" xml:lang="en">
<metadata xmlns:dc="http://purl.org/dc/elements/1.1/">
<dc:identifier id="id">urn:see-it-run</dc:identifier>
<dc:title>{title}</dc:title>
<dc:description>{about}</dc:description>
<dc:language>en</dc:language>
<meta property="dcterms:modified">{now}</meta>
</metadata>
<manifest>
<item id="contents" href="contents.xhtml" media-type="application/xhtml+xml" properties="nav"/>
<item id="style" href="epub.css" media-type="text/css"/>
"#
    );
    for (at, name) in files.enumerate() {
        let kind = if name.ends_with(".svg") { "image/svg+xml" } else { "application/xhtml+xml" };
        let id = chapters.iter().position(|(file, _)| file == name);
        let id = id.map_or(format!("picture-{at}"), |nth| format!("chapter-{nth}"));
        let _ = writeln!(text, r#"<item id="{id}" href="{name}" media-type="{kind}"/>"#);
    }
    text.push_str("</manifest>\n<spine>\n<itemref idref=\"contents\"/>\n");
    for nth in 0..chapters.len() {
        let _ = writeln!(text, r#"<itemref idref="chapter-{nth}"/>"#);
    }
    text.push_str("</spine>\n</package>\n");
    text
}

fn contents(chapters: &[(&str, &str)]) -> String {
    let mut text = String::from(
        r#"<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE html>
<html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops" lang="en" xml:lang="en">
<head><title>Contents</title><link rel="stylesheet" href="epub.css"/></head>
<body><nav epub:type="toc"><h1>Contents</h1>
<ol>
"#,
    );
    for (file, title) in chapters {
        let _ = writeln!(text, r#"<li><a href="{file}">{}</a></li>"#, escape(title));
    }
    text.push_str("</ol></nav></body></html>\n");
    text
}
