//! `GET /imageStatus/{id}/ws`: what a watcher is promised.

use std::time::Duration;

use jiff::Timestamp;
use ledger::Reopening;
use local::{Channel, DeliveryFault, When};
use receipt::Reason;
use reqwest::Method;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;

use crate::test_app::{TestApp, Visitor, Watcher};

fn told(status: &str, version: u64) -> (String, u64) {
    (status.to_owned(), version)
}

#[tokio::test]
async fn a_watcher_sees_every_state_then_the_result_then_the_end() {
    let app = TestApp::start().await;
    let visitor = Visitor::new(&app).await;
    let id = visitor.upload().await;
    let mut watcher = Watcher::open(&app, &visitor.cookie, id).await;
    assert_eq!(watcher.status_and_version().await, told("uploaded", 1));

    let image = app.take(id).await;
    app.publish(&image).await;
    assert_eq!(watcher.status_and_version().await, told("started", 2));
    let image = app.detected(&image).await;
    app.publish(&image).await;
    assert_eq!(watcher.status_and_version().await, told("text_detected", 3));
    let image = app.concluded(&image).await;
    app.publish(&image).await;
    let last = watcher.frame().await;
    assert_eq!((last["status"].as_str(), last["version"].as_u64()), (Some("accepted"), Some(4)));
    assert_eq!(last["receipt"]["total"]["value"], "9.00");
    assert_eq!(last["verdict"]["outcome"], "accepted");
    assert_eq!(watcher.close().await, CloseCode::Normal);
}

#[tokio::test]
async fn a_late_browser_gets_the_last_state() {
    let app = TestApp::at_once().await;
    let visitor = Visitor::new(&app).await;
    let id = visitor.upload().await;
    let image = app.take(id).await;
    app.concluded(&image).await;
    let mut watcher = Watcher::open(&app, &visitor.cookie, id).await;
    assert_eq!(watcher.frame().await["verdict"]["outcome"], "accepted");
    assert_eq!(watcher.close().await, CloseCode::Normal);
}

#[tokio::test]
async fn the_longest_result_there_can_be_arrives_whole() {
    let app = TestApp::at_once().await;
    let visitor = Visitor::new(&app).await;
    let id = visitor.upload().await;
    let image = app.take(id).await;
    app.concluded_at_length(&image).await;
    let mut watcher = Watcher::open(&app, &visitor.cookie, id).await;
    let name = watcher.frame().await["receipt"]["tradeName"]["value"].as_str().unwrap().len();
    assert_eq!(name, ledger::MAX_ITEM_BYTES - 10 * 1024);
    assert_eq!(watcher.close().await, CloseCode::Normal);
    let events = visitor.request(Method::GET, &format!("/imageStatus/{id}/events")).send().await.unwrap();
    assert!(events.text().await.unwrap().len() > name);
}

#[tokio::test]
async fn doubled_and_overtaken_statuses_never_go_back() {
    let app = TestApp::start().await;
    let visitor = Visitor::new(&app).await;
    let id = visitor.upload().await;
    let mut watcher = Watcher::open(&app, &visitor.cookie, id).await;
    watcher.frame().await;
    let started = app.take(id).await;
    let detected = app.detected(&started).await;
    app.testbed.aws.faults().on_deliveries(Channel::Http, DeliveryFault::Double, When::Always);
    for image in [&detected, &started, &detected] {
        app.publish(image).await;
    }
    assert_eq!(watcher.status_and_version().await, told("text_detected", 3));
    let ended = app.concluded(&detected).await;
    app.publish(&ended).await;
    assert_eq!(watcher.status_and_version().await, told("accepted", 4));
    assert_eq!(watcher.close().await, CloseCode::Normal);
}

#[tokio::test]
async fn what_the_push_lost_is_found_by_looking_again() {
    let app = TestApp::start().await;
    app.testbed.aws.faults().on_deliveries(Channel::Http, DeliveryFault::Lose, When::Always);
    let visitor = Visitor::new(&app).await;
    let id = visitor.upload().await;
    let mut watcher = Watcher::open(&app, &visitor.cookie, id).await;
    watcher.frame().await;
    let image = app.take(id).await;
    app.publish(&image).await;
    assert_eq!(watcher.status_and_version().await, told("started", 2));
    let image = app.concluded(&image).await;
    app.publish(&image).await;
    assert_eq!(watcher.status_and_version().await, told("accepted", 3));
    assert_eq!(watcher.close().await, CloseCode::Normal);
}

#[tokio::test]
async fn without_any_subscription_the_truth_still_arrives() {
    let app = TestApp::with(|config| config.public_base_url = Some("http://127.0.0.1:9".parse().unwrap())).await;
    let visitor = Visitor::new(&app).await;
    let id = visitor.upload().await;
    let mut watcher = Watcher::open(&app, &visitor.cookie, id).await;
    watcher.frame().await;
    let image = app.take(id).await;
    app.concluded(&image).await;
    assert_eq!(watcher.status_and_version().await, told("accepted", 3));
}

#[tokio::test]
async fn watchers_of_an_image_that_is_taken_back_are_sent_away() {
    let app = TestApp::start().await;
    let visitor = Visitor::new(&app).await;
    let id = visitor.upload().await;
    let mut watcher = Watcher::open(&app, &visitor.cookie, id).await;
    watcher.frame().await;
    assert!(app.ledger.withdraw(id).await.unwrap());
    assert_eq!(watcher.close().await, CloseCode::Library(4404));
    assert_eq!(Watcher::try_open(&app, &visitor.cookie, id).await.err(), Some(404));
}

#[tokio::test]
async fn two_tabs_see_the_same() {
    let app = TestApp::start().await;
    let visitor = Visitor::new(&app).await;
    let id = visitor.upload().await;
    let mut first = Watcher::open(&app, &visitor.cookie, id).await;
    let mut second = Watcher::open(&app, &visitor.cookie, id).await;
    assert_eq!(first.frame().await, second.frame().await);
    let image = app.take(id).await;
    app.publish(&image).await;
    assert_eq!(first.frame().await, second.frame().await);
    drop(first);
    let image = app.concluded(&image).await;
    app.publish(&image).await;
    assert_eq!(second.status_and_version().await, told("accepted", 3));
}

#[tokio::test]
async fn statuses_between_upload_and_connect_are_not_lost() {
    let app = TestApp::start().await;
    for _ in 0..20 {
        let visitor = Visitor::new(&app).await;
        let id = visitor.upload().await;
        let image = app.take(id).await;
        let (mut watcher, ()) = tokio::join!(Watcher::open(&app, &visitor.cookie, id), async {
            let image = app.detected(&image).await;
            app.publish(&image).await;
            let image = app.concluded(&image).await;
            app.publish(&image).await;
        });
        let mut seen = 0;
        let last = tokio::time::timeout(Duration::from_secs(20), async {
            loop {
                let (status, version) = watcher.status_and_version().await;
                assert!(version > seen, "{version} after {seen}");
                seen = version;
                if status == "accepted" {
                    return version;
                }
            }
        });
        assert_eq!(last.await.unwrap(), 4);
    }
}

#[tokio::test]
async fn a_failed_image_that_begins_again_is_told_to_its_end() {
    let app = TestApp::start().await;
    let visitor = Visitor::new(&app).await;
    let id = visitor.upload().await;
    let image = app.take(id).await;
    let failed = app.ledger.fail(&image, Reason::GaveUp, Timestamp::now()).await.unwrap();
    let mut watcher = Watcher::open(&app, &visitor.cookie, id).await;
    assert_eq!(watcher.status_and_version().await, told("failed", 3));
    assert_eq!(watcher.close().await, CloseCode::Normal);
    let events = || visitor.request(Method::GET, &format!("/imageStatus/{id}/events")).header("last-event-id", "3");
    assert_eq!(events().send().await.unwrap().status(), 204);

    let reopened = app.ledger.reopen(id, Timestamp::now()).await.unwrap();
    let Reopening::Reopened(image) = reopened else { panic!("{reopened:?}") };
    assert_eq!(events().send().await.unwrap().status(), 200);
    let mut watcher = Watcher::open(&app, &visitor.cookie, id).await;
    assert_eq!(watcher.status_and_version().await, told("uploaded", 4));
    let listed = visitor.json("/receipts").await["receipts"][0].clone();
    assert_eq!((&listed["status"], listed.get("detail")), (&"uploaded".into(), None));
    // The word of its failure comes late, and ends nothing.
    app.publish(&failed).await;
    app.publish(&image).await;
    let image = app.take(id).await;
    app.publish(&image).await;
    assert_eq!(watcher.status_and_version().await, told("started", 5));
    let image = app.concluded(&image).await;
    app.publish(&image).await;
    assert_eq!(watcher.status_and_version().await, told("accepted", 6));
    assert_eq!(watcher.close().await, CloseCode::Normal);
}

#[tokio::test]
async fn an_idle_socket_is_pinged_before_a_load_balancer_cuts_it() {
    let app = TestApp::at_once().await;
    let visitor = Visitor::new(&app).await;
    let id = visitor.upload().await;
    let mut watcher = Watcher::open(&app, &visitor.cookie, id).await;
    watcher.frame().await;
    watcher.ping().await;
}
