//! For tests only: the stand-ins in the same process, and the SDK's configuration that leads to them.

#![expect(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    reason = "the numbers of a made-up receipt are small"
)]

mod declared_calls;

use std::{path::Path, time::Duration};

use aws_config::{AppName, BehaviorVersion, Region, SdkConfig};
use aws_credential_types::Credentials;
use local::{Aws, AwsConfig, TextDetection};
use receipt::textract::{Block, BlockType, BoundingBox, DetectDocumentText, Geometry, Point};
use service::AwsCall;
use tempfile::TempDir;

use crate::declared_calls::DeclaredCalls;

/// How long anything that a test waits for may take. Far more than it does, so that only a fault reaches it.
pub const PATIENCE: Duration = Duration::from_secs(30);

/// The stand-ins on a free port with a folder of their own.
#[derive(Debug)]
pub struct Testbed {
    pub aws: Aws,
    /// For the test's own calls.
    pub sdk: SdkConfig,
    declared_calls: DeclaredCalls,
    data: TempDir,
}

impl Testbed {
    /// Textract sees [`a_receipt`] on every picture.
    pub async fn start() -> Self {
        Self::start_with(|config| config).await
    }

    /// The folder in which the stand-ins keep everything.
    pub fn data(&self) -> &Path {
        self.data.path()
    }

    pub async fn start_with(change: impl FnOnce(AwsConfig) -> AwsConfig) -> Self {
        let data = tempfile::tempdir().expect("make a temporary folder");
        let recorded = TextDetection::new(|_| Ok(a_receipt()));
        let declared_calls = DeclaredCalls::default();
        let call_log = Some(declared_calls.log());
        let config = AwsConfig { call_log, ..AwsConfig::new(data.path(), recorded) };
        let aws = Aws::start(change(config)).await.expect("start the stand-ins");
        let sdk = sdk_config(&aws).await;
        Self { aws, sdk, declared_calls, data }
    }

    /// For the calls of a program that the test runs. When the testbed is dropped, the test fails if the program made one
    /// that it does not declare.
    pub fn sdk_of(&self, program: &'static str, declared: &'static [AwsCall<'static>]) -> SdkConfig {
        self.declared_calls.expect(program, declared);
        self.sdk.to_builder().app_name(AppName::new(program).expect("a program's name is an app name")).build()
    }

    /// The same for a program in a process of its own: what is to be in its environment.
    pub fn env_of(
        &self,
        program: &'static str,
        declared: &'static [AwsCall<'static>],
    ) -> [(&'static str, &'static str); 1] {
        self.declared_calls.expect(program, declared);
        [("AWS_SDK_UA_APP_ID", program)]
    }

    /// Waits until the program has made each call that it declares.
    pub async fn makes_every_declared_call(&self, program: &str) {
        let made = async {
            while !self.unmade_calls(program).is_empty() {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        let made = tokio::time::timeout(PATIENCE, made).await;
        assert!(made.is_ok(), "{program} declares calls that it does not make: {:?}", self.unmade_calls(program));
    }

    /// What the program declares and has not called so far.
    pub fn unmade_calls(&self, program: &str) -> Vec<String> {
        self.declared_calls.unmade(program)
    }
}

async fn sdk_config(aws: &Aws) -> SdkConfig {
    let resources = aws.resources();
    let keys = (resources.access_key_id, resources.secret_access_key);
    aws_config::defaults(BehaviorVersion::v2026_01_12())
        .endpoint_url(&resources.endpoint)
        .region(Region::new(resources.region))
        .credentials_provider(Credentials::new(keys.0, keys.1, None, None, "testbed"))
        .load()
        .await
}

/// What Textract sees on a small receipt over 9.00 RM.
pub fn a_receipt() -> DetectDocumentText {
    lines(&[
        "CORNER BOOKS SDN BHD",
        "12 JALAN MAWAR",
        "50000 KUALA LUMPUR",
        "Date: 25/12/2018 8:13 PM",
        "PENCIL 2B    4.00",
        "NOTEBOOK A5    5.00",
        "TOTAL RM 9.00",
        "CASH 10.00",
        "CHANGE 1.00",
    ])
}

/// An answer with these lines, one below the other.
pub fn lines(texts: &[&str]) -> DetectDocumentText {
    let height = 0.9 / texts.len().max(1) as f32;
    let blocks = texts.iter().enumerate().map(|(row, text)| {
        let (left, top, width) = (0.1, 0.05 + height * row as f32, 0.02 * text.len().min(40) as f32);
        let bounding_box = BoundingBox { left, top, width, height: height * 0.6 };
        let (right, bottom) = (left + width, top + height * 0.6);
        let polygon = [(left, top), (right, top), (right, bottom), (left, bottom)];
        Block {
            block_type: BlockType::Line,
            id: format!("line-{row}"),
            confidence: Some(99.0),
            text: Some((*text).to_owned()),
            text_type: None,
            geometry: Some(Geometry {
                bounding_box,
                polygon: polygon.map(|(x, y)| Point { x, y }).to_vec(),
                rotation_angle: None,
            }),
            relationships: Vec::new(),
            page: Some(1),
        }
    });
    DetectDocumentText { blocks: blocks.collect(), ..DetectDocumentText::default() }
}

/// `bytes` bytes that look like a JPEG's coded pixels: enough for whoever does not decode them.
pub fn a_jpeg(bytes: usize) -> Vec<u8> {
    let mut jpeg = b"\xff\xd8\xff\xda\0\x08\x01\x01\0\0\x3f\0".to_vec();
    jpeg.extend((12..bytes).map(|n| (n % 251) as u8));
    jpeg.truncate(bytes);
    jpeg
}

/// Asks until there is an answer, for at most [`PATIENCE`].
pub async fn eventually<T>(what: &str, mut ask: impl AsyncFnMut() -> Option<T>) -> T {
    let asked = async {
        loop {
            if let Some(answer) = ask().await {
                return answer;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(PATIENCE, asked).await.unwrap_or_else(|_| panic!("{what} did not come true in {PATIENCE:?}"))
}
