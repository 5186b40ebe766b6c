//! `Authorization: Bearer`: who is believed to be whom.

use std::net::SocketAddr;

use aws_lc_rs::hmac;
use futures_util::future::join_all;
use jiff::Timestamp;
use serde_json::{Value, json};
use testbed::eventually;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

use crate::{
    test_app::{TestApp, Visitor, Watcher, problem},
    test_issuer::{Key, Phone, TestIssuer, app_for, but, claims, encoded, unsigned},
};

/// The `code`, after a look at the challenge.
async fn refused(response: reqwest::Response) -> String {
    assert_eq!(response.headers()["www-authenticate"], "Bearer error=\"invalid_token\"");
    assert!(response.headers().get("set-cookie").is_none());
    problem(response, 401).await
}

#[tokio::test]
async fn a_token_names_the_owner_and_another_subject_is_somebody_else() {
    let key = Key::ec();
    let issuer = TestIssuer::start(&[("one", &key)]).await;
    let app = issuer.app().await;
    let phone = Phone::new(&app, key.token("one", &issuer.claims("anna")));
    let id = phone.upload().await;

    let later = but(issuer.claims("anna"), &json!({ "jti": "another", "aud": ["other", "receipts"] }));
    let same_person = Phone::new(&app, key.token("one", &later));
    let list: Value = same_person.get("/receipts").await.json().await.unwrap();
    assert_eq!(list["receipts"][0]["imageId"], id.to_string());
    assert_eq!(same_person.get(&format!("/receipts/{id}/image")).await.status(), 200);
    let owner = app.ledger.get(id).await.unwrap().unwrap().owner;
    assert!(owner.as_str().starts_with("oidc-") && !owner.as_str().contains("anna"));

    let stranger = Phone::new(&app, key.token("one", &issuer.claims("bert")));
    assert_eq!(problem(stranger.get(&format!("/receipts/{id}")).await, 404).await, "not_found");
    let list: Value = stranger.get("/receipts").await.json().await.unwrap();
    assert_eq!(list["receipts"], json!([]));
    assert_eq!(app.browser.get(&format!("/receipts/{id}")).await.status(), 404);
}

#[tokio::test]
async fn every_algorithm_that_we_name_is_taken() {
    let (ec, rsa, ed) = (Key::ec(), Key::rsa(), Key::ed());
    let issuer = TestIssuer::start(&[("ec", &ec), ("rsa", &rsa), ("ed", &ed)]).await;
    let app = issuer.app().await;
    let claims = issuer.claims("anna");
    let tokens = [
        ec.token("ec", &claims),
        rsa.token("rsa", &claims),
        rsa.token_by("PS256", "rsa", &claims),
        ed.token("ed", &claims),
    ];
    for token in tokens {
        assert_eq!(Phone::new(&app, token).get("/receipts").await.status(), 200);
    }
    assert_eq!(issuer.fetches(), 1);
}

#[tokio::test]
async fn a_token_that_is_not_for_us_is_refused() {
    let key = Key::ec();
    let issuer = TestIssuer::start(&[("one", &key)]).await;
    let app = issuer.app().await;
    let now = Timestamp::now().as_second();
    let changes = [
        json!({ "iss": "https://another.example" }),
        json!({ "iss": format!("{}/", issuer.url) }),
        json!({ "aud": "another" }),
        json!({ "aud": ["another"] }),
        json!({ "aud": null }),
        json!({ "exp": now - 61 }),
        json!({ "exp": null }),
        json!({ "nbf": now + 90 }),
        json!({ "iat": now + 90 }),
        json!({ "sub": null }),
        json!({ "sub": "" }),
    ];
    for change in changes {
        let token = key.token("one", &but(issuer.claims("anna"), &change));
        assert_eq!(refused(Phone::new(&app, token).get("/receipts").await).await, "unauthorized", "{change}");
    }
}

#[tokio::test]
async fn a_forged_token_is_refused() {
    let (ec, rsa, other) = (Key::ec(), Key::rsa(), Key::ec());
    let issuer = TestIssuer::start(&[("ec", &ec), ("rsa", &rsa)]).await;
    let app = issuer.app().await;
    let claims = issuer.claims("anna");
    let good = ec.token("ec", &claims);
    let (message, signature) = good.rsplit_once('.').unwrap();
    let (header, _) = message.split_once('.').unwrap();
    let tampered = encoded(but(claims.clone(), &json!({ "sub": "bert" })).to_string().as_bytes());
    let by_hmac = |key: &Key, name: &str| {
        let message = unsigned(&json!({ "alg": "HS256", "kid": name }), &claims);
        let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, key.public()), message.as_bytes());
        format!("{message}.{}", encoded(tag.as_ref()))
    };
    let forged = [
        format!("{header}.{tampered}.{signature}"),
        format!("{message}."),
        format!("{message}.{}", encoded(&[0; 64])),
        format!("{}.", unsigned(&json!({ "alg": "none" }), &claims)),
        format!("{}.", unsigned(&json!({ "alg": "none", "kid": "ec" }), &claims)),
        by_hmac(&ec, "ec"),
        by_hmac(&rsa, "rsa"),
        // By a key that nobody published, under the name of one that somebody did.
        other.token("ec", &claims),
        other.token("other", &claims),
        // By a published key, under another one's name or algorithm.
        ec.token("rsa", &claims),
        rsa.token("ec", &claims),
        ec.token_by("RS256", "rsa", &claims),
        rsa.token_by("PS256", "ec", &claims),
        String::new(),
        "a.b.c".to_owned(),
    ];
    for token in forged {
        assert_eq!(refused(Phone::new(&app, token.clone()).get("/receipts").await).await, "unauthorized", "{token}");
    }
    assert_eq!(Phone::new(&app, good).get("/receipts").await.status(), 200);
}

#[tokio::test]
async fn a_bad_token_never_falls_back_to_the_cookie_and_a_good_one_overrides_it() {
    let key = Key::ec();
    let issuer = TestIssuer::start(&[("one", &key)]).await;
    let app = issuer.app().await;
    let visitor = Visitor::new(&app).await;
    let id = visitor.upload().await;
    let path = format!("/receipts/{id}");
    let get = async |authorization: String| {
        let request = reqwest::Client::new().get(app.url(&path)).header("cookie", &visitor.cookie);
        request.header("authorization", authorization).send().await.unwrap()
    };
    assert_eq!(refused(get("Bearer nonsense".to_owned()).await).await, "unauthorized");
    let token = key.token("one", &issuer.claims("anna"));
    assert_eq!(get(format!("bearer {token}")).await.status(), 404);
    assert_eq!(get("Basic YTpi".to_owned()).await.status(), 200);
}

/// A client that listens only when it has sent everything.
#[tokio::test]
async fn a_large_upload_with_a_bad_token_hears_why() {
    let issuer = TestIssuer::start(&[]).await;
    let app = issuer.app().await;
    let mut socket = TcpStream::connect(app.address()).await.unwrap();
    let head = "POST /upload HTTP/1.1\r\nhost: x\r\nconnection: close\r\nauthorization: Bearer nonsense\r\n\
                content-type: multipart/form-data; boundary=x\r\ncontent-length: 8000000\r\n\r\n";
    socket.write_all(head.as_bytes()).await.unwrap();
    socket.write_all(&vec![0; 8_000_000]).await.unwrap();
    let mut answer = String::new();
    socket.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 401 ") && answer.contains("\"unauthorized\""), "{answer}");
    assert!(app.objects().await.is_empty());
}

#[tokio::test]
async fn where_no_issuer_is_configured_a_token_is_refused() {
    let app = TestApp::at_once().await;
    let token = Key::ec().token("one", &claims("https://a.example", "anna"));
    assert_eq!(refused(Phone::new(&app, token).get("/receipts").await).await, "unauthorized");
}

#[tokio::test]
async fn a_new_key_is_found_and_an_old_one_is_no_longer_believed() {
    let (old, new) = (Key::ec(), Key::rsa());
    let issuer = TestIssuer::start(&[("old", &old)]).await;
    let app = issuer.app().await;
    let claims = issuer.claims("anna");
    let by_old = Phone::new(&app, old.token("old", &claims));
    assert_eq!(by_old.get("/receipts").await.status(), 200);
    issuer.publish(&[("new", &new)]);
    assert_eq!(Phone::new(&app, new.token("new", &claims)).get("/receipts").await.status(), 200);
    assert_eq!(refused(by_old.get("/receipts").await).await, "unauthorized");
}

#[tokio::test]
async fn made_up_key_names_cause_hardly_a_fetch() {
    let key = Key::ec();
    let issuer = TestIssuer::start(&[("one", &key)]).await;
    let app = issuer.app().await;
    let claims = issuer.claims("anna");
    let good = Phone::new(&app, key.token("one", &claims));
    assert_eq!(good.get("/receipts").await.status(), 200);
    assert_eq!(issuer.fetches(), 1);
    let of_another = but(claims.clone(), &json!({ "iss": "https://another.example" }));
    let unasked = Phone::new(&app, key.token("made-up", &of_another));
    assert_eq!(refused(unasked.get("/receipts").await).await, "unauthorized");
    assert_eq!(issuer.fetches(), 1);
    let asked =
        (0..20).map(async |n| Phone::new(&app, key.token(&format!("made-up-{n}"), &claims)).get("/receipts").await);
    for response in join_all(asked).await {
        assert_eq!(refused(response).await, "unauthorized");
    }
    // One every two seconds, on a machine on which this takes so long.
    assert!((2..6).contains(&issuer.fetches()), "{}", issuer.fetches());
    assert_eq!(good.get("/receipts").await.status(), 200);
}

#[tokio::test]
async fn keys_outlive_their_issuer() {
    let key = Key::ec();
    let issuer = TestIssuer::start(&[("one", &key)]).await;
    let app = issuer.app().await;
    let claims = issuer.claims("anna");
    let (good, bad) = (key.token("one", &claims), key.token("made-up", &claims));
    assert_eq!(Phone::new(&app, good.clone()).get("/receipts").await.status(), 200);
    issuer.break_down();
    assert_eq!(refused(Phone::new(&app, bad).get("/receipts").await).await, "unauthorized");
    assert_eq!(Phone::new(&app, good).get("/receipts").await.status(), 200);
}

#[tokio::test]
async fn an_issuer_that_is_down_at_the_start_is_waited_for() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address: SocketAddr = listener.local_addr().unwrap();
    drop(listener);
    let (key, url) = (Key::ec(), format!("http://{address}/realm"));
    let app = app_for(&url).await;
    let phone = Phone::new(&app, key.token("one", &claims(&url, "anna")));
    assert_eq!(problem(phone.get("/receipts").await, 503).await, "unavailable");
    // Whoever has a cookie does not notice.
    assert_eq!(app.browser.get("/receipts").await.status(), 200);
    let ready: Value = app.browser.get("/readyz").await.json().await.unwrap();
    assert_eq!((&ready["ready"], &ready["tokenIssuer"]), (&json!(true), &json!("pending")));

    let _issuer = TestIssuer::start_at(address, &[("one", &key)]).await;
    eventually("the token is taken", async || (phone.get("/receipts").await.status() == 200).then_some(())).await;
    let ready: Value = app.browser.get("/readyz").await.json().await.unwrap();
    assert_eq!(ready["tokenIssuer"], "known");
}

#[tokio::test]
async fn an_issuer_that_calls_itself_otherwise_is_not_believed() {
    let key = Key::ec();
    let issuer = TestIssuer::start(&[("one", &key)]).await;
    let nearly = format!("{}/", issuer.url);
    let app = app_for(&nearly).await;
    let phone = Phone::new(&app, key.token("one", &claims(&nearly, "anna")));
    assert_eq!(problem(phone.get("/receipts").await, 503).await, "unavailable");
    assert_eq!(issuer.fetches(), 0);
}

#[tokio::test]
async fn an_issuer_without_an_audience_does_not_start() {
    for (issuer, audience) in
        [(Some("https://a.example"), None), (None, Some("app")), (Some("https://a.example"), Some(""))]
    {
        let app = TestApp::with(|config| {
            config.oidc_issuer = issuer.map(|issuer| issuer.parse().unwrap());
            config.oidc_audience = audience.map(str::to_owned);
        })
        .await;
        let error = app.served.await.unwrap().unwrap_err();
        assert!(error.to_string().contains("OIDC_ISSUER and OIDC_AUDIENCE"), "{error}");
    }
}

#[tokio::test]
async fn a_web_socket_takes_a_token_in_its_header() {
    let key = Key::ec();
    let issuer = TestIssuer::start(&[("one", &key)]).await;
    let app = issuer.app().await;
    let phone = Phone::new(&app, key.token("one", &issuer.claims("anna")));
    let path = format!("/imageStatus/{}/ws", phone.upload().await);
    let connect = async |authorization: &str| {
        Watcher::try_connect(&app, &path, Some(("authorization", authorization))).await.map(drop)
    };
    let mut watcher = Watcher::try_connect(&app, &path, Some(("authorization", &phone.authorization()))).await.unwrap();
    assert_eq!(watcher.status_and_version().await, ("uploaded".to_owned(), 1));
    let stranger = Phone::new(&app, key.token("one", &issuer.claims("bert")));
    assert_eq!(connect(&stranger.authorization()).await, Err(404));
    assert_eq!(connect("Bearer nonsense").await, Err(401));
    assert_eq!(Watcher::try_connect(&app, &path, None).await.err(), Some(404));
}
