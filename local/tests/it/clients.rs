//! The stand-ins in a folder of their own, and AWS's clients for them.

use std::{fmt::Debug, ops::Deref, time::Duration};

use aws_config::{BehaviorVersion, Region, SdkConfig, retry::RetryConfig};
use aws_sdk_sqs::types::Message;
use local::{Aws, AwsConfig, DetectionError, Resources, TextDetection};
use receipt::textract::{Block, BlockType, DetectDocumentText, DocumentMetadata};
use tempfile::TempDir;
use tokio::time::Instant;

/// What the recorded text detection answers for every picture.
pub(crate) fn recorded() -> DetectDocumentText {
    let line = Block {
        block_type: BlockType::Line,
        id: "line".to_owned(),
        confidence: Some(99.5),
        text: Some("TOTAL 9.00".to_owned()),
        text_type: None,
        geometry: None,
        relationships: Vec::new(),
        page: None,
    };
    DetectDocumentText {
        blocks: vec![line],
        document_metadata: DocumentMetadata { pages: Some(1) },
        detect_document_text_model_version: Some("1.0".to_owned()),
    }
}

pub(crate) fn config(data: &TempDir) -> AwsConfig {
    let text = TextDetection::new(|picture| {
        if picture.ends_with(b"broken") { Err(DetectionError::Bad("broken".to_owned())) } else { Ok(recorded()) }
    });
    AwsConfig::new(data.path(), text)
}

pub(crate) struct Stand {
    pub(crate) aws: Aws,
    pub(crate) data: TempDir,
    pub(crate) clients: Clients,
}

pub(crate) async fn stand() -> Stand {
    stand_with(|_| ()).await
}

pub(crate) async fn stand_with(change: impl FnOnce(&mut AwsConfig)) -> Stand {
    let data = TempDir::new().unwrap();
    let mut config = config(&data);
    change(&mut config);
    let aws = Aws::start(config).await.unwrap();
    let clients = Clients::of(aws.resources());
    Stand { aws, data, clients }
}

impl Stand {
    /// Stops, and starts again on the same data (and on another port).
    pub(crate) async fn restart(self) -> Self {
        self.aws.stop().await;
        let aws = Aws::start(config(&self.data)).await.unwrap();
        let clients = Clients::of(aws.resources());
        Self { aws, data: self.data, clients }
    }
}

impl Deref for Stand {
    type Target = Clients;

    fn deref(&self) -> &Clients {
        &self.clients
    }
}

pub(crate) struct Clients {
    pub(crate) resources: Resources,
    pub(crate) s3: aws_sdk_s3::Client,
    pub(crate) dynamodb: aws_sdk_dynamodb::Client,
    pub(crate) sns: aws_sdk_sns::Client,
    pub(crate) sqs: aws_sdk_sqs::Client,
    pub(crate) textract: aws_sdk_textract::Client,
}

impl Clients {
    pub(crate) fn of(resources: &Resources) -> Self {
        let (id, secret) = (resources.access_key_id, resources.secret_access_key);
        let keys = aws_sdk_s3::config::Credentials::new(id, secret, None, None, "tests");
        let config = SdkConfig::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::new(resources.region))
            .credentials_provider(aws_sdk_s3::config::SharedCredentialsProvider::new(keys))
            .endpoint_url(&resources.endpoint)
            .retry_config(RetryConfig::disabled())
            .build();
        let s3 = aws_sdk_s3::config::Builder::from(&config).force_path_style(true).build();
        Self {
            resources: resources.clone(),
            s3: aws_sdk_s3::Client::from_conf(s3),
            dynamodb: aws_sdk_dynamodb::Client::new(&config),
            sns: aws_sdk_sns::Client::new(&config),
            sqs: aws_sdk_sqs::Client::new(&config),
            textract: aws_sdk_textract::Client::new(&config),
        }
    }

    pub(crate) async fn send(&self, body: &str) {
        self.sqs.send_message().queue_url(&self.resources.queue_url).message_body(body).send().await.unwrap();
    }

    /// The messages that are visible now.
    pub(crate) async fn receive(&self) -> Vec<Message> {
        self.receive_within(Duration::ZERO).await
    }

    /// Waits for messages.
    pub(crate) async fn receive_within(&self, wait: Duration) -> Vec<Message> {
        let received = self
            .sqs
            .receive_message()
            .queue_url(&self.resources.queue_url)
            .max_number_of_messages(10)
            .wait_time_seconds(i32::try_from(wait.as_secs()).unwrap())
            .message_system_attribute_names(aws_sdk_sqs::types::MessageSystemAttributeName::All)
            .send()
            .await;
        received.unwrap().messages.unwrap_or_default()
    }

    pub(crate) async fn put(&self, key: &str, bytes: &[u8]) {
        let body = aws_sdk_s3::primitives::ByteStream::from(bytes.to_vec());
        self.s3.put_object().bucket(self.resources.bucket).key(key).body(body).send().await.unwrap();
    }
}

/// Polls until there is an answer, for ten seconds at most.
pub(crate) async fn eventually<T, F: Future<Output = Option<T>>>(what: impl Debug, mut ask: impl FnMut() -> F) -> T {
    let deadline = Instant::now() + Duration::from_secs(10);
    loop {
        if let Some(answer) = ask().await {
            return answer;
        }
        assert!(Instant::now() < deadline, "in vain for ten seconds: {what:?}");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}
