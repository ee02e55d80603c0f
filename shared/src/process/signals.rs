//! What this process does about signals, where a default would end it or deafen it. Unix only.
//!
//! std and rustix have nothing for this, so it takes `signal` itself, three calls of it.

/// Makes of these signals an interruption that the interrupted call gets over. A handler, not `SIG_IGN`: a signal that
/// is ignored would stay so in the processes that are started from here, and one with a handler doesn't. One
/// that was ignored already, as by `nohup`, stays ignored, here and there.
pub(super) fn take_no_notice_of(signals: &[libc::c_int]) {
    extern "C" fn nothing(_: libc::c_int) {}
    let handler = nothing as extern "C" fn(libc::c_int) as libc::sighandler_t;
    for &signal in signals {
        // SAFETY: the handler does nothing, so it does nothing that a handler must not; `signal` restarts the
        // calls that it interrupts. `main` calls this first, so no other thread changes what is done about signals.
        unsafe {
            if libc::signal(signal, handler) == libc::SIG_IGN {
                libc::signal(signal, libc::SIG_IGN);
            }
        }
    }
}

/// A program that was started with SIGCHLD ignored would never learn how its children have ended.
pub(super) fn hear_of_children() {
    // SAFETY: the default action runs no code of ours. `main` calls this first, so no other thread is there yet
    // that could set another.
    unsafe { libc::signal(libc::SIGCHLD, libc::SIG_DFL) };
}
