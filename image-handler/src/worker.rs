//! The loop: receive as many messages as there is room for, work on each in a task of its own, stop when told.

use std::{sync::Arc, time::Duration};

use aws_config::SdkConfig;
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    time::{sleep, timeout},
};
use tokio_util::task::TaskTracker;
use tracing::{info, warn};

use crate::{
    Config,
    image_queue::Delivery,
    in_hand::{HOLD, Signals},
    work::Workshop,
};

/// How long work in hand may take after the signal to stop, and then its release. ECS kills after 30 s by default.
pub(crate) const GRACE: Duration = Duration::from_secs(20);
pub(crate) const RELEASE_WITHIN: Duration = Duration::from_secs(5);
/// Before the queue is asked again after it did not answer.
const PAUSE: Duration = Duration::from_secs(2);

/// Works until `shutdown` resolves, then finishes or releases what is in hand.
pub async fn run(config: Config, aws: &SdkConfig, shutdown: impl Future<Output = ()> + Send) -> anyhow::Result<()> {
    let (signals, tasks) = (Signals::default(), TaskTracker::new());
    let workshop = Arc::new(Workshop::new(aws, &config, signals.clone()));
    info!("waiting for images, of which Textract reads {} at a time", config.concurrency);
    let told = async {
        shutdown.await;
        info!("told to stop, {} images in hand", tasks.len());
        signals.stop.cancel();
    };
    tokio::join!(receive_until_told(&workshop, &config, &signals, &tasks), told);
    tasks.close();
    if timeout(GRACE, tasks.wait()).await.is_err() {
        warn!("{} images are released to another worker, which goes on where the ledger says", tasks.len());
        signals.abandon.cancel();
        if timeout(RELEASE_WITHIN, tasks.wait()).await.is_err() {
            warn!("{} images are left as they are: their messages come again", tasks.len());
        }
    }
    info!("stopped");
    Ok(())
}

async fn receive_until_told(workshop: &Arc<Workshop>, config: &Config, signals: &Signals, tasks: &TaskTracker) {
    let room = Arc::new(Semaphore::new(in_hand(config.concurrency)));
    while let Some(mut places) = signals.stop.run_until_cancelled(places(&room)).await {
        match workshop.queue.receive(places.num_permits(), HOLD, &signals.stop).await {
            Ok(deliveries) => {
                for delivery in deliveries {
                    let place = places.split(1).filter(|_| !signals.stop.is_cancelled());
                    tasks.spawn(work_on(workshop.clone(), delivery, place));
                }
            }
            Err(error) => {
                warn!("could not receive: {error:#}");
                signals.stop.run_until_cancelled(sleep(service::jittered(PAUSE))).await;
            }
        }
    }
}

/// A quarter more than Textract reads at once: while one picture is read, another is fetched or judged.
fn in_hand(concurrency: u32) -> usize {
    (concurrency + concurrency.div_ceil(4)) as usize
}

/// Every place that is free, at least one.
async fn places(room: &Arc<Semaphore>) -> OwnedSemaphorePermit {
    let mut places = room.clone().acquire_owned().await.expect("nobody closes it");
    while let Ok(place) = room.clone().try_acquire_owned() {
        places.merge(place);
    }
    places
}

/// Without a place, the message is let go.
async fn work_on(workshop: Arc<Workshop>, delivery: Delivery, place: Option<OwnedSemaphorePermit>) {
    let worked = match &place {
        Some(_) => workshop.handle(&delivery).await,
        None => workshop.queue.hold(&delivery, Duration::ZERO).await.map_err(anyhow::Error::from),
    };
    if let Err(error) = worked {
        // The message is not deleted, so it comes again.
        warn!("an image was left for later: {error:#}");
    }
    drop(place);
}
