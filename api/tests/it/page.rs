//! The page's files and the answers for machines.

use crate::test_app::{TestApp, problem};

#[tokio::test]
async fn every_screens_address_is_the_page() {
    let app = TestApp::at_once().await;
    for path in ["/", "/index.html", "/r/0190"] {
        let response = app.browser.get(path).await;
        assert_eq!(response.status(), 200, "{path}");
        assert!(response.headers()["content-security-policy"].to_str().unwrap().contains("default-src 'self'"));
        assert_eq!(response.headers()["cache-control"], "private, no-cache");
        assert!(response.text().await.unwrap().contains("<title>Receipts</title>"));
    }
}

#[tokio::test]
async fn files_with_a_hash_in_their_names_are_kept_for_ever() {
    let app = TestApp::at_once().await;
    let response = app.browser.get("/assets/index-1a2b.js").await;
    assert_eq!(response.headers()["cache-control"], "public, max-age=31536000, immutable");
    assert!(!response.headers().contains_key("set-cookie"));
}

#[tokio::test]
async fn a_browser_gets_the_compressed_copy_that_it_takes() {
    let app = TestApp::at_once().await;
    let url = app.url("/assets/index-1a2b.js");
    for (takes, encoding, body) in [("gzip, br", Some("br"), "br"), ("gzip", None, "0")] {
        let response = app.browser.http.get(&url).header("accept-encoding", takes).send().await.unwrap();
        assert_eq!(response.headers().get("content-encoding").map(|it| it.to_str().unwrap()), encoding, "{takes}");
        assert_eq!(response.headers()["vary"], "accept-encoding");
        assert_eq!(response.text().await.unwrap(), body);
    }
}

#[tokio::test]
async fn the_service_worker_and_the_manifest_are_asked_for_anew() {
    let app = TestApp::at_once().await;
    for (path, content_type) in [("/sw.js", "text/javascript"), ("/manifest.webmanifest", "application/manifest+json")]
    {
        let response = app.browser.get(path).await;
        assert_eq!(response.status(), 200, "{path}");
        assert_eq!(response.headers()["content-type"], content_type);
        assert_eq!(response.headers()["cache-control"], "no-cache", "{path}");
        assert!(!response.headers().contains_key("set-cookie"), "{path}");
    }
}

#[tokio::test]
async fn what_is_not_there_is_a_problem_and_not_the_page() {
    let app = TestApp::at_once().await;
    for path in ["/assets/gone.js", "/favicon.png", "/../Cargo.toml"] {
        assert_eq!(problem(app.browser.get(path).await, 404).await, "not_found", "{path}");
    }
    let wrong = app.browser.http.delete(app.url("/upload")).send().await.unwrap();
    assert_eq!(problem(wrong, 405).await, "method_not_allowed");
    let wrong = app.browser.http.post(app.url("/elsewhere")).send().await.unwrap();
    assert_eq!(problem(wrong, 405).await, "method_not_allowed");
    assert_eq!(problem(app.browser.get("/receipts/%ff").await, 404).await, "not_found");
}

#[tokio::test]
async fn it_says_that_it_lives_and_is_ready() {
    let app = TestApp::start().await;
    assert_eq!(app.browser.get("/livez").await.status(), 200);
    let ready = app.browser.get("/readyz").await;
    assert_eq!(ready.status(), 200);
    assert!(ready.text().await.unwrap().contains("imageStatusSubscription"));
}
