//! From a chapter to a page: its directives become cards, and mdBook makes a site of all chapters.

pub mod card;
pub mod directive;
pub mod epub;
pub mod include;
mod lean;
pub mod links;
pub mod preprocessor;
pub mod site;
mod zip;
