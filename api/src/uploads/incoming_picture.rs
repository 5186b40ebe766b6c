//! A picture on its way from a form's field to the bucket: in parts, without what decoding does not need, hashed as it
//! will be kept.
//!
//! Memory is bounded: a part holds as much of the budget as has come of it (`upload_memory`), and before that only as much
//! of the field is read as shows its format. Parts are cut by size alone, so that the same file always becomes the same.

use aws_lc_rs::digest::{Context, SHA256};
use bytes::{Buf as _, Bytes, BytesMut};
use picture::Cleaner;
use receipt::{MAX_PICTURE_BYTES, Orientation, PictureFormat, PictureHash, picture_format::FileKind};
use tokio::{sync::Semaphore, task::spawn_blocking};

use super::{
    form::FormField,
    mapped_buffer::MappedBuffer,
    upload_memory::{MemoryOf, Reservation},
};
use crate::error::Error;

/// The least that S3 takes as a part that is not the last: <https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html>
const PART_BYTES: usize = 5 * 1024 * 1024;

/// How many pictures at a time whose cleaning takes long: they leave the cores to everybody else.
static CLEANED_ASIDE: Semaphore = Semaphore::const_new(2);

pub(super) struct IncomingPicture<'a> {
    field: FormField<'a>,
    memory: MemoryOf<'a>,
    format: PictureFormat,
    cleaner: Cleaner,
    digest: Context,
    /// What has come and is in no part yet.
    ahead: BytesMut,
    has_ended: bool,
    size: usize,
    /// No more than so many bytes are expected in all.
    expected: usize,
}

/// The next bytes of a picture, and their memory.
pub(super) struct PicturePart<'a> {
    pub(super) bytes: Bytes,
    _reservation: Reservation<'a>,
}

/// What is known of a picture once all of it has come.
#[derive(Debug)]
pub(super) struct PictureFacts {
    pub(super) size_bytes: u64,
    pub(super) sha256: PictureHash,
    pub(super) orientation: Orientation,
}

impl<'a> IncomingPicture<'a> {
    /// Reads the first bytes, which show its format. `body_bytes` is the whole request's declared length, if it declared
    /// one.
    pub(super) async fn open(
        mut field: FormField<'a>,
        body_bytes: Option<usize>,
        memory: MemoryOf<'a>,
    ) -> Result<Self, Error> {
        let mut ahead = BytesMut::new();
        let mut has_ended = false;
        while ahead.len() < FileKind::PREFIX_BYTES && !has_ended {
            match field.chunk(&|_| false).await? {
                Some(chunk) => ahead.extend_from_slice(&chunk),
                None => has_ended = true,
            }
        }
        let format = format_of(&ahead)?;
        Ok(Self {
            field,
            memory,
            format,
            cleaner: Cleaner::new(format),
            digest: Context::new(&SHA256),
            ahead,
            has_ended,
            size: 0,
            expected: body_bytes.unwrap_or(MAX_PICTURE_BYTES).min(MAX_PICTURE_BYTES),
        })
    }

    pub(super) fn format(&self) -> PictureFormat {
        self.format
    }

    /// Whether the last part was returned.
    pub(super) fn is_complete(&self) -> bool {
        self.has_ended && self.ahead.is_empty()
    }

    /// The next part, for which memory is taken as it comes. Parts have [`PART_BYTES`] but for the last one; what must be
    /// seen as a whole comes as one.
    pub(super) async fn next_part(&mut self) -> Result<PicturePart<'a>, Error> {
        let most = if Cleaner::needs_whole_file(self.format) { MAX_PICTURE_BYTES } else { PART_BYTES };
        let capacity =
            self.expected.saturating_sub(self.size).clamp(self.ahead.len().max(1), most.max(self.ahead.len()));
        let reservation = self.memory.reservation(capacity);
        let mut bytes = MappedBuffer::with_capacity(capacity).map_err(Error::unavailable)?;
        loop {
            reservation.grow_to(bytes.len() + self.ahead.len().min(bytes.free())).await?;
            let taken = bytes.fill(&self.ahead);
            self.ahead.advance(taken);
            // What stays is of the next part.
            if self.has_ended || !self.ahead.is_empty() {
                break;
            }
            match self.field.chunk(&|pace| reservation.must_give_way(pace)).await? {
                Some(chunk) => self.ahead.extend_from_slice(&chunk),
                None => self.has_ended = true,
            }
        }
        if self.size + bytes.len() + self.ahead.len() > MAX_PICTURE_BYTES {
            return Err(Error::TooLarge);
        }
        if picture::has_several_pages(self.format, bytes.as_ref()) {
            return Err(Error::SeveralPages);
        }
        if Cleaner::is_slow(self.format) {
            bytes = self.clean_aside(bytes).await?;
        } else {
            self.cleaner.clean(bytes.as_mut_slice());
        }
        self.digest.update(bytes.as_ref());
        self.size += bytes.len();
        Ok(PicturePart { bytes: bytes.freeze(), _reservation: reservation })
    }

    /// Cleans a part where nobody else waits for it.
    async fn clean_aside(&mut self, mut bytes: MappedBuffer) -> Result<MappedBuffer, Error> {
        let _turn = CLEANED_ASIDE.acquire().await.map_err(Error::unavailable)?;
        let mut cleaner = std::mem::replace(&mut self.cleaner, Cleaner::new(self.format));
        let aside = spawn_blocking(move || {
            cleaner.clean(bytes.as_mut_slice());
            (cleaner, bytes)
        });
        let (cleaner, bytes) = aside.await.map_err(|panic| Error::Internal(panic.into()))?;
        self.cleaner = cleaner;
        Ok(bytes)
    }

    /// After the last part.
    pub(super) fn facts(self) -> Result<PictureFacts, Error> {
        let digest = self.digest.finish();
        let sha256 = <[u8; 32]>::try_from(digest.as_ref()).map_err(|error| Error::Internal(error.into()))?;
        Ok(PictureFacts {
            size_bytes: self.size as u64,
            sha256: sha256.into(),
            orientation: self.cleaner.orientation(),
        })
    }
}

fn format_of(first_bytes: &[u8]) -> Result<PictureFormat, Error> {
    if first_bytes.is_empty() {
        return Err(Error::EmptyImage);
    }
    match FileKind::of(first_bytes) {
        FileKind::Picture(format) => Ok(format),
        FileKind::Unknown => Err(Error::UnsupportedFormat),
    }
}
