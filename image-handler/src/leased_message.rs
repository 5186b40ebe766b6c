//! A message and the lease on its image: a heartbeat renews both for as long as the work takes, and notices when one of
//! them is lost.

use std::time::Duration;

use anyhow::anyhow;
use jiff::Timestamp;
use ledger::{Image, Ledger};
use receipt::Reason;
use tokio::time::{Instant, sleep_until, timeout};
use tracing::warn;

use crate::{
    image_queue::{ImageQueue, ReceivedMessage, VisibilityError},
    shutdown::Shutdown,
};

/// For how long a message is invisible to other workers. After a crash the next worker takes over that much later.
pub(crate) const VISIBILITY_TIMEOUT: Duration = Duration::from_secs(15);
/// For how long an image is leased. Shorter than the visibility timeout, although the lease begins later: the worker
/// that receives the message after a crash must find the lease ended. Otherwise a crash would cost another receive, and
/// receives are counted.
pub(crate) const LEASE: Duration = Duration::from_secs(14);
const HEARTBEAT_INTERVAL: Duration = Duration::from_secs(5);
const RENEWAL_TIMEOUT: Duration = Duration::from_secs(3);

pub(crate) struct LeasedMessage<'a> {
    pub(crate) message: &'a ReceivedMessage,
    pub(crate) image: Image,
    queue: &'a ImageQueue,
    ledger: &'a Ledger,
    shutdown: &'a Shutdown,
    next_heartbeat: Instant,
    /// Until then the lease is certainly ours, and the message certainly invisible.
    leased_until: Instant,
    invisible_until: Instant,
    give_up_at: Instant,
    is_lost: bool,
}

/// Why the work on an image did not come to an end.
#[derive(Debug)]
pub(crate) enum Interruption {
    /// The picture can never be read.
    Unreadable(Reason),
    /// Another try, later or by another worker, may succeed.
    Retryable(anyhow::Error),
    /// Textract refuses our calls. That is logged as an error; another try may succeed once that is fixed.
    TextractRefused,
    /// The image has waited longer than is allowed.
    Overdue,
    /// The message or the image is another worker's by now: nothing may be written.
    Lost,
    /// The worker shuts down.
    Stopped,
}

impl<'a> LeasedMessage<'a> {
    /// For a message that was just received, and an image that was just claimed.
    pub(crate) fn new(
        image: Image,
        message: &'a ReceivedMessage,
        queue: &'a ImageQueue,
        ledger: &'a Ledger,
        shutdown: &'a Shutdown,
    ) -> Self {
        let (now, clock) = (Instant::now(), Timestamp::now());
        // A time that has passed becomes now.
        let instant_of = |at: Timestamp| now + Duration::try_from(at.duration_since(clock)).unwrap_or_default();
        let leased_until = image.lease.as_ref().map_or(now, |lease| instant_of(lease.until));
        let give_up_at = instant_of(image.give_up_at());
        Self {
            message,
            image,
            queue,
            ledger,
            shutdown,
            next_heartbeat: message.received_at + HEARTBEAT_INTERVAL,
            leased_until,
            invisible_until: message.received_at + VISIBILITY_TIMEOUT,
            give_up_at,
            is_lost: false,
        }
    }

    /// Awaits work that may be cancelled without harm: a shutdown, the loss of message or lease, and the time at which
    /// the image is given up interrupt it.
    pub(crate) async fn run_interruptible<T>(&mut self, work: impl Future<Output = T>) -> Result<T, Interruption> {
        tokio::pin!(work);
        let (stop, give_up_at) = (self.shutdown.stop.clone(), self.give_up_at);
        while !self.is_lost {
            tokio::select! {
                done = &mut work => return Ok(done),
                () = stop.cancelled() => return Err(Interruption::Stopped),
                () = sleep_until(give_up_at) => return Err(Interruption::Overdue),
                () = self.heartbeat() => {}
            }
        }
        Err(Interruption::Lost)
    }

    /// Awaits work that is paid for: it runs to its end even if message or lease are lost meanwhile. Only the end of
    /// the grace period interrupts it.
    pub(crate) async fn run_to_completion<T>(&mut self, work: impl Future<Output = T>) -> Result<T, Interruption> {
        tokio::pin!(work);
        let abandon = self.shutdown.abandon.clone();
        loop {
            let is_lost = self.is_lost;
            tokio::select! {
                done = &mut work => return Ok(done),
                () = abandon.cancelled() => return Err(Interruption::Stopped),
                () = self.heartbeat(), if !is_lost => {}
            }
        }
    }

    /// To be called before a paid call or a write: message and lease must certainly be ours, for `margin` at least.
    pub(crate) async fn ensure_held_for(&mut self, margin: Duration) -> Result<(), Interruption> {
        if !self.is_lost && self.leased_until.min(self.invisible_until) <= Instant::now() + margin {
            self.renew().await;
        }
        if self.is_lost {
            Err(Interruption::Lost)
        } else if self.leased_until <= Instant::now() + margin {
            Err(Interruption::Retryable(anyhow!("the lease could not be renewed in time")))
        } else {
            // Where the queue does not answer, the lease alone decides: the ledger is the truth.
            Ok(())
        }
    }

    /// Ends the lease now, if it is still ours.
    pub(crate) async fn end_lease(&mut self) {
        match self.ledger.renew(&mut self.image, Timestamp::now()).await {
            Ok(()) | Err(ledger::Error::OutOfDate) => {}
            Err(error) => warn!("the lease could not be ended: {:#}", anyhow::Error::from(error)),
        }
    }

    /// The next heartbeat. One that is cancelled half-way is made up for by the next.
    async fn heartbeat(&mut self) {
        sleep_until(self.next_heartbeat).await;
        self.renew().await;
    }

    async fn renew(&mut self) {
        let begun = Instant::now();
        let (message, lease) = tokio::join!(
            timeout(RENEWAL_TIMEOUT, self.queue.set_visibility_timeout(self.message, VISIBILITY_TIMEOUT)),
            timeout(RENEWAL_TIMEOUT, Box::pin(self.ledger.renew(&mut self.image, Timestamp::now() + LEASE))),
        );
        self.next_heartbeat = begun + HEARTBEAT_INTERVAL;
        match message {
            Ok(Ok(())) => self.invisible_until = begun + VISIBILITY_TIMEOUT,
            Ok(Err(VisibilityError::Lost)) => self.is_lost = true,
            // The queue may answer the next time, while the message is still invisible.
            Ok(Err(VisibilityError::Failed(error))) => warn!("the message could not be held: {error:#}"),
            Err(_) => warn!("the message could not be held within {RENEWAL_TIMEOUT:?}"),
        }
        match lease {
            Ok(Ok(())) => self.leased_until = begun + LEASE,
            Ok(Err(ledger::Error::OutOfDate)) => self.is_lost = true,
            // The table may answer the next time, while the lease still runs.
            Ok(Err(error)) => warn!("the lease could not be renewed: {:#}", anyhow::Error::from(error)),
            Err(_) => warn!("the lease could not be renewed within {RENEWAL_TIMEOUT:?}"),
        }
    }
}

impl<E: Into<anyhow::Error>> From<E> for Interruption {
    fn from(error: E) -> Self {
        let error = error.into();
        match error.downcast_ref() {
            Some(ledger::Error::OutOfDate) => Self::Lost,
            _ => Self::Retryable(error),
        }
    }
}
