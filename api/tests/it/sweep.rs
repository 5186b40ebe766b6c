//! Images that nobody has in hand are looked after.

use std::collections::HashSet;

use jiff::{SignedDuration, Timestamp};
use ledger::{GIVE_UP_AFTER, Image, NewRecord, Part, Sender};
use receipt::{ImageId, ObjectKey, Orientation, OwnerId, PictureFormat, PictureHash, Reason, Status};

use crate::test_app::{TestApp, Visitor, Watcher, queued};

/// Written down so long ago, and never announced.
async fn an_image(app: &TestApp, owner: &OwnerId, age: SignedDuration) -> Image {
    let image_id = ImageId::new();
    let key = ObjectKey::new(image_id, PictureFormat::Jpeg);
    let (sha256, orientation, at) = (PictureHash::from([7; 32]), Orientation::Upright, Timestamp::now() - age);
    let record = NewRecord {
        image_id,
        owner: owner.clone(),
        sender: Sender::default(),
        first_part: Part { key, size_bytes: 1, orientation },
        further_parts: Vec::new(),
        sha256,
        at,
    };
    app.ledger.create(record).await.unwrap()
}

#[tokio::test]
async fn of_several_tasks_one_announces_an_idle_image() {
    const IDLE: u64 = 40;
    let app = TestApp::at_once().await;
    let owner = OwnerId::random();
    for _ in 0..IDLE {
        an_image(&app, &owner, SignedDuration::from_secs(90)).await;
    }
    let in_hand = an_image(&app, &owner, SignedDuration::from_secs(90)).await;
    app.take(in_hand.image_id).await;
    app.another_task(|_| {}).await;
    queued(&app, IDLE).await;

    // A third task comes later. Of each shard it sees the youngest one last: once it has announced those it has passed
    // over all others, and the first two have long come to their ends.
    let (mut youngest, mut shards) = (0, HashSet::new());
    while shards.len() < 8 {
        let image = an_image(&app, &owner, SignedDuration::from_secs(15)).await;
        shards.insert(image.image_id.to_string().chars().last().unwrap().to_digit(16).unwrap() % 8);
        youngest += 1;
    }
    app.another_task(|_| {}).await;
    queued(&app, IDLE + youngest).await;
}

#[tokio::test]
async fn whoever_waits_for_long_is_told_while_they_watch() {
    let app = TestApp::at_once().await;
    let visitor = Visitor::new(&app).await;
    let owner = app.ledger.get(visitor.upload().await).await.unwrap().unwrap().owner;
    let id = an_image(&app, &owner, SignedDuration::from_mins(3)).await.image_id;
    let mut watcher = Watcher::open(&app, &visitor.cookie, id).await;
    assert_eq!(watcher.status_and_version().await, ("uploaded".to_owned(), 1));
    let frame = watcher.frame().await;
    assert_eq!((frame["status"].as_str(), frame["version"].as_u64()), (Some("uploaded"), Some(2)));
    assert_eq!(frame["reason"], "takes_long");
    assert!(frame["detail"].as_str().unwrap().contains("longer than usual"));
    // The worker comes after all.
    let image = app.take(id).await;
    assert_eq!((image.version, image.reason, image.detail), (3, None, None));
}

#[tokio::test]
async fn what_nobody_reads_ends_and_says_to_try_again() {
    let app = TestApp::at_once().await;
    let visitor = Visitor::new(&app).await;
    let owner = app.ledger.get(visitor.upload().await).await.unwrap().unwrap().owner;
    let age = GIVE_UP_AFTER + SignedDuration::from_mins(11);
    let id = an_image(&app, &owner, age).await.image_id;
    let in_hand = an_image(&app, &owner, age).await.image_id;
    app.take(in_hand).await;
    let mut watcher = Watcher::open(&app, &visitor.cookie, id).await;
    watcher.status_and_version().await;
    let frame = watcher.frame().await;
    assert_eq!((frame["status"].as_str(), frame["tryAgain"].as_bool()), (Some("failed"), Some(true)));
    let list = visitor.json("/receipts").await;
    let listed = list["receipts"].as_array().unwrap().iter().find(|it| it["imageId"] == id.to_string()).unwrap();
    assert_eq!(listed["tryAgain"].as_bool(), Some(true));
    let one = visitor.json(&format!("/receipts/{id}")).await;
    for told in [&frame, listed, &one, &one["history"][1]] {
        assert_eq!(told["reason"], "nobody_came", "{told}");
        assert_eq!(told["detail"], Reason::NobodyCame.sentence(), "{told}");
    }
    assert_eq!(app.ledger.get(in_hand).await.unwrap().unwrap().status, Status::Started);
}
