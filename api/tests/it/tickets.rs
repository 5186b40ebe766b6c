//! `POST /imageStatus/{id}/ticket`: watching without a header and without a cookie.

use std::time::Instant;

use futures_util::future::join_all;
use jiff::{SignedDuration, Timestamp};
use receipt::ImageId;
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::{
    test_app::{TestApp, Visitor, Watcher, problem},
    test_issuer::{Key, Phone, TestIssuer, encoded},
};

async fn post(app: &TestApp, cookie: &str, id: ImageId) -> reqwest::Response {
    let url = app.url(&format!("/imageStatus/{id}/ticket"));
    reqwest::Client::new().post(url).header("cookie", cookie).send().await.unwrap()
}

/// A ticket of the image's owner.
async fn ticket(app: &TestApp, visitor: &Visitor, id: ImageId) -> String {
    text(post(app, &visitor.cookie, id).await).await
}

async fn text(response: reqwest::Response) -> String {
    assert_eq!(response.status(), 201);
    assert_eq!(response.headers()["cache-control"], "no-store");
    let body: Value = response.json().await.unwrap();
    let expires: Timestamp = body["expiresAt"].as_str().unwrap().parse().unwrap();
    let left = expires.duration_since(Timestamp::now());
    assert!(left > SignedDuration::from_secs(30) && left <= SignedDuration::from_secs(60), "{left}");
    body["ticket"].as_str().unwrap().to_owned()
}

/// The HTTP status where the socket is refused.
async fn watch(app: &TestApp, id: ImageId, ticket: &str) -> Result<Watcher, u16> {
    Watcher::try_connect(app, &format!("/imageStatus/{id}/ws?ticket={ticket}"), None).await
}

#[tokio::test]
async fn a_ticket_opens_a_feed_once() {
    let app = TestApp::at_once().await;
    let visitor = Visitor::new(&app).await;
    let id = visitor.upload().await;
    let ticket = ticket(&app, &visitor, id).await;
    let mut watcher = watch(&app, id, &ticket).await.unwrap();
    assert_eq!(watcher.status_and_version().await, ("uploaded".to_owned(), 1));
    assert_eq!(watch(&app, id, &ticket).await.err(), Some(401));
}

#[tokio::test]
async fn of_twenty_at_once_one_gets_in() {
    let app = TestApp::at_once().await;
    let visitor = Visitor::new(&app).await;
    let id = visitor.upload().await;
    let ticket = ticket(&app, &visitor, id).await;
    let tries = join_all((0..20).map(|_| watch(&app, id, &ticket))).await;
    let (open, refused): (Vec<_>, Vec<_>) = tries.into_iter().partition(Result::is_ok);
    assert_eq!(open.len(), 1);
    assert!(refused.into_iter().all(|refused| refused.err() == Some(401)));
}

#[tokio::test]
async fn a_ticket_is_for_its_own_image_only() {
    let app = TestApp::at_once().await;
    let visitor = Visitor::new(&app).await;
    let (id, another) = (visitor.upload().await, visitor.upload().await);
    let ticket = ticket(&app, &visitor, id).await;
    assert_eq!(watch(&app, another, &ticket).await.err(), Some(401));
    assert_eq!(watch(&app, ImageId::new(), &ticket).await.err(), Some(401));
    // Held against the wrong door it is not used up.
    assert!(watch(&app, id, &ticket).await.is_ok());
}

#[tokio::test]
async fn an_old_ticket_is_refused() {
    let app = TestApp::at_once().await;
    let visitor = Visitor::new(&app).await;
    let id = visitor.upload().await;
    let owner = app.ledger.get(id).await.unwrap().unwrap().owner;
    for (bits, seconds, expected) in [([1; 32], -1, Some(401)), ([2; 32], 60, None)] {
        let expires = Timestamp::now() + SignedDuration::from_secs(seconds);
        app.ledger.issue_ticket(<[u8; 32]>::from(Sha256::digest(bits)).into(), id, &owner, expires).await.unwrap();
        assert_eq!(watch(&app, id, &encoded(&bits)).await.err(), expected);
    }
}

#[tokio::test]
async fn nobody_gets_a_ticket_for_somebody_elses_image() {
    let app = TestApp::at_once().await;
    let (visitor, stranger) = (Visitor::new(&app).await, Visitor::new(&app).await);
    let id = visitor.upload().await;
    assert_eq!(problem(post(&app, &stranger.cookie, id).await, 404).await, "not_found");
    assert_eq!(problem(post(&app, "", id).await, 404).await, "not_found");
    assert_eq!(problem(post(&app, &visitor.cookie, ImageId::new()).await, 404).await, "not_found");
}

#[tokio::test]
async fn what_is_no_ticket_is_refused_even_for_the_owner() {
    let app = TestApp::at_once().await;
    let visitor = Visitor::new(&app).await;
    let id = visitor.upload().await;
    let ticket = ticket(&app, &visitor, id).await;
    let made_up = encoded(&[3; 32]);
    for query in
        ["ticket=", "ticket=nonsense", &format!("ticket={made_up}"), &format!("ticket={ticket}&ticket={ticket}")]
    {
        let path = format!("/imageStatus/{id}/ws?{query}");
        let header = Some(("cookie", visitor.cookie.as_str()));
        assert_eq!(Watcher::try_connect(&app, &path, header).await.err(), Some(401), "{query}");
    }
    let response = reqwest::get(app.url(&format!("/imageStatus/{id}/ws?ticket={made_up}"))).await.unwrap();
    assert_eq!(response.headers()["referrer-policy"], "no-referrer");
    assert!(response.headers().get("set-cookie").is_none());
    assert_eq!(problem(response, 401).await, "ticket_refused");
}

#[tokio::test]
async fn a_phone_gets_a_ticket_with_its_token() {
    let key = Key::ec();
    let issuer = TestIssuer::start(&[("one", &key)]).await;
    let app = issuer.app().await;
    let phone = Phone::new(&app, key.token("one", &issuer.claims("anna")));
    let id = phone.upload().await;
    let path = format!("/imageStatus/{id}/ticket");
    let ticket = text(phone.post(&path).await).await;
    let mut watcher = watch(&app, id, &ticket).await.unwrap();
    assert_eq!(watcher.status_and_version().await, ("uploaded".to_owned(), 1));
    let stranger = Phone::new(&app, key.token("one", &issuer.claims("bert")));
    assert_eq!(problem(stranger.post(&path).await, 404).await, "not_found");
}

#[tokio::test]
async fn a_person_has_sixty_tickets_a_minute() {
    let app = TestApp::at_once().await;
    let (visitor, other) = (Visitor::new(&app).await, Visitor::new(&app).await);
    let (id, others) = (visitor.upload().await, other.upload().await);
    let began = Instant::now();
    // Fewer than the hundred requests that a person may have in flight.
    let answers = join_all((0..90).map(|_| post(&app, &visitor.cookie, id))).await;
    let (issued, refused): (Vec<_>, Vec<_>) = answers.into_iter().partition(|answer| answer.status() == 201);
    // One more comes every second.
    let most = 60 + usize::try_from(began.elapsed().as_secs()).unwrap() + 1;
    assert!((60..=most).contains(&issued.len()), "{} of at most {most}", issued.len());
    for answer in refused {
        let wait: u64 = answer.headers()["retry-after"].to_str().unwrap().parse().unwrap();
        assert!((1..=2).contains(&wait), "{wait}");
        assert_eq!(problem(answer, 429).await, "too_many_tickets");
    }
    ticket(&app, &other, others).await;
    let document: Value = app.browser.get("/openapi.json").await.json().await.unwrap();
    for path in ["/imageStatus/{id}/ticket", "/upload"] {
        assert!(document["paths"][path]["post"]["responses"]["429"]["headers"]["Retry-After"].is_object(), "{path}");
    }
}
