//! Drives a lesson as a reader does: as a program, with arguments, a terminal's signals and a trace.
