//! How long an image is kept in hand, and what happens when it is lost.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use ledger::{Claim, GIVE_UP_AFTER};
use local::{AwsConfig, CallFault, Channel, DeliveryFault, Service, When};
use receipt::Status;
use testbed::{a_receipt, eventually};

use crate::bench::{Bench, history};

const ONE_SECOND: SignedDuration = SignedDuration::from_secs(1);

#[tokio::test]
async fn an_image_that_has_waited_too_long_ends_and_its_message_can_be_redriven() {
    let bench = Bench::on(|config| AwsConfig { max_receives: 3, ..config }).await;
    let image = bench.prepare_at(Timestamp::now() - GIVE_UP_AFTER - ONE_SECOND).await;
    bench.announce(&image).await;
    let worker = bench.worker_with(|config| config.max_receives = 3);
    let image = bench.ended(image.image_id).await;
    assert_eq!((image.status, image.try_again), (Status::Failed, Some(true)));
    bench.put_aside(1).await;
    assert_eq!(bench.testbed.aws.textract_calls(), 0);
    worker.stopped().await;
}

#[tokio::test]
async fn nobody_waits_for_textract_for_ever() {
    let bench = Bench::on(|config| AwsConfig { max_receives: 3, ..config }).await;
    bench.testbed.aws.faults().on_calls(Service::Textract, CallFault::Throttle, When::Always);
    let image = bench.prepare_at(Timestamp::now() - GIVE_UP_AFTER + ONE_SECOND * 4).await;
    bench.announce(&image).await;
    let worker = bench.worker_with(|config| config.max_receives = 3);
    let image = bench.ended(image.image_id).await;
    assert_eq!((image.status, image.try_again), (Status::Failed, Some(true)));
    assert!(image.updated_at >= image.give_up_at());
    bench.put_aside(1).await;
    worker.stopped().await;
}

#[tokio::test]
async fn whoever_lost_the_image_keeps_the_answer_and_writes_no_status() {
    let (bench, mut beginning, release) = Bench::held().await;
    let worker = bench.worker();
    let id = bench.upload().await;
    beginning.recv().await.unwrap();
    // To another worker, whose clock says that the lease has ended.
    let later = Timestamp::now() + SignedDuration::from_mins(1);
    let claim = bench.ledger.claim(id, "another", later, ONE_SECOND).await.unwrap();
    let Claim::Taken(taken) = claim else { panic!("{claim:?}") };
    drop(release);
    eventually("the stored answer", async || (bench.answers().await.len() == 1).then_some(())).await;
    worker.stopped().await;
    assert_eq!(bench.ledger.get(id).await.unwrap().unwrap(), *taken);
    assert_eq!(bench.testbed.aws.queue_depth().unwrap().dead, 0);

    // The other one goes on with the answer that was kept.
    let expired =
        bench.ledger.claim(id, "a third", later + SignedDuration::from_mins(1), -SignedDuration::from_hours(1));
    assert!(matches!(expired.await.unwrap(), Claim::Taken(_)));
    let worker = bench.worker();
    bench.announce(&taken).await;
    assert_eq!(bench.ended(id).await.status, Status::Accepted);
    assert_eq!(bench.testbed.aws.textract_calls(), 1);
    worker.stopped().await;
}

#[tokio::test]
async fn whoever_lost_the_message_keeps_the_answer_and_writes_no_status() {
    let bench = Bench::reading(|_| {
        // Longer than a heartbeat, by which the loss is noticed.
        std::thread::sleep(Duration::from_secs(6));
        Ok(a_receipt())
    })
    .await;
    // The queue shows the message although it was handed out: the first handle is worth nothing.
    bench.testbed.aws.faults().on_deliveries(Channel::Queue, DeliveryFault::Double, When::Next(1));
    let id = bench.upload().await;
    let worker = bench.worker();
    let image = bench.ended(id).await;
    // The first one ended with `started`; the second one had the answer already.
    let expected = [Status::Uploaded, Status::Started, Status::Started, Status::TextDetected, Status::Accepted];
    assert_eq!(history(&image), expected);
    assert_eq!(bench.testbed.aws.textract_calls(), 1);
    bench.queue_is_empty().await;
    worker.stopped().await;
}
