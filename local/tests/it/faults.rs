//! Faults that any call can meet.

use std::time::Duration;

use aws_sdk_s3::{error::ProvideErrorMetadata as _, primitives::ByteStream};
use local::{CallFault, Service, When};
use tokio::time::Instant;

use crate::clients::stand;

#[tokio::test]
async fn each_service_fails_with_its_own_error_codes() {
    let stand = stand().await;
    for service in [Service::S3, Service::DynamoDb, Service::Sns, Service::Sqs] {
        stand.aws.faults().on_calls(service, CallFault::Error(503), When::Next(1));
        stand.aws.faults().on_calls(service, CallFault::Throttle, When::Next(1));
    }
    let put = || {
        let put = stand.s3.put_object().bucket(stand.resources.bucket).key("a");
        put.body(ByteStream::from(vec![0; 1024 * 1024])).send()
    };
    assert_eq!(put().await.unwrap_err().code(), Some("ServiceUnavailable"));
    assert_eq!(put().await.unwrap_err().code(), Some("SlowDown"));
    put().await.unwrap();

    let scan = || stand.dynamodb.scan().table_name(stand.resources.table).send();
    assert_eq!(scan().await.unwrap_err().raw_response().unwrap().status().as_u16(), 503);
    assert!(scan().await.unwrap_err().into_service_error().is_provisioned_throughput_exceeded_exception());
    scan().await.unwrap();

    let publish = || stand.sns.publish().topic_arn(&stand.resources.new_image_topic).message("a").send();
    assert_eq!(publish().await.unwrap_err().raw_response().unwrap().status().as_u16(), 503);
    assert_eq!(publish().await.unwrap_err().code(), Some("Throttling"));
    publish().await.unwrap();

    let receive = || stand.sqs.receive_message().queue_url(&stand.resources.queue_url).send();
    assert_eq!(receive().await.unwrap_err().raw_response().unwrap().status().as_u16(), 503);
    assert!(receive().await.unwrap_err().into_service_error().is_request_throttled());
    assert_eq!(receive().await.unwrap().messages().len(), 1);
}

#[tokio::test]
async fn a_lost_answer_belongs_to_a_call_that_was_done() {
    let stand = stand().await;
    stand.aws.faults().on_calls((Service::Sqs, "SendMessage"), CallFault::LoseAnswer, When::Next(1));
    let sent = stand.sqs.send_message().queue_url(&stand.resources.queue_url).message_body("a").send().await;
    assert!(sent.is_err());
    assert_eq!(stand.aws.queue_depth().unwrap().visible, 1);
}

#[tokio::test]
async fn a_call_can_be_made_to_wait() {
    let stand = stand().await;
    let delay = Duration::from_millis(300);
    stand.aws.faults().on_calls((Service::DynamoDb, "Scan"), CallFault::Delay(delay), When::Always);
    let began = Instant::now();
    stand.dynamodb.scan().table_name(stand.resources.table).send().await.unwrap();
    assert!(began.elapsed() >= delay);
}

#[tokio::test]
async fn faults_can_be_requested_over_http() {
    let stand = stand().await;
    let (http, address) = (reqwest::Client::new(), format!("{}/_local/faults", stand.aws.endpoint()));
    let order = r#"{"calls": {"service": "dynamodb"}, "fault": "throttle", "when": "always"}"#;
    let ordered = http.put(&address).header("content-type", "application/json").body(order).send().await.unwrap();
    assert_eq!(ordered.status().as_u16(), 204);
    let scan = || stand.dynamodb.scan().table_name(stand.resources.table).send();
    assert!(scan().await.is_err());
    http.delete(&address).send().await.unwrap();
    scan().await.unwrap();
    assert!(reqwest::get(format!("{}/_local/health", stand.aws.endpoint())).await.unwrap().status().is_success());
}
