//! The loop: receives as many messages as there are free slots, processes each in a task of its own, and stops on a
//! signal.

use std::{sync::Arc, time::Duration};

use aws_config::SdkConfig;
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    time::{sleep, timeout},
};
use tokio_util::task::TaskTracker;
use tracing::{info, warn};

use crate::{
    Config, ReaderChoice, image_queue::ReceivedMessage, leased_message::VISIBILITY_TIMEOUT, own_reader,
    process_message::MessageProcessor, shutdown::Shutdown,
};

/// How long running work may take after the stop signal, and then its release. ECS kills after 30 s by default.
pub(crate) const GRACE: Duration = Duration::from_secs(20);
pub(crate) const RELEASE_WITHIN: Duration = Duration::from_secs(5);
/// Before the next receive, after one that failed.
const RECEIVE_RETRY_PAUSE: Duration = Duration::from_secs(2);

/// Works until `shutdown` resolves, then finishes or releases the images that it holds.
pub async fn run(config: Config, aws: &SdkConfig, shutdown: impl Future<Output = ()> + Send) -> anyhow::Result<()> {
    let (signals, tasks) = (Shutdown::default(), TaskTracker::new());
    let processor = Arc::new(MessageProcessor::new(aws, &config, signals.clone()));
    let readers = match config.reader {
        ReaderChoice::Own => format!("our own reader reads {}", own_reader::at_once()),
        ReaderChoice::Textract => format!("Textract reads {}", config.concurrency),
        ReaderChoice::Overflow | ReaderChoice::Both => {
            format!("Textract reads {} and our own reader {}", config.concurrency, own_reader::at_once())
        }
    };
    info!("waiting for images, of which {readers} at a time");
    let stop = async {
        shutdown.await;
        info!("told to stop, {} images in hand", tasks.len());
        signals.stop.cancel();
    };
    tokio::join!(receive_until_stopped(&processor, &config, &signals, &tasks), stop);
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

async fn receive_until_stopped(
    processor: &Arc<MessageProcessor>,
    config: &Config,
    signals: &Shutdown,
    tasks: &TaskTracker,
) {
    let slots = Arc::new(Semaphore::new(max_messages(read_at_once(config))));
    while let Some(mut free) = signals.stop.run_until_cancelled(free_slots(&slots)).await {
        match processor.queue.receive(free.num_permits(), VISIBILITY_TIMEOUT, &signals.stop).await {
            Ok(messages) => {
                for message in messages {
                    let slot = free.split(1).filter(|_| !signals.stop.is_cancelled());
                    tasks.spawn(process_or_release(processor.clone(), message, slot));
                }
            }
            Err(error) => {
                warn!("could not receive: {error:#}");
                signals.stop.run_until_cancelled(sleep(service::jittered(RECEIVE_RETRY_PAUSE))).await;
            }
        }
    }
}

fn read_at_once(config: &Config) -> u32 {
    let own = u32::try_from(own_reader::at_once()).unwrap_or(u32::MAX);
    match config.reader {
        ReaderChoice::Textract | ReaderChoice::Both => config.concurrency,
        ReaderChoice::Own => own,
        ReaderChoice::Overflow => config.concurrency.saturating_add(own),
    }
}

/// A quarter more than are read at once: while one picture is read, another is fetched or judged.
fn max_messages(concurrency: u32) -> usize {
    (concurrency + concurrency.div_ceil(4)) as usize
}

/// Waits for a free slot, and takes all that are free.
async fn free_slots(slots: &Arc<Semaphore>) -> OwnedSemaphorePermit {
    let mut free = slots.clone().acquire_owned().await.expect("the semaphore is never closed");
    while let Ok(slot) = slots.clone().try_acquire_owned() {
        free.merge(slot);
    }
    free
}

/// Without a slot, as after the stop signal, the message is released at once.
async fn process_or_release(
    processor: Arc<MessageProcessor>,
    message: ReceivedMessage,
    slot: Option<OwnedSemaphorePermit>,
) {
    let processed = match &slot {
        Some(_) => processor.process_message(&message).await,
        None => processor.release(&message).await,
    };
    if let Err(error) = processed {
        // The message is not deleted, so it comes again.
        warn!("an image was left for later: {error:#}");
    }
    drop(slot);
}
