//! What several rooms say or use in common: frames, the images of an owner, the bucket, the topic of new images.

mod bucket;
mod frame;
mod lifecycle;
mod log_throttle;
mod new_images;
mod owned_image;

pub(crate) use bucket::{Bucket, remove_files};
pub(crate) use frame::{Detailed, Frame, State};
pub(crate) use lifecycle::Lifecycle;
pub(crate) use log_throttle::LogThrottle;
pub(crate) use new_images::NewImageTopic;
pub(crate) use owned_image::{ImagePath, find_owned};
