//! A message and its image in hand: both are held by heartbeat for as long as the work takes, and it is noticed when one
//! of them is lost.

use std::time::Duration;

use anyhow::anyhow;
use jiff::Timestamp;
use ledger::{Image, Ledger};
use tokio::time::{Instant, sleep_until, timeout};
use tokio_util::sync::CancellationToken;
use tracing::warn;

use crate::{
    image_queue::{Delivery, HoldError, ImageQueue},
    text_detection::Unreadable,
};

/// For how long a message is held. After a crash the next worker takes over that much later.
pub(crate) const HOLD: Duration = Duration::from_secs(15);
/// For how long an image's lease runs: whoever gets the message after a crash must find it ended, although the message was
/// received first. Otherwise a crash would cost a receive more, and receives are counted.
pub(crate) const LEASE: Duration = Duration::from_secs(14);
const RENEW_EVERY: Duration = Duration::from_secs(5);
const RENEW_WITHIN: Duration = Duration::from_secs(3);

pub(crate) struct InHand<'a> {
    pub(crate) image: Image,
    pub(crate) delivery: &'a Delivery,
    queue: &'a ImageQueue,
    ledger: &'a Ledger,
    signals: &'a Signals,
    renew_at: Instant,
    /// Until then the lease is surely ours, and the message surely hidden.
    leased_until: Instant,
    hidden_until: Instant,
    give_up_at: Instant,
    is_lost: bool,
}

/// What the service is told from outside.
#[derive(Debug, Clone, Default)]
pub(crate) struct Signals {
    /// Begin nothing new, and wait for nothing.
    pub(crate) stop: CancellationToken,
    /// Drop also what was begun.
    pub(crate) abandon: CancellationToken,
}

/// Why the work on an image did not come to an end.
#[derive(Debug)]
pub(crate) enum Interrupted {
    /// The picture can never be read.
    Unreadable(Unreadable),
    /// Another try, later or by another worker, may succeed.
    Passing(anyhow::Error),
    /// Textract does not take our calls: the log has told the operator, and another try may succeed once that is mended.
    Refused,
    /// It has taken longer than anybody should wait.
    Overdue,
    /// The message or the image is another worker's by now: nothing may be written.
    Lost,
    /// The service was told to stop.
    Stopped,
}

impl<'a> InHand<'a> {
    /// What was just received and claimed.
    pub(crate) fn new(
        image: Image,
        delivery: &'a Delivery,
        (queue, ledger): (&'a ImageQueue, &'a Ledger),
        signals: &'a Signals,
    ) -> Self {
        let (now, clock) = (Instant::now(), Timestamp::now());
        // What has passed already leaves nothing.
        let at = |moment: Timestamp| now + Duration::try_from(moment.duration_since(clock)).unwrap_or_default();
        let leased_until = image.lease.as_ref().map_or(now, |lease| at(lease.until));
        let give_up_at = at(image.give_up_at());
        Self {
            image,
            delivery,
            queue,
            ledger,
            signals,
            renew_at: delivery.received_at + RENEW_EVERY,
            leased_until,
            hidden_until: delivery.received_at + HOLD,
            give_up_at,
            is_lost: false,
        }
    }

    /// Waits for what may be broken off without harm.
    pub(crate) async fn waiting<T>(&mut self, work: impl Future<Output = T>) -> Result<T, Interrupted> {
        tokio::pin!(work);
        let (stop, give_up_at) = (self.signals.stop.clone(), self.give_up_at);
        while !self.is_lost {
            tokio::select! {
                done = &mut work => return Ok(done),
                () = stop.cancelled() => return Err(Interrupted::Stopped),
                () = sleep_until(give_up_at) => return Err(Interrupted::Overdue),
                () = self.renewed() => {}
            }
        }
        Err(Interrupted::Lost)
    }

    /// Waits for what is paid for: it is finished even where message or image are lost meanwhile.
    pub(crate) async fn finishing<T>(&mut self, work: impl Future<Output = T>) -> Result<T, Interrupted> {
        tokio::pin!(work);
        let abandon = self.signals.abandon.clone();
        loop {
            let is_lost = self.is_lost;
            tokio::select! {
                done = &mut work => return Ok(done),
                () = abandon.cancelled() => return Err(Interrupted::Stopped),
                () = self.renewed(), if !is_lost => {}
            }
        }
    }

    /// Before money is spent or a status is written: message and image must surely be ours, for `margin` at least.
    pub(crate) async fn confirm_for(&mut self, margin: Duration) -> Result<(), Interrupted> {
        if !self.is_lost && self.leased_until.min(self.hidden_until) <= Instant::now() + margin {
            self.renew().await;
        }
        if self.is_lost {
            Err(Interrupted::Lost)
        } else if self.leased_until <= Instant::now() + margin {
            Err(Interrupted::Passing(anyhow!("the lease could not be renewed in time")))
        } else {
            // A queue that does not answer keeps nobody from ending what the ledger says is his.
            Ok(())
        }
    }

    /// Ends the lease, and shows the message again after `pause`.
    pub(crate) async fn let_go(&mut self, pause: Duration) {
        // First the lease: whoever gets the message must find it ended.
        match self.ledger.renew(&mut self.image, Timestamp::now()).await {
            Ok(()) | Err(ledger::Error::OutOfDate) => {}
            Err(error) => warn!("the lease could not be ended: {:#}", anyhow::Error::from(error)),
        }
        match self.queue.hold(self.delivery, pause).await {
            Ok(()) | Err(HoldError::Lost) => {}
            Err(HoldError::Failed(error)) => warn!("the message could not be let go: {error:#}"),
        }
    }

    /// The next heartbeat. Dropped half-way it is made up for by the next one.
    async fn renewed(&mut self) {
        sleep_until(self.renew_at).await;
        self.renew().await;
    }

    async fn renew(&mut self) {
        let begun = Instant::now();
        let (message, lease) = tokio::join!(
            timeout(RENEW_WITHIN, self.queue.hold(self.delivery, HOLD)),
            timeout(RENEW_WITHIN, Box::pin(self.ledger.renew(&mut self.image, Timestamp::now() + LEASE))),
        );
        self.renew_at = begun + RENEW_EVERY;
        match message {
            Ok(Ok(())) => self.hidden_until = begun + HOLD,
            Ok(Err(HoldError::Lost)) => self.is_lost = true,
            // The queue may answer the next time, while the message is still hidden.
            Ok(Err(HoldError::Failed(error))) => warn!("the message could not be held: {error:#}"),
            Err(_) => warn!("the message could not be held within {RENEW_WITHIN:?}"),
        }
        match lease {
            Ok(Ok(())) => self.leased_until = begun + LEASE,
            Ok(Err(ledger::Error::OutOfDate)) => self.is_lost = true,
            // The table may answer the next time, while the lease still runs.
            Ok(Err(error)) => warn!("the lease could not be renewed: {:#}", anyhow::Error::from(error)),
            Err(_) => warn!("the lease could not be renewed within {RENEW_WITHIN:?}"),
        }
    }
}

impl<E: Into<anyhow::Error>> From<E> for Interrupted {
    fn from(error: E) -> Self {
        let error = error.into();
        match error.downcast_ref() {
            Some(ledger::Error::OutOfDate) => Self::Lost,
            _ => Self::Passing(error),
        }
    }
}
