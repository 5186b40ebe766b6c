//! From the topic `newImage` to the queue.

use serde_json::Value;

use crate::{clients::stand, signatures::is_genuine};

#[tokio::test]
async fn a_new_image_is_in_the_queue_when_publish_answers() {
    let stand = stand().await;
    let publish = stand.sns.publish().topic_arn(&stand.resources.new_image_topic).message(r#"{"imageId":"a"}"#);
    let published = publish.send().await.unwrap();
    assert_eq!(stand.aws.queue_depth().unwrap().visible, 1);

    let envelope: Value = serde_json::from_str(stand.receive().await[0].body().unwrap()).unwrap();
    assert_eq!(envelope["Type"], "Notification");
    assert_eq!(envelope["Message"], r#"{"imageId":"a"}"#);
    assert_eq!(envelope["MessageId"], published.message_id().unwrap());
    assert_eq!(envelope["TopicArn"], stand.resources.new_image_topic);
    assert!(envelope["UnsubscribeURL"].as_str().unwrap().contains("Action=Unsubscribe"));
    assert!(is_genuine(&envelope).await);
}
