//! How many uploads a person and an address may begin.

use reqwest::Response;
use testbed::{a_jpeg, eventually};

use crate::{
    raw_upload::RawUpload,
    test_app::{Browser, TestApp, picture, problem},
};

async fn post_from(browser: &Browser, app: &TestApp, forwarded: &str) -> Response {
    let request = browser.http.post(app.url("/upload")).header("x-forwarded-for", forwarded);
    request.multipart(picture("image", a_jpeg(1000))).send().await.unwrap()
}

/// A browser that was here before, and has a cookie.
async fn known_browser(app: &TestApp) -> Browser {
    let browser = app.another_browser();
    assert_eq!(browser.get("/receipts").await.status(), 200);
    browser
}

#[tokio::test]
async fn too_many_uploads_are_refused_until_a_while_later() {
    let app = TestApp::with(|config| config.uploads_per_minute = 2).await;
    let browser = known_browser(&app).await;
    browser.upload().await;
    browser.upload().await;
    let refused = browser.post_form(picture("image", a_jpeg(10_000_000))).await;
    let wait: u64 = refused.headers()["retry-after"].to_str().unwrap().parse().unwrap();
    assert!((1..=31).contains(&wait), "{wait}");
    assert_eq!(problem(refused, 429).await, "too_many_uploads");
    app.another_browser().upload().await;
    assert_eq!(browser.get("/receipts").await.status(), 200, "only uploads are counted");
    let told = app.browser.http.post(app.url("/imageStatus")).body("{}").send().await.unwrap();
    assert_ne!(told.status(), 429, "SNS is not counted");
    assert_eq!(app.objects().await.len(), 3);
}

#[tokio::test]
async fn the_refusal_comes_before_the_body() {
    let app = TestApp::with(|config| config.uploads_per_minute = 1).await;
    for _ in 0..5 {
        app.another_browser().upload().await;
    }
    let mut upload = RawUpload::of_length(&app, 8_000_000, "").await;
    assert_eq!(upload.answer().await.unwrap().0, 429);
}

#[tokio::test]
async fn an_address_is_what_the_trusted_proxy_says() {
    let app = TestApp::with(|config| (config.uploads_per_minute, config.trusted_proxy_hops) = (1, 1)).await;
    for n in 0..10 {
        let response = post_from(&known_browser(&app).await, &app, &format!("198.51.100.{n}, 203.0.113.9")).await;
        assert_eq!(response.status(), 202);
    }
    let browser = known_browser(&app).await;
    for forged in ["203.0.113.9", "\u{fc}, 203.0.113.9", "\"1.2.3.4, \", 203.0.113.9", ",,203.0.113.9:80"] {
        assert_eq!(post_from(&browser, &app, forged).await.status(), 429, "{forged}");
    }
    assert_eq!(post_from(&browser, &app, "203.0.113.9, 203.0.113.10").await.status(), 202);
}

#[tokio::test]
async fn without_a_proxy_nobody_can_claim_another_address() {
    let app = TestApp::with(|config| config.uploads_per_minute = 1).await;
    for n in 0..10 {
        let response = post_from(&known_browser(&app).await, &app, &format!("198.51.100.{n}")).await;
        assert_eq!(response.status(), 202);
    }
    assert_eq!(post_from(&known_browser(&app).await, &app, "198.51.100.77").await.status(), 429);
}

#[tokio::test]
async fn empty_posts_of_strangers_lock_out_nobody() {
    let app = TestApp::with(|config| config.uploads_per_minute = 3).await;
    let empty = || async { app.another_browser().http.post(app.url("/upload")).send().await.unwrap() };
    for _ in 0..100 {
        assert_eq!(problem(empty().await, 400).await, "no_image");
    }
    app.another_browser().upload().await;
    // Strangers may try no more, and those with a cookie still may.
    eventually("a limit", async || (empty().await.status() == 429).then_some(())).await;
    known_browser(&app).await.upload().await;
}
