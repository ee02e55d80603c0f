//! Machines for `--cut`: each is a network namespace of Linux, with a cable to a switch.
//! Nothing outside can reach them.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, ensure};
use rustix::process::geteuid;
use shared::choice::BadArgument;

/// The engine's address, on machine 0.
pub const ENGINE: &str = "10.77.0.1";

/// Asks for what can be asked for before anything is started.
pub fn check() -> Result<()> {
    let wanted = |why: &str| {
        BadArgument(format!("--cut wants Linux, root, and `ip` (iproute2): {why}"))
    };
    ensure!(cfg!(target_os = "linux"), wanted("this isn't Linux"));
    ensure!(geteuid().is_root(), wanted("you aren't root"));
    ensure!(ip("-Version").is_ok(), wanted("there is no `ip`"));
    Ok(())
}

/// What the system calls a machine.
pub fn machine(network: &str, n: usize) -> String {
    format!("{network}-{n}")
}

/// Where `ip` puts it.
fn place(machine: &str) -> PathBuf {
    Path::new("/run/netns").join(machine)
}

fn switch(network: &str) -> String {
    format!("{network}-switch")
}

// ANCHOR: network
/// A switch, with a cable to each machine. Dropped, all of them are removed.
pub struct Network {
    made: Vec<String>,
}

impl Network {
    pub fn new(name: &str, machines: usize) -> Result<Network> {
        let mut network = Network { made: Vec::new() };
        let switch = switch(name);
        network.add(&switch)?;
        ip(&format!("-n {switch} link add br0 type bridge"))?;
        ip(&format!("-n {switch} link set br0 up"))?;
        for n in 0..machines {
            let machine = machine(name, n);
            network.add(&machine)?;
            let cable =
                format!("link add port{n} type veth peer name eth0 netns {machine}");
            ip(&format!("-n {switch} {cable}"))?;
            ip(&format!("-n {switch} link set port{n} master br0 up"))?;
            ip(&format!("-n {machine} addr add 10.77.0.{}/24 dev eth0", n + 1))?;
            ip(&format!("-n {machine} link set eth0 up"))?;
        }
        Ok(network)
    }

    /// What was made for somebody who can't remove it any more.
    pub fn left(name: &str, machines: usize) -> Network {
        let machines = (0..machines).map(|n| machine(name, n));
        Network { made: machines.chain([switch(name)]).collect() }
    }

    fn add(&mut self, machine: &str) -> Result<()> {
        ensure!(!place(machine).exists(), "{machine} is somebody else's");
        self.made.push(machine.to_owned()); // first: `ip` may fail half-way
        ip(&format!("netns add {machine}"))
    }
}

impl Drop for Network {
    fn drop(&mut self) {
        for machine in &self.made {
            let _ = ip(&format!("netns delete {machine}"));
        }
    }
}

/// Cuts a machine's cable behind the switch. Both ends see a cable that is well, and nothing
/// comes.
pub fn cut(network: &str, n: usize) -> Result<()> {
    ip(&format!("-n {} link set port{n} nomaster", switch(network)))
}

pub fn join(network: &str, n: usize) -> Result<()> {
    ip(&format!("-n {} link set port{n} master br0", switch(network)))
}

/// Moves this thread to a machine, with all that it connects to or starts from then on.
#[cfg(target_os = "linux")]
pub fn enter(machine: &str) -> Result<()> {
    use rustix::thread::{LinkNameSpaceType, move_into_link_name_space};
    use std::{fs::File, os::fd::AsFd};

    let link = File::open(place(machine))?;
    let kind = Some(LinkNameSpaceType::Network);
    move_into_link_name_space(link.as_fd(), kind).context("cannot enter a machine")
}
// ANCHOR_END: network

#[cfg(not(target_os = "linux"))]
pub fn enter(_machine: &str) -> Result<()> {
    anyhow::bail!("only Linux has network namespaces")
}

#[expect(clippy::disallowed_methods, reason = "`ip` waits for nobody")]
fn ip(arguments: &str) -> Result<()> {
    let mut ip = Command::new("ip");
    ip.args(arguments.split(' ')).stdin(Stdio::null());
    let output = ip.output().context("`ip` can't be started")?;
    let said = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "`ip {arguments}` says: {}", said.trim());
    Ok(())
}
