//! What happens when the stack of a thread is full.
//!
//! Before each step, a thread looks whether there is room enough for the explorer itself. Where it takes no step on
//! its way down, it comes to the page below its stack, which can't be written, so the system sends a signal. Its handler
//! ends the coroutine, as if it had returned. The execution says whose stack was full, both times. Where no handler is
//! known, the program crashes.

use std::cell::Cell;

use corosensei::stack::{DefaultStack, Stack};
use corosensei::{Coroutine, CoroutineResult};

/// What the explorer may need of a thread's stack: formatting and a panic's message in an unoptimised program, above all.
const OWN: usize = 128 * 1024;

thread_local! {
    /// Where the explorer's own room begins, on the stack of the coroutine that runs.
    static FLOOR: Cell<usize> = const { Cell::new(0) };
}

/// Where the explorer's own room on this stack begins.
pub(super) fn floor(stack: &DefaultStack) -> usize {
    stack.limit().get() + OWN
}

/// Whether only the explorer's own room is left on the stack of the current thread.
pub(super) fn is_full() -> bool {
    let here = 0_u8;
    std::ptr::from_ref(&here).addr() < FLOOR.get()
}

/// Resumes a coroutine; `None` if its stack was full.
pub(super) fn resume(coroutine: &mut Coroutine<(), (), ()>, floor: usize) -> Option<CoroutineResult<(), ()>> {
    FLOOR.set(floor);
    known::guards(Some(coroutine.trap_handler()));
    let outcome = coroutine.resume(());
    known::guards(None);
    FLOOR.set(0);
    (!known::was_full()).then_some(outcome)
}

/// From now on a full stack is noticed.
pub(super) fn watch() {
    known::watch();
}

#[cfg(all(
    any(target_os = "linux", target_os = "macos"),
    any(target_arch = "x86_64", target_arch = "aarch64")
))]
mod known {
    use std::cell::Cell;
    use std::mem::MaybeUninit;
    use std::ptr;
    use std::sync::OnceLock;

    use corosensei::trap::{CoroutineTrapHandler, TrapHandlerRegs};
    use libc::{c_int, c_void, siginfo_t, ucontext_t};

    thread_local! {
        /// The coroutine that runs on this thread of the system.
        static RUNS: Cell<Option<CoroutineTrapHandler<()>>> = const { Cell::new(None) };
        static FULL: Cell<bool> = const { Cell::new(false) };
    }

    /// Both are sent for a page that can't be written, by one system or the other.
    const SIGNALS: [c_int; 2] = [libc::SIGSEGV, libc::SIGBUS];

    /// Who handled them before.
    static BEFORE: OnceLock<[libc::sigaction; 2]> = OnceLock::new();

    pub(super) fn guards(coroutine: Option<CoroutineTrapHandler<()>>) {
        RUNS.set(coroutine);
    }

    pub(super) fn was_full() -> bool {
        FULL.take()
    }

    pub(super) fn watch() {
        BEFORE.get_or_init(|| {
            SIGNALS.map(|signal| {
                let mut before = MaybeUninit::<libc::sigaction>::zeroed();
                // SAFETY: all zero is a valid sigaction, on all of these systems a struct of numbers.
                let mut ours = unsafe { MaybeUninit::<libc::sigaction>::zeroed().assume_init() };
                ours.sa_sigaction = handler as *const () as usize;
                // std gives each thread that it starts a stack for signals.
                ours.sa_flags = libc::SA_SIGINFO | libc::SA_ONSTACK;
                // SAFETY: both point to a sigaction, and the handler has the signature that SA_SIGINFO asks for.
                unsafe {
                    libc::sigaction(signal, &ours, before.as_mut_ptr());
                    before.assume_init()
                }
            })
        });
    }

    /// Called by the system. It touches nothing but this thread's two cells and the registers of the interrupted code.
    unsafe extern "C" fn handler(signal: c_int, _: *mut siginfo_t, context: *mut c_void) {
        // SAFETY: with SA_SIGINFO the third argument is the context of the interrupted code.
        let context = unsafe { &mut *context.cast::<ucontext_t>() };
        if let Some(runs) = RUNS.get().filter(|runs| runs.stack_ptr_in_bounds(stack_pointer(context))) {
            FULL.set(true);
            // SAFETY: `resume` set it, so the coroutine lives and runs; the interrupted code ran on its stack, whose
            // contents are given up, and the registers are set as is asked for.
            set(context, unsafe { runs.setup_trap_handler(|| ()) });
            return;
        }
        // None of ours: the one before gets it when the code is tried again.
        let before = BEFORE
            .get()
            .and_then(|before| SIGNALS.iter().position(|one| *one == signal).map(|at| &before[at]));
        // SAFETY: what `sigaction` gave is a sigaction; SIG_DFL is one that is all zero.
        unsafe {
            let default = MaybeUninit::<libc::sigaction>::zeroed().assume_init();
            libc::sigaction(signal, before.unwrap_or(&default), ptr::null_mut());
        }
    }

    #[cfg(all(target_os = "linux", target_arch = "x86_64"))]
    fn stack_pointer(context: &ucontext_t) -> usize {
        context.uc_mcontext.gregs[libc::REG_RSP as usize] as usize
    }

    #[cfg(all(target_os = "linux", target_arch = "x86_64"))]
    fn set(context: &mut ucontext_t, to: TrapHandlerRegs) {
        let registers = &mut context.uc_mcontext.gregs;
        registers[libc::REG_RIP as usize] = to.rip as i64;
        registers[libc::REG_RSP as usize] = to.rsp as i64;
        registers[libc::REG_RBP as usize] = to.rbp as i64;
        registers[libc::REG_RDI as usize] = to.rdi as i64;
        registers[libc::REG_RSI as usize] = to.rsi as i64;
    }

    #[cfg(all(target_os = "linux", target_arch = "aarch64"))]
    fn stack_pointer(context: &ucontext_t) -> usize {
        context.uc_mcontext.sp as usize
    }

    #[cfg(all(target_os = "linux", target_arch = "aarch64"))]
    fn set(context: &mut ucontext_t, to: TrapHandlerRegs) {
        let registers = &mut context.uc_mcontext;
        (registers.pc, registers.sp) = (to.pc, to.sp);
        (registers.regs[0], registers.regs[1]) = (to.x0, to.x1);
        (registers.regs[29], registers.regs[30]) = (to.x29, to.lr);
    }

    #[cfg(all(target_os = "macos", target_arch = "x86_64"))]
    fn stack_pointer(context: &ucontext_t) -> usize {
        // SAFETY: the system gives a context whose machine part is there.
        unsafe { (*context.uc_mcontext).__ss.__rsp as usize }
    }

    #[cfg(all(target_os = "macos", target_arch = "x86_64"))]
    fn set(context: &mut ucontext_t, to: TrapHandlerRegs) {
        // SAFETY: as above.
        let registers = unsafe { &mut (*context.uc_mcontext).__ss };
        (registers.__rip, registers.__rsp, registers.__rbp) = (to.rip, to.rsp, to.rbp);
        (registers.__rdi, registers.__rsi) = (to.rdi, to.rsi);
    }

    #[cfg(all(target_os = "macos", target_arch = "aarch64"))]
    fn stack_pointer(context: &ucontext_t) -> usize {
        // SAFETY: the system gives a context whose machine part is there.
        unsafe { (*context.uc_mcontext).__ss.__sp as usize }
    }

    #[cfg(all(target_os = "macos", target_arch = "aarch64"))]
    fn set(context: &mut ucontext_t, to: TrapHandlerRegs) {
        // SAFETY: as above.
        let registers = unsafe { &mut (*context.uc_mcontext).__ss };
        (registers.__pc, registers.__sp) = (to.pc, to.sp);
        (registers.__x[0], registers.__x[1]) = (to.x0, to.x1);
        (registers.__fp, registers.__lr) = (to.x29, to.lr);
    }
}

#[cfg(not(all(
    any(target_os = "linux", target_os = "macos"),
    any(target_arch = "x86_64", target_arch = "aarch64")
)))]
mod known {
    use corosensei::trap::CoroutineTrapHandler;

    pub(super) fn guards(_: Option<CoroutineTrapHandler<()>>) {}

    pub(super) fn was_full() -> bool {
        false
    }

    pub(super) fn watch() {}
}
