//! Stands in for `ctrlc` in a program that is explored: nobody presses Ctrl-C there.

/// Never calls the handler.
///
/// # Errors
///
/// None.
pub fn set_handler<F: FnMut() + 'static + Send>(handler: F) -> Result<(), std::convert::Infallible> {
    // The real one is kept for ever: dropped, it would close the channel that it sends into.
    std::mem::forget(handler);
    Ok(())
}
