//! The worker over the real wire, against the stand-ins in the same process.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use clap::Parser;
use image_handler::Config;
use jiff::{SignedDuration, Timestamp};
use ledger::{Image, Ledger, NewRecord};
use local::{AwsConfig, CallFault, Channel, DeliveryFault, DetectionError, Service, TextDetection, When};
use receipt::{
    ImageId, ObjectKey, Orientation, OwnerId, PictureFormat, PictureHash, Rules, Status,
    rules::{Offer, RebateRules},
    textract::DetectDocumentText,
};
use rust_decimal::Decimal;
use testbed::{Testbed, a_jpeg, a_receipt, eventually, lines};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

/// The stand-ins, the ledger, and what `api` does by hand.
struct Bench {
    testbed: Testbed,
    ledger: Ledger,
    s3: aws_sdk_s3::Client,
    sns: aws_sdk_sns::Client,
}

/// A running worker.
struct Worker {
    stop: CancellationToken,
    ran: JoinHandle<anyhow::Result<()>>,
}

impl Bench {
    async fn new() -> Self {
        Self::reading(|_| Ok(a_receipt())).await
    }

    async fn reading(
        read: impl Fn(&[u8]) -> Result<DetectDocumentText, DetectionError> + Send + Sync + 'static,
    ) -> Self {
        let text = TextDetection::Recorded(Arc::new(read));
        Self::on(|config| AwsConfig { text, ocr_at_once: 8, ..config }).await
    }

    async fn on(change: impl FnOnce(AwsConfig) -> AwsConfig) -> Self {
        let testbed = Testbed::start_with(change).await;
        let s3 = aws_sdk_s3::config::Builder::from(&testbed.sdk).force_path_style(true).build();
        Self {
            ledger: Ledger::new(aws_sdk_dynamodb::Client::new(&testbed.sdk), testbed.aws.resources().table),
            s3: aws_sdk_s3::Client::from_conf(s3),
            sns: aws_sdk_sns::Client::new(&testbed.sdk),
            testbed,
        }
    }

    fn worker(&self) -> Worker {
        self.worker_with(|_| {})
    }

    fn worker_with(&self, change: impl FnOnce(&mut Config)) -> Worker {
        let resources = self.testbed.aws.resources();
        let mut arguments = vec!["image-handler", "--queue", &resources.queue_url, "--bucket", resources.bucket];
        arguments.extend(["--table", resources.table, "--image-status-topic", &resources.image_status_topic]);
        arguments.extend(["--fingerprint-key", "a secret of the tests, long enough"]);
        let mut config = Config::parse_from(arguments);
        config.rules = Rules::default().for_any_age();
        change(&mut config);
        let stop = CancellationToken::new();
        let (aws, stopped) = (self.testbed.sdk.clone(), stop.clone().cancelled_owned());
        let ran = tokio::spawn(async move { image_handler::run(config, &aws, stopped).await });
        Worker { stop, ran }
    }

    /// Puts a picture into the bucket and the ledger, as `api` does before it announces it.
    async fn prepare(&self) -> Image {
        let image_id = ImageId::new();
        let key = ObjectKey::new(image_id, PictureFormat::Jpeg);
        let body = a_jpeg(1000).into();
        let bucket = self.testbed.aws.resources().bucket;
        self.s3.put_object().bucket(bucket).key(key.to_string()).body(body).send().await.unwrap();
        let (owner, orientation) = (OwnerId::random(), Orientation::Upright);
        let (at, sha256) = (Timestamp::now(), PictureHash::from(rand::random::<[u8; 32]>()));
        let record = NewRecord { image_id, owner, key, size_bytes: 1000, sha256, orientation, at };
        self.ledger.create(record).await.unwrap()
    }

    async fn announce(&self, image: &Image) {
        self.publish(&serde_json::to_string(&image.announcement()).unwrap()).await;
    }

    async fn publish(&self, message: &str) {
        let topic = &self.testbed.aws.resources().new_image_topic;
        self.sns.publish().topic_arn(topic).message(message).send().await.unwrap();
    }

    async fn upload(&self) -> ImageId {
        let image = self.prepare().await;
        self.announce(&image).await;
        image.image_id
    }

    /// The image once it has ended.
    async fn ended(&self, id: ImageId) -> Image {
        eventually("the end of the image", async || {
            self.ledger.get(id).await.unwrap().filter(|image| image.status.is_final())
        })
        .await
    }

    /// The keys of Textract's answers in the bucket.
    async fn answers(&self) -> Vec<String> {
        let bucket = self.testbed.aws.resources().bucket;
        let listed = self.s3.list_objects_v2().bucket(bucket).prefix("analysis/").send().await.unwrap();
        listed.contents().iter().filter_map(|object| object.key().map(str::to_owned)).collect()
    }

    async fn queue_is_empty(&self) {
        eventually("an empty queue", async || {
            let depth = self.testbed.aws.queue_depth().unwrap();
            (depth.visible + depth.in_flight == 0).then_some(())
        })
        .await;
    }
}

impl Worker {
    async fn stopped(self) {
        self.stop.cancel();
        self.ran.await.unwrap().unwrap();
    }
}

fn history(image: &Image) -> Vec<Status> {
    image.history.iter().map(|step| step.status).collect()
}

#[tokio::test]
async fn a_receipt_goes_its_way_to_the_verdict() {
    let bench = Bench::new().await;
    let worker = bench.worker();
    let id = bench.upload().await;
    let image = bench.ended(id).await;
    assert_eq!(history(&image), [Status::Uploaded, Status::Started, Status::TextDetected, Status::Accepted]);
    let receipt = image.result.unwrap().receipt;
    assert_eq!(receipt.total.unwrap().value.to_string(), "9.00");
    bench.queue_is_empty().await;
    worker.stopped().await;
}

#[tokio::test]
async fn what_is_no_receipt_is_rejected_with_what_is_missing() {
    let bench = Bench::reading(|_| Ok(lines(&["hello", "world"]))).await;
    let worker = bench.worker();
    let image = bench.ended(bench.upload().await).await;
    assert_eq!(image.status, Status::Rejected);
    assert!(image.detail.unwrap().starts_with("We can't"));
    worker.stopped().await;
}

#[tokio::test]
async fn a_picture_that_can_never_be_read_fails_with_what_to_do() {
    let bench = Bench::reading(|_| Err(DetectionError::Bad("truncated".to_owned()))).await;
    let worker = bench.worker();
    let image = bench.ended(bench.upload().await).await;
    assert_eq!(image.status, Status::Failed);
    assert_eq!(image.detail.as_deref(), Some("This picture's file is damaged. Take the photo again."));
    bench.queue_is_empty().await;
    worker.stopped().await;
}

#[tokio::test]
async fn a_message_for_nothing_and_a_message_from_nowhere_are_deleted() {
    let bench = Bench::new().await;
    let worker = bench.worker();
    bench.publish("hello").await;
    let mut image = bench.prepare().await;
    image.image_id = ImageId::new();
    image.key = ObjectKey::new(image.image_id, PictureFormat::Jpeg);
    bench.announce(&image).await;
    bench.queue_is_empty().await;
    assert_eq!(bench.testbed.aws.textract_calls(), 0);
    worker.stopped().await;
}

#[tokio::test]
async fn a_doubled_message_is_paid_for_once() {
    let bench = Bench::new().await;
    let (one, other) = (bench.worker(), bench.worker());
    // The same worker may get a message twice, too.
    bench.testbed.aws.faults().on_deliveries(Channel::Queue, DeliveryFault::Double, When::Next(2));
    let image = bench.prepare().await;
    for _ in 0..5 {
        bench.announce(&image).await;
    }
    let image = bench.ended(image.image_id).await;
    bench.queue_is_empty().await;
    assert_eq!(bench.testbed.aws.textract_calls(), 1);
    assert_eq!(bench.ledger.get(image.image_id).await.unwrap().unwrap(), image);
    one.stopped().await;
    other.stopped().await;
}

#[tokio::test]
async fn throttling_makes_it_wait_and_say_so() {
    let bench = Bench::new().await;
    bench.testbed.aws.faults().on_calls(Service::Textract, CallFault::Throttle, When::Next(3));
    let worker = bench.worker();
    let image = bench.ended(bench.upload().await).await;
    assert_eq!(image.status, Status::Accepted);
    let details: Vec<_> = image.history.iter().filter_map(|step| step.detail.as_deref()).collect();
    assert_eq!(details[0], "Waiting for a free reader");
    assert_eq!(details.iter().filter(|detail| **detail == "Waiting for a free reader").count(), 1);
    worker.stopped().await;
}

#[tokio::test]
async fn passing_faults_are_tried_again() {
    let bench = Bench::new().await;
    bench.testbed.aws.faults().on_calls(Service::Textract, CallFault::Error(500), When::Next(2));
    let worker = bench.worker();
    assert_eq!(bench.ended(bench.upload().await).await.status, Status::Accepted);
    worker.stopped().await;
}

#[tokio::test]
async fn a_stored_answer_is_not_paid_for_again() {
    let bench = Bench::new().await;
    let image = bench.prepare().await;
    let answer = serde_json::to_vec(&a_receipt()).unwrap();
    let bucket = bench.testbed.aws.resources().bucket;
    bench.s3.put_object().bucket(bucket).key(image.key.analysis()).body(answer.into()).send().await.unwrap();
    let worker = bench.worker();
    bench.announce(&image).await;
    assert_eq!(bench.ended(image.image_id).await.status, Status::Accepted);
    assert_eq!(bench.testbed.aws.textract_calls(), 0);
    worker.stopped().await;
}

#[tokio::test]
async fn after_a_dead_worker_the_next_one_takes_over_when_its_lease_ends() {
    let bench = Bench::new().await;
    let image = bench.prepare().await;
    // Another worker took it, and died.
    let lease = SignedDuration::from_secs(2);
    bench.ledger.claim(image.image_id, "the dead one", Timestamp::now(), lease).await.unwrap();
    let worker = bench.worker();
    bench.announce(&image).await;
    let image = bench.ended(image.image_id).await;
    let expected = [Status::Uploaded, Status::Started, Status::Started, Status::TextDetected, Status::Accepted];
    assert_eq!(history(&image), expected);
    bench.queue_is_empty().await;
    worker.stopped().await;
}

#[tokio::test]
async fn statuses_that_cannot_be_published_hold_up_nothing() {
    let bench = Bench::new().await;
    let id = bench.upload().await;
    bench.testbed.aws.faults().on_calls((Service::Sns, "Publish"), CallFault::Error(500), When::Always);
    let worker = bench.worker();
    assert_eq!(bench.ended(id).await.status, Status::Accepted);
    worker.stopped().await;
}

#[tokio::test]
async fn told_to_stop_it_finishes_what_is_in_hand() {
    let (begun, mut beginning) = tokio::sync::mpsc::unbounded_channel();
    let bench = Bench::reading(move |_| {
        begun.send(()).unwrap();
        std::thread::sleep(Duration::from_millis(300));
        Ok(a_receipt())
    })
    .await;
    let worker = bench.worker();
    let id = bench.upload().await;
    beginning.recv().await.unwrap();
    worker.stopped().await;
    assert_eq!(bench.ledger.get(id).await.unwrap().unwrap().status, Status::Accepted);
    bench.queue_is_empty().await;
}

#[tokio::test]
async fn a_slow_receipt_holds_back_nobody() {
    let slow = Arc::new(AtomicU64::new(0));
    let first = slow.clone();
    let (release, held) = std::sync::mpsc::channel::<()>();
    let held = std::sync::Mutex::new(held);
    let bench = Bench::reading(move |_| {
        if first.fetch_add(1, Ordering::SeqCst) == 0 {
            held.lock().unwrap().recv().unwrap();
        }
        Ok(a_receipt())
    })
    .await;
    let worker = bench.worker();
    let stuck = bench.upload().await;
    eventually("the slow one's start", async || (slow.load(Ordering::SeqCst) == 1).then_some(())).await;
    for _ in 0..20 {
        let id = bench.upload().await;
        bench.ended(id).await;
    }
    assert!(!bench.ledger.get(stuck).await.unwrap().unwrap().status.is_final());
    release.send(()).unwrap();
    bench.ended(stuck).await;
    worker.stopped().await;
}

#[tokio::test]
async fn an_answer_that_cannot_be_stored_at_once_is_paid_for_once() {
    let bench = Bench::new().await;
    let image = bench.prepare().await;
    bench.testbed.aws.faults().on_calls((Service::S3, "PutObject"), CallFault::Error(503), When::Always);
    let worker = bench.worker();
    bench.announce(&image).await;
    assert_eq!(bench.ended(image.image_id).await.status, Status::Accepted);
    assert_eq!(bench.testbed.aws.textract_calls(), 1);
    worker.stopped().await;
}

#[tokio::test]
async fn a_topic_that_hangs_does_not_cost_the_lease() {
    let bench = Bench::new().await;
    let id = bench.upload().await;
    let hang = CallFault::Delay(Duration::from_mins(1));
    bench.testbed.aws.faults().on_calls((Service::Sns, "Publish"), hang, When::Always);
    let (one, other) = (bench.worker(), bench.worker());
    let image = bench.ended(id).await;
    assert_eq!(history(&image), [Status::Uploaded, Status::Started, Status::TextDetected, Status::Accepted]);
    assert_eq!(bench.testbed.aws.textract_calls(), 1);
    one.stopped().await;
    other.stopped().await;
}

#[tokio::test]
async fn at_the_last_receive_the_image_ends_and_its_message_is_put_aside() {
    let text = TextDetection::Recorded(Arc::new(|_| Err(DetectionError::Internal("down".to_owned()))));
    let bench = Bench::on(|config| AwsConfig { text, max_receives: 1, ..config }).await;
    let worker = bench.worker_with(|config| config.max_receives = 1);
    let image = bench.ended(bench.upload().await).await;
    assert_eq!(image.status, Status::Failed);
    assert!(image.detail.unwrap().contains("again later"));
    eventually("the message in the dead-letter queue", async || {
        (bench.testbed.aws.queue_depth().unwrap().dead == 1).then_some(())
    })
    .await;
    worker.stopped().await;
}

#[tokio::test]
async fn told_to_stop_while_it_waits_it_lets_the_image_go() {
    let bench = Bench::new().await;
    bench.testbed.aws.faults().on_calls(Service::Textract, CallFault::Throttle, When::Always);
    let worker = bench.worker();
    let id = bench.upload().await;
    eventually("the wait", async || {
        let image = bench.ledger.get(id).await.unwrap().unwrap();
        image.detail.filter(|detail| detail.starts_with("Waiting"))
    })
    .await;
    worker.stopped().await;
    let image = bench.ledger.get(id).await.unwrap().unwrap();
    assert!(image.lease.unwrap().until <= Timestamp::now());
    bench.testbed.aws.faults().clear();
    let worker = bench.worker();
    assert_eq!(bench.ended(id).await.status, Status::Accepted);
    worker.stopped().await;
}

#[tokio::test]
async fn of_many_photos_of_one_receipt_one_is_paid_for() {
    let bench = Bench::new().await;
    let (one, other) = (bench.worker(), bench.worker());
    let uploads: Vec<_> = futures_util::future::join_all((0..6).map(|_| bench.prepare())).await;
    for image in &uploads {
        bench.announce(image).await;
    }
    let mut accepted = 0;
    for image in uploads {
        let image = bench.ended(image.image_id).await;
        let earned = bench.ledger.earned(&image.owner).await.unwrap();
        let verdict = image.result.unwrap().verdict;
        match image.status {
            Status::Accepted => accepted += 1,
            _ => assert_eq!(verdict.summary, "This receipt was sent before."),
        }
        assert_eq!(earned.len(), usize::from(image.status == Status::Accepted));
    }
    assert_eq!(accepted, 1);
    one.stopped().await;
    other.stopped().await;
}

#[tokio::test]
async fn the_rules_are_the_operators() {
    let bench = Bench::new().await;
    let worker = bench.worker_with(|config| {
        config.rules = "min_confidence = 0.1\nrequired = [\"total\"]\nmax_age_days = 14".parse().unwrap();
    });
    let image = bench.ended(bench.upload().await).await;
    assert_eq!(image.detail.unwrap(), "Older than 14 days, so we can't take it.");
    worker.stopped().await;

    let worker = bench.worker_with(|config| {
        let offer = Offer { name: "Pencils".to_owned(), pattern: "pencil*".to_owned(), amount: Decimal::new(150, 2) };
        let rebate = RebateRules { currency: "EUR".parse().unwrap(), base: Decimal::ZERO, offers: vec![offer] };
        config.rules = Rules { rebate: Some(rebate), max_age_days: None, ..Rules::default() };
    });
    let image = bench.ended(bench.upload().await).await;
    assert_eq!(image.detail.unwrap(), "Accepted, you earn 1.50 EUR.");
    let earned = bench.ledger.earned(&image.owner).await.unwrap();
    assert_eq!((earned[0].amount.to_string().as_str(), earned[0].currency.to_string().as_str()), ("1.50", "EUR"));
    worker.stopped().await;
}

#[tokio::test]
async fn an_image_that_is_deleted_while_it_is_read_leaves_nothing() {
    let (begun, mut beginning) = tokio::sync::mpsc::unbounded_channel();
    let (release, held) = std::sync::mpsc::channel::<()>();
    let held = std::sync::Mutex::new(held);
    let bench = Bench::reading(move |_| {
        begun.send(()).unwrap();
        held.lock().unwrap().recv().unwrap();
        Ok(a_receipt())
    })
    .await;
    let worker = bench.worker();
    let image = bench.prepare().await;
    bench.announce(&image).await;
    beginning.recv().await.unwrap();
    bench.ledger.remove(&image.owner, image.image_id, Timestamp::now()).await.unwrap().unwrap();
    release.send(()).unwrap();
    bench.queue_is_empty().await;
    worker.stopped().await;
    assert!(bench.ledger.get(image.image_id).await.unwrap().is_none());
    assert_eq!(bench.answers().await, Vec::<String>::new());
    assert!(bench.ledger.earned(&image.owner).await.unwrap().is_empty());
}

#[tokio::test]
async fn an_answer_that_a_dead_worker_left_goes_with_the_deleted_image() {
    let bench = Bench::new().await;
    let image = bench.prepare().await;
    let bucket = bench.testbed.aws.resources().bucket;
    bench.s3.put_object().bucket(bucket).key(image.key.analysis()).body(b"{}".to_vec().into()).send().await.unwrap();
    bench.ledger.remove(&image.owner, image.image_id, Timestamp::now()).await.unwrap().unwrap();
    bench.announce(&image).await;
    let worker = bench.worker();
    bench.queue_is_empty().await;
    worker.stopped().await;
    assert_eq!(bench.answers().await, Vec::<String>::new());
    assert_eq!(bench.testbed.aws.textract_calls(), 0);
}
