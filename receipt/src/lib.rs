//! The domain of the receipt scanner, pure: image ids and keys, the messages on both topics, the states of an image,
//! Textract's JSON, and the way from lines of text to fields, a verdict and a rebate.
//!
//! Nothing here waits, calls out or reads a clock: what a function needs is an argument.

pub mod correction;
mod currency;
mod day;
pub mod fingerprint;
pub mod geometry;
mod hex;
pub mod image_id;
mod listed_enum;
pub mod message;
pub mod mined;
pub mod object_key;
pub mod owner;
pub mod picture_format;
pub mod reading;
pub mod reason;
pub mod rules;
pub mod second_reading;
pub mod status;
pub mod sum_check;
mod text;
pub mod textract;
pub mod verdict;

pub use correction::{Amendment, Correction, Corrections, NotAnAmendment};
pub use currency::{Currency, NotACurrency};
pub use day::utc_day;
pub use fingerprint::{FingerprintKey, Fingerprints, PictureHash};
pub use geometry::{BoundingBox, Orientation, Point};
pub use hex::hex;
pub use image_id::ImageId;
pub use message::{ImageStatus, NewImage};
pub use object_key::{MAX_PAGES, MAX_PARTS, ObjectKey};
pub use owner::{KnownBy, OwnerId};
pub use picture_format::{MAX_PICTURE_BYTES, MAX_UPLOAD_BYTES, PictureFormat};
pub use reading::{Field, Item, Kind, PageSource, PaymentMethod, Receipt, Seam, Tax, read, read_pages, rows};
pub use reason::Reason;
pub use rules::Rules;
pub use status::Status;
pub use verdict::{Verdict, judge};
