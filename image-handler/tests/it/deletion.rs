//! Images that their owners delete.

use jiff::Timestamp;

use crate::harness::Harness;

#[tokio::test]
async fn an_image_that_is_deleted_while_it_is_read_leaves_nothing() {
    let (harness, mut beginning, release) = Harness::held().await;
    let worker = harness.worker();
    let image = harness.prepare().await;
    harness.announce(&image).await;
    beginning.recv().await.unwrap();
    harness.ledger.remove(&image.owner, image.image_id, Timestamp::now()).await.unwrap().unwrap();
    drop(release);
    harness.queue_is_empty().await;
    worker.stopped().await;
    assert!(harness.ledger.get(image.image_id).await.unwrap().is_none());
    assert_eq!(harness.answers().await, Vec::<String>::new());
    assert!(harness.ledger.earned(&image.owner).await.unwrap().is_empty());
}

#[tokio::test]
async fn an_answer_that_a_dead_worker_left_goes_with_the_deleted_image() {
    let harness = Harness::new().await;
    let image = harness.prepare().await;
    let bucket = harness.testbed.aws.resources().bucket;
    for page in [1, 3] {
        let put = harness.s3.put_object().bucket(bucket).key(image.image_id.analysis(page));
        put.body(b"{}".to_vec().into()).send().await.unwrap();
    }
    harness.ledger.remove(&image.owner, image.image_id, Timestamp::now()).await.unwrap().unwrap();
    harness.announce(&image).await;
    let worker = harness.worker();
    harness.queue_is_empty().await;
    worker.stopped().await;
    assert_eq!(harness.answers().await, Vec::<String>::new());
    assert_eq!(harness.testbed.aws.textract_calls(), 0);
}
