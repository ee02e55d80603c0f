//! What the packers do, each in a process of its own.

use std::process::id;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

use anyhow::Result;
use shared::process::{Receiver, Sender};
use shared::{say, work};
use signal_hook::{consts::SIGTERM, flag};

use crate::hall::Report;

/// A packer gets parcels from one queue, and tells through the other.
pub type Hands = (Receiver<u32>, Sender<Report>);

// ANCHOR: packers
/// Needs a second for a parcel, and finishes what it has begun.
pub fn quick(hands: Hands) -> Result<()> {
    pack(hands, |_| {
        work(1.0);
        true
    })
}

/// Needs four seconds, and looks four times a second whether it is asked to stop.
pub fn careful(hands: Hands) -> Result<()> {
    pack(hands, |asked| {
        (0..16).all(|_| {
            work(0.25);
            !asked.load(Relaxed)
        })
    })
}

/// Needs eight seconds, and doesn't look up before it is done.
pub fn stubborn(hands: Hands) -> Result<()> {
    pack(hands, |_| {
        work(8.0);
        true
    })
}
// ANCHOR_END: packers

// ANCHOR: pack
/// Packs parcels until there are no more. `packs` returns whether one was packed to the end.
fn pack((parcels, tell): Hands, packs: impl Fn(&AtomicBool) -> bool) -> Result<()> {
    let asked = Arc::new(AtomicBool::new(false));
    flag::register(SIGTERM, asked.clone())?; // from here on, SIGTERM only sets the flag
    for kg in parcels {
        let kg = kg?;
        say!("packs {kg} kg");
        let packed = packs(&asked);
        tell.send(&(id(), kg, packed))?;
        say!("{} {kg} kg", if packed { "has packed" } else { "hands back" });
    }
    say!("ends");
    Ok(())
}
// ANCHOR_END: pack
