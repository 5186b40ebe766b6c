//! The test harness: the stand-ins, the ledger, workers, and the part of `api`, done by hand.

use aws_config::SdkConfig;
use clap::Parser;
use image_handler::Config;
use jiff::Timestamp;
use ledger::{Image, Ledger, NewRecord, Part, Sender};
use local::{AwsConfig, DetectionError, TextDetection};
use receipt::{
    ImageId, ObjectKey, Orientation, OwnerId, PictureFormat, PictureHash, Rules, Status, mined::NetworkGroup,
    textract::DetectDocumentText,
};
use testbed::{Testbed, a_jpeg, a_receipt, eventually};
use tokio::{sync::mpsc::UnboundedReceiver, task::JoinHandle};
use tokio_util::sync::CancellationToken;

pub(crate) struct Harness {
    pub(crate) testbed: Testbed,
    pub(crate) ledger: Ledger,
    pub(crate) s3: aws_sdk_s3::Client,
    pub(crate) sns: aws_sdk_sns::Client,
}

/// A running worker.
pub(crate) struct Worker {
    stop: CancellationToken,
    ran: JoinHandle<anyhow::Result<()>>,
}

impl Harness {
    pub(crate) async fn new() -> Self {
        Self::reading(|_| Ok(a_receipt())).await
    }

    pub(crate) async fn reading(
        read: impl Fn(&[u8]) -> Result<DetectDocumentText, DetectionError> + Send + Sync + 'static,
    ) -> Self {
        let text = TextDetection::new(read);
        Self::on(|config| AwsConfig { text, read_at_once: 8, ..config }).await
    }

    /// Textract signals each call as it begins on the receiver, and answers none before the sender is dropped.
    pub(crate) async fn held() -> (Self, UnboundedReceiver<()>, std::sync::mpsc::Sender<()>) {
        let (begun, beginning) = tokio::sync::mpsc::unbounded_channel();
        let (release, held) = std::sync::mpsc::channel();
        let held = std::sync::Mutex::new(held);
        let harness = Self::reading(move |_| {
            begun.send(()).unwrap();
            held.lock().unwrap().recv().unwrap_err();
            Ok(a_receipt())
        })
        .await;
        (harness, beginning, release)
    }

    pub(crate) async fn on(change: impl FnOnce(AwsConfig) -> AwsConfig) -> Self {
        let testbed = Testbed::start_with(change).await;
        let s3 = aws_sdk_s3::config::Builder::from(&testbed.sdk).force_path_style(true).build();
        Self {
            ledger: Ledger::new(aws_sdk_dynamodb::Client::new(&testbed.sdk), testbed.aws.resources().table),
            s3: aws_sdk_s3::Client::from_conf(s3),
            sns: aws_sdk_sns::Client::new(&testbed.sdk),
            testbed,
        }
    }

    pub(crate) fn worker(&self) -> Worker {
        self.worker_with(|_| {})
    }

    pub(crate) fn worker_with(&self, change: impl FnOnce(&mut Config)) -> Worker {
        let resources = self.testbed.aws.resources();
        let mut arguments = vec!["image-handler", "--queue", &resources.queue_url, "--bucket", resources.bucket];
        arguments.extend(["--table", resources.table, "--image-status-topic", &resources.image_status_topic]);
        arguments.extend(["--fingerprint-key", "a secret of the tests, long enough"]);
        let mut config = Config::parse_from(arguments);
        config.rules = Rules::default().for_trying_out();
        config.program = env!("CARGO_BIN_EXE_image-handler").into();
        change(&mut config);
        let stop = CancellationToken::new();
        let (aws, stopped) = (self.sdk(), stop.clone().cancelled_owned());
        let ran = tokio::spawn(async move { image_handler::run(config, &aws, stopped).await });
        Worker { stop, ran }
    }

    /// For the worker and for `redrive`; a call that they do not declare fails the test.
    pub(crate) fn sdk(&self) -> SdkConfig {
        self.testbed.sdk_of("image-handler", image_handler::AWS_CALLS)
    }

    /// Puts a picture into the bucket and the ledger, as `api` does before it announces it.
    pub(crate) async fn prepare(&self) -> Image {
        self.prepare_at(Timestamp::now()).await
    }

    /// As if it had been sent from somebody's home.
    pub(crate) async fn upload_from(&self, home: u8) -> ImageId {
        let sender = Sender { network: Some(NetworkGroup::from([home, 0])), ..Sender::default() };
        let image = self.prepare_by(sender, Timestamp::now()).await;
        self.announce(&image).await;
        image.image_id
    }

    /// As if it had been uploaded then.
    pub(crate) async fn prepare_at(&self, at: Timestamp) -> Image {
        self.prepare_by(Sender::default(), at).await
    }

    async fn prepare_by(&self, sender: Sender, at: Timestamp) -> Image {
        self.prepare_parts(sender, at, vec![a_photo(1000)]).await
    }

    /// Of several photos, of so many bytes each.
    pub(crate) async fn prepare_photos(&self, bytes: &[usize]) -> Image {
        let photos = bytes.iter().map(|bytes| a_photo(*bytes)).collect();
        self.prepare_parts(Sender::default(), Timestamp::now(), photos).await
    }

    pub(crate) async fn prepare_parts(
        &self,
        sender: Sender,
        at: Timestamp,
        files: Vec<(PictureFormat, Orientation, Vec<u8>)>,
    ) -> Image {
        let image_id = ImageId::new();
        let bucket = self.testbed.aws.resources().bucket;
        let mut parts = Vec::new();
        for (number, (format, orientation, file)) in (1..).zip(files) {
            let key = ObjectKey::of_part(image_id, number, format).unwrap();
            let size_bytes = file.len() as u64;
            self.s3.put_object().bucket(bucket).key(key.to_string()).body(file.into()).send().await.unwrap();
            parts.push(Part { key, size_bytes, orientation });
        }
        let further_parts = parts.split_off(1);
        let (owner, sha256) = (OwnerId::random(), PictureHash::from(rand::random::<[u8; 32]>()));
        let record = NewRecord { image_id, owner, sender, first_part: parts[0], further_parts, sha256, at };
        self.ledger.create(record).await.unwrap()
    }

    pub(crate) async fn announce(&self, image: &Image) {
        self.publish(&serde_json::to_string(&image.announcement()).unwrap()).await;
    }

    pub(crate) async fn publish(&self, message: &str) {
        let topic = &self.testbed.aws.resources().new_image_topic;
        self.sns.publish().topic_arn(topic).message(message).send().await.unwrap();
    }

    pub(crate) async fn upload(&self) -> ImageId {
        let image = self.prepare().await;
        self.announce(&image).await;
        image.image_id
    }

    /// Subscribes the dead-letter queue to statuses, where they can be counted and read.
    pub(crate) async fn overhear_statuses(&self) {
        let resources = self.testbed.aws.resources();
        let name = resources.dead_letter_queue_url.rsplit('/').next().unwrap();
        let queue = format!("arn:aws:sqs:us-east-1:000000000000:{name}");
        let subscribe = self.sns.subscribe().topic_arn(&resources.image_status_topic).protocol("sqs");
        subscribe.endpoint(queue).send().await.unwrap();
    }

    /// The image once it has ended.
    pub(crate) async fn ended(&self, id: ImageId) -> Image {
        eventually("the end of the image", async || {
            self.ledger.get(id).await.unwrap().filter(|image| image.status.is_final())
        })
        .await
    }

    /// The keys of Textract's answers in the bucket.
    pub(crate) async fn answers(&self) -> Vec<String> {
        self.keys("analysis/").await
    }

    /// The keys in the bucket with this prefix.
    pub(crate) async fn keys(&self, prefix: &str) -> Vec<String> {
        let bucket = self.testbed.aws.resources().bucket;
        let listed = self.s3.list_objects_v2().bucket(bucket).prefix(prefix).send().await.unwrap();
        listed.contents().iter().filter_map(|object| object.key().map(str::to_owned)).collect()
    }

    pub(crate) async fn put(&self, key: String, body: impl Into<Vec<u8>>) {
        let put = self.s3.put_object().bucket(self.testbed.aws.resources().bucket).key(key);
        put.body(body.into().into()).send().await.unwrap();
    }

    pub(crate) async fn queue_is_empty(&self) {
        eventually("an empty queue", async || {
            let depth = self.testbed.aws.queue_depth().unwrap();
            (depth.visible + depth.in_flight == 0).then_some(())
        })
        .await;
    }

    /// Waits for so many messages in the dead-letter queue, and none in the queue itself.
    pub(crate) async fn put_aside(&self, messages: u64) {
        eventually("the message in the dead-letter queue", async || {
            let depth = self.testbed.aws.queue_depth().unwrap();
            (depth.dead == messages && depth.visible + depth.in_flight == 0).then_some(())
        })
        .await;
    }
}

impl Worker {
    pub(crate) async fn stopped(self) {
        self.stop.cancel();
        self.ran.await.unwrap().unwrap();
    }
}

fn a_photo(bytes: usize) -> (PictureFormat, Orientation, Vec<u8>) {
    (PictureFormat::Jpeg, Orientation::Upright, a_jpeg(bytes))
}

pub(crate) fn history(image: &Image) -> Vec<Status> {
    image.history.iter().map(|step| step.status).collect()
}
