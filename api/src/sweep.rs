//! Images that have not ended and that nobody has in hand are announced again: the task that took one in may have died
//! between the ledger and the topic, or a message may have been lost. Files that a deletion left behind are removed.

use std::{sync::Arc, time::Duration};

use jiff::{SignedDuration, Timestamp};
use ledger::Image;
use tracing::{info, warn};

use crate::{app::App, receipts, upload::announce};

/// A task that takes over after a crash looks soon; what was uploaded just before the crash waits for it.
const FIRST: Duration = Duration::from_secs(5);
const EVERY: Duration = Duration::from_mins(1);
/// Younger images are on their way.
const MIN_AGE: SignedDuration = SignedDuration::from_secs(10);
/// At most so many a shard and sweep.
const LIMIT: i32 = 1000;

pub(crate) async fn keep(app: Arc<App>) {
    let stopping = app.stopping.clone();
    // Ends when the service stops; there is nothing to finish.
    let _ = stopping.run_until_cancelled(sweep_for_ever(&app)).await;
}

async fn sweep_for_ever(app: &App) {
    tokio::time::sleep(FIRST).await;
    sweep(app, |_| true).await;
    remove_left_files(app).await;
    loop {
        // The tasks of a service do not all look at once.
        tokio::time::sleep(EVERY.mul_f64(rand::random_range(0.9..1.1))).await;
        sweep(app, |age| is_due(age.as_secs() / 60)).await;
        remove_left_files(app).await;
    }
}

/// After 1, 2, 4, 8, … minutes: an image that waits in a long queue must not make the queue longer every minute.
fn is_due(minutes: i64) -> bool {
    u64::try_from(minutes).is_ok_and(u64::is_power_of_two)
}

async fn sweep(app: &App, due: impl Fn(SignedDuration) -> bool) {
    let now = Timestamp::now();
    let unfinished = match app.ledger.unfinished(now - MIN_AGE, LIMIT).await {
        Ok(unfinished) => unfinished,
        Err(error) => return warn!("the sweep found no ledger: {}", crate::error::chain(&error)),
    };
    for image in unfinished.iter().filter(|image| is_idle(image, now) && due(now.duration_since(image.waiting_since())))
    {
        let id = image.image_id;
        match announce(app, &image.announcement()).await {
            Ok(()) => {
                info!(image.id = %id, "image {id} is {} and nobody has it: announced again", image.status.as_str());
            }
            Err(error) => return warn!("the sweep could not announce: {}", crate::error::chain(&error)),
        }
    }
}

/// Files of deleted images that their deletion could not remove. Removing one twice does no harm.
async fn remove_left_files(app: &App) {
    let removals = match app.ledger.removals(LIMIT).await {
        Ok(removals) => removals,
        Err(error) => return warn!("the sweep found no ledger: {}", crate::error::chain(&error)),
    };
    for removal in removals {
        let id = removal.key.image_id();
        match receipts::remove_files(app, &removal).await {
            Ok(()) => info!(image.id = %id, "the files of deleted image {id} were removed"),
            Err(error) => return warn!("the sweep could not remove files: {}", crate::error::chain(&error)),
        }
    }
}

fn is_idle(image: &Image, now: Timestamp) -> bool {
    image.lease.as_ref().is_none_or(|lease| lease.until < now)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_older_an_image_the_rarer_it_is_announced() {
        let due: Vec<i64> = (0..=64).filter(|minutes| is_due(*minutes)).collect();
        assert_eq!(due, [1, 2, 4, 8, 16, 32, 64]);
    }
}
