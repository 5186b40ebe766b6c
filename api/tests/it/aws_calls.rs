//! The service makes every call to AWS that it declares. That it makes no other, each test that runs it sees.

use local::{CallFault, Service, When};
use receipt::ImageId;
use reqwest::{Method, Response};
use serde_json::Value;
use testbed::a_jpeg;

use crate::test_app::{TestApp, Visitor, picture};

/// So large that it goes to the bucket in parts.
const LARGE: usize = 6 * 1024 * 1024;

async fn upload(visitor: &Visitor, key: &str, bytes: usize) -> Response {
    let request = visitor.request(Method::POST, "/upload").header("idempotency-key", key);
    request.multipart(picture("image", a_jpeg(bytes))).send().await.unwrap()
}

async fn uploaded(response: Response) -> ImageId {
    assert_eq!(response.status(), 202);
    response.json::<Value>().await.unwrap()["imageId"].as_str().unwrap().parse().unwrap()
}

#[tokio::test]
async fn every_declared_call_is_made() {
    let app = TestApp::start().await;
    let visitor = Visitor::new(&app).await;
    let id = visitor.upload().await;
    let large = uploaded(upload(&visitor, "large", LARGE).await).await;
    app.testbed.aws.faults().on_calls((Service::S3, "UploadPart"), CallFault::Error(503), When::Always);
    assert_eq!(upload(&visitor, "broken", LARGE).await.status(), 503);
    app.testbed.aws.faults().clear();

    let large = app.take(large).await;
    app.concluded(&large).await;
    let correction = visitor.request(Method::PATCH, &format!("/receipts/{}", large.image_id));
    let correction = correction.header("content-type", "application/merge-patch+json").body(r#"{"total":"9.50"}"#);
    assert_eq!(correction.send().await.unwrap().status(), 200);

    app.put_object(id.thumbnail(), b"small".to_vec()).await;
    let pdf = visitor.upload_of(b"%PDF-1.7 and so on".to_vec()).await;
    app.put_object(pdf.preview(1), b"a page".to_vec()).await;

    visitor.json("/receipts").await;
    for (method, path, status) in [
        (Method::GET, format!("/receipts/{id}/image"), 200),
        (Method::GET, format!("/receipts/{id}/thumbnail"), 200),
        (Method::GET, format!("/receipts/{pdf}/preview"), 200),
        (Method::POST, format!("/imageStatus/{id}/ticket"), 201),
        (Method::DELETE, format!("/receipts/{id}"), 204),
    ] {
        assert_eq!(visitor.request(method, &path).send().await.unwrap().status(), status, "{path}");
    }
    // The rest is done by the sweep, some seconds after the start.
    app.testbed.makes_every_declared_call("api").await;
}
