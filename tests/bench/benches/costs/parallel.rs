//! A picture computed by several threads, and what it costs when they write to memory side by side.

use std::hint::black_box;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::thread::{self, available_parallelism};

use anyhow::{Context, Result, ensure};
use rayon::prelude::*;

use crate::{count, expect, seconds};

/// Pixels in a row: all rows of the picture are of the upper half of the Mandelbrot set, however many there are.
const WIDTH: usize = 1_600;
const STEPS: u32 = 200;
/// Into how many pieces the picture is cut if a thread takes the next one when it is free.
const PIECES: usize = 100;

/// How many threads there are to compute: one for each core.
pub fn cores() -> usize {
    available_parallelism().map_or(1, usize::from)
}

/// How many times as fast this many threads are as one; with the part that only one thread can do, the writing as PNG.
pub fn speed_up(threads: usize) -> Result<f64> {
    let (one, several) = (whole(1)?, whole(threads)?);
    ensure!(one.png == several.png, "the picture is another one");
    Ok((one.computing + one.writing) / (several.computing + several.writing))
}

/// Amdahl's line: how many times as fast it can be at most, after the share of the part that only one thread can do.
pub fn amdahl(threads: usize) -> Result<f64> {
    let one = whole(1)?;
    let alone = one.writing / (one.computing + one.writing);
    Ok(1.0 / (alone + (1.0 - alone) / threads as f64))
}

/// A picture, and the seconds that its two parts took.
struct Whole {
    computing: f64,
    writing: f64,
    png: Vec<u8>,
}

fn whole(threads: usize) -> Result<Whole> {
    let mut pixels = vec![0; WIDTH * rows()];
    let mut png = Vec::new();
    let computing = seconds(|| when_free(&mut pixels, threads))?;
    let writing = seconds(|| {
        let mut encoder = png::Encoder::new(&mut png, WIDTH as u32, rows() as u32);
        encoder.set_color(png::ColorType::Grayscale);
        Ok(encoder.write_header()?.write_image_data(&pixels)?)
    })?;
    Ok(Whole { computing, writing, png })
}

/// Rows a second, computed in this way.
pub fn rate(paint: impl Fn(&mut [u8]) -> Result<()>) -> Result<f64> {
    let mut pixels = vec![0; WIDTH * rows()];
    let seconds = seconds(|| paint(&mut pixels))?;
    let mut again = vec![0; WIDTH];
    row(rows() / 2, &mut again);
    ensure!(pixels.chunks(WIDTH).nth(rows() / 2) == Some(&again), "a row is another one");
    Ok(rows() as f64 / seconds)
}

pub fn alone(pixels: &mut [u8]) -> Result<()> {
    compute((0, pixels));
    Ok(())
}

/// A thread takes the next of many pieces when it is free.
pub fn when_free(pixels: &mut [u8], threads: usize) -> Result<()> {
    let each = rows().div_ceil(PIECES);
    let pieces = Mutex::new((0..).step_by(each).zip(pixels.chunks_mut(each * WIDTH)));
    let next = || pieces.lock().expect("nobody panics").next();
    thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| std::iter::from_fn(next).for_each(compute));
        }
    });
    Ok(())
}

/// Each thread has one piece, from the beginning.
pub fn cut_beforehand(pixels: &mut [u8], threads: usize) -> Result<()> {
    let each = rows().div_ceil(threads);
    thread::scope(|scope| {
        for piece in (0..).step_by(each).zip(pixels.chunks_mut(each * WIDTH)) {
            scope.spawn(|| compute(piece));
        }
    });
    Ok(())
}

/// rayon cuts it, row by row if it has to.
pub fn with_rayon(pixels: &mut [u8]) -> Result<()> {
    pixels.par_chunks_mut(WIDTH).enumerate().for_each(|(y, pixels)| row(y, pixels));
    Ok(())
}

fn rows() -> usize {
    count() as usize
}

fn compute((first, piece): (usize, &mut [u8])) {
    for (y, pixels) in (first..).zip(piece.chunks_mut(WIDTH)) {
        row(y, pixels);
    }
}

fn row(y: usize, pixels: &mut [u8]) {
    let im = 1.25 - y as f64 / rows() as f64 * 1.25;
    for (x, pixel) in pixels.iter_mut().enumerate() {
        *pixel = steps(x as f64 / WIDTH as f64 * 2.8 - 2.1, im) as u8;
    }
}

fn steps(re: f64, im: f64) -> u32 {
    let (mut a, mut b, mut steps) = (re, im, 1);
    while steps < STEPS && a * a + b * b < 4.0 {
        (a, b) = (a * a - b * b + re, 2.0 * a * b + im);
        steps += 1;
    }
    steps
}

/// A number with no other within 128 bytes: some processors fetch two lines of 64 bytes at once.
#[derive(Default)]
#[repr(align(128))]
struct Apart(AtomicU64);

/// Two threads, each with a number of its own, far from the other.
pub fn numbers_apart() -> Result<f64> {
    let numbers = [Apart::default(), Apart::default()];
    two_count([&numbers[0].0, &numbers[1].0])
}

/// Two threads, each with a number of its own, in one line of memory.
pub fn numbers_side_by_side() -> Result<f64> {
    #[repr(align(128))]
    struct Line([AtomicU64; 2]);
    let line = Line(Default::default());
    two_count([&line.0[0], &line.0[1]])
}

/// Each number is added to as if both threads had it: only the places of the numbers differ.
fn two_count(numbers: [&AtomicU64; 2]) -> Result<f64> {
    let each = nanoseconds_each(|thread| add(numbers[thread]))?;
    numbers.into_iter().try_for_each(|number| expect("a number", number.load(Relaxed), count()))?;
    Ok(each)
}

fn add(number: &AtomicU64) {
    black_box(number).fetch_add(1, Relaxed);
}

/// Two threads, and one number for both.
pub fn one_number() -> Result<f64> {
    let number = AtomicU64::new(0);
    let each = nanoseconds_each(|_| add(&number))?;
    expect("the number", number.into_inner(), 2 * count())?;
    Ok(each)
}

/// From the start of two threads to the end of both, for each time that one of them has done it.
fn nanoseconds_each(once: impl Fn(usize) + Sync) -> Result<f64> {
    let seconds = seconds(|| {
        thread::scope(|scope| {
            let both = [0, 1].map(|thread| {
                let once = &once;
                scope.spawn(move || (0..count()).for_each(|_| once(thread)))
            });
            both.into_iter().try_for_each(|thread| thread.join().ok()).context("a thread has panicked")
        })
    })?;
    Ok(seconds * 1e9 / count() as f64)
}
