//! What the route of this room needs.

use std::{num::NonZeroU32, sync::Arc};

use ledger::Ledger;

use super::{
    admission::Admission,
    day_pictures::{DayPictures, PicturesPerDay},
    upload_memory::UploadMemory,
};
use crate::{
    identity::AddressHasher,
    shared::{Bucket, Lifecycle, NewImageTopic},
};

#[derive(Debug)]
pub(crate) struct UploadsState {
    pub(super) ledger: Ledger,
    pub(super) bucket: Bucket,
    pub(super) new_images: NewImageTopic,
    pub(super) memory: UploadMemory,
    pub(super) admission: Arc<Admission>,
    /// None: no limit.
    pub(super) day_pictures: Option<Arc<DayPictures>>,
    pub(super) addresses: AddressHasher,
    pub(super) lifecycle: Lifecycle,
}

impl UploadsState {
    /// How many uploads an owner may begin in a minute, and how many pictures are read in a day; without it there is no limit.
    pub(crate) fn new(
        ledger: Ledger,
        bucket: Bucket,
        new_images: NewImageTopic,
        memory_mib: u32,
        (per_minute, per_day): (Option<NonZeroU32>, Option<PicturesPerDay>),
        addresses: AddressHasher,
        lifecycle: Lifecycle,
    ) -> Arc<Self> {
        let (memory, admission) = (UploadMemory::new(memory_mib), Admission::new(per_minute));
        let day_pictures = per_day.map(|limit| DayPictures::new(limit, ledger.clone(), lifecycle.clone()));
        Arc::new(Self { ledger, bucket, new_images, memory, admission, day_pictures, addresses, lifecycle })
    }
}
