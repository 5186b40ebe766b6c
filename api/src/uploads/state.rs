//! What the route of this room needs.

use std::{num::NonZeroU32, sync::Arc};

use ledger::Ledger;

use super::{admission::Admission, upload_memory::UploadMemory};
use crate::shared::{Bucket, Lifecycle, NewImageTopic};

#[derive(Debug)]
pub(crate) struct UploadsState {
    pub(super) ledger: Ledger,
    pub(super) bucket: Bucket,
    pub(super) new_images: NewImageTopic,
    pub(super) memory: UploadMemory,
    pub(super) admission: Arc<Admission>,
    pub(super) lifecycle: Lifecycle,
}

impl UploadsState {
    /// `per_minute` is how many uploads an owner may begin; without it there is no limit.
    pub(crate) fn new(
        ledger: Ledger,
        bucket: Bucket,
        new_images: NewImageTopic,
        memory_mib: u32,
        per_minute: Option<NonZeroU32>,
        lifecycle: Lifecycle,
    ) -> Arc<Self> {
        let (memory, admission) = (UploadMemory::new(memory_mib), Admission::new(per_minute));
        Arc::new(Self { ledger, bucket, new_images, memory, admission, lifecycle })
    }
}
