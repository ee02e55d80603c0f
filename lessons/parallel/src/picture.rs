//! The picture: the upper half of the Mandelbrot set.

use std::fs::File;

use anyhow::{Context, Result};
use shared::choice::{self, BadArgument};

/// Pixels in a row.
pub const WIDTH: usize = 270;
/// Rows from the top to the bottom.
pub const ROWS: usize = 120;

// ANCHOR: shade
/// A point that is not far away after this many steps counts as one that stays.
const STEPS: u32 = 5_000;

/// How bright a pixel is: 0 is black, 255 is white.
pub fn shade(x: usize, y: usize) -> u8 {
    let re = x as f64 / WIDTH as f64 * 2.8 - 2.1;
    let im = 1.25 - y as f64 / ROWS as f64 * 1.25;
    let (mut a, mut b) = (re, im);
    let mut steps = 1;
    while steps < STEPS && a * a + b * b < 4.0 {
        (a, b) = (a * a - b * b + re, 2.0 * a * b + im);
        steps += 1;
    }
    let part = f64::from(steps).ln() / f64::from(STEPS).ln();
    (255.0 * (1.0 - part)) as u8
}
// ANCHOR_END: shade

/// The file that the reader has chosen for the picture, if any.
pub fn file(name: &str) -> Result<Option<String>, BadArgument> {
    let file: String = choice::value(name)?;
    match file.as_str() {
        "none" => Ok(None),
        png if png.ends_with(".png") => Ok(Some(file)),
        other => Err(BadArgument(format!(
            "{name} {other}: it is a PNG file, so let it end with .png"
        ))),
    }
}

/// Writes the pixels as a PNG file.
pub fn write(file: &str, pixels: &[u8]) -> Result<()> {
    let write = || -> Result<()> {
        let mut png = png::Encoder::new(File::create(file)?, WIDTH as u32, ROWS as u32);
        png.set_color(png::ColorType::Grayscale);
        png.write_header()?.write_image_data(pixels)?;
        Ok(())
    };
    write().with_context(|| format!("cannot write {file}"))
}
