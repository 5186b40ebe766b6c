//! The state after a restart.

use crate::{
    clients::{config, stand},
    sns_http::{join, publish, subscribe},
    subscriber::Subscriber,
};

#[tokio::test]
async fn messages_subscriptions_key_and_objects_survive() {
    let (mut stand, mut subscriber) = (stand().await, Subscriber::start().await);
    let arn = join(&stand, &mut subscriber).await;
    stand.put("uploads/a/image.jpg", b"a picture").await;
    stand.send("in flight").await;
    assert_eq!(stand.receive().await.len(), 1);
    stand.send("waiting").await;
    publish(&stand, "before").await;
    let before = subscriber.next().await;

    stand = stand.restart().await;
    // A message that was in flight is visible at once.
    assert_eq!(stand.aws.queue_depth().unwrap().visible, 2);
    let bodies: Vec<_> = stand.receive().await.into_iter().map(|message| message.body.unwrap()).collect();
    assert_eq!(bodies, ["in flight", "waiting"]);

    assert_eq!(subscribe(&stand, &subscriber.url).await, arn);
    stand.aws.first_subscription().await;
    publish(&stand, "after").await;
    let after = subscriber.next().await;
    assert_eq!(after.text("Message"), "after");
    let certificate = |url: &str| url.rsplit('/').next().map(str::to_owned);
    assert_eq!(certificate(before.text("SigningCertURL")), certificate(after.text("SigningCertURL")));

    let got = stand.s3.get_object().bucket(stand.resources.bucket).key("uploads/a/image.jpg").send().await.unwrap();
    assert_eq!(got.body.collect().await.unwrap().into_bytes().as_ref(), b"a picture");
}

#[tokio::test]
async fn a_folder_has_one_process_at_a_time() {
    let stand = stand().await;
    let error = local::Aws::start(config(&stand.data)).await.unwrap_err();
    assert!(error.to_string().contains("is in use by another process"), "{error:#}");
}

#[tokio::test]
async fn a_port_has_one_process_at_a_time() {
    let (stand, other) = (stand().await, tempfile::TempDir::new().unwrap());
    let mut config = config(&other);
    config.listen = stand.aws.endpoint().trim_start_matches("http://").parse().unwrap();
    let error = local::Aws::start(config).await.unwrap_err();
    assert!(error.to_string().contains("is in use already"), "{error:#}");
}
