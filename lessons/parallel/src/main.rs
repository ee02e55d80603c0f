//! A picture, computed by several threads: each takes the next piece when free.
//!
//!     cargo run -p lesson-parallel
//!     cargo run -p lesson-parallel -- --picture mandelbrot.png
//!
//!     --threads N       threads that compute, 1 or more [default: 2; try: 1]
//!     --pieces N        pieces to cut it into [default: 15; try: 2, 120]
//!     --picture FILE    where to write it, as in mandelbrot.png [default: none]
//!
//! Chapter: book/chapters/en/parallel.md
//! Try: `while let Some((piece, first)) = pieces.lock().next()`. Who computes?

mod picture;

use std::num::NonZero;
use std::process::ExitCode;
use std::time::Instant;
use std::{io, thread};

use anyhow::{Context, Result, ensure};
use parking_lot::Mutex;
use picture::{ROWS, WIDTH};
use shared::{busy, choice, run, say, stage, wait};

fn main() -> ExitCode {
    run(include_str!("main.rs"), lesson, &[])
}

// ANCHOR: lesson
fn lesson() -> Result<()> {
    let threads: NonZero<usize> = choice::value("--threads")?;
    let pieces: NonZero<usize> = choice::value("--pieces")?;
    let file = picture::file("--picture")?;

    let mut pixels = vec![0; WIDTH * ROWS];
    let began = Instant::now();
    let rows = paint(&mut pixels, threads.get(), pieces.get())?;
    say!("{rows} rows in {:.2} s", began.elapsed().as_secs_f64());
    ensure!(rows == ROWS, "each row is computed once");
    file.map_or(Ok(()), |file| picture::write(&file, &pixels))
}
// ANCHOR_END: lesson

// ANCHOR: paint
fn paint(pixels: &mut [u8], threads: usize, pieces: usize) -> Result<usize> {
    let each = ROWS.div_ceil(pieces); // rows of a piece; the last one may have fewer
    let cut = pixels.chunks_mut(each * WIDTH).zip((0..).step_by(each));
    let pieces = Mutex::new(cut);
    let next = || pieces.lock().next(); // the lock is free again before it returns
    let work = || {
        let mut rows = 0;
        while let Some((piece, first)) = next() {
            rows += compute(piece, first);
        }
        say!("computed {rows} rows");
        rows
    };
    thread::scope(|scope| {
        let start = |n| {
            let named = thread::Builder::new().name(format!("thread {n}"));
            named.spawn_scoped(scope, work)
        };
        let all = (1..=threads).map(start).collect::<io::Result<Vec<_>>>();
        let all = all.context("cannot start so many threads")?;
        let rows = all.into_iter().map(|thread| wait("join", || thread.join()));
        Ok(rows.map(|rows| rows.expect("it does not panic")).sum())
    })
}
// ANCHOR_END: paint

// ANCHOR: compute
fn compute(piece: &mut [u8], first: usize) -> usize {
    let rows = piece.chunks_mut(WIDTH);
    let count = rows.len();
    busy(&format!("rows from {first}"), || {
        for (y, row) in (first..).zip(rows) {
            row.iter_mut()
                .zip(0..)
                .for_each(|(pixel, x)| *pixel = picture::shade(x, y));
            stage::row(y, row); // for the picture on the page
        }
    });
    count
}
// ANCHOR_END: compute
