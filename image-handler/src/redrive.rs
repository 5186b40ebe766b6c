//! Puts the dead-letter queue back: its messages go to the queue again, and images that failed begin again.
//!
//! An image is reopened first, then its message is sent, then the dead one deleted. After a crash in between the
//! message is still there, and the next redrive sends it again: an image whose message comes twice is processed once.

use std::{io::Write, time::Duration};

use anyhow::{Context, bail};
use aws_config::SdkConfig;
use aws_sdk_sqs::{
    Client,
    types::{Message, QueueAttributeName},
};
use jiff::Timestamp;
use ledger::{Ledger, Reopening};
use receipt::{ImageId, Status};
use serde::Deserialize;

use crate::{
    Config,
    config::Redrive,
    image_queue::{parse_body, saturating_i32},
    status_topic::StatusTopic,
};

/// For how long a batch is invisible to other receivers. Far longer than it takes.
const VISIBILITY_TIMEOUT: Duration = Duration::from_mins(5);
/// SQS queries all of its servers only if a receive may wait.
const WAIT: Duration = Duration::from_secs(1);
const BATCH: i32 = 10;
/// Messages that stay are invisible until the end, so that no later receive brings them again. At so many, redrive
/// stops.
const MAX_LEFT: usize = 1000;

#[derive(Debug)]
struct Redriver<'a> {
    sqs: Client,
    queue: &'a str,
    dead_letters: String,
    ledger: Ledger,
    topic: StatusTopic,
    dry_run: bool,
}

#[derive(Debug, Default)]
struct Progress {
    sent: usize,
    /// The receipt handles of messages that were received and are still in the dead-letter queue.
    left: Vec<String>,
}

/// The queue's attribute `RedrivePolicy`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct RedrivePolicy {
    dead_letter_target_arn: String,
}

/// Works until the dead-letter queue is empty, and writes a line to `out` for each message and one for all.
pub async fn redrive(
    config: &Config,
    options: &Redrive,
    aws: &SdkConfig,
    out: &mut (impl Write + Send),
) -> anyhow::Result<()> {
    let sqs = Client::new(aws);
    let dead_letters = match options.dead_letter_queue.as_deref() {
        Some(given) if !given.is_empty() => given.to_owned(),
        Some(_) | None => dead_letters_of(&sqs, &config.queue).await?,
    };
    let redriver = Redriver {
        sqs,
        queue: &config.queue,
        dead_letters,
        ledger: Ledger::new(aws_sdk_dynamodb::Client::new(aws), &config.table),
        topic: StatusTopic::new(aws, config),
        dry_run: options.dry_run,
    };
    let mut progress = Progress::default();
    let worked = redriver.redrive_all(&mut progress, out).await;
    redriver.make_visible(&progress.left).await;
    worked?;
    let done = if options.dry_run { "would be sent" } else { "sent" };
    writeln!(out, "{} {done} to the queue, {} left", progress.sent, progress.left.len()).context("tell of all")
}

/// The address of the queue to which SQS moves messages that were received too often.
async fn dead_letters_of(sqs: &Client, queue: &str) -> anyhow::Result<String> {
    let asked = sqs.get_queue_attributes().queue_url(queue).attribute_names(QueueAttributeName::RedrivePolicy);
    let told = asked.send().await.context("ask the queue for its redrive policy")?;
    let policy = told.attributes.and_then(|mut all| all.remove(&QueueAttributeName::RedrivePolicy));
    let policy = policy.with_context(|| format!("the queue {queue} has no dead-letter queue"))?;
    let policy: RedrivePolicy = serde_json::from_str(&policy).context("read the redrive policy")?;
    let name = policy.dead_letter_target_arn.rsplit(':').next().unwrap_or_default();
    let found = sqs.get_queue_url().queue_name(name).send().await;
    found.context("find the dead-letter queue")?.queue_url.context("the dead-letter queue has no address")
}

impl Redriver<'_> {
    async fn redrive_all(&self, progress: &mut Progress, out: &mut (impl Write + Send)) -> anyhow::Result<()> {
        loop {
            let messages = self.receive().await?;
            if messages.is_empty() {
                return Ok(());
            }
            progress.left.extend(messages.iter().filter_map(|message| message.receipt_handle.clone()));
            for message in messages {
                let told = if let Some(image) = message.body.as_deref().and_then(parse_body) {
                    let told = self.put_back(image.image_id, &message).await;
                    let told = told.with_context(|| format!("put image {} back", image.image_id))?;
                    progress.sent += 1;
                    if !self.dry_run {
                        progress.left.retain(|left| Some(left) != message.receipt_handle.as_ref());
                    }
                    format!("image {} {told}", image.image_id)
                } else {
                    format!("message {} is none of ours and stays", message.message_id.unwrap_or_default())
                };
                writeln!(out, "{told}").context("tell of a message")?;
            }
            if progress.left.len() >= MAX_LEFT {
                bail!("{} messages stay, so that it stops here", progress.left.len());
            }
        }
    }

    async fn receive(&self) -> anyhow::Result<Vec<Message>> {
        let received = self
            .sqs
            .receive_message()
            .queue_url(&self.dead_letters)
            .max_number_of_messages(BATCH)
            .wait_time_seconds(saturating_i32(WAIT.as_secs()))
            .visibility_timeout(saturating_i32(VISIBILITY_TIMEOUT.as_secs()))
            .send();
        Ok(received.await.context("receive from the dead-letter queue")?.messages.unwrap_or_default())
    }

    /// Describes what became of the image. The message is sent even if the image has ended or is gone: the worker that
    /// receives it exports the receipt, or removes the files, if the last one died before it.
    async fn put_back(&self, id: ImageId, message: &Message) -> anyhow::Result<String> {
        if self.dry_run {
            return Ok(match self.ledger.get(id).await?.map(|image| image.status) {
                Some(Status::Failed) => "is failed and would begin again".to_owned(),
                Some(status) => format!("is {} and would stay so", status.as_str()),
                None => "is gone".to_owned(),
            });
        }
        let told = match self.ledger.reopen(id, Timestamp::now()).await? {
            Reopening::Reopened(image) => {
                self.topic.publish(&image).await;
                format!("was failed and begins again, version {}", image.version)
            }
            Reopening::Unfinished(image) | Reopening::Ended(image) => {
                format!("is {} and stays so", image.status.as_str())
            }
            Reopening::Missing => "is gone".to_owned(),
        };
        let body = message.body.as_deref().unwrap_or_default();
        let send = self.sqs.send_message().queue_url(self.queue).message_body(body);
        send.send().await.context("send the message to the queue")?;
        let delete = self.sqs.delete_message().queue_url(&self.dead_letters);
        delete
            .set_receipt_handle(message.receipt_handle.clone())
            .send()
            .await
            .context("delete the message from the dead-letter queue")?;
        Ok(told)
    }

    /// Makes the messages that stay visible again, for the next redrive. Where that fails they become visible later.
    async fn make_visible(&self, left: &[String]) {
        for handle in left {
            let show = self.sqs.change_message_visibility().queue_url(&self.dead_letters).receipt_handle(handle);
            if let Err(error) = show.visibility_timeout(0).send().await {
                tracing::warn!(
                    "a message stays hidden for up to {VISIBILITY_TIMEOUT:?}: {:#}",
                    anyhow::Error::from(error)
                );
            }
        }
    }
}
