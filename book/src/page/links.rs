//! The links of the built site: that each leads somewhere, and that no page needs another host.

use std::cell::RefCell;
use std::collections::{BTreeMap, HashSet};
use std::fs;
use std::path::{Component, Path, PathBuf};

use anyhow::{Context, Result};
use html5ever::tendril::StrTendril;
use html5ever::tokenizer::states::RawKind;
use html5ever::tokenizer::{BufferQueue, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer};
use percent_encoding::percent_decode_str;

use crate::course::files::files_in;

/// What was found.
pub struct Checked {
    /// How many pages there are.
    pub pages: usize,
    /// How many links within the site, pictures and scripts included.
    pub links: usize,
    /// What is wrong, page by page.
    pub problems: Vec<String>,
}

/// Checks the site in this folder.
pub fn check(site: &Path) -> Result<Checked> {
    let files = files_in(site).with_context(|| format!("cannot read {}", site.display()))?;
    let mut pages = BTreeMap::new();
    let mut problems = Vec::new();
    for file in &files {
        let name = file.strip_prefix(site).expect("it was found there").to_owned();
        match file.extension().and_then(|kind| kind.to_str()) {
            Some("html") => {
                pages.insert(name, Page::read(&fs::read_to_string(file)?));
            }
            Some("css") => check_style(&name, &fs::read_to_string(file)?, &mut problems),
            _ => {}
        }
    }
    let files: HashSet<_> = files.iter().filter_map(|file| file.strip_prefix(site).ok()).collect();
    let mut links = 0;
    for (name, page) in &pages {
        let shown = shown(name);
        problems.extend(page.problems.iter().map(|problem| format!("{shown}: {problem}")));
        // mdBook's 404 page says with `<base>` that it is read from the site's root.
        let folder = if page.has_base { Path::new("") } else { name.parent().unwrap_or(Path::new("")) };
        for link in &page.links {
            match link.target() {
                Target::Data => {}
                Target::Elsewhere if link.tag == "a" => {}
                Target::Elsewhere => {
                    problems.push(format!("{shown}: <{}> needs another host: {}", link.tag, link.url));
                }
                Target::Here { path, fragment } => {
                    links += 1;
                    let to =
                        if path.is_empty() { Some(name.clone()) } else { resolve(folder, &path, &files) };
                    let broken = match &to {
                        None => Some("leads nowhere".to_owned()),
                        Some(to) => match pages.get(to) {
                            Some(page) if !fragment.is_empty() && !page.ids.contains(&fragment) => {
                                Some(format!("{} has no anchor #{fragment}", self::shown(to)))
                            }
                            _ => None,
                        },
                    };
                    problems.extend(broken.map(|why| format!("{shown}: {} {why}", link.url)));
                }
            }
        }
    }
    Ok(Checked { pages: pages.len(), links, problems })
}

fn shown(path: &Path) -> String {
    path.display().to_string().replace('\\', "/")
}

/// A style sheet may bring a font or a picture along; from another host it may not.
fn check_style(name: &Path, text: &str, problems: &mut Vec<String>) {
    let quotes = ['"', '\'', ' '];
    let urls = text.split("url(").skip(1).filter_map(|rest| rest.split(')').next());
    let imports = text.split("@import").skip(1).filter_map(|rest| rest.split(';').next());
    for url in urls.chain(imports).map(|url| url.trim_matches(quotes)) {
        if matches!(target(url), Target::Elsewhere) {
            problems.push(format!("{}: it needs another host: {url}", shown(name)));
        }
    }
}

/// The file of the site that a path leads to, seen from a folder of the site.
fn resolve(folder: &Path, path: &str, files: &HashSet<&Path>) -> Option<PathBuf> {
    let mut to = if path.starts_with('/') { PathBuf::new() } else { folder.to_owned() };
    for part in Path::new(path.trim_start_matches('/')).components() {
        match part {
            Component::Normal(part) => to.push(part),
            Component::ParentDir => to.pop().then_some(())?,
            _ => {}
        }
    }
    let index = to.join("index.html");
    [to, index].into_iter().find(|file| files.contains(file.as_path()))
}

/// What counts of a page.
#[derive(Default)]
struct Page {
    ids: HashSet<String>,
    links: Vec<Link>,
    problems: Vec<String>,
    has_base: bool,
    /// How deep in `code`, where a directive is shown and not forgotten.
    code: usize,
}

struct Link {
    tag: String,
    url: String,
}

enum Target {
    /// The data are in the link itself.
    Data,
    /// Another host, or no page at all.
    Elsewhere,
    Here {
        path: String,
        fragment: String,
    },
}

impl Link {
    fn target(&self) -> Target {
        target(&self.url)
    }
}

fn target(url: &str) -> Target {
    let scheme = url.split_once(':').map(|(scheme, _)| scheme);
    let is_scheme = |text: &str| {
        text.starts_with(|c: char| c.is_ascii_alphabetic())
            && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte))
    };
    if url.starts_with("data:") {
        return Target::Data;
    }
    if url.starts_with("//") || scheme.is_some_and(is_scheme) {
        return Target::Elsewhere;
    }
    let (path, fragment) = url.split_once('#').unwrap_or((url, ""));
    let path = path.split('?').next().unwrap_or_default();
    Target::Here { path: decoded(path), fragment: decoded(fragment) }
}

/// `%20` and its kin as the bytes that they stand for.
fn decoded(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}

impl Page {
    fn read(html: &str) -> Self {
        let sink = Sink(RefCell::default());
        let tokenizer = Tokenizer::new(sink, Default::default());
        let input = BufferQueue::default();
        input.push_back(StrTendril::from(html));
        let _ = tokenizer.feed(&input);
        tokenizer.end();
        tokenizer.sink.0.into_inner()
    }

    fn tag(&mut self, name: &str, attributes: Vec<(String, String)>) {
        self.code += usize::from(name == "code");
        for (attribute, value) in attributes {
            match (name, attribute.as_str()) {
                (_, "id") => {
                    let twice = format!("two places have the anchor #{value}");
                    self.problems.extend((!self.ids.insert(value)).then_some(twice));
                }
                ("a", "name") => drop(self.ids.insert(value)),
                ("base", "href") => self.has_base = true,
                (_, "href" | "src" | "poster" | "data") => {
                    self.links.push(Link { tag: name.to_owned(), url: value.trim().to_owned() });
                }
                (_, "srcset") => {
                    let urls = value.split(',').filter_map(|one| one.split_whitespace().next());
                    self.links.extend(urls.map(|url| Link { tag: name.to_owned(), url: url.to_owned() }));
                }
                _ => {}
            }
        }
    }
}

/// Collects a page from the tokens of its HTML.
struct Sink(RefCell<Page>);

impl TokenSink for Sink {
    type Handle = ();

    fn process_token(&self, token: Token, line: u64) -> TokenSinkResult<()> {
        let mut page = self.0.borrow_mut();
        match token {
            Token::TagToken(tag) if tag.kind == TagKind::StartTag => {
                let attributes = tag
                    .attrs
                    .iter()
                    .map(|attribute| (attribute.name.local.to_string(), attribute.value.to_string()));
                page.tag(&tag.name, attributes.collect());
                // What is inside these is no HTML.
                match &*tag.name {
                    "script" => return TokenSinkResult::RawData(RawKind::ScriptData),
                    "style" | "noscript" => return TokenSinkResult::RawData(RawKind::Rawtext),
                    "title" | "textarea" => return TokenSinkResult::RawData(RawKind::Rcdata),
                    _ => {}
                }
            }
            Token::TagToken(tag) if &*tag.name == "code" => page.code = page.code.saturating_sub(1),
            Token::CharacterTokens(text) if page.code == 0 && text.contains("{{#") => {
                page.problems.push(format!("line {line}: this directive was not replaced: {}", text.trim()));
            }
            _ => {}
        }
        TokenSinkResult::Continue
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problems(pages: &[(&str, &str)]) -> Vec<String> {
        let site = tempfile::tempdir().expect("a temporary folder");
        for (name, text) in pages {
            let path = site.path().join(name);
            fs::create_dir_all(path.parent().expect("it is inside")).expect("writable");
            fs::write(path, text).expect("writable");
        }
        check(site.path()).expect("readable").problems
    }

    #[test]
    fn links_that_lead_somewhere_pass() {
        let found = problems(&[
            (
                "index.html",
                "<h1 id=top>x</h1><a href='#top'></a><a href=deep/a.html#b%20c></a><a href='deep/'></a>\
                 <a href='https://example.org/x'></a><a href='mailto:x@example.org'></a>\
                 <img src='data:image/png;base64,xx'><img src='pic.png?v=1'><script>'<a href=no>'</script>\
                 <code>{{#lesson x}}</code>",
            ),
            ("deep/a.html", "<p id='b c'></p><a href='../index.html#top'></a><a href=/pic.png></a>"),
            ("deep/index.html", "<p>"),
            ("pic.png", ""),
            ("a.css", "a { background: url('pic.png') } @import \"b.css\";"),
            ("404.html", "<base href='/'><a href='deep/a.html'></a>"),
        ]);
        assert_eq!(found, Vec::<String>::new());
    }

    #[test]
    fn each_broken_link_is_named() {
        let found = problems(&[
            (
                "index.html",
                "<a href='none.html'></a><a href='#none'></a><a href='a.html#none'></a><img src=none.png>\
                 <a href='../a.html'></a>",
            ),
            ("a.html", "<p id=x></p><p id=x></p>{{#lesson y}}"),
            (
                "b.html",
                "<script src='https://example.org/x.js'></script><link href='//example.org/x.css'><img srcset='http://example.org/1.png 2x'>",
            ),
            ("c.css", "@import 'https://example.org/x.css'; a { background: url(http://example.org/x.png) }"),
        ]);
        let expected = [
            "c.css: it needs another host: http://example.org/x.png",
            "c.css: it needs another host: https://example.org/x.css",
            "a.html: two places have the anchor #x",
            "a.html: line 1: this directive was not replaced: {{#lesson y}}",
            "b.html: <script> needs another host: https://example.org/x.js",
            "b.html: <link> needs another host: //example.org/x.css",
            "b.html: <img> needs another host: http://example.org/1.png",
            "index.html: none.html leads nowhere",
            "index.html: #none index.html has no anchor #none",
            "index.html: a.html#none a.html has no anchor #none",
            "index.html: none.png leads nowhere",
            "index.html: ../a.html leads nowhere",
        ];
        assert_eq!(found, expected);
    }
}
