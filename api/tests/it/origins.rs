//! Which pages may use the API in a browser.

use reqwest::{Method, RequestBuilder};
use tokio_tungstenite::{connect_async, tungstenite::client::IntoClientRequest};

use crate::test_app::{TestApp, Visitor, picture, problem};

const ALLOWED: &str = "https://receipts.example";

async fn app() -> TestApp {
    TestApp::with(|config| config.allowed_origins = ALLOWED.parse().unwrap()).await
}

fn upload(app: &TestApp, origin: &str) -> RequestBuilder {
    let request = app.browser.http.post(app.url("/upload")).header("origin", origin);
    request.multipart(picture("image", testbed::a_jpeg(100)))
}

#[tokio::test]
async fn a_page_of_another_origin_is_refused_before_anything_is_done() {
    let app = app().await;
    for origin in ["https://evil.example", "https://receipts.example.evil", "null", "http://receipts.example"] {
        assert_eq!(problem(upload(&app, origin).send().await.unwrap(), 403).await, "origin_not_allowed", "{origin}");
    }
    assert_eq!(app.objects().await, Vec::<String>::new());
    for origin in [app.base.as_str(), ALLOWED] {
        assert_eq!(upload(&app, origin).send().await.unwrap().status(), 202, "{origin}");
    }
}

#[tokio::test]
async fn a_socket_of_another_origin_is_refused() {
    let app = app().await;
    let visitor = Visitor::new(&app).await;
    let id = visitor.upload().await;
    for (origin, opens) in [("https://evil.example", false), (ALLOWED, true), (app.base.as_str(), true)] {
        let mut request = format!("ws://{}/imageStatus/{id}/ws", app.address()).into_client_request().unwrap();
        request.headers_mut().insert("cookie", visitor.cookie.parse().unwrap());
        request.headers_mut().insert("origin", origin.parse().unwrap());
        match connect_async(request).await {
            Ok(_) => assert!(opens, "{origin}"),
            Err(tokio_tungstenite::tungstenite::Error::Http(response)) => {
                assert_eq!((response.status().as_u16(), opens), (403, false), "{origin}");
            }
            Err(error) => panic!("{error}"),
        }
    }
}

#[tokio::test]
async fn a_page_that_the_operator_names_may_read_the_answers() {
    let app = app().await;
    let preflight = |origin: &str| {
        let request = app.browser.http.request(Method::OPTIONS, app.url("/upload")).header("origin", origin);
        request
            .header("access-control-request-method", "POST")
            .header("access-control-request-headers", "idempotency-key")
            .send()
    };
    let allowed = preflight(ALLOWED).await.unwrap();
    assert_eq!(allowed.headers()["access-control-allow-origin"], ALLOWED);
    assert_eq!(allowed.headers()["access-control-allow-credentials"], "true");
    let headers = allowed.headers()["access-control-allow-headers"].to_str().unwrap();
    assert!(headers.contains("idempotency-key"), "{headers}");
    assert_eq!(preflight("https://evil.example").await.unwrap().headers().get("access-control-allow-origin"), None);

    let answer = app.browser.http.get(app.url("/receipts")).header("origin", ALLOWED).send().await.unwrap();
    assert_eq!(answer.headers()["access-control-allow-origin"], ALLOWED);
}
