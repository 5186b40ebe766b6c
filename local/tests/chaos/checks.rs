//! What must hold at the end of the run.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use ledger::{Image, Money};
use receipt::{ImageId, NewImage, OwnerId, Reason, Status, mined, verdict::RuleOutcome};
use serde::Deserialize;

use crate::{
    bad_day::{BadDay, WATCHED},
    journal::Journal,
    photos::{PHOTOS, Shown},
    programs::MAX_RECEIVES,
};

pub(crate) struct Outcome {
    /// Each with what its photo shows.
    images: Vec<(Shown, Image)>,
}

impl Outcome {
    pub(crate) async fn of(day: &BadDay) -> Self {
        let mut images = Vec::with_capacity(PHOTOS);
        for (photo, id) in day.photos.iter().zip(&day.ids) {
            images.push((photo.shown, day.ledger.get(*id).await.unwrap().unwrap()));
        }
        Self { images }
    }

    pub(crate) fn every_image_has_one_end(&self) {
        assert_eq!(self.images.iter().map(|(_, image)| image.image_id).collect::<HashSet<_>>().len(), PHOTOS);
        for (_, image) in &self.images {
            let history = &image.history;
            let versions: Vec<u64> = history.iter().map(|step| step.version).collect();
            assert_eq!(versions, (1..=image.version).collect::<Vec<_>>(), "{image:?}");
            assert_eq!(history[0].status, Status::Uploaded, "{image:?}");
            assert!(history.windows(2).all(|steps| steps[0].status.may_become(steps[1].status)), "{image:?}");
            assert_eq!(history.iter().filter(|step| step.status.is_final()).count(), 1, "{image:?}");
            assert_eq!(history.last().unwrap().status, image.status, "{image:?}");
            assert_eq!(image.lease, None, "{image:?}");
        }
    }

    /// The end that belongs to what the photo shows, or `failed` at the last receive, which can happen to any image.
    pub(crate) fn every_end_is_the_right_one(&self) {
        let mut receipts: HashMap<usize, Vec<&Image>> = HashMap::new();
        for (shown, image) in self.images.iter().filter(|(shown, image)| *shown == Shown::Unlucky || !gave_up(image)) {
            match shown {
                Shown::Receipt(number) => receipts.entry(*number).or_default().push(image),
                Shown::NoReceipt => assert_eq!(image.status, Status::Rejected, "{image:?}"),
                Shown::Broken => assert_eq!(image.reason, Some(Reason::DamagedPicture), "{image:?}"),
                Shown::Unlucky => assert!(gave_up(image), "{image:?}"),
            }
        }
        for photos in receipts.values() {
            let is_accepted = |image: &&&Image| image.status == Status::Accepted;
            assert_eq!(photos.iter().filter(is_accepted).count(), 1, "{photos:?}");
            for image in photos.iter().filter(|image| !is_accepted(image)) {
                let rules = &image.result.as_ref().unwrap().verdict.rules;
                let failed = rules.iter().filter(|rule| rule.outcome == RuleOutcome::Failed);
                let codes: Vec<_> = failed.map(|rule| format!("{:?}", rule.code)).collect();
                assert!(matches!(codes.as_slice(), [code] if code.starts_with("Duplicate")), "{codes:?}: {image:?}");
            }
        }
    }

    pub(crate) fn every_picture_is_paid_for_once(&self, journal: &Journal) {
        let (paid, lost) = journal.check_payments();
        println!("{paid} answers of Textract, {lost} of them lost with their worker or on their way");
        assert!(journal.kills() > 0);
        for (shown, image) in &self.images {
            let is_read = image.result.is_some();
            assert!(!is_read || journal.was_paid(image.image_id), "{image:?}");
            if matches!(shown, Shown::Broken | Shown::Unlucky) {
                assert!(!is_read && !journal.was_paid(image.image_id), "{image:?}");
            }
        }
    }

    /// An owner's earnings are the sum of the rebates of the accepted receipts.
    pub(crate) async fn every_rebate_is_paid_once(&self, day: &BadDay) {
        let mut owed: HashMap<&OwnerId, Vec<Money>> = HashMap::new();
        for (_, image) in &self.images {
            let rebate = image.summary.as_ref().and_then(|summary| summary.rebate);
            assert_eq!(rebate.is_some(), image.status == Status::Accepted, "{image:?}");
            owed.entry(&image.owner).or_default().extend(rebate);
        }
        for (owner, rebates) in owed {
            let [earned] = day.ledger.earned(owner).await.unwrap()[..] else { panic!("one currency") };
            assert!(rebates.iter().all(|rebate| rebate.currency == earned.currency));
            assert_eq!(earned.amount, rebates.iter().map(|rebate| rebate.amount).sum());
        }
    }

    /// Every picture, Textract's answer for every one that was read, the analytics export of every receipt that has
    /// one, and no other object.
    pub(crate) async fn the_bucket_holds_what_it_should(&self, day: &BadDay) {
        let pictures: BTreeSet<String> = self.images.iter().map(|(_, image)| image.key.to_string()).collect();
        assert_eq!(keys(day, "uploads/").await, pictures);
        let answers = keys(day, "analysis/").await;
        let of = |is_wanted: fn(&Image) -> bool| -> BTreeSet<String> {
            let wanted = self.images.iter().filter(|(_, image)| is_wanted(image));
            wanted.map(|(_, image)| image.image_id.analysis(1)).collect()
        };
        let worthwhile = self.images.iter().filter(|(_, image)| {
            let read = image.result.as_ref();
            read.is_some_and(|read| !mined::lines(image.image_id, &read.receipt, &read.verdict).is_empty())
        });
        let mined: BTreeSet<String> = worthwhile.map(|(_, image)| image.image_id.mined()).collect();
        assert_eq!(keys(day, "receipts/").await, mined);
        let (read, perhaps) =
            (of(|image| image.result.is_some()), of(|image| image.result.is_some() || gave_up(image)));
        assert!(answers.is_superset(&read), "{:?}", read.difference(&answers));
        assert!(answers.is_subset(&perhaps), "{:?}", answers.difference(&perhaps));
    }

    /// The queue is empty. Its dead-letter queue has the message of every image that may be tried again, and otherwise
    /// only messages that were received as often as the queue allows: each receive may be lost, or find the image
    /// leased.
    pub(crate) async fn the_queues_hold_what_they_should(&self, day: &BadDay) {
        let depth = day.testbed.aws.queue_depth().unwrap();
        assert_eq!((depth.visible, depth.in_flight), (0, 0));
        let mut dead: BTreeMap<ImageId, Vec<u32>> = BTreeMap::new();
        for (id, receives) in dead_letters(day).await {
            dead.entry(id).or_default().push(receives);
        }
        for (_, image) in self.images.iter().filter(|(_, image)| gave_up(image)) {
            assert!(dead.contains_key(&image.image_id), "no message is left to redrive {image:?}");
        }
        println!("dead letters: {dead:?}");
        for (id, receives) in dead {
            assert!(receives.iter().all(|receives| *receives > MAX_RECEIVES), "{id}: {receives:?}");
        }
    }

    pub(crate) fn every_watcher_saw_the_truth(&self, day: &BadDay) {
        let images: HashMap<ImageId, &Image> = self.images.iter().map(|(_, image)| (image.image_id, image)).collect();
        for (id, frame) in &day.last_frames {
            let image = images[id];
            assert_eq!(frame["status"], image.status.as_str(), "{frame}");
            assert_eq!(frame["version"], image.version, "{frame}");
            assert_eq!(frame["verdict"].is_object(), image.result.is_some(), "{frame}");
        }
        assert_eq!(day.last_frames.len(), 2 * PHOTOS / WATCHED);
    }
}

fn gave_up(image: &Image) -> bool {
    image.status == Status::Failed && image.try_again == Some(true)
}

async fn keys(day: &BadDay, prefix: &str) -> BTreeSet<String> {
    let s3 = aws_sdk_s3::config::Builder::from(&day.testbed.sdk).force_path_style(true).build();
    let list = aws_sdk_s3::Client::from_conf(s3).list_objects_v2();
    let listed = list.bucket(day.testbed.aws.resources().bucket).prefix(prefix).send().await.unwrap();
    assert_eq!(listed.is_truncated(), Some(false));
    listed.contents().iter().map(|object| object.key().unwrap().to_owned()).collect()
}

/// The image of each message in the dead-letter queue, and how often the message has been received.
async fn dead_letters(day: &BadDay) -> Vec<(ImageId, u32)> {
    #[derive(Deserialize)]
    struct Envelope {
        #[serde(rename = "Message")]
        message: String,
    }
    let sqs = aws_sdk_sqs::Client::new(&day.testbed.sdk);
    let mut letters = Vec::new();
    loop {
        let receive = sqs.receive_message().queue_url(&day.testbed.aws.resources().dead_letter_queue_url);
        let receive = receive.max_number_of_messages(10).visibility_timeout(600);
        let attribute = aws_sdk_sqs::types::MessageSystemAttributeName::ApproximateReceiveCount;
        let received = receive.message_system_attribute_names(attribute.clone()).send().await.unwrap();
        if received.messages().is_empty() {
            return letters;
        }
        for message in received.messages() {
            let envelope: Envelope = serde_json::from_str(message.body().unwrap()).unwrap();
            let image: NewImage = serde_json::from_str(&envelope.message).unwrap();
            let count = message.attributes().unwrap()[&attribute].parse().unwrap();
            letters.push((image.image_id, count));
        }
    }
}
