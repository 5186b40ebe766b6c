//! Images that their owners delete.

use jiff::Timestamp;

use crate::bench::Bench;

#[tokio::test]
async fn an_image_that_is_deleted_while_it_is_read_leaves_nothing() {
    let (bench, mut beginning, release) = Bench::held().await;
    let worker = bench.worker();
    let image = bench.prepare().await;
    bench.announce(&image).await;
    beginning.recv().await.unwrap();
    bench.ledger.remove(&image.owner, image.image_id, Timestamp::now()).await.unwrap().unwrap();
    drop(release);
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
