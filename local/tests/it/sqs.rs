//! The queue: waiting, visibility, deletion, the dead-letter queue.

use std::time::Duration;

use aws_sdk_sqs::types::{Message, MessageSystemAttributeName, QueueAttributeName};
use local::{Channel, DeliveryFault, When};
use tokio::time::Instant;

use crate::clients::{Clients, stand, stand_with};

async fn hide(clients: &Clients, message: &Message, seconds: i32) {
    change(clients, message, seconds).await.unwrap();
}

async fn change(
    clients: &Clients,
    message: &Message,
    seconds: i32,
) -> Result<(), aws_sdk_sqs::operation::change_message_visibility::ChangeMessageVisibilityError> {
    let change = clients.sqs.change_message_visibility().queue_url(&clients.resources.queue_url);
    let change = change.receipt_handle(message.receipt_handle().unwrap()).visibility_timeout(seconds);
    change.send().await.map(drop).map_err(aws_sdk_sqs::error::SdkError::into_service_error)
}

fn receives(message: &Message) -> &str {
    &message.attributes().unwrap()[&MessageSystemAttributeName::ApproximateReceiveCount]
}

#[tokio::test]
async fn a_waiting_receiver_wakes_at_once() {
    let stand = stand().await;
    let receive = stand.receive_within(Duration::from_secs(20));
    let publish = async {
        stand.aws.first_poll().await;
        stand.send("hello").await;
        Instant::now()
    };
    let (messages, sent) = tokio::join!(receive, publish);
    assert!(sent.elapsed() < Duration::from_secs(1), "{:?}", sent.elapsed());
    assert_eq!(messages[0].body(), Some("hello"));
    assert_eq!(messages[0].md5_of_body(), Some("5d41402abc4b2a76b9719d911017c592"));
}

#[tokio::test]
async fn a_message_that_was_received_is_hidden_until_its_timeout_and_then_wakes_a_receiver() {
    let stand = stand_with(|config| config.visibility_timeout = Duration::from_secs(1)).await;
    stand.send("again").await;
    let first = stand.receive().await;
    assert_eq!((first.len(), receives(&first[0])), (1, "1"));
    assert!(stand.receive().await.is_empty());
    let depth = stand.aws.queue_depth().unwrap();
    assert_eq!((depth.visible, depth.in_flight, depth.dead), (0, 1, 0));

    let second = stand.receive_within(Duration::from_secs(10)).await;
    assert_eq!(receives(&second[0]), "2");
    assert_ne!(first[0].receipt_handle(), second[0].receipt_handle());
    assert_eq!(first[0].message_id(), second[0].message_id());
}

#[tokio::test]
async fn a_deleted_message_does_not_come_back() {
    let stand = stand().await;
    stand.send("once").await;
    let message = stand.receive().await.remove(0);
    hide(&stand, &message, 0).await;
    let again = stand.receive().await.remove(0);
    let delete =
        |handle: &str| stand.sqs.delete_message().queue_url(&stand.resources.queue_url).receipt_handle(handle).send();
    // The handle of an earlier receive is accepted, and does nothing.
    delete(message.receipt_handle().unwrap()).await.unwrap();
    assert_eq!(stand.aws.queue_depth().unwrap().in_flight, 1);
    delete(again.receipt_handle().unwrap()).await.unwrap();
    assert_eq!(stand.aws.queue_depth().unwrap().in_flight, 0);

    let error = delete("no handle").await.unwrap_err().into_service_error();
    assert!(error.is_receipt_handle_is_invalid(), "{error:?}");
}

#[tokio::test]
async fn the_visibility_of_a_message_that_is_not_in_flight_cannot_be_changed() {
    let stand = stand().await;
    stand.send("here").await;
    let message = stand.receive().await.remove(0);
    hide(&stand, &message, 120).await;
    hide(&stand, &message, 0).await;
    let error = change(&stand, &message, 60).await.unwrap_err();
    assert!(error.is_message_not_inflight(), "{error:?}");
}

#[tokio::test]
async fn a_message_that_was_received_too_often_is_put_aside() {
    let stand = stand_with(|config| config.max_receives = 2).await;
    stand.send("poison").await;
    for _ in 0..2 {
        let message = stand.receive().await.remove(0);
        hide(&stand, &message, 0).await;
    }
    assert!(stand.receive().await.is_empty());
    let depth = stand.aws.queue_depth().unwrap();
    assert_eq!((depth.visible, depth.in_flight, depth.dead), (0, 0, 1));

    let dead = stand.sqs.receive_message().queue_url(&stand.resources.dead_letter_queue_url).send().await.unwrap();
    assert_eq!(dead.messages()[0].body(), Some("poison"));
}

#[tokio::test]
async fn a_queue_has_its_counts_and_settings_as_attributes() {
    let stand = stand().await;
    stand.send("one").await;
    stand.send("two").await;
    let url = stand.sqs.get_queue_url().queue_name("receipts-local-image-handler-EventsQueue").send().await.unwrap();
    assert_eq!(url.queue_url(), Some(stand.resources.queue_url.as_str()));
    let told = stand.sqs.get_queue_attributes().queue_url(url.queue_url().unwrap());
    let told = told.attribute_names(QueueAttributeName::All).send().await.unwrap();
    let told = told.attributes().unwrap();
    assert_eq!(told[&QueueAttributeName::ApproximateNumberOfMessages], "2");
    assert_eq!(told[&QueueAttributeName::VisibilityTimeout], "60");
    assert!(told[&QueueAttributeName::RedrivePolicy].contains(r#""maxReceiveCount":10"#));

    let error = stand.sqs.get_queue_url().queue_name("none").send().await.unwrap_err().into_service_error();
    assert!(error.is_queue_does_not_exist(), "{error:?}");
}

#[tokio::test]
async fn a_doubled_message_is_handed_out_twice() {
    let stand = stand().await;
    stand.aws.faults().on_deliveries(Channel::Queue, DeliveryFault::Double, When::Next(1));
    stand.send("twice").await;
    assert_eq!(stand.receive().await[0].body(), Some("twice"));
    assert_eq!(stand.receive().await[0].body(), Some("twice"));
    assert!(stand.receive().await.is_empty());
}
