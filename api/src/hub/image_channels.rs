//! For each image that is watched on this task, one channel of frames and one task that re-reads the image.
//!
//! Statuses arrive by SNS or the relay, fast but perhaps late, twice, out of order or not at all; the ledger has the truth. So a
//! channel's task re-reads its image while nothing arrives, and always for the last state, whose frame carries the
//! result. A channel is removed with its last watcher or with the image's end.

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

use super::watched_images::WatchedImages;
use crate::{error::chain, shared::Frame};

/// Frames that a feed may be behind before it loses the oldest. An image has four states or so.
const CAPACITY: usize = 4;
/// How many images may be watched at once on one task.
const MAX_IMAGES: usize = 50_000;
/// How many images are re-read at once: each read may need a connection of its own.
const MAX_READS: usize = 32;
const FIRST_REREAD: Duration = Duration::from_secs(2);
const SLOWEST_REREAD: Duration = Duration::from_secs(30);
/// The first pause after a final state was announced that could not be read at once.
const FINAL_STATE_RETRY: Duration = Duration::from_millis(250);

#[derive(Debug)]
pub(super) struct ImageChannels {
    ledger: Ledger,
    /// For the relay, where there is one.
    watched: Option<Arc<WatchedImages>>,
    tasks: TaskTracker,
    channels: Mutex<HashMap<ImageId, Arc<Channel>>>,
    reads: Semaphore,
}

#[derive(Debug)]
struct Channel {
    frames: broadcast::Sender<Frame>,
    /// The newest version that was sent.
    version: AtomicU64,
    /// When a status came in last: the next read can wait.
    pushed: Mutex<Instant>,
    /// A status may have been missed: the next read should be soon.
    may_have_missed: Notify,
    /// The next read is further off than the first would be.
    is_read_far_off: AtomicBool,
    /// The image has ended or was changed by its owner: read now.
    read_now: Notify,
    /// The last watcher has gone.
    unwatched: Notify,
}

/// When an image is re-read next.
#[derive(Debug, Clone, Copy)]
struct NextRead {
    planned: Instant,
    due: Instant,
    /// What lies between the two, but for the jitter.
    pause: Duration,
}

/// A subscription to one image's channel.
#[derive(Debug)]
pub(crate) struct Watch {
    pub(crate) frames: broadcast::Receiver<Frame>,
    channels: Arc<ImageChannels>,
    image_id: ImageId,
    /// Weak, so that its frames are closed when it is removed.
    channel: Weak<Channel>,
}

#[derive(Debug, thiserror::Error)]
#[error("more than {MAX_IMAGES} images are watched")]
pub(super) struct TooManyWatched;

impl ImageChannels {
    pub(super) fn new(ledger: Ledger, watched: Option<Arc<WatchedImages>>, tasks: TaskTracker) -> Arc<Self> {
        Arc::new(Self { ledger, watched, tasks, channels: Mutex::default(), reads: Semaphore::new(MAX_READS) })
    }

    /// Subscribes to an image.
    pub(super) fn watch(self: &Arc<Self>, image_id: ImageId) -> Result<Watch, TooManyWatched> {
        let mut channels = self.channels();
        let full = channels.len() >= MAX_IMAGES;
        let (frames, channel) = match channels.entry(image_id) {
            Entry::Occupied(entry) => (entry.get().frames.subscribe(), entry.get().clone()),
            Entry::Vacant(_) if full => return Err(TooManyWatched),
            Entry::Vacant(entry) => {
                let (sender, frames) = broadcast::channel(CAPACITY);
                let channel = entry.insert(Arc::new(Channel::new(sender))).clone();
                if let Some(watched) = &self.watched {
                    watched.add(image_id);
                }
                self.tasks.spawn(self.clone().keep_current(image_id, channel.clone()));
                (frames, channel)
            }
        };
        Ok(Watch { frames, channels: self.clone(), image_id, channel: Arc::downgrade(&channel) })
    }

    /// Takes a status of the topic, which this task or another one received. Never waits; for an image that is not watched
    /// here it is dropped.
    pub(super) fn post(&self, status: ImageStatus) {
        let Some(channel) = self.channels().get(&status.image_id).cloned() else { return };
        if status.status.is_final() {
            channel.read_now.notify_one();
        } else if channel.send(Frame::on_the_way(status)) {
            channel.was_pushed();
        }
    }

    /// Re-reads every watched image soon: statuses may have been missed.
    pub(super) fn reread_all_soon(&self) {
        for channel in self.channels().values() {
            channel.may_have_missed.notify_one();
        }
    }

    /// Re-reads an image now, if it is watched.
    pub(super) fn reread(&self, image_id: ImageId) {
        if let Some(channel) = self.channels().get(&image_id) {
            channel.read_now.notify_one();
        }
    }

    /// Re-reads the image until it has ended or is watched no more.
    async fn keep_current(self: Arc<Self>, image_id: ImageId, channel: Arc<Channel>) {
        let mut next = NextRead::after(FIRST_REREAD);
        loop {
            tokio::select! {
                () = channel.unwatched.notified() => return,
                () = channel.may_have_missed.notified() => {
                    channel.is_read_far_off.store(false, Ordering::Release);
                    // Never later than planned: further statuses may be missed meanwhile.
                    next = next.or_sooner(NextRead::after(FIRST_REREAD));
                    continue;
                }
                () = channel.read_now.notified() => next.pause = FINAL_STATE_RETRY,
                () = tokio::time::sleep_until(next.due) => {
                    // A status that came in replaces a read.
                    let pushed = channel.last_push();
                    if pushed > next.planned {
                        next = NextRead::planned_at(pushed, FIRST_REREAD);
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
                // Deleted: its feeds find that out when they read the ledger.
                Ok(None) => return self.close(image_id, &channel),
                Err(error) => {
                    debug!(image.id = %image_id, "image {image_id} could not be re-read: {}", chain(&error));
                }
            }
            next = NextRead::after((next.pause * 2).min(SLOWEST_REREAD));
            channel.is_read_far_off.store(next.pause > FIRST_REREAD, Ordering::Release);
        }
    }

    async fn read(&self, image_id: ImageId) -> Result<Option<Image>, ledger::Error> {
        // The semaphore is never closed; without a permit the read is still right.
        let _permit = self.reads.acquire().await.ok();
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
            if let Some(watched) = &self.watched {
                watched.remove(image_id);
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
            may_have_missed: Notify::new(),
            is_read_far_off: AtomicBool::new(false),
            read_now: Notify::new(),
            unwatched: Notify::new(),
        }
    }

    /// A status came in. That wakes the channel's task only where it would otherwise read too late.
    fn was_pushed(&self) {
        *self.pushed.lock().unwrap_or_else(PoisonError::into_inner) = Instant::now();
        if self.is_read_far_off.load(Ordering::Acquire) {
            self.may_have_missed.notify_one();
        }
    }

    fn last_push(&self) -> Instant {
        *self.pushed.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether the frame was newer than those sent before.
    fn send(&self, frame: Frame) -> bool {
        let is_newer = self.version.fetch_max(frame.version, Ordering::AcqRel) < frame.version;
        if is_newer {
            // No receiver is no error: the last watcher may just have gone.
            let _ = self.frames.send(frame);
        }
        is_newer
    }
}

impl NextRead {
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

impl Drop for Watch {
    fn drop(&mut self) {
        let mut channels = self.channels.channels();
        let Some(channel) = self.channel.upgrade() else { return };
        // Under the lock no feed can subscribe. This watch's own receiver still counts.
        if channel.frames.receiver_count() == 1 {
            channel.unwatched.notify_one();
            self.channels.forget(&mut channels, self.image_id, &channel);
        }
    }
}
