//! The worker's part, played by hand.

use jiff::{SignedDuration, Timestamp};
use ledger::{Analysis, Claim, DayLimits, Image, Ledger, Recorded};
use receipt::{Fingerprints, ImageId, Orientation, Reason, Receipt, Rules, Status, judge, read, verdict::Facts};
use testbed::{Testbed, a_receipt};

pub(crate) struct Worker {
    pub(crate) ledger: Ledger,
    pub(crate) sns: aws_sdk_sns::Client,
    topic: String,
}

impl Worker {
    pub(crate) fn on(testbed: &Testbed) -> Self {
        let resources = testbed.aws.resources();
        Self {
            ledger: Ledger::new(aws_sdk_dynamodb::Client::new(&testbed.sdk), resources.table),
            sns: aws_sdk_sns::Client::new(&testbed.sdk),
            topic: resources.image_status_topic.clone(),
        }
    }

    /// Takes the image in hand, in the ledger only.
    pub(crate) async fn take(&self, id: ImageId) -> Image {
        match self.ledger.claim(id, "worker", Timestamp::now(), SignedDuration::from_secs(60)).await.unwrap() {
            Claim::Taken(image) => *image,
            other => panic!("{other:?}"),
        }
    }

    /// Has the image wait, in the ledger only.
    pub(crate) async fn waiting(&self, image: &Image) -> Image {
        let waiting = Some(Reason::WaitingForReader);
        self.ledger.advance(image, Status::Started, waiting, Timestamp::now()).await.unwrap()
    }

    pub(crate) async fn detected(&self, image: &Image) -> Image {
        self.ledger.advance(image, Status::TextDetected, None, Timestamp::now()).await.unwrap()
    }

    pub(crate) async fn concluded(&self, image: &Image) -> Image {
        // In a box: the future is larger than a test should keep on its stack.
        Box::pin(self.concluded_with(image, read(&a_receipt(), Orientation::Upright))).await
    }

    /// With a result that nearly fills the ledger's item.
    pub(crate) async fn concluded_at_length(&self, image: &Image) -> Image {
        let mut receipt = serde_json::to_value(read(&a_receipt(), Orientation::Upright)).unwrap();
        receipt["tradeName"] = receipt["merchant"].clone();
        receipt["tradeName"]["value"] = "x".repeat(ledger::MAX_ITEM_BYTES - 10 * 1024).into();
        Box::pin(self.concluded_with(image, serde_json::from_value(receipt).unwrap())).await
    }

    async fn concluded_with(&self, image: &Image, receipt: Receipt) -> Image {
        let verdict = judge(&receipt, &Facts::default(), &Rules::default());
        let analysis = Analysis { receipt, verdict };
        let marks = Fingerprints::default();
        let facts = self.ledger.facts(image, &marks, Timestamp::now()).await.unwrap();
        let limits = DayLimits::default();
        match self.ledger.record_verdict(image, analysis, &marks, &facts, &limits, Timestamp::now()).await.unwrap() {
            Recorded::Done(image) => *image,
            Recorded::Conflict => panic!("overtaken"),
        }
    }

    /// Tells the topic.
    pub(crate) async fn publish(&self, image: &Image) {
        let message = serde_json::to_string(&image.image_status()).unwrap();
        self.sns.publish().topic_arn(&self.topic).message(message).send().await.unwrap();
    }
}
