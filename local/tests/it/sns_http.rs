//! Delivery to HTTP: confirmation, headers, signature, retries, faults.

use std::time::Duration;

use aws_sdk_sns::error::ProvideErrorMetadata as _;
use http::StatusCode;
use local::{Channel, DeliveryFault, When};
use tokio::time::Instant;

use crate::{
    clients::{Clients, Stand, stand},
    signatures::is_genuine,
    subscriber::Subscriber,
};

const POLICY: &str = r#"{"healthyRetryPolicy":{"minDelayTarget":1,"maxDelayTarget":1,"numRetries":2}}"#;

/// Subscribes, and returns what SNS answered.
pub(crate) async fn subscribe(clients: &Clients, url: &str) -> String {
    let subscribe = clients.sns.subscribe().topic_arn(&clients.resources.image_status_topic).protocol("http");
    let subscribed = subscribe.endpoint(url).attributes("DeliveryPolicy", POLICY).send().await.unwrap();
    subscribed.subscription_arn.unwrap()
}

/// Subscribes and confirms; the subscription's ARN.
pub(crate) async fn join(clients: &Clients, subscriber: &mut Subscriber) -> String {
    assert_eq!(subscribe(clients, &subscriber.url).await, "pending confirmation");
    let request = subscriber.next().await;
    let confirm = clients.sns.confirm_subscription().topic_arn(request.text("TopicArn")).token(request.text("Token"));
    confirm.authenticate_on_unsubscribe("true").send().await.unwrap().subscription_arn.unwrap()
}

pub(crate) async fn publish(clients: &Clients, message: &str) {
    let publish = clients.sns.publish().topic_arn(&clients.resources.image_status_topic);
    publish.message(message).send().await.unwrap();
}

async fn joined() -> (Stand, Subscriber) {
    let (stand, mut subscriber) = (stand().await, Subscriber::start().await);
    join(&stand, &mut subscriber).await;
    (stand, subscriber)
}

#[tokio::test]
async fn a_subscription_is_confirmed_by_the_token_that_it_is_sent() {
    let (stand, mut subscriber) = (stand().await, Subscriber::start().await);
    assert_eq!(subscribe(&stand, &subscriber.url).await, "pending confirmation");
    let request = subscriber.next().await;
    assert_eq!(request.header("x-amz-sns-message-type"), "SubscriptionConfirmation");
    assert_eq!(request.header("content-type"), "text/plain; charset=UTF-8");
    assert!(!request.headers.contains_key("x-amz-sns-subscription-arn"));
    assert_eq!(request.text("Type"), "SubscriptionConfirmation");
    assert_eq!(request.text("TopicArn"), stand.resources.image_status_topic);
    assert!(request.text("SubscribeURL").starts_with(stand.aws.endpoint()));
    assert!(is_genuine(&request.body).await);

    publish(&stand, "too early").await;
    let confirm = stand.sns.confirm_subscription().topic_arn(request.text("TopicArn"));
    let error = confirm.clone().token("guessed").send().await.unwrap_err().into_service_error();
    assert!(error.is_invalid_parameter_exception(), "{error:?}");
    let arn = confirm.token(request.text("Token")).send().await.unwrap().subscription_arn.unwrap();
    stand.aws.first_subscription().await;

    publish(&stand, "now").await;
    let notification = subscriber.next().await;
    assert_eq!(
        (notification.text("Message"), notification.header("x-amz-sns-subscription-arn")),
        ("now", arn.as_str())
    );
    // A second subscription gets the same ARN, and no second request for confirmation.
    assert_eq!(subscribe(&stand, &subscriber.url).await, arn);
    assert!(subscriber.has_nothing_more());
}

#[tokio::test]
async fn the_url_in_the_request_confirms_too() {
    let (stand, mut subscriber) = (stand().await, Subscriber::start().await);
    subscribe(&stand, &subscriber.url).await;
    let request = subscriber.next().await;
    reqwest::get(request.text("SubscribeURL")).await.unwrap().error_for_status().unwrap();
    stand.aws.first_subscription().await;
}

#[tokio::test]
async fn a_second_subscription_before_the_confirmation_sends_the_request_again() {
    let (stand, mut subscriber) = (stand().await, Subscriber::start().await);
    subscribe(&stand, &subscriber.url).await;
    subscribe(&stand, &subscriber.url).await;
    assert_eq!(subscriber.next().await.text("Token"), subscriber.next().await.text("Token"));
}

#[tokio::test]
async fn a_notification_has_the_headers_and_a_signature_that_verifies() {
    let (stand, mut subscriber) = joined().await;
    let publish = stand.sns.publish().topic_arn(&stand.resources.image_status_topic);
    let published = publish.message("{\"a\":\"ü\n\"}").subject("a subject").send().await.unwrap();
    let got = subscriber.next().await;
    assert_eq!(got.header("user-agent"), "Amazon Simple Notification Service Agent");
    assert_eq!(got.header("content-type"), "text/plain; charset=UTF-8");
    assert_eq!(got.header("x-amz-sns-message-type"), "Notification");
    assert_eq!(got.header("x-amz-sns-message-id"), published.message_id().unwrap());
    assert_eq!(got.header("x-amz-sns-topic-arn"), stand.resources.image_status_topic);
    assert_eq!(got.text("MessageId"), published.message_id().unwrap());
    assert_eq!((got.text("Message"), got.text("Subject")), ("{\"a\":\"ü\n\"}", "a subject"));
    assert_eq!(got.text("SignatureVersion"), "2");
    assert_eq!((got.text("Timestamp").len(), got.text("Timestamp").ends_with('Z')), (24, true));
    assert!(is_genuine(&got.body).await);

    let mut forged = got.body;
    forged["Message"] = "another".into();
    assert!(!is_genuine(&forged).await);
}

#[tokio::test]
async fn a_topic_can_be_signed_in_the_first_version() {
    let (stand, mut subscriber) = joined().await;
    let set = stand.sns.set_topic_attributes().topic_arn(&stand.resources.image_status_topic);
    set.attribute_name("SignatureVersion").attribute_value("1").send().await.unwrap();
    publish(&stand, "old").await;
    let got = subscriber.next().await;
    assert_eq!(got.text("SignatureVersion"), "1");
    assert!(is_genuine(&got.body).await);
}

#[tokio::test]
async fn a_subscriber_that_is_down_for_a_moment_gets_the_notification_later() {
    let (stand, mut subscriber) = joined().await;
    subscriber.answer_next(StatusCode::SERVICE_UNAVAILABLE);
    publish(&stand, "again").await;
    let (first, began) = (subscriber.next().await, Instant::now());
    let second = subscriber.next().await;
    assert_eq!(first.text("MessageId"), second.text("MessageId"));
    assert!(began.elapsed() >= Duration::from_millis(900), "the policy says a second");
}

#[tokio::test]
async fn a_notification_that_is_refused_is_not_sent_again() {
    let (stand, mut subscriber) = joined().await;
    subscriber.answer_next(StatusCode::FORBIDDEN);
    publish(&stand, "refused").await;
    publish(&stand, "taken").await;
    let mut got = [subscriber.next().await, subscriber.next().await].map(|got| got.text("Message").to_owned());
    got.sort();
    assert_eq!(got, ["refused", "taken"]);
    // Longer than the first delay of the policy: what is retried would be here.
    tokio::time::sleep(Duration::from_millis(1300)).await;
    assert!(subscriber.has_nothing_more());
}

#[tokio::test]
async fn deliveries_are_lost_doubled_and_overtaken_on_request() {
    let (stand, mut subscriber) = joined().await;
    let faults = stand.aws.faults();
    faults.on_deliveries(Channel::Http, DeliveryFault::Lose, When::Next(1));
    faults.on_deliveries(Channel::Http, DeliveryFault::Double, When::Next(1));
    faults.on_deliveries(Channel::Http, DeliveryFault::Reorder, When::Next(1));
    for message in ["lost", "doubled", "overtaken", "fast"] {
        publish(&stand, message).await;
        if message == "doubled" {
            assert_eq!(subscriber.next().await.text("Message"), "doubled");
            assert_eq!(subscriber.next().await.text("Message"), "doubled");
        }
    }
    assert_eq!(subscriber.next().await.text("Message"), "fast");
    assert_eq!(subscriber.next().await.text("Message"), "overtaken");
}

#[tokio::test]
async fn a_subscription_is_listed_and_ends_when_asked_to() {
    let (stand, mut subscriber) = (stand().await, Subscriber::start().await);
    let arn = join(&stand, &mut subscriber).await;
    let list = stand.sns.list_subscriptions_by_topic().topic_arn(&stand.resources.image_status_topic);
    let listed = list.clone().send().await.unwrap();
    assert_eq!(listed.subscriptions()[0].endpoint(), Some(subscriber.url.as_str()));
    let told = stand.sns.get_subscription_attributes().subscription_arn(&arn).send().await.unwrap();
    let told = told.attributes().unwrap();
    assert_eq!((told["PendingConfirmation"].as_str(), told["DeliveryPolicy"].as_str()), ("false", POLICY));

    // Without credentials, as by the URL in the message, it stays.
    let address = format!("{}/?Action=Unsubscribe&SubscriptionArn={arn}", stand.aws.endpoint());
    assert_eq!(reqwest::get(address).await.unwrap().status(), StatusCode::FORBIDDEN);
    stand.sns.unsubscribe().subscription_arn(&arn).send().await.unwrap();
    assert!(list.send().await.unwrap().subscriptions().is_empty());
}

#[tokio::test]
async fn another_delivery_policy_needs_another_subscription() {
    let (stand, mut subscriber) = (stand().await, Subscriber::start().await);
    join(&stand, &mut subscriber).await;
    let subscribe = stand.sns.subscribe().topic_arn(&stand.resources.image_status_topic).protocol("http");
    let error = subscribe.endpoint(&subscriber.url).send().await.unwrap_err();
    assert_eq!(error.code(), Some("InvalidParameter"));
}

#[tokio::test]
async fn nothing_is_published_to_a_topic_that_is_not_there() {
    let stand = stand().await;
    let publish = stand.sns.publish().topic_arn("arn:aws:sns:us-east-1:000000000000:none").message("a");
    assert!(publish.send().await.unwrap_err().into_service_error().is_not_found_exception());
    let made = stand.sns.create_topic().name("none").send().await.unwrap();
    stand.sns.publish().topic_arn(made.topic_arn().unwrap()).message("a").send().await.unwrap();
}
