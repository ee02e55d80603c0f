//! The count is right, and nobody works at the same time as anybody else.

/// On one thread, Tim makes bones, and puts them into a bowl with room for one. On
/// another thread a dog eats from it, and goes home when it has had enough. Returns
/// what is left.
pub fn run(
    bones: impl Iterator<Item = u32> + Send,
    enough: usize,
    eat: impl Fn(u32) + Send,
) -> Vec<u32> {
    let mut bones = bones;
    bones.by_ref().take(enough).for_each(eat);
    bones.collect()
}
