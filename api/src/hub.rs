//! The way of a status to the feeds: channels for the images that are watched on this task, and the relay between tasks.

mod image_channels;
mod relay;
mod relay_url;
mod status_hub;
mod status_signer;
mod watched_images;

pub(crate) use image_channels::Watch;
pub use relay_url::RelayUrl;
pub(crate) use status_hub::{RelayState, StatusHub};
