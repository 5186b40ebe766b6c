//! Forms that are slow, broken, cut off or too much: each ends as a clear problem, and nothing of it stays.

use std::time::{Duration, Instant};

use local::{CallFault, Service, When};
use reqwest::multipart::{Form, Part};
use testbed::a_jpeg;
use tokio::task::JoinSet;

use crate::{
    raw_upload::{END, FIELD, RawUpload},
    test_app::{TestApp, picture, problem},
};

async fn nothing_is_left(app: &TestApp) {
    assert_eq!(app.objects().await, Vec::<String>::new());
    assert_eq!(app.unfinished_uploads(), Vec::<String>::new());
    let mut place = Some(ledger::Place::anywhere(0));
    while let Some(here) = place {
        let page = app.ledger.unfinished(jiff::Timestamp::MAX, here, 10).await.unwrap();
        assert!(page.images.is_empty(), "{:?}", page.images);
        place = page.next;
    }
}

#[tokio::test]
async fn a_sender_that_stalls_is_told_that_it_was_too_slow() {
    let app = TestApp::at_once().await;
    let mut upload = RawUpload::of_length(&app, 100_000, "").await;
    upload.send(FIELD).await;
    upload.send(&a_jpeg(5000)).await;
    let (status, text) = upload.answer().await.unwrap();
    assert_eq!(status, 408);
    assert!(text.contains("too_slow"), "{text}");
    nothing_is_left(&app).await;
}

#[tokio::test]
async fn a_sender_that_stalls_gives_its_memory_to_uploads_that_wait() {
    let app = TestApp::with(|config| config.upload_memory_mib = 5).await;
    let mut stalled = RawUpload::of_length(&app, 8_000_000, "").await;
    stalled.send(FIELD).await;
    // More than the form is read ahead, so that its memory is reserved.
    stalled.send(&a_jpeg(400_000)).await;
    let response = app.browser.post_form(picture("image", a_jpeg(7_000_000))).await;
    assert_eq!(response.status(), 202);
}

#[tokio::test]
async fn a_strangers_half_sent_uploads_leave_room_for_an_honest_one_from_elsewhere() {
    let app = TestApp::at_once().await;
    let mut half_sent = JoinSet::new();
    for n in 0..300 {
        let mut upload = RawUpload::from_address(&app, [127, 0, 0, 2], 10_000_000).await;
        upload.send(FIELD).await;
        // Some send the first bytes only, some as much as they can.
        let picture = a_jpeg(if n % 4 == 0 { 9_000_000 } else { 32 });
        half_sent.spawn(async move {
            upload.try_send(&picture).await;
            std::future::pending::<RawUpload>().await
        });
    }
    let uploads = (0..5).map(|_| app.browser.post_form(picture("image", a_jpeg(10_000_000))));
    for response in futures_util::future::join_all(uploads).await {
        assert_eq!(response.status(), 202);
    }
}

#[tokio::test]
async fn a_sender_that_has_sent_nothing_of_its_picture_has_no_memory_reserved() {
    let app = TestApp::with(|config| config.upload_memory_mib = 5).await;
    let mut silent = Vec::new();
    for _ in 0..20 {
        let mut upload = RawUpload::of_length(&app, 8_000_000, "").await;
        upload.send(FIELD).await;
        silent.push(upload);
    }
    assert_eq!(app.browser.post_form(picture("image", a_jpeg(7_000_000))).await.status(), 202);
}

#[tokio::test]
async fn a_form_that_is_shorter_than_its_word_leaves_nothing() {
    let app = TestApp::at_once().await;
    for bytes in [0, 5000, 6_000_000] {
        let mut upload = RawUpload::of_length(&app, 8_000_000, "").await;
        upload.send(FIELD).await;
        upload.send(&a_jpeg(bytes)).await;
        upload.shut().await;
        let answer = upload.answer().await;
        assert!(answer.as_ref().is_none_or(|(status, _)| *status == 400), "{answer:?}");
        nothing_is_left(&app).await;
    }
}

#[tokio::test]
async fn a_form_without_its_end_is_malformed_and_leaves_nothing() {
    let app = TestApp::at_once().await;
    for bytes in [5000, 6_000_000] {
        let body = [FIELD, &a_jpeg(bytes)].concat();
        let mut upload = RawUpload::of_length(&app, body.len(), "").await;
        upload.send(&body).await;
        let (status, text) = upload.answer().await.unwrap();
        assert_eq!(status, 400);
        assert!(text.contains("malformed_form"), "{text}");
        nothing_is_left(&app).await;
    }
}

/// The reason for which a form is malformed: said while the rest of it is still to come.
async fn malformed_at_once(mut upload: RawUpload) -> String {
    let began = Instant::now();
    let (status, text) = upload.answer().await.unwrap();
    // Silence would have ended it after 10 s.
    assert!(began.elapsed() < Duration::from_secs(5), "{:?}", began.elapsed());
    assert_eq!(status, 400);
    assert!(text.contains("malformed_form"), "{text}");
    text
}

#[tokio::test]
async fn a_form_whose_headers_or_preamble_have_no_end_is_malformed_at_once() {
    let app = TestApp::at_once().await;
    let in_headers = b"--x\r\ncontent-disposition: form-data; name=\"";
    let after_picture = [FIELD, &a_jpeg(5000), b"\r\n--x\r\n"].concat();
    for begins in [&b""[..], b"--x", b"--x\r\n", in_headers, &after_picture] {
        for filler in [b'x', b' '] {
            let mut upload = RawUpload::of_length(&app, 8_000_000, "").await;
            upload.send(&[begins, &vec![filler; 60_000]].concat()).await;
            malformed_at_once(upload).await;
        }
    }
    nothing_is_left(&app).await;
}

#[tokio::test]
async fn a_form_with_a_long_boundary_is_malformed_at_once() {
    let app = TestApp::at_once().await;
    for characters in [71, 10_000] {
        let upload = RawUpload::of_boundary(&app, &"b".repeat(characters), "content-length: 8000000\r\n").await;
        let text = malformed_at_once(upload).await;
        assert!(text.contains("more than 70 characters"), "{text}");
    }
}

#[tokio::test]
async fn fields_beside_the_picture_may_be_many_but_not_much() {
    let app = TestApp::at_once().await;
    let many = |n| (0..n).fold(Form::new(), |form, n| form.text(format!("note {n}"), "lunch"));
    let with_picture = |form: Form| form.part("image", Part::bytes(a_jpeg(5000)).file_name("a"));
    assert_eq!(app.browser.post_form(with_picture(many(500))).await.status(), 202);
    assert_eq!(problem(app.browser.post_form(with_picture(many(2000))).await, 400).await, "malformed_form");
}

#[tokio::test]
async fn chunks_that_are_none_leave_nothing() {
    let app = TestApp::at_once().await;
    let mut upload = RawUpload::begin(&app, "transfer-encoding: chunked\r\n").await;
    upload.send(format!("{:x}\r\n", FIELD.len() + 5000).as_bytes()).await;
    upload.send(&[FIELD, &a_jpeg(5000), b"\r\nno number\r\n"].concat()).await;
    let answer = upload.answer().await;
    assert!(answer.as_ref().is_none_or(|(status, _)| *status == 400), "{answer:?}");
    nothing_is_left(&app).await;
}

#[tokio::test]
async fn what_follows_the_forms_end_is_let_by() {
    let app = TestApp::at_once().await;
    let body = [FIELD, &a_jpeg(5000), END, &[b'.'; 10_000]].concat();
    let mut upload = RawUpload::of_length(&app, body.len(), "").await;
    upload.send(&body).await;
    assert_eq!(upload.answer().await.unwrap().0, 202);
}

#[tokio::test]
async fn a_picture_that_is_refused_takes_those_before_it_along() {
    let app = TestApp::at_once().await;
    for bytes in [5000, 6_000_000] {
        let form = picture("image", a_jpeg(bytes)).part("image", Part::bytes(&b"<html>"[..]).file_name("b"));
        assert_eq!(problem(app.browser.post_form(form).await, 415).await, "unsupported_format");
        nothing_is_left(&app).await;
    }
    let form = Form::new().text("note", "x".repeat(100_000)).part("image", Part::bytes(a_jpeg(10)).file_name("a"));
    assert_eq!(problem(app.browser.post_form(form).await, 400).await, "malformed_form");
    nothing_is_left(&app).await;
}

#[tokio::test]
async fn what_the_bucket_took_without_our_hearing_of_it_is_removed() {
    let app = TestApp::at_once().await;
    for (operation, bytes) in [("PutObject", 5000), ("UploadPart", 6_000_000), ("CompleteMultipartUpload", 6_000_000)] {
        for fault in [CallFault::LoseAnswer, CallFault::Error(503)] {
            app.testbed.aws.faults().on_calls((Service::S3, operation), fault, When::Always);
            let refused = app.browser.post_form(picture("image", a_jpeg(bytes))).await;
            assert_eq!(problem(refused, 503).await, "unavailable", "{operation}");
            app.testbed.aws.faults().clear();
            nothing_is_left(&app).await;
        }
    }
}
