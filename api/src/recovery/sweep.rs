//! Images that have not ended and that no worker holds are announced again: the task that took one in may have died
//! between the ledger and the topic, or a message may have been lost. Those that have waited for too long are ended.
//! Files that a deletion left behind are removed.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use ledger::{Image, Ledger, Place};
use receipt::{Reason, Status};
use tracing::{info, warn};

use crate::{
    error::chain,
    hub::StatusHub,
    shared::{Bucket, Lifecycle, NewImageTopic, remove_files},
};

/// A task that starts after a crash sweeps soon; what was uploaded just before the crash waits for it.
const FIRST: Duration = Duration::from_secs(5);
const EVERY: Duration = Duration::from_mins(1);
/// Younger images are on their way.
const MIN_AGE: SignedDuration = SignedDuration::from_secs(10);
const MINUTE: SignedDuration = SignedDuration::from_mins(1);
/// So long after a worker would have given up, since that one ends the image with its message.
const GIVE_UP_MARGIN: SignedDuration = SignedDuration::from_mins(10);
/// One sweep sees at most so many images: about 100,000, a page of them at a time.
const PAGE_SIZE: i32 = 250;
const MAX_PAGES: usize = 400;
/// After so many failed images the rest is left to the next sweep; a single one must not keep it from the others.
const MAX_FAILURES: u32 = 5;
/// At most so many notes of deleted files a sweep.
const REMOVALS: i32 = 1000;

/// After this time the image says that it takes long.
const TAKES_LONG_AFTER: SignedDuration = SignedDuration::from_mins(2);

/// What the log says of an image that a worker or a message was lost for; an alarm counts these words.
pub(crate) const ANNOUNCED_AGAIN: &str = "nobody has it: announced again";

/// What the sweep needs.
#[derive(Debug)]
pub(crate) struct Sweep {
    pub(crate) ledger: Ledger,
    pub(crate) bucket: Bucket,
    pub(crate) hub: StatusHub,
    pub(crate) new_images: NewImageTopic,
}

impl Sweep {
    /// Sweeps now and then, until the service stops.
    pub(crate) fn keep(self, lifecycle: &Lifecycle) {
        lifecycle.spawn_until_stopped(async move { sweep_repeatedly(&self).await });
    }
}

async fn sweep_repeatedly(parts: &Sweep) {
    tokio::time::sleep(FIRST).await;
    sweep(parts, MIN_AGE).await;
    remove_left_files(parts).await;
    loop {
        // The tasks of a service do not all sweep at once.
        tokio::time::sleep(EVERY.mul_f64(rand::random_range(0.9..1.1))).await;
        sweep(parts, MINUTE).await;
        remove_left_files(parts).await;
    }
}

async fn sweep(parts: &Sweep, min_age: SignedDuration) {
    let mut failures = 0;
    let mut place = Some(Place::anywhere(rand::random()));
    for _ in 0..MAX_PAGES {
        let Some(here) = place else { return };
        let now = Timestamp::now();
        let page = match parts.ledger.unfinished(now - min_age, here, PAGE_SIZE).await {
            Ok(page) => page,
            Err(error) => return warn!("the sweep found no ledger: {}", chain(&error)),
        };
        for image in page.images.iter().filter(|image| !image.is_in_hand(now)) {
            let Err(error) = announce_or_fail(parts, image, now).await else { continue };
            warn!(image.id = %image.image_id, "image {} was not looked after: {error:#}", image.image_id);
            failures += 1;
            if failures == MAX_FAILURES {
                return;
            }
        }
        place = page.next;
    }
    warn!("the sweep has seen only {MAX_PAGES} pages of unfinished images");
}

async fn announce_or_fail(parts: &Sweep, image: &Image, now: Timestamp) -> anyhow::Result<()> {
    let id = image.image_id;
    let is_over = now >= image.give_up_at().saturating_add(GIVE_UP_MARGIN)?;
    if !is_over && !is_due(image, now) {
        return Ok(());
    }
    // Recorded before it is announced: of several tasks that sweep at once, one goes on.
    let written = if is_over {
        parts.ledger.fail_idle(image, Reason::NobodyCame, now).await
    } else {
        parts.ledger.announce_again(image, reason_to_wait(image, now), now).await
    };
    match written {
        Ok(_) => parts.hub.reread(id),
        // A worker was faster, or another task.
        Err(ledger::Error::OutOfDate) => return Ok(()),
        Err(error) => return Err(error.into()),
    }
    if is_over {
        info!(image.id = %id, "image {id} has waited for too long and failed");
        return Ok(());
    }
    parts.new_images.announce(&image.announcement()).await?;
    info!(image.id = %id, "image {id} is {} and {ANNOUNCED_AGAIN}", image.status.as_str());
    Ok(())
}

/// At first, and then whenever it is twice as old as at the last time: an image that waits in a long queue must not make
/// the queue longer every minute.
fn is_due(image: &Image, now: Timestamp) -> bool {
    let since = image.waiting_since();
    let Some(last) = image.announced_at.filter(|last| *last > since) else { return true };
    let (age, age_then) = (now.duration_since(since), last.duration_since(since));
    age >= age_then * 2 && age >= age_then + MINUTE
}

/// The reason to show once an image has waited for long. An image whose text is known does not wait for a reader.
fn reason_to_wait(image: &Image, now: Timestamp) -> Option<Reason> {
    let reason = Reason::TakesLong;
    let takes_long = now.duration_since(image.waiting_since()) >= TAKES_LONG_AFTER && image.reason != Some(reason);
    match image.status {
        Status::Uploaded | Status::Started => takes_long.then_some(reason),
        Status::TextDetected | Status::Accepted | Status::Rejected | Status::Failed => None,
    }
}

/// Files of deleted images that their deletion could not remove. Removing one twice does no harm.
async fn remove_left_files(parts: &Sweep) {
    let removals = match parts.ledger.removals(REMOVALS).await {
        Ok(removals) => removals,
        Err(error) => return warn!("the sweep found no ledger: {}", chain(&error)),
    };
    for removal in removals {
        let id = removal.key.image_id();
        match remove_files(&parts.bucket, &parts.ledger, &removal).await {
            Ok(()) => info!(image.id = %id, "the files of deleted image {id} were removed"),
            Err(error) => return warn!("the sweep could not remove files: {}", chain(&error)),
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::ToSpan;
    use receipt::{ImageId, ObjectKey, OwnerId, PictureFormat};
    use serde_json::json;

    use super::*;

    fn an_image(announced_at: Option<Timestamp>) -> Image {
        let image_id = ImageId::new();
        let (key, owner) = (ObjectKey::new(image_id, PictureFormat::Jpeg), OwnerId::random());
        let image = json!({
            "image_id": image_id, "owner": owner, "key": key, "size_bytes": 1, "status": "uploaded", "version": 1,
            "created_at": minute(0), "updated_at": minute(0), "history": [], "announced_at": announced_at,
        });
        serde_json::from_value(image).unwrap()
    }

    fn minute(minute: i64) -> Timestamp {
        Timestamp::UNIX_EPOCH + minute.minutes()
    }

    #[test]
    fn the_older_an_image_the_rarer_it_is_announced() {
        let mut announced = Vec::new();
        for now in 1..=130 {
            if is_due(&an_image(announced.last().copied().map(minute)), minute(now)) {
                announced.push(now);
            }
        }
        assert_eq!(announced, [1, 2, 4, 8, 16, 32, 64, 128]);
    }

    #[test]
    fn what_was_announced_at_once_waits_a_minute_for_the_next_time() {
        let image = an_image(Some(minute(0) + 12.seconds()));
        assert!(!is_due(&image, minute(0) + 71.seconds()));
        assert!(is_due(&image, minute(0) + 72.seconds()));
    }

    #[test]
    fn a_long_wait_is_noted_once() {
        let mut image = an_image(None);
        assert_eq!(reason_to_wait(&image, minute(1)), None);
        assert_eq!(reason_to_wait(&image, minute(2)), Some(Reason::TakesLong));
        image.reason = Some(Reason::TakesLong);
        assert_eq!(reason_to_wait(&image, minute(4)), None);
    }
}
