//! The board on which statuses are posted: for each image that somebody watches here, one channel and one task.
//!
//! Statuses arrive by SNS or the relay, fast but perhaps late, twice, out of order or not at all; the ledger has the truth. So a
//! channel's task re-reads its image while nothing arrives, and always for the last state, whose frame carries the
//! result. A channel goes away with its last watcher or with the image's end.

use std::{
    collections::{HashMap, hash_map::Entry},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError, Weak,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Duration,
};

use ledger::{Image, Ledger};
use receipt::{ImageId, ImageStatus};
use service::jittered;
use tokio::{
    sync::{Notify, Semaphore, broadcast},
    time::Instant,
};
use tokio_util::task::TaskTracker;
use tracing::debug;

use crate::{frame::Frame, status_relay::StatusRelay};

/// Frames that a watcher may be behind before it has to look for itself. An image has four states or so.
const CAPACITY: usize = 4;
/// How many images may be watched at once on one task.
const MAX_IMAGES: usize = 50_000;
/// How many images are re-read at once: each read may need a connection of its own.
const MAX_LOOKS: usize = 32;
const FIRST_LOOK: Duration = Duration::from_secs(2);
const SLOWEST_LOOK: Duration = Duration::from_secs(30);
/// The first pause after a look for a last state that the ledger could not tell at once.
const SOON: Duration = Duration::from_millis(250);

#[derive(Debug)]
pub(crate) struct StatusBoard {
    ledger: Ledger,
    relay: Option<Arc<StatusRelay>>,
    tasks: TaskTracker,
    channels: Mutex<HashMap<ImageId, Arc<Channel>>>,
    looks: Semaphore,
}

#[derive(Debug)]
struct Channel {
    frames: broadcast::Sender<Frame>,
    /// The newest version that was sent.
    version: AtomicU64,
    /// When something new came in last: the next look can wait.
    pushed: Mutex<Instant>,
    /// Something may have been missed: the next look should not wait long.
    doubted: Notify,
    /// The next look is further off than the first would be.
    is_patient: AtomicBool,
    /// The image has ended: look now.
    ended: Notify,
    /// The last watcher has gone.
    deserted: Notify,
}

/// When an image is re-read next.
#[derive(Debug, Clone, Copy)]
struct Look {
    planned: Instant,
    due: Instant,
    /// What lies between the two, but for the jitter.
    pause: Duration,
}

/// A place before the board, for one image.
#[derive(Debug)]
pub(crate) struct Watch {
    pub(crate) frames: broadcast::Receiver<Frame>,
    board: Arc<StatusBoard>,
    image_id: ImageId,
    /// Weak, so that the channel is closed when the board forgets it.
    channel: Weak<Channel>,
}

#[derive(Debug, thiserror::Error)]
#[error("more than {MAX_IMAGES} images are watched")]
pub(crate) struct BoardFull;

impl StatusBoard {
    pub(crate) fn new(ledger: Ledger, relay: Option<Arc<StatusRelay>>, tasks: TaskTracker) -> Arc<Self> {
        Arc::new(Self { ledger, relay, tasks, channels: Mutex::default(), looks: Semaphore::new(MAX_LOOKS) })
    }

    /// Subscribes to an image. Whoever then looks into the ledger misses nothing: what comes after the look is pushed.
    pub(crate) fn watch(self: &Arc<Self>, image_id: ImageId) -> Result<Watch, BoardFull> {
        let mut channels = self.channels();
        let full = channels.len() >= MAX_IMAGES;
        let (frames, channel) = match channels.entry(image_id) {
            Entry::Occupied(entry) => (entry.get().frames.subscribe(), entry.get().clone()),
            Entry::Vacant(_) if full => return Err(BoardFull),
            Entry::Vacant(entry) => {
                let (sender, frames) = broadcast::channel(CAPACITY);
                let channel = entry.insert(Arc::new(Channel::new(sender))).clone();
                if let Some(relay) = &self.relay {
                    relay.watch(image_id);
                }
                self.tasks.spawn(self.clone().keep_true(image_id, channel.clone()));
                (frames, channel)
            }
        };
        Ok(Watch { frames, board: self.clone(), image_id, channel: Arc::downgrade(&channel) })
    }

    /// Posts what the topic told, here or to another task. Never waits; what nobody watches is dropped.
    pub(crate) fn post(&self, status: ImageStatus) {
        let Some(channel) = self.channels().get(&status.image_id).cloned() else { return };
        if status.status.is_final() {
            channel.ended.notify_one();
        } else if channel.send(Frame::on_the_way(status)) {
            channel.was_pushed();
        }
    }

    /// Looks at every watched image soon: something may have been missed.
    pub(crate) fn doubt_all(&self) {
        for channel in self.channels().values() {
            channel.doubted.notify_one();
        }
    }

    /// Has the ledger asked now, where somebody watches: the image has been deleted.
    pub(crate) fn look(&self, image_id: ImageId) {
        if let Some(channel) = self.channels().get(&image_id) {
            channel.ended.notify_one();
        }
    }

    /// Re-reads the image until it has ended or nobody watches it.
    async fn keep_true(self: Arc<Self>, image_id: ImageId, channel: Arc<Channel>) {
        let mut look = Look::after(FIRST_LOOK);
        loop {
            tokio::select! {
                () = channel.deserted.notified() => return,
                () = channel.doubted.notified() => {
                    channel.is_patient.store(false, Ordering::Release);
                    // Never later than it would have been: one doubt may follow the other.
                    look = look.or_sooner(Look::after(FIRST_LOOK));
                    continue;
                }
                () = channel.ended.notified() => look.pause = SOON,
                () = tokio::time::sleep_until(look.due) => {
                    // A push is as good as a look.
                    let pushed = channel.last_push();
                    if pushed > look.planned {
                        look = Look::planned_at(pushed, FIRST_LOOK);
                        continue;
                    }
                }
            }
            match self.read(image_id).await {
                Ok(Some(image)) => {
                    let ended = image.status.is_final();
                    channel.send(Frame::from(image));
                    if ended {
                        return self.close(image_id, &channel);
                    }
                }
                // Deleted: its watchers find that out when they look.
                Ok(None) => return self.close(image_id, &channel),
                Err(error) => {
                    debug!(image.id = %image_id, "image {image_id} could not be re-read: {}", crate::error::chain(&error));
                }
            }
            look = Look::after((look.pause * 2).min(SLOWEST_LOOK));
            channel.is_patient.store(look.pause > FIRST_LOOK, Ordering::Release);
        }
    }

    async fn read(&self, image_id: ImageId) -> Result<Option<Image>, ledger::Error> {
        // The semaphore is never closed; without a permit the look is still right.
        let _turn = self.looks.acquire().await.ok();
        self.ledger.get(image_id).await
    }

    /// Forgets a channel; its receivers see it closed once its frames are read.
    fn close(&self, image_id: ImageId, channel: &Arc<Channel>) {
        self.forget(&mut self.channels(), image_id, channel);
    }

    /// Forgets a channel, if it is still the one for its image.
    fn forget(&self, channels: &mut HashMap<ImageId, Arc<Channel>>, image_id: ImageId, channel: &Arc<Channel>) {
        if let Entry::Occupied(entry) = channels.entry(image_id)
            && Arc::ptr_eq(entry.get(), channel)
        {
            entry.remove();
            if let Some(relay) = &self.relay {
                relay.unwatch(image_id);
            }
        }
    }

    fn channels(&self) -> MutexGuard<'_, HashMap<ImageId, Arc<Channel>>> {
        // Nothing that could panic half-way runs under this lock.
        self.channels.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Channel {
    fn new(frames: broadcast::Sender<Frame>) -> Self {
        Self {
            frames,
            version: AtomicU64::new(0),
            pushed: Mutex::new(Instant::now()),
            doubted: Notify::new(),
            is_patient: AtomicBool::new(false),
            ended: Notify::new(),
            deserted: Notify::new(),
        }
    }

    /// Something new came in. That wakes the channel's task only where it would otherwise look too late.
    fn was_pushed(&self) {
        *self.pushed.lock().unwrap_or_else(PoisonError::into_inner) = Instant::now();
        if self.is_patient.load(Ordering::Acquire) {
            self.doubted.notify_one();
        }
    }

    fn last_push(&self) -> Instant {
        *self.pushed.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether it was newer than what was sent before.
    fn send(&self, frame: Frame) -> bool {
        let is_newer = self.version.fetch_max(frame.version, Ordering::AcqRel) < frame.version;
        if is_newer {
            // No receiver is no fault: the last watcher may just have gone.
            let _ = self.frames.send(frame);
        }
        is_newer
    }
}

impl Look {
    fn after(pause: Duration) -> Self {
        Self::planned_at(Instant::now(), pause)
    }

    fn planned_at(planned: Instant, pause: Duration) -> Self {
        Self { planned, due: planned + jittered(pause), pause }
    }

    fn or_sooner(self, other: Self) -> Self {
        if other.due < self.due { other } else { Self { pause: other.pause, ..self } }
    }
}

impl Watch {
    /// Waits, though not long, until other tasks pass on what they are told of this image.
    pub(crate) async fn settled(&self) {
        if let Some(relay) = &self.board.relay {
            relay.caught_up().await;
        }
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        let mut channels = self.board.channels();
        let Some(channel) = self.channel.upgrade() else { return };
        // Under the lock nobody can subscribe. This watch's own receiver still counts.
        if channel.frames.receiver_count() == 1 {
            channel.deserted.notify_one();
            self.board.forget(&mut channels, self.image_id, &channel);
        }
    }
}
