//! Runs the program of `multiprocessing` and `subprocess`.

#[test]
fn each_function_does_what_the_chapter_says() {
    suite::program(env!("CARGO_BIN_EXE_from-python")).run().well();
}
