//! The card of the picture that a lesson's threads computed: each row in the colour of its thread, and a mark in the thread's column.
//!
//! With `theme/picture.js`, it is the picture of the run that the lesson's own card shows.

use std::collections::BTreeMap;
use std::fmt::Write;

use anyhow::Result;

use crate::course::lesson::Arguments;
use crate::course::picture::Picture;
use crate::course::recording::Recording;
use crate::course::stored::Fit;
use crate::page::card::parts::{Assets, Kind, Page, count, escape};

/// `{{#picture LESSON}}`.
pub const KIND: Kind = Kind { directive: "picture", assets: Some(&ASSETS), html };

const ASSETS: Assets = Assets {
    style: include_str!("../../../theme/picture.css"),
    script: include_str!("../../../theme/picture.js"),
};

/// As many colours as threads have in `theme/trace.js`; the first lane has one of its own.
const COLOURS: usize = 6;

fn html(page: &Page<'_>, name: &str) -> Result<String> {
    let lesson = page.workspace.known_lesson(name)?;
    let stored = Recording::of(page.workspace, &lesson, &Arguments::default())?;
    let picture = match &stored.fit {
        Fit::Fits(run) | Fit::Old(run) => Some(Picture::of(run)?),
        Fit::Missing | Fit::Unreadable(_) => None,
    };
    page.recorded("picture", stored, |_, old| {
        picture.map_or(String::new(), |picture| draw(name, &picture, old))
    })
}

fn draw(name: &str, picture: &Picture, old: &str) -> String {
    let mut html = format!(
        r#"<section class="lesson picture" data-picture="{name}" aria-label="Picture: {name}"><figure><svg viewBox="0 0 {} {}" role="img" aria-label="{}">"#,
        picture.width() + 3 + 5 * picture.threads.len() as u64,
        picture.height(),
        escape(&says(picture))
    );
    html.push_str(&strips(picture));
    html.push_str(&columns(picture));
    let _ = write!(
        html,
        r#"</svg><figcaption>Each row has the colour of the thread that computed it. On the right, it has a mark in the column of that thread: the columns are in the order of this list.{old}</figcaption></figure><ol role="list">"#
    );
    for (lane, who) in &picture.threads {
        let (rows, class) = (count(rows_of(picture, *lane), "row"), colour(*lane));
        let _ = write!(html, r#"<li class="{class}">{}: {rows}</li>"#, escape(who));
    }
    html.push_str("</ol><details><summary>Which rows</summary><ul>");
    for (lane, who) in &picture.threads {
        let group = |(first, last): &(u64, u64)| match first == last {
            true => first.to_string(),
            false => format!("{first}–{last}"),
        };
        let groups: Vec<_> = picture.groups(*lane).iter().map(group).collect();
        let _ = write!(html, "<li>{}: {}</li>", escape(who), groups.join(", "));
    }
    html.push_str("</ul></details></section>");
    html
}

/// The picture in words.
fn says(picture: &Picture) -> String {
    let one =
        |(lane, who): &(usize, String)| format!("{who} computed {}", count(rows_of(picture, *lane), "row"));
    picture.threads.iter().map(one).collect::<Vec<_>>().join(", ")
}

fn rows_of(picture: &Picture, lane: usize) -> u64 {
    picture.groups(lane).iter().map(|(first, last)| last + 1 - first).sum()
}

/// A line for each stretch of one shade, all of one thread and one shade in one path.
fn strips(picture: &Picture) -> String {
    let mut paths: BTreeMap<(usize, u8), String> = BTreeMap::new();
    for (y, row) in &picture.rows {
        let mut x = 0;
        for (width, shade) in &row.stretches {
            let path = paths.entry((row.lane, *shade)).or_default();
            let _ = write!(path, "M{x} {y}.5h{width}");
            x += width;
        }
    }
    let path = |((lane, shade), path): (&(usize, u8), &String)| {
        format!(
            r#"<path class="{}" stroke-opacity="{:.2}" d="{path}"/>"#,
            colour(*lane),
            0.12 + 0.11 * f64::from(*shade)
        )
    };
    paths.iter().map(path).collect()
}

/// A column for each thread, with a mark beside each row of its own.
fn columns(picture: &Picture) -> String {
    let mut html = String::new();
    for (column, (lane, _)) in picture.threads.iter().enumerate() {
        let x = picture.width() + 5 + 5 * column as u64;
        let mut path = String::new();
        for (first, last) in picture.groups(*lane) {
            let _ = write!(path, "M{x} {first}v{}", last + 1 - first);
        }
        let _ = write!(html, r#"<path class="column {}" d="{path}"/>"#, colour(*lane));
    }
    html
}

fn colour(lane: usize) -> String {
    format!("c{}", if lane == 0 { 0 } else { (lane - 1) % COLOURS + 1 })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::course::picture::tests::{computed, name, run};

    fn card(who: &str) -> String {
        let events = vec![
            name(1, "main"),
            name(2, who),
            name(3, "b"),
            computed(2, 0, "2a1i"),
            computed(3, 1, "1i"),
            computed(3, 2, "1i"),
        ];
        draw("parallel", &Picture::of(&run(events)).expect("a picture"), "")
    }

    #[test]
    fn rows_and_columns_have_the_colours_of_their_threads() {
        let html = card("a");
        for part in [
            r#"viewBox="0 0 19 3""#,
            r#"<path class="c1" stroke-opacity="0.12" d="M0 0.5h4"/>"#,
            r#"<path class="c1" stroke-opacity="1.00" d="M4 0.5h2"/>"#,
            r#"<path class="c2" stroke-opacity="1.00" d="M0 1.5h2M0 2.5h2"/>"#,
            r#"<path class="column c1" d="M11 0v1"/><path class="column c2" d="M16 1v2"/>"#,
            r#"aria-label="a computed 1 row, b computed 2 rows""#,
            r#"<li class="c2">b: 2 rows</li>"#,
            "<li>b: 1–2</li>",
        ] {
            assert!(html.contains(part), "{part}\nis not in\n{html}");
        }
    }

    #[test]
    fn names_of_threads_stay_text_on_one_line() {
        let html = card("<b>\n{{#x}}");
        assert!(!html.contains("<b>") && !html.contains('\n') && !html.contains("{{"), "{html}");
    }
}
