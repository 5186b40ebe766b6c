//! The worker and `redrive` make every call to AWS that they declare. That they make no other, each test that runs them
//! sees.

use image_handler::Redrive;

use crate::redrive::Outage;

#[tokio::test]
async fn every_declared_call_is_made() {
    let outage = Outage::begin().await;
    let id = outage.failed(1).await.remove(0).image_id;
    outage.try_redrive(Redrive { dry_run: true, ..Redrive::default() }).await.unwrap();
    outage.mend();
    outage.redrive().await;
    let bench = &outage.bench;
    let worker = bench.worker();
    bench.ended(id).await;
    // One whose picture is gone, and one that is gone itself.
    let image = bench.prepare().await;
    bench
        .s3
        .delete_object()
        .bucket(bench.testbed.aws.resources().bucket)
        .key(image.key.to_string())
        .send()
        .await
        .unwrap();
    bench.announce(&image).await;
    let image = bench.prepare().await;
    bench.ledger.withdraw(image.image_id).await.unwrap();
    bench.announce(&image).await;
    bench.testbed.makes_every_declared_call("image-handler").await;
    worker.stopped().await;
}
