//! The DynamoDB table with the state and owner of each image. Both services read and write it through this crate.
//!
//! The ledger is the truth; what is sent by SNS or WebSocket is a copy. Every change of an image is a conditional
//! update that raises its version by one, so that of two writers with the same version only one succeeds.

mod acceptance;
mod correction;
mod day_budget;
mod error;
mod image;
mod item;
mod payments;
mod picture_budget;
mod printed_text;
mod removal;
mod reopening;
mod sender;
mod table;
mod ticket;
mod transaction;
mod unfinished;
mod upload_key;

pub use acceptance::{LedgerFacts, Recorded};
pub use correction::Amended;
pub use day_budget::DayLimits;
pub use error::Error;
pub use image::{Analysis, GIVE_UP_AFTER, Image, Lease, Money, NewRecord, Part, Step, Summary};
pub use item::MAX_ITEM_BYTES;
pub use payments::GroupVersions;
pub use removal::Removal;
pub use reopening::Reopening;
pub use sender::{AddressHash, Sender};
pub use table::{Claim, Ledger, ListPage, Listed};
pub use ticket::TicketHash;
pub use unfinished::{Place, UnfinishedPage};
pub use upload_key::{HeldKey, KEPT, KEY_LEASE, KeyClaim, NotAnUploadKey, UploadKey};
