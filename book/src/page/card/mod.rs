//! What stands on a page in place of a directive such as `{{#lesson queue}}`: a card, one file for each kind.

use crate::page::card::parts::Kind;

pub mod costs;
mod exercise;
pub mod explored;
mod lesson;
mod orders;
pub mod parts;
mod picture;
mod progress;
pub mod quiz;
mod refused;
mod twin;

/// All kinds of cards.
const KINDS: [&Kind; 11] = [
    &lesson::KIND,
    &exercise::KIND,
    &orders::KIND,
    &explored::KIND,
    &explored::OWN_KIND,
    &refused::KIND,
    &twin::KIND,
    &picture::KIND,
    &costs::KIND,
    &progress::KIND,
    &progress::CLASS_KIND,
];

/// The kind of card that a directive of this name stands for.
pub fn kind(directive: &str) -> Option<&'static Kind> {
    KINDS.into_iter().find(|kind| kind.directive == directive)
}
