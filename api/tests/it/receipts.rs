//! `GET /receipts…` and who may see what.

use std::sync::Arc;

use local::{CallFault, Service, When};
use receipt::ImageId;
use reqwest::{Method, Url, cookie::Jar};
use serde_json::{Value, json};

use crate::test_app::{SESSION_KEY, TestApp, Visitor, Watcher, problem};

#[tokio::test]
async fn the_first_visit_makes_a_cookie_that_scripts_cannot_read() {
    let app = TestApp::at_once().await;
    let response = app.another_browser().get("/").await;
    let cookie = response.headers()["set-cookie"].to_str().unwrap();
    assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax"), "{cookie}");
    assert!(!cookie.contains("Secure"), "over http it would not come back: {cookie}");
}

#[tokio::test]
async fn over_https_the_cookie_is_this_hosts_and_browsers_come_by_https_alone() {
    let app = TestApp::with(|config| config.public_base_url = Some("https://receipts.example".parse().unwrap())).await;
    let response = app.another_browser().get("/").await;
    let cookie = response.headers()["set-cookie"].to_str().unwrap();
    assert!(cookie.starts_with("__Host-receipts_session=") && cookie.contains("Secure"), "{cookie}");
    assert!(cookie.contains("Path=/") && !cookie.contains("Domain"), "{cookie}");
    for path in ["/", "/livez", "/receipts", "/nothing/here", "/imageStatus"] {
        let response = app.browser.get(path).await;
        assert_eq!(response.headers()["strict-transport-security"], "max-age=31536000", "{path}");
    }
    let by_http = TestApp::at_once().await;
    assert!(!by_http.browser.get("/").await.headers().contains_key("strict-transport-security"));
}

#[tokio::test]
async fn cookies_of_two_people_are_nobodys_and_neither_is_lost() {
    let app = TestApp::at_once().await;
    let (mine, yours) = (Visitor::new(&app).await, Visitor::new(&app).await);
    let id = mine.upload().await;
    for cookies in [[&mine.cookie, &yours.cookie], [&yours.cookie, &mine.cookie]] {
        let both = format!("{}; {}", cookies[0], cookies[1]);
        let answer = reqwest::Client::new().get(app.url("/receipts")).header("cookie", &both).send().await.unwrap();
        let lines = answer.headers().get_all("set-cookie");
        let removed: Vec<_> = lines.iter().map(|line| line.to_str().unwrap()).collect();
        assert!(!removed.is_empty() && removed.iter().all(|line| line.contains("=; Path=/")), "{removed:?}");
        assert!(removed.iter().all(|line| !line.contains("Path=/;") || line.contains("Domain=")), "ours stays");
        assert_eq!(problem(answer, 409).await, "several_people");
        assert_eq!(Watcher::try_open(&app, &both, id).await.err(), Some(409));
    }
    let twice = format!("{}; {}", mine.cookie, mine.cookie);
    assert!(Watcher::try_open(&app, &twice, id).await.is_ok());
}

#[tokio::test]
async fn a_browser_gets_rid_of_a_cookie_that_was_planted_beside_its_own() {
    let app = TestApp::at_once().await;
    let (mine, theirs) = (Visitor::new(&app).await, Visitor::new(&app).await);
    let id = mine.upload().await;
    for path in ["/receipts", "/receipts/"] {
        let jar = Arc::new(Jar::default());
        let url: Url = app.url(&format!("/receipts/{id}")).parse().unwrap();
        jar.add_cookie_str(&format!("{}; Path=/", mine.cookie), &url);
        jar.add_cookie_str(&format!("{}; Path={path}", theirs.cookie), &url);
        let browser = reqwest::Client::builder().cookie_provider(jar).build().unwrap();
        let get = async || browser.get(url.clone()).send().await.unwrap();
        assert_eq!(problem(get().await, 409).await, "several_people", "{path}");
        let again: Value = get().await.json().await.unwrap();
        assert_eq!(again["imageId"], id.to_string(), "{path}: one's own stays");
    }
}

#[tokio::test]
async fn while_the_session_key_changes_nobody_loses_their_receipts() {
    let new = "n".repeat(32);
    let app = TestApp::at_once().await;
    let visitor = Visitor::new(&app).await;
    let id = visitor.upload().await;
    let receipt = format!("/receipts/{id}");

    let changing =
        app.another_task(|config| config.session_keys = format!("{new},{SESSION_KEY}").parse().unwrap()).await;
    let visitor = Visitor::known_as(&changing, visitor.cookie);
    let response = visitor.request(Method::GET, "/receipts").send().await.unwrap();
    let signed_anew = response.headers()["set-cookie"].to_str().unwrap().split(';').next().unwrap().to_owned();
    assert_eq!(visitor.json(&receipt).await["imageId"], id.to_string());

    let changed = app.another_task(|config| config.session_keys = new.parse().unwrap()).await;
    let visitor = Visitor::known_as(&changed, signed_anew);
    let response = visitor.request(Method::GET, "/receipts").send().await.unwrap();
    assert!(!response.headers().contains_key("set-cookie"), "one that is signed is not signed again");
    assert_eq!(visitor.json(&receipt).await["imageId"], id.to_string());
}

#[tokio::test]
async fn a_forged_cookie_is_nobody() {
    let app = TestApp::at_once().await;
    let visitor = Visitor::new(&app).await;
    let id = visitor.upload().await;
    let mut forged = visitor.cookie.clone();
    let last = forged.pop().unwrap();
    forged.push(if last == 'A' { 'B' } else { 'A' });
    assert_eq!(Watcher::try_open(&app, &forged, id).await.err(), Some(404));
}

#[tokio::test]
async fn the_list_is_the_uploaders_newest_first() {
    let app = TestApp::at_once().await;
    let first = app.browser.upload().await;
    let second = app.browser.upload().await;
    app.another_browser().upload().await;
    let image = app.take(first).await;
    app.concluded(&image).await;

    let list: Value = app.browser.get("/receipts").await.json().await.unwrap();
    let ids: Vec<_> = list["receipts"].as_array().unwrap().iter().map(|r| r["imageId"].as_str().unwrap()).collect();
    assert_eq!(ids, [second.to_string(), first.to_string()]);
    assert_eq!(list["receipts"][1]["summary"]["total"], "9.00");
    assert_eq!(list["receipts"][1]["contentType"], "image/jpeg");
    let earned = json!({ "amount": "0.25", "currency": "MYR" });
    assert_eq!(list["receipts"][1]["summary"]["rebate"], earned);
    assert_eq!(list["earned"], json!([earned]));
    let others: Value = app.another_browser().get("/receipts").await.json().await.unwrap();
    assert_eq!(others["earned"], json!([]));

    let page: Value = app.browser.get("/receipts?limit=1").await.json().await.unwrap();
    let next = page["next"].as_str().unwrap();
    let rest: Value = app.browser.get(&format!("/receipts?before={next}")).await.json().await.unwrap();
    assert_eq!(rest["receipts"][0]["imageId"], first.to_string());
    assert_eq!(problem(app.browser.get("/receipts?before=x").await, 400).await, "bad_request");
}

#[tokio::test]
async fn one_receipt_has_its_history_and_in_the_end_its_result() {
    let app = TestApp::at_once().await;
    let id = app.browser.upload().await;
    let image = app.take(id).await;
    let image = app.detected(&image).await;
    app.concluded(&image).await;
    let receipt: Value = app.browser.get(&format!("/receipts/{id}")).await.json().await.unwrap();
    let history: Vec<_> = receipt["history"].as_array().unwrap().iter().map(|step| step["status"].clone()).collect();
    assert_eq!(history, ["uploaded", "started", "text_detected", "accepted"]);
    assert_eq!(receipt["version"], 4);
    assert_eq!(receipt["receipt"]["total"]["value"], "9.00");
    assert_eq!(receipt["verdict"]["outcome"], "accepted");
}

#[tokio::test]
async fn somebody_elses_receipt_looks_like_none() {
    let app = TestApp::at_once().await;
    let owner = Visitor::new(&app).await;
    let stranger = Visitor::new(&app).await;
    let id = owner.upload().await;
    for id in [id.to_string(), ImageId::new().to_string(), "x".to_owned()] {
        for path in [format!("/receipts/{id}"), format!("/receipts/{id}/image")] {
            let response = app.another_browser().get(&path).await;
            assert_eq!(problem(response, 404).await, "not_found", "{path}");
        }
    }
    assert_eq!(Watcher::try_open(&app, &stranger.cookie, id).await.err(), Some(404));
    assert_eq!(Watcher::try_open(&app, &owner.cookie, ImageId::new()).await.err(), Some(404));
    assert_eq!(owner.json(&format!("/receipts/{id}")).await["imageId"], id.to_string());
}

#[tokio::test]
async fn a_picture_that_has_expired_is_gone() {
    let app = TestApp::at_once().await;
    let id = app.browser.upload().await;
    let (bucket, key) = (app.testbed.aws.resources().bucket, format!("uploads/{id}/image.jpg"));
    app.s3.delete_object().bucket(bucket).key(key).send().await.unwrap();
    let response = app.browser.get(&format!("/receipts/{id}/image")).await;
    assert_eq!(problem(response, 410).await, "picture_gone");
}

#[tokio::test]
async fn whoever_comes_for_the_first_time_costs_no_look_into_the_ledger() {
    let app = TestApp::at_once().await;
    app.testbed.aws.faults().on_calls((Service::DynamoDb, "Query"), CallFault::Error(503), When::Always);
    app.testbed.aws.faults().on_calls((Service::DynamoDb, "GetItem"), CallFault::Error(503), When::Always);
    let first = app.another_browser().get("/receipts").await;
    assert_eq!(first.status(), 200);
    assert!(first.headers().contains_key("set-cookie"));
    assert_eq!(first.json::<Value>().await.unwrap()["receipts"], json!([]));
    let path = format!("/receipts/{}", ImageId::new());
    for path in [path.clone(), format!("{path}/image")] {
        assert_eq!(problem(app.another_browser().get(&path).await, 404).await, "not_found");
    }
    app.testbed.aws.faults().clear();
}
