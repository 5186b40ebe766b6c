//! `image-handler redrive`, after an outage.

use std::{
    process::{Command, Stdio},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use clap::Parser;
use image_handler::{Config, Redrive, redrive};
use jiff::Timestamp;
use ledger::Image;
use local::{AwsConfig, CallFault, DetectionError, Service, TextDetection, When};
use receipt::{ImageId, Status};
use testbed::{a_receipt, eventually};

use crate::harness::{Harness, history};

/// Stand-ins whose Textract is down until it is mended, and whose queue moves a message to its dead-letter queue after one
/// receive.
pub(crate) struct Outage {
    pub(crate) harness: Harness,
    is_mended: Arc<AtomicBool>,
}

impl Outage {
    pub(crate) async fn begin() -> Self {
        let is_mended = Arc::new(AtomicBool::new(false));
        let mended = is_mended.clone();
        let text = TextDetection::new(move |_| {
            let is_mended = mended.load(Ordering::SeqCst);
            if is_mended { Ok(a_receipt()) } else { Err(DetectionError::Internal("down".to_owned())) }
        });
        Self { harness: Harness::on(|config| AwsConfig { text, max_receives: 1, ..config }).await, is_mended }
    }

    /// So many images that failed, whose messages are in the dead-letter queue.
    pub(crate) async fn failed(&self, count: u64) -> Vec<Image> {
        let worker = self.harness.worker_with(|config| config.max_receives = 1);
        let ids: Vec<ImageId> = futures_util::future::join_all((0..count).map(|_| self.harness.upload())).await;
        let mut failed = Vec::new();
        for id in ids {
            failed.push(self.harness.ended(id).await);
        }
        assert!(failed.iter().all(|image| image.status == Status::Failed));
        self.dead(count).await;
        worker.stopped().await;
        failed
    }

    pub(crate) fn mend(&self) {
        self.is_mended.store(true, Ordering::SeqCst);
    }

    async fn dead(&self, count: u64) {
        eventually("the dead-letter queue's depth", async || {
            let depth = self.harness.testbed.aws.queue_depth().unwrap();
            (depth.dead == count && depth.visible + depth.in_flight == 0).then_some(())
        })
        .await;
    }

    fn arguments(&self) -> Vec<String> {
        let resources = self.harness.testbed.aws.resources();
        let arguments = ["image-handler", "--queue", &resources.queue_url, "--bucket", resources.bucket];
        let more = ["--table", resources.table, "--image-status-topic", &resources.image_status_topic];
        let secret = ["--fingerprint-key", "a secret of the tests, long enough"];
        arguments.into_iter().chain(more).chain(secret).map(str::to_owned).collect()
    }

    /// What it printed, or why it stopped.
    pub(crate) async fn try_redrive(&self, options: Redrive) -> anyhow::Result<String> {
        let config = Config::parse_from(self.arguments());
        let mut out = Vec::new();
        redrive(&config, &options, &self.harness.sdk(), &mut out).await?;
        Ok(String::from_utf8(out)?)
    }

    pub(crate) async fn redrive(&self) -> String {
        self.try_redrive(Redrive::default()).await.unwrap()
    }

    async fn get(&self, id: ImageId) -> Image {
        self.harness.ledger.get(id).await.unwrap().unwrap()
    }
}

#[tokio::test]
async fn what_failed_begins_again_and_is_read() {
    let outage = Outage::begin().await;
    let failed = outage.failed(12).await;
    outage.mend();
    let printed = outage.redrive().await;
    assert!(printed.ends_with("12 sent to the queue, 0 left\n"), "{printed}");
    for image in &failed {
        let line = format!("image {} was failed and begins again, version {}\n", image.image_id, image.version + 1);
        assert_eq!(printed.matches(&line).count(), 1, "{printed}");
    }
    let depth = outage.harness.testbed.aws.queue_depth().unwrap();
    assert_eq!((depth.visible, depth.in_flight, depth.dead), (12, 0, 0));

    let worker = outage.harness.worker();
    let way = [Status::Started, Status::Failed, Status::Uploaded, Status::Started, Status::TextDetected];
    for image in failed {
        let ended = outage.harness.ended(image.image_id).await;
        assert_eq!(history(&ended)[1..6], way);
        assert!(matches!(ended.status, Status::Accepted | Status::Rejected), "{ended:?}");
    }
    outage.harness.queue_is_empty().await;
    worker.stopped().await;
    assert_eq!(outage.redrive().await, "0 sent to the queue, 0 left\n");
}

#[tokio::test]
async fn a_dry_run_changes_nothing() {
    let outage = Outage::begin().await;
    let failed = outage.failed(2).await;
    for _ in 0..2 {
        let printed = outage.try_redrive(Redrive { dry_run: true, ..Redrive::default() }).await.unwrap();
        for image in &failed {
            let line = format!("image {} is failed and would begin again\n", image.image_id);
            assert_eq!(printed.matches(&line).count(), 1, "{printed}");
        }
        assert!(printed.ends_with("2 would be sent to the queue, 2 left\n"), "{printed}");
    }
    outage.dead(2).await;
    for image in failed {
        assert_eq!(outage.get(image.image_id).await, image);
    }
}

#[tokio::test]
async fn a_redrive_that_dies_half_way_is_finished_by_the_next() {
    let outage = Outage::begin().await;
    let failed = outage.failed(1).await.remove(0);
    let faults = outage.harness.testbed.aws.faults();
    // The image is reopened, and nothing sent.
    faults.on_calls((Service::Sqs, "SendMessage"), CallFault::Error(500), When::Always);
    let error = outage.try_redrive(Redrive::default()).await.unwrap_err();
    assert!(format!("{error:#}").contains(&format!("put image {} back", failed.image_id)), "{error:#}");
    let reopened = outage.get(failed.image_id).await;
    assert_eq!((reopened.status, reopened.version), (Status::Uploaded, failed.version + 1));
    faults.clear();

    // It is sent, and stays in the dead-letter queue.
    faults.on_calls((Service::Sqs, "DeleteMessage"), CallFault::Error(500), When::Always);
    outage.try_redrive(Redrive::default()).await.unwrap_err();
    faults.clear();
    let depth = outage.harness.testbed.aws.queue_depth().unwrap();
    assert_eq!((depth.visible, depth.dead), (1, 1));

    let printed = outage.redrive().await;
    assert_eq!(printed, format!("image {} is uploaded and stays so\n1 sent to the queue, 0 left\n", failed.image_id));
    assert_eq!(outage.get(failed.image_id).await, reopened);

    // Twice in the queue, and processed once.
    outage.mend();
    let calls = outage.harness.testbed.aws.textract_calls();
    let worker = outage.harness.worker();
    let ended = outage.harness.ended(failed.image_id).await;
    outage.harness.queue_is_empty().await;
    worker.stopped().await;
    assert_eq!(ended.status, Status::Accepted);
    assert_eq!(outage.harness.testbed.aws.textract_calls() - calls, 1);
}

#[tokio::test]
async fn what_has_ended_or_is_gone_goes_and_what_is_not_ours_stays() {
    let outage = Outage::begin().await;
    let mut failed = outage.failed(2).await;
    let (gone, ended) = (failed.remove(0), failed.remove(0));
    outage.harness.ledger.remove(&gone.owner, gone.image_id, Timestamp::now()).await.unwrap().unwrap();
    // A redrive that died, a worker that was faster.
    outage.mend();
    outage.harness.ledger.reopen(ended.image_id, Timestamp::now()).await.unwrap();
    let worker = outage.harness.worker();
    outage.harness.announce(&ended).await;
    let ended = outage.harness.ended(ended.image_id).await;
    outage.harness.queue_is_empty().await;
    let sqs = aws_sdk_sqs::Client::new(&outage.harness.testbed.sdk);
    let dead_letters = &outage.harness.testbed.aws.resources().dead_letter_queue_url;
    sqs.send_message().queue_url(dead_letters).message_body("hello").send().await.unwrap();

    for _ in 0..2 {
        let printed = outage.redrive().await;
        assert!(printed.contains("is none of ours and stays\n") && printed.ends_with(" 1 left\n"), "{printed}");
        outage.harness.queue_is_empty().await;
        outage.dead(1).await;
    }
    worker.stopped().await;
    assert_eq!(outage.get(ended.image_id).await, ended);
    assert!(outage.harness.ledger.get(gone.image_id).await.unwrap().is_none());
    let left = sqs.receive_message().queue_url(dead_letters).send().await.unwrap();
    assert_eq!(left.messages()[0].body(), Some("hello"));
}

#[tokio::test]
async fn the_program_redrives_when_it_is_told_to() {
    let outage = Outage::begin().await;
    let failed = outage.failed(1).await.remove(0);
    let resources = outage.harness.testbed.aws.resources();
    let mut program = Command::new(env!("CARGO_BIN_EXE_image-handler"));
    program.arg("redrive").envs(resources.worker_env()).env("FINGERPRINT_KEY", "a secret of the tests, long enough");
    program.envs(outage.harness.testbed.env_of("image-handler", image_handler::AWS_CALLS));
    // Given or found, it is the same queue.
    program.env("DEAD_LETTER_QUEUE_URI", &resources.dead_letter_queue_url).stderr(Stdio::inherit());
    let output = tokio::task::spawn_blocking(move || program.output().unwrap()).await.unwrap();
    assert!(output.status.success());
    let printed = String::from_utf8(output.stdout).unwrap();
    assert!(printed.contains(&format!("image {} was failed and begins again", failed.image_id)), "{printed}");
    assert_eq!(outage.get(failed.image_id).await.status, Status::Uploaded);
}
