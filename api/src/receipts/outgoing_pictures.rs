//! Pictures on their way out: read from the bucket a part at a time, each part when the one before has been taken, so that
//! a client which does not read holds little; and no client has more than its share of them.

use std::{pin::pin, sync::Arc, time::Duration};

use axum::body::Body;
use bytes::Bytes;
use futures_util::stream;
use receipt::OwnerId;
use tokio::{
    sync::{Notify, mpsc},
    time::Instant,
};
use tokio_util::task::TaskTracker;
use tracing::warn;

use crate::{
    error::{Error, chain},
    http::{ClientAddress, PersonPlace, PersonShares},
    shared::Bucket,
};

/// What one picture on its way has in memory.
const PART_BYTES: u64 = 256 * 1024;
/// What is handed to a connection at once, and so stays with it when its client reads no more.
const PIECE_BYTES: usize = 16 * 1024;
/// At least so fast a client reads, once [`PictureLimits::unread_within`] is used up. A telephone on a bad day reads faster.
const LEAST_BYTES_PER_SECOND: u64 = 16 * 1024;

/// How many pictures may be on their way. Not from the environment: only tests have others.
#[derive(Debug, Clone, Copy)]
pub struct PictureLimits {
    /// 24 MiB of parts.
    pub most: usize,
    /// An office or a mobile network is one address.
    pub most_per_address: usize,
    /// The page shows one picture at a time.
    pub most_per_owner: usize,
    /// How long a request waits for one of these places.
    pub wait_at_most: Duration,
    /// How far a client may be behind the least rate.
    pub unread_within: Duration,
}

impl Default for PictureLimits {
    fn default() -> Self {
        Self {
            most: 96,
            most_per_address: 12,
            most_per_owner: 6,
            wait_at_most: Duration::from_secs(5),
            unread_within: Duration::from_secs(30),
        }
    }
}

#[derive(Debug)]
pub(super) struct OutgoingPictures {
    limits: PictureLimits,
    places: PersonShares,
    freed: Arc<Notify>,
    tasks: TaskTracker,
}

/// A place among the pictures on their way.
#[derive(Debug)]
pub(super) struct PicturePlace {
    // Given back before others are told.
    _place: PersonPlace,
    _told: TellOthers,
}

#[derive(Debug)]
struct TellOthers(Arc<Notify>);

/// A picture in the bucket.
#[derive(Debug)]
pub(super) struct StoredPicture {
    pub(super) bucket: Bucket,
    pub(super) key: String,
    pub(super) size_bytes: u64,
}

impl OutgoingPictures {
    pub(super) fn new(limits: PictureLimits, tasks: TaskTracker) -> Self {
        let places = PersonShares::new(limits.most, limits.most_per_owner, limits.most_per_address);
        Self { limits, places, freed: Arc::default(), tasks }
    }

    /// Waits a moment for a place: a page that shows several pictures gets them one after the other.
    pub(super) async fn place(&self, owner: &OwnerId, address: ClientAddress) -> Result<PicturePlace, Error> {
        let until = Instant::now() + self.limits.wait_at_most;
        loop {
            let mut freed = pin!(self.freed.notified());
            // From here on nothing that is freed is missed.
            freed.as_mut().enable();
            let none = match self.places.take(owner, address) {
                Ok(place) => return Ok(PicturePlace { _place: place, _told: TellOthers(self.freed.clone()) }),
                Err(none) => none,
            };
            if tokio::time::timeout_at(until, freed).await.is_err() {
                return Err(none.into());
            }
        }
    }

    /// The picture as a body; `None` once it has expired. A picture that is deleted on its way ends early, which its client
    /// knows by the length.
    pub(super) async fn send(&self, picture: StoredPicture, place: PicturePlace) -> Result<Option<Body>, Error> {
        let Some(first) = picture.part(0).await? else { return Ok(None) };
        let (pieces, mut taken) = mpsc::channel(1);
        let unread_within = self.limits.unread_within;
        self.tasks.spawn(async move {
            picture.hand_out(first, &pieces, unread_within).await;
            drop(place);
        });
        Ok(Some(Body::from_stream(stream::poll_fn(move |context| taken.poll_recv(context)))))
    }
}

impl StoredPicture {
    async fn part(&self, start: u64) -> Result<Option<Bytes>, Error> {
        let end = (start + PART_BYTES).min(self.size_bytes);
        self.bucket.picture_part(&self.key, start..end).await
    }

    /// Ends early where the client has gone or reads too slowly, or the bucket fails. It is this task that ends: while its
    /// client does not read, a connection asks for nothing, so that a body could not even notice.
    async fn hand_out(&self, first: Bytes, pieces: &mpsc::Sender<Result<Bytes, Error>>, unread_within: Duration) {
        let mut due = Instant::now() + unread_within;
        let (mut part, mut start) = (first, 0);
        loop {
            for piece in part.chunks(PIECE_BYTES) {
                // A copy: a slice would keep the whole part.
                let sending = pieces.send(Ok(Bytes::copy_from_slice(piece)));
                if !matches!(tokio::time::timeout_at(due, sending).await, Ok(Ok(()))) {
                    return;
                }
                let earned = Duration::from_millis(1000 * piece.len() as u64 / LEAST_BYTES_PER_SECOND);
                due = (due + earned).min(Instant::now() + unread_within);
            }
            start += part.len() as u64;
            if start >= self.size_bytes {
                return;
            }
            // Not kept while the next one is read.
            drop(part);
            part = match self.part(start).await {
                Ok(Some(part)) if !part.is_empty() => part,
                Ok(Some(_) | None) => return,
                Err(error) => return warn!("the picture {} broke off: {}", self.key, chain(&error)),
            };
        }
    }
}

impl Drop for TellOthers {
    fn drop(&mut self) {
        self.0.notify_waiters();
    }
}
