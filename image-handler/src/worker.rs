//! The loop: receive as many messages as there is room for, work on each in a task of its own, stop when told.

use std::{sync::Arc, time::Duration};

use anyhow::Context;
use aws_config::SdkConfig;
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    time::sleep,
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use tracing::{info, warn};

use crate::{
    Config,
    image_queue::Delivery,
    work::{HOLD, Workshop},
};

/// How long work in hand may take after the signal to stop. ECS kills after 30 s by default.
const GRACE: Duration = Duration::from_secs(20);
/// Before the queue is asked again after it did not answer.
const PAUSE: Duration = Duration::from_secs(2);

/// Works until `shutdown` resolves, then finishes what is in hand.
pub async fn run(config: Config, aws: &SdkConfig, shutdown: impl Future<Output = ()> + Send) -> anyhow::Result<()> {
    let stopping = CancellationToken::new();
    let tasks = TaskTracker::new();
    let workshop = Arc::new(Workshop::new(aws, &config, stopping.clone()));
    info!("waiting for images, {} at a time", config.concurrency);
    tokio::select! {
        worked = receive_for_ever(&workshop, &config, &tasks) => worked?,
        () = shutdown => {}
    }
    info!("told to stop, {} images in hand", tasks.len());
    stopping.cancel();
    tasks.close();
    if tokio::time::timeout(GRACE, tasks.wait()).await.is_err() {
        // Their messages come again to another worker, which goes on where the ledger says.
        warn!("{} images are left to another worker", tasks.len());
    }
    info!("stopped");
    Ok(())
}

async fn receive_for_ever(workshop: &Arc<Workshop>, config: &Config, tasks: &TaskTracker) -> anyhow::Result<()> {
    let room = Arc::new(Semaphore::new(config.concurrency as usize));
    loop {
        let mut places = places(&room).await?;
        match workshop.queue.receive(places.num_permits(), HOLD).await {
            Ok(deliveries) => {
                for delivery in deliveries {
                    let place = places.split(1).context("take a place")?;
                    tasks.spawn(work_on(workshop.clone(), delivery, place));
                }
            }
            Err(error) => {
                warn!("could not receive: {error:#}");
                sleep(service::jittered(PAUSE)).await;
            }
        }
    }
}

/// Every place that is free, at least one.
async fn places(room: &Arc<Semaphore>) -> anyhow::Result<OwnedSemaphorePermit> {
    let mut places = room.clone().acquire_owned().await.context("wait for a place")?;
    while let Ok(place) = room.clone().try_acquire_owned() {
        places.merge(place);
    }
    Ok(places)
}

async fn work_on(workshop: Arc<Workshop>, delivery: Delivery, place: OwnedSemaphorePermit) {
    if let Err(error) = workshop.handle(&delivery).await {
        // The message is not deleted, so it comes again.
        warn!("an image was left for later: {error:#}");
    }
    drop(place);
}
