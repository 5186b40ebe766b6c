//! The whole system as a person runs it: `receipts run` with the real programs, over HTTP, on a receipt that we drew.
//!
//! `api` and `image-handler` must lie beside `receipts`: `cargo build --workspace` puts them there.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

mod system;

use std::process::Stdio;

use aws_sdk_sqs::types::QueueAttributeName;
use futures_util::future::join_all;
use ledger::Ledger;
use serde_json::{Value, json};

use crate::system::{Data, System, Visitor, receipts};

/// What `testdata/corner-books.jpg` says.
const TOTAL: &str = "27.40";

#[tokio::test]
async fn a_receipt_reaches_its_verdict_and_everyone_agrees_on_it() {
    let data = Data::new();
    let system = System::start(&data).await;
    let visitor = Visitor::new(&system).await;
    let id = visitor.upload().await;
    let frames = visitor.frames_to_the_end(id).await;

    let versions: Vec<_> = frames.iter().map(|frame| frame["version"].as_u64().unwrap()).collect();
    assert!(versions.is_sorted_by(|a, b| a < b), "{versions:?}");
    let last = frames.last().unwrap();
    assert_eq!(last["status"], "accepted", "{last}");
    assert_eq!(last["receipt"]["total"]["value"], TOTAL);
    assert_eq!(last["receipt"]["date"]["value"], "2026-03-14");
    assert_eq!(last["receipt"]["merchant"]["value"], "CORNER BOOKS SDN BHD");

    let shown = visitor.json(&format!("/receipts/{id}")).await;
    let history: Vec<_> = shown["history"].as_array().unwrap().iter().map(|step| step["status"].clone()).collect();
    assert_eq!(history, ["uploaded", "started", "text_detected", "accepted"]);
    for field in ["imageId", "status", "version", "at", "receipt", "verdict"] {
        assert_eq!(shown[field], last[field], "{field}");
    }
    let listed = visitor.json("/receipts").await;
    assert_eq!(listed["receipts"][0]["summary"]["total"], TOTAL);

    let sdk = system.sdk().await;
    let ledger = Ledger::new(aws_sdk_dynamodb::Client::new(&sdk), "receipts");
    let image = ledger.get(id).await.unwrap().unwrap();
    assert_eq!(json!(image.version), last["version"]);
    let written_down: Value =
        serde_json::from_str(&serde_json::to_string(&image.result.unwrap().receipt).unwrap()).unwrap();
    assert_eq!(written_down, last["receipt"]);
    queue_is_empty(&system).await;
    system.stop().await;
}

#[tokio::test]
async fn a_receipt_is_paid_for_once_whoever_sends_it() {
    let data = Data::new();
    let system = System::start(&data).await;
    let (visitor, stranger) = (Visitor::new(&system).await, Visitor::new(&system).await);
    let first = visitor.upload().await;
    let accepted = visitor.frames_to_the_end(first).await.pop().unwrap();
    assert_eq!(accepted["verdict"]["rebate"]["amount"], "0.25", "{accepted}");

    let again = visitor.upload().await;
    let rejected = visitor.frames_to_the_end(again).await.pop().unwrap();
    let rule = failed_rule(&rejected, "duplicate_image");
    assert_eq!(rule["earlier"], json!(first));

    // Another photo of it: other bytes.
    let mut photo = system::photo();
    photo.push(0);
    let other = stranger.upload_picture(photo).await;
    let rejected = stranger.frames_to_the_end(other).await.pop().unwrap();
    let rule = failed_rule(&rejected, "duplicate_receipt");
    assert_eq!(rule.get("earlier"), None);
    assert!(!rejected.to_string().contains(&first.to_string()), "{rejected}");

    let earned = json!([{ "amount": "0.25", "currency": "MYR" }]);
    assert_eq!(visitor.json("/receipts").await["earned"], earned);
    assert_eq!(stranger.json("/receipts").await["earned"], json!([]));
    system.stop().await;
}

#[tokio::test]
async fn what_was_mined_of_a_receipt_goes_when_its_owner_deletes_it() {
    let data = Data::new();
    let system = System::start(&data).await;
    let visitor = Visitor::new(&system).await;
    let id = visitor.upload().await;
    visitor.frames_to_the_end(id).await;
    // The message is deleted last.
    queue_is_empty(&system).await;
    let key = id.mined();
    let mined = object(&system, &key).await.unwrap();
    let mined: Vec<Value> = mined.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!((mined[0]["total"].to_string(), &mined[0]["item_number"]), ("27.4".to_owned(), &json!(1)));
    assert_eq!(mined[0]["item_count"], json!(mined.len()));

    visitor.delete(id).await;
    assert_eq!(object(&system, &key).await, None);
    system.stop().await;
}

/// The object in the bucket under this key.
async fn object(system: &System, key: &str) -> Option<String> {
    let config = aws_sdk_s3::config::Builder::from(&system.sdk().await).force_path_style(true).build();
    let get = aws_sdk_s3::Client::from_conf(config).get_object().bucket("receipt-uploads").key(key);
    let body = get.send().await.ok()?.body.collect().await.unwrap();
    Some(String::from_utf8(body.to_vec()).unwrap())
}

fn failed_rule<'a>(frame: &'a Value, code: &str) -> &'a Value {
    assert_eq!(frame["status"], "rejected", "{frame}");
    let rules = frame["verdict"]["rules"].as_array().unwrap();
    rules.iter().find(|rule| rule["code"] == code && rule["outcome"] == "failed").unwrap_or_else(|| panic!("{frame}"))
}

#[tokio::test]
async fn killed_in_the_middle_it_goes_on_when_it_is_started_again() {
    let data = Data::new();
    let system = System::start(&data).await;
    let visitor = Visitor::new(&system).await;
    let id = visitor.upload().await;
    visitor.wait_for(id, "started").await;
    system.kill().await;

    let system = System::start(&data).await;
    let visitor = visitor.at(&system);
    let frames = visitor.frames_to_the_end(id).await;
    assert_eq!(frames.last().unwrap()["status"], "accepted");
    assert_eq!(frames.last().unwrap()["receipt"]["total"]["value"], TOTAL);
    queue_is_empty(&system).await;
    system.stop().await;
}

#[tokio::test]
async fn five_hundred_watchers_recover_from_a_kill() {
    let data = Data::new();
    let system = System::start(&data).await;
    // Of ten people, each of whom has fifty screens open: one alone may not have five hundred.
    let people = join_all((0..10).map(async |_| {
        let visitor = Visitor::new(&system).await;
        let id = visitor.upload().await;
        (visitor, id)
    }))
    .await;
    let screens = || people.iter().flat_map(|person| std::iter::repeat_n(person, 50));
    let watching = screens().map(|(visitor, id)| visitor.versions_until_cut(*id));
    let (seen, ()) = tokio::join!(join_all(watching), async {
        let (visitor, id) = &people[0];
        visitor.wait_for(*id, "started").await;
        system.kill().await;
    });

    let system = System::start(&data).await;
    let coming_back = screens().map(async |(visitor, id)| visitor.at(&system).frames_to_the_end(*id).await);
    let coming_back = join_all(coming_back).await;
    for (before, after) in seen.iter().zip(&coming_back) {
        assert!(before.is_sorted_by(|a, b| a < b), "{before:?}");
        let last = after.last().unwrap();
        // It is one photo, which counts for one of them.
        assert!(last["verdict"].is_object(), "{last}");
        assert!(before.last() <= last["version"].as_u64().as_ref(), "{before:?}, then {last}");
    }
    system.stop().await;
}

#[tokio::test]
async fn what_was_uploaded_is_there_after_a_restart() {
    let data = Data::new();
    let system = System::start(&data).await;
    let visitor = Visitor::new(&system).await;
    let id = visitor.upload().await;
    let before = visitor.frames_to_the_end(id).await;
    let picture = visitor.picture(id).await;
    assert_eq!(picture.len(), system::photo().len(), "what it says beside the pixels is blanked at the same length");
    system.stop().await;

    let system = System::start(&data).await;
    let visitor = visitor.at(&system);
    let after = visitor.frames_to_the_end(id).await;
    assert_eq!(after.last(), before.last());
    assert_eq!(visitor.picture(id).await, picture);
    system.stop().await;
}

#[tokio::test]
async fn a_port_in_use_is_named_in_one_sentence() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    for variable in ["PORT", "AWS_PORT"] {
        let data = Data::new();
        let mut command = receipts(&data);
        command.env("PORT", system::free_port().to_string()).env("AWS_PORT", system::free_port().to_string());
        let output = command.env(variable, &port).stdin(Stdio::null()).output().await.unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(1), "{said}");
        assert!(said.lines().last().unwrap_or_default().contains(&port), "{variable}: {said}");
    }
}

#[tokio::test]
async fn a_child_that_dies_is_named_and_takes_the_others_with_it() {
    let data = Data::new();
    let mut system = System::start(&data).await;
    system.kill_program("image-handler").await;
    let (status, said) = system.ended().await;
    assert_eq!(status.code(), Some(1), "{said}");
    assert!(said.contains("image-handler"), "{said}");
}

async fn queue_is_empty(system: &System) {
    let sqs = aws_sdk_sqs::Client::new(&system.sdk().await);
    let url = sqs.get_queue_url().queue_name("receipts-local-image-handler-EventsQueue").send().await.unwrap();
    testbed::eventually("an empty queue", async || {
        let attributes = sqs
            .get_queue_attributes()
            .queue_url(url.queue_url().unwrap())
            .attribute_names(QueueAttributeName::All)
            .send()
            .await
            .unwrap();
        let count = |name| attributes.attributes()?.get(&name)?.parse::<u64>().ok();
        let visible = count(QueueAttributeName::ApproximateNumberOfMessages)?;
        let in_flight = count(QueueAttributeName::ApproximateNumberOfMessagesNotVisible)?;
        (visible + in_flight == 0).then_some(())
    })
    .await;
}
