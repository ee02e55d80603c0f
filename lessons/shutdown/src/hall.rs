//! The packing hall, as `main` keeps it: who packs what, and what becomes of each parcel.

use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use rustix::process::{Pid, Signal, kill_process};
use shared::process::{Process, RoleFn, Sender, queue, start, start_in_group};
use shared::{choice, say, stage};

use crate::packers::{Hands, careful, quick, stubborn};

/// Who has told it, which parcel it is about, and whether that one is packed.
pub type Report = (u32, u32, bool);

pub struct Hall {
    /// How long the packers get when they are asked to stop.
    time: Duration,
    packers: Vec<Packer>,
    /// Parcels that nobody has, each by its weight in kg.
    pile: Vec<u32>,
    packed: Vec<u32>,
}

struct Packer {
    name: &'static str,
    process: Process,
    /// The other end is the packer's. Gone when there are no more parcels.
    to: Option<Sender<u32>>,
    has: Option<u32>,
}

impl Hall {
    pub fn open(tell: Sender<Report>) -> Result<Self> {
        let time = stage::seconds(choice::value::<u8>("--deadline")?.into())?;
        let packers = vec![
            hire("quick", quick, &tell)?,
            hire("careful", careful, &tell)?,
            hire("stubborn", stubborn, &tell)?,
        ];
        say!("has 10 parcels, 55 kg, and 3 packers");
        let mut hall =
            Hall { time, packers, pile: (1..=10).rev().collect(), packed: Vec::new() };
        hall.next();
        Ok(hall)
    }

    pub fn pids(&self) -> Vec<u32> {
        self.packers.iter().map(|packer| packer.process.pid()).collect()
    }

    // ANCHOR: next
    /// Gives a parcel to each packer that has none, or lets it go if there are no more.
    pub fn next(&mut self) {
        for packer in self.packers.iter_mut().filter(|packer| packer.has.is_none()) {
            packer.has = self.pile.pop();
            match (&packer.to, packer.has) {
                (Some(to), Some(kg)) => _ = to.send(&kg), // if it is dead, `close` puts kg back
                _ => packer.to = None,
            }
        }
    }

    /// Notes what a packer has told: what it had is packed, or back on the pile.
    pub fn note(&mut self, (pid, kg, packed): Report) -> &mut Self {
        if packed {
            self.packed.push(kg)
        } else {
            self.pile.push(kg)
        }
        for packer in
            self.packers.iter_mut().filter(|packer| packer.process.pid() == pid)
        {
            packer.has = None;
        }
        self
    }
    // ANCHOR_END: next

    // ANCHOR: ask
    /// Gives no more parcels to anybody, and asks each packer to come to an end. Returns the deadline.
    pub fn ask(&mut self) -> Result<Instant> {
        for packer in &mut self.packers {
            packer.to = None;
            if packer.process.try_wait()?.is_none() {
                kill_process(raw(packer.process.pid()), Signal::TERM)?;
            }
        }
        Ok(Instant::now() + self.time)
    }

    /// Kills those that have not ended.
    pub fn kill(&mut self) -> Result<()> {
        for packer in &mut self.packers {
            if packer.process.try_wait()?.is_none() {
                say!("kills {}", packer.name);
                packer.process.kill()?;
            }
        }
        Ok(())
    }
    // ANCHOR_END: ask

    // ANCHOR: close
    pub fn close(mut self) -> Result<()> {
        for packer in &mut self.packers {
            let status = packer.process.wait()?;
            say!("{} has ended: {status}", packer.name);
            if let Some(kg) = packer.has.take() {
                say!("puts {kg} kg back, which {} had", packer.name);
                self.pile.push(kg);
            }
        }
        let kg = |parcels: &[u32]| parcels.iter().sum::<u32>();
        say!(
            "{} kg are packed, {} kg are on the pile",
            kg(&self.packed),
            kg(&self.pile)
        );
        let mut all = [self.packed, self.pile].concat();
        all.sort();
        ensure!(all.iter().copied().eq(1..=10), "a parcel is lost, or is there twice");
        Ok(())
    }
    // ANCHOR_END: close
}

fn hire<M, F: RoleFn<M, Takes = Hands>>(
    name: &'static str,
    role: F,
    tell: &Sender<Report>,
) -> Result<Packer> {
    let (to, parcels) = queue(1)?;
    let hands = (parcels, tell.clone());
    let process = match choice::flag("--same-group") {
        true => start(role, hands)?,
        false => start_in_group(role, hands)?,
    };
    Ok(Packer { name, process, to: Some(to), has: None })
}

pub fn raw(pid: u32) -> Pid {
    Pid::from_raw(pid as i32).expect("a process has a number above 0")
}
