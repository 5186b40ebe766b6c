//! One run of the system under faults, from the first upload to the last image's end.

use std::time::Duration;

use futures_util::{StreamExt as _, stream};
use jiff::{SignedDuration, Timestamp};
use ledger::{Ledger, Place};
use local::{AwsConfig, CallFault, CallLog, Channel, DeliveryFault, Faults, Service, TextDetection, When};
use rand::{SeedableRng as _, rngs::StdRng};
use receipt::ImageId;
use serde_json::Value;
use testbed::Testbed;
use tokio::task::JoinSet;

use crate::{
    journal::Journal,
    people::Person,
    photos::{self, Photo, photos},
    programs::{self, Api, MAX_RECEIVES, Workers},
};

const WORKERS: usize = 2;
const PEOPLE: usize = 10;
/// One of this many images is watched.
pub(crate) const WATCHED: usize = 10;
/// The interval of polling.
const SOON: Duration = Duration::from_millis(200);

/// The state at the end of the run.
pub(crate) struct BadDay {
    pub(crate) testbed: Testbed,
    pub(crate) ledger: Ledger,
    pub(crate) journal: Journal,
    pub(crate) photos: Vec<Photo>,
    /// The image of each photo.
    pub(crate) ids: Vec<ImageId>,
    /// The last frame of each watcher.
    pub(crate) last_frames: Vec<(ImageId, Value)>,
}

impl BadDay {
    pub(crate) async fn run(seed: u64) -> Self {
        programs::forget_logs();
        let photos = photos(&mut StdRng::seed_from_u64(seed));
        let journal = Journal::new(seed);
        let testbed = stand_ins(journal.clone()).await;
        let resources = testbed.aws.resources().clone();
        let ledger = Ledger::new(aws_sdk_dynamodb::Client::new(&testbed.sdk), resources.table);

        let web_root = tempfile::tempdir().unwrap();
        std::fs::write(web_root.path().join("index.html"), "<!doctype html>").unwrap();
        let mut api = Api::start(&resources, web_root.path()).await;
        testbed.aws.first_subscription().await;
        cause_trouble(testbed.aws.faults(), seed);

        let mut workers = Workers::start(WORKERS, &resources, &journal);
        let mut watchers = JoinSet::new();
        let life = async {
            let ids = upload_all(&api, &photos, &mut watchers).await;
            until_answers(&journal, photos.len() * 2 / 3).await;
            api.kill_and_start_again().await;
            until_all_have_ended(&ledger).await;
            until_queue_is_empty(&testbed).await;
            ids
        };
        let ids = tokio::select! {
            ids = life => ids,
            () = workers.died() => panic!("no worker is left"),
        };
        let last_frames = watchers.join_all().await;
        testbed.aws.faults().clear();
        workers.stop().await;
        api.stop().await;
        Self { testbed, ledger, journal, photos, ids, last_frames }
    }
}

async fn stand_ins(journal: Journal) -> Testbed {
    let call_log = Some(CallLog::new(move |event| journal.see(event)));
    let text = TextDetection::new(photos::recorded);
    let config = |config| AwsConfig { text, call_log, read_at_once: 64, max_receives: MAX_RECEIVES, ..config };
    Testbed::start_with(config).await
}

fn cause_trouble(faults: &Faults, seed: u64) {
    let percent = |percent: u32| When::Chance(10 * percent);
    faults.seed(seed);
    for service in [Service::S3, Service::DynamoDb, Service::Sns, Service::Sqs, Service::Textract] {
        faults.on_calls(service, CallFault::Throttle, percent(5));
        faults.on_calls(service, CallFault::Error(500), percent(5));
        faults.on_calls(service, CallFault::LoseAnswer, percent(2));
    }
    // So that many calls are in flight when their worker is killed.
    faults.on_calls(Service::Textract, CallFault::Delay(Duration::from_millis(100)), When::Always);
    for channel in [Channel::Queue, Channel::Http] {
        faults.on_deliveries(channel, DeliveryFault::Lose, percent(5));
        faults.on_deliveries(channel, DeliveryFault::Double, percent(5));
        faults.on_deliveries(channel, DeliveryFault::Reorder, percent(5));
        faults.on_deliveries(channel, DeliveryFault::Delay(Duration::from_millis(500)), percent(5));
    }
}

/// Two dozen at a time. Two sockets watch every tenth photo.
async fn upload_all(api: &Api, photos: &[Photo], watchers: &mut JoinSet<(ImageId, Value)>) -> Vec<ImageId> {
    let mut people = Vec::with_capacity(PEOPLE);
    for _ in 0..PEOPLE {
        people.push(Person::new(&api.base).await);
    }
    let uploads = photos.iter().enumerate().map(|(number, photo)| {
        let person = &people[number % PEOPLE];
        async move { person.upload(photo.bytes.clone(), number).await }
    });
    let mut uploads = stream::iter(uploads).buffered(24).enumerate();
    let mut ids = Vec::with_capacity(photos.len());
    while let Some((number, id)) = uploads.next().await {
        ids.push(id);
        if number % WATCHED == 0 {
            for _ in 0..2 {
                let person = people[number % PEOPLE].clone();
                watchers.spawn(async move { (id, person.watch(id).await) });
            }
        }
    }
    ids
}

async fn until_all_have_ended(ledger: &Ledger) {
    while !have_all_ended(ledger).await {
        tokio::time::sleep(SOON).await;
    }
}

async fn have_all_ended(ledger: &Ledger) -> bool {
    let later = Timestamp::now() + SignedDuration::from_hours(1);
    let mut place = Some(Place::anywhere(0));
    while let Some(here) = place {
        match ledger.unfinished(later, here, 1).await {
            Ok(page) if page.images.is_empty() => place = page.next,
            Ok(_) | Err(_) => return false,
        }
    }
    true
}

async fn until_answers(journal: &Journal, stored: usize) {
    while journal.stored() < stored {
        tokio::time::sleep(SOON).await;
    }
}

async fn until_queue_is_empty(testbed: &Testbed) {
    loop {
        let depth = testbed.aws.queue_depth().unwrap();
        if depth.visible + depth.in_flight == 0 {
            return;
        }
        tokio::time::sleep(SOON).await;
    }
}
