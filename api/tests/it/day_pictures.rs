//! How many pictures are taken in a day, in all and from one address.

use receipt::KnownBy;
use reqwest::{Method, Response};
use testbed::{a_jpeg, eventually};

use crate::test_app::{TestApp, Visitor, picture, problem};

async fn post(visitor: &Visitor, key: &str, forwarded: &str, bytes: Vec<u8>) -> Response {
    let request = visitor.request(Method::POST, "/upload").header("idempotency-key", key);
    request.header("x-forwarded-for", forwarded).multipart(picture("image", bytes)).send().await.unwrap()
}

#[tokio::test]
async fn a_picture_over_the_days_budget_is_refused_and_costs_nothing() {
    let app = TestApp::with(|config| {
        (config.pictures_per_day, config.pictures_per_address_per_day, config.trusted_proxy_hops) = (3, 2, 1);
    })
    .await;
    let visitor = Visitor::new(&app).await;
    for key in ["a", "b", "a", "b"] {
        assert_eq!(post(&visitor, key, "203.0.113.1", a_jpeg(5000)).await.status(), 202, "a second try costs nothing");
    }
    let refused = post(&visitor, "c", "203.0.113.1", a_jpeg(5000)).await;
    let wait: u64 = refused.headers()["retry-after"].to_str().unwrap().parse().unwrap();
    assert!((1..=86_401).contains(&wait), "{wait}");
    assert_eq!(problem(refused, 429).await, "day_budget_used_up");

    assert_eq!(post(&visitor, "c", "203.0.113.2", a_jpeg(5000)).await.status(), 202, "another address has its own");
    let refused = post(&visitor, "d", "203.0.113.3", a_jpeg(5000)).await;
    assert_eq!(problem(refused, 429).await, "day_budget_used_up");
    assert_eq!(app.objects().await.len(), 3);
}

#[tokio::test]
async fn an_upload_that_fails_gives_its_picture_back() {
    let app = TestApp::with(|config| config.pictures_per_day = 1).await;
    let visitor = Visitor::new(&app).await;
    for key in ["a", "b"] {
        let refused = post(&visitor, key, "", b"no picture at all".to_vec()).await;
        // What is given back takes a moment to arrive.
        assert!([415, 429].contains(&refused.status().as_u16()));
    }
    eventually("a picture that is taken", async || {
        let taken = post(&visitor, "c", "", a_jpeg(5000)).await;
        (taken.status() == 202).then_some(())
    })
    .await;
    assert_eq!(problem(post(&visitor, "d", "", a_jpeg(5000)).await, 429).await, "day_budget_used_up");
}

#[tokio::test]
async fn tasks_share_the_days_pictures() {
    let app = TestApp::with(|config| {
        (config.pictures_per_day, config.pictures_per_address_per_day) = (4, 4);
    })
    .await;
    let other = app
        .another_task(|config| {
            (config.pictures_per_day, config.pictures_per_address_per_day) = (4, 4);
        })
        .await;
    let (here, there) = (Visitor::new(&app).await, Visitor::at(&other).await);
    let mut taken = 0;
    for _ in 0..4 {
        for visitor in [&here, &there] {
            let request = visitor.request(Method::POST, "/upload").multipart(picture("image", a_jpeg(5000)));
            taken += u32::from(request.send().await.unwrap().status() == 202);
        }
    }
    assert_eq!(taken, 4);
}

#[tokio::test]
async fn the_ledger_has_a_hash_of_the_address_and_the_person_sees_none_of_it() {
    let app = TestApp::start().await;
    let visitor = Visitor::new(&app).await;
    let image = app.ledger.get(visitor.upload().await).await.unwrap().unwrap();
    assert_eq!(image.sender.known_by, KnownBy::Cookie);
    assert!(image.sender.address.is_some() && image.sender.network.is_some());
    let other = app.ledger.get(visitor.upload().await).await.unwrap().unwrap();
    assert_eq!(image.sender, other.sender);
    let told = visitor.json(&format!("/receipts/{}", image.image_id)).await.to_string();
    assert!(!told.contains("sender") && !told.contains("address"), "{told}");
}
