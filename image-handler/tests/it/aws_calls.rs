//! The worker and `redrive` make every call of AWS that they declare. A call that they do not declare fails any test that
//! runs them.

use image_handler::Redrive;

use crate::redrive::Outage;

#[tokio::test]
async fn every_declared_call_is_made() {
    let outage = Outage::begin().await;
    let id = outage.failed(1).await.remove(0).image_id;
    outage.try_redrive(Redrive { dry_run: true, ..Redrive::default() }).await.unwrap();
    outage.mend();
    outage.redrive().await;
    let harness = &outage.harness;
    let worker = harness.worker();
    harness.ended(id).await;
    // One that is sent page by page.
    harness.read(&["slip.heic"]).await;
    // One whose picture is gone, and one that is gone itself.
    let image = harness.prepare().await;
    harness
        .s3
        .delete_object()
        .bucket(harness.testbed.aws.resources().bucket)
        .key(image.key.to_string())
        .send()
        .await
        .unwrap();
    harness.announce(&image).await;
    let image = harness.prepare().await;
    harness.ledger.withdraw(image.image_id).await.unwrap();
    harness.announce(&image).await;
    harness.testbed.makes_every_declared_call("image-handler").await;
    worker.stopped().await;
}
