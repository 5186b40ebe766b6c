//! Files of each format, and files that are none.
#![expect(clippy::cast_precision_loss, reason = "sums over small pictures")]
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod cleaning;
mod corpus;
mod documents;
mod formats;
mod planting;
mod preparing;
