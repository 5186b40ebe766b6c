//! `POST /upload`

use jiff::{SignedDuration, Timestamp};
use ledger::{Image, NewRecord, Sender};
use local::{CallFault, Service, When};
use receipt::{ImageId, ObjectKey, Orientation, OwnerId, PictureFormat, PictureHash, Status};
use reqwest::multipart::{Form, Part};
use serde_json::Value;
use sha2::{Digest, Sha256};
use testbed::{a_jpeg, eventually};

use crate::test_app::{TestApp, Visitor, picture, problem, queued};

const MAX_IMAGE_BYTES: usize = 10_485_760;

async fn stored(app: &TestApp, response: reqwest::Response) -> Image {
    assert_eq!(response.status(), 202);
    let location = response.headers()["location"].to_str().unwrap().to_owned();
    let body: Value = response.json().await.unwrap();
    let id: ImageId = body["imageId"].as_str().unwrap().parse().unwrap();
    assert_eq!(body, serde_json::json!({ "imageId": id, "status": "uploaded", "version": 1 }));
    assert_eq!(location, format!("/receipts/{id}"));
    app.ledger.get(id).await.unwrap().unwrap()
}

#[tokio::test]
async fn a_photo_is_stored_written_down_and_announced() {
    let app = TestApp::at_once().await;
    let photo = a_jpeg(300_000);
    let image = stored(&app, app.browser.post_form(picture("image", photo.clone())).await).await;
    assert_eq!((image.status, image.version, image.size_bytes), (Status::Uploaded, 1, 300_000));
    assert_eq!(app.objects().await, [format!("uploads/{}/image.jpg", image.image_id)]);
    queued(&app, 1).await;

    let shown = app.browser.get(&format!("/receipts/{}/image", image.image_id)).await;
    assert_eq!(shown.headers()["content-type"], "image/jpeg");
    assert_eq!(shown.headers()["x-content-type-options"], "nosniff");
    assert_eq!(shown.bytes().await.unwrap(), photo);
}

#[tokio::test]
async fn the_field_may_be_called_file_and_others_are_let_by() {
    let app = TestApp::at_once().await;
    let form = Form::new().text("note", "lunch").part("file", Part::bytes(a_jpeg(10)).file_name("x")).text("more", "x");
    stored(&app, app.browser.post_form(form).await).await;
}

#[tokio::test]
async fn the_first_bytes_say_what_it_is_whatever_its_name() {
    let app = TestApp::at_once().await;
    let pdf = Part::bytes(b"%PDF-1.7 and so on".to_vec()).file_name("photo.jpg").mime_str("image/jpeg").unwrap();
    let image = stored(&app, app.browser.post_form(Form::new().part("image", pdf)).await).await;
    assert!(image.key.to_string().ends_with("/image.pdf"));
}

#[tokio::test]
async fn the_largest_photo_comes_back_byte_for_byte() {
    let app = TestApp::with(|config| config.upload_memory_mib = 5).await;
    let photo = a_jpeg(MAX_IMAGE_BYTES);
    let image = stored(&app, app.browser.post_form(picture("image", photo.clone())).await).await;
    let shown = app.browser.get(&format!("/receipts/{}/image", image.image_id)).await;
    assert!(shown.bytes().await.unwrap() == photo, "the picture changed on its way");
}

#[tokio::test]
async fn one_byte_too_many_is_refused_and_leaves_nothing() {
    let app = TestApp::at_once().await;
    for bytes in [MAX_IMAGE_BYTES + 1, 3 * MAX_IMAGE_BYTES] {
        let response = app.browser.post_form(picture("image", a_jpeg(bytes))).await;
        assert_eq!(problem(response, 413).await, "image_too_large");
    }
    // Of unknown length: only counting tells.
    let chunks = (0..12).map(|_| Ok::<_, std::io::Error>(a_jpeg(1024 * 1024)));
    let body = reqwest::Body::wrap_stream(futures_util::stream::iter(chunks));
    let form = Form::new().part("image", Part::stream(body).file_name("x.jpg"));
    assert_eq!(problem(app.browser.post_form(form).await, 413).await, "image_too_large");
    assert_eq!(app.objects().await, Vec::<String>::new());
    assert_eq!(app.unfinished_uploads(), Vec::<String>::new());
}

#[tokio::test]
async fn files_are_taken_as_people_have_them() {
    let app = TestApp::at_once().await;
    for name in ["slip.heic", "slip.avif", "slip-lossy.webp", "slip.gif", "slip.png", "text-3-pages.pdf"] {
        let file = std::fs::read(format!("{}/../pages/testdata/{name}", env!("CARGO_MANIFEST_DIR"))).unwrap();
        let image = stored(&app, app.browser.post_form(picture("image", file)).await).await;
        let extension = name.rsplit('.').next().unwrap();
        assert!(image.key.to_string().ends_with(&format!("/image.{extension}")), "{name}");
    }
}

#[tokio::test]
async fn what_cannot_be_read_is_refused_with_what_to_send_instead() {
    let app = TestApp::at_once().await;
    // Two directories, each with the place of its pixels.
    let page = |next: u8| [&b"\x01\0\x11\x01\x04\0\x01\0\0\0\x08\0\0\0"[..], &[next, 0, 0, 0]].concat();
    let two_pages = [&b"II*\0\x08\0\0\0"[..], &page(26), &page(0)].concat();
    let unreadable = [
        (&two_pages[..], "several_pages"),
        (b"\0\0\0\x18ftypisom\0\0\0\0mp42iso2", "unsupported_format"),
        (b"<html>", "unsupported_format"),
        (b"\xff", "unsupported_format"),
    ];
    for (bytes, code) in unreadable {
        let response = app.browser.post_form(picture("image", bytes.to_vec())).await;
        assert_eq!(problem(response, 415).await, code);
    }
    assert_eq!(app.objects().await, Vec::<String>::new());
}

#[tokio::test]
async fn forms_without_a_picture_or_with_too_many_are_refused() {
    let app = TestApp::at_once().await;
    let empty = app.browser.post_form(picture("image", Vec::new())).await;
    assert_eq!(problem(empty, 400).await, "empty_image");
    let none = app.browser.post_form(Form::new().text("note", "lunch")).await;
    assert_eq!(problem(none, 400).await, "no_image");
    let seven = (0..7).fold(Form::new(), |form, _| form.part("image", Part::bytes(a_jpeg(10)).file_name("x")));
    assert_eq!(problem(app.browser.post_form(seven).await, 400).await, "too_many_images");
    let second_is_empty = picture("image", a_jpeg(10)).part("image", Part::bytes(Vec::new()).file_name("x"));
    assert_eq!(problem(app.browser.post_form(second_is_empty).await, 400).await, "empty_image");
    let second_is_text = picture("image", a_jpeg(10)).part("image", Part::bytes(&b"<html>"[..]).file_name("x"));
    assert_eq!(problem(app.browser.post_form(second_is_text).await, 415).await, "unsupported_format");
    let no_form = app.browser.http.post(app.url("/upload")).body("hello").send().await.unwrap();
    assert_eq!(problem(no_form, 400).await, "no_image");
    let broken = app.browser.http.post(app.url("/upload"));
    let broken = broken.header("content-type", "multipart/form-data; boundary=x").body("--x\r\nContent-Disposition");
    assert_eq!(problem(broken.send().await.unwrap(), 400).await, "malformed_form");
    assert_eq!(app.objects().await, Vec::<String>::new());
}

#[tokio::test]
async fn photos_of_one_receipt_are_one_image_in_their_order() {
    let app = TestApp::at_once().await;
    let photos = [a_jpeg(2000), b"\x89PNG\r\n\x1a\n and so on".to_vec(), a_jpeg(300)];
    let form = photos.iter().fold(Form::new(), |form, photo| {
        form.part("image", Part::bytes(photo.clone()).file_name("x")).text("note", "between")
    });
    let image = stored(&app, app.browser.post_form(form).await).await;
    let id = image.image_id;
    let keys = ["image.jpg", "image-2.png", "image-3.jpg"].map(|name| format!("uploads/{id}/{name}"));
    assert_eq!(image.parts().map(|part| part.key.to_string()).collect::<Vec<_>>(), keys);
    assert_eq!(app.objects().await.len(), 3);
    queued(&app, 1).await;

    let told = app.browser.get(&format!("/receipts/{id}")).await.json::<Value>().await.unwrap();
    let types = ["image/jpeg", "image/png", "image/jpeg"];
    assert_eq!(told["parts"].as_array().unwrap().iter().map(|part| &part["contentType"]).collect::<Vec<_>>(), types);
    for (part, content_type) in (1..).zip(types) {
        let shown = app.browser.get(&format!("/receipts/{id}/image?part={part}")).await;
        assert_eq!(shown.headers()["content-type"], content_type);
        let size = image.parts().nth(part - 1).unwrap().size_bytes;
        assert_eq!(shown.bytes().await.unwrap().len() as u64, size);
    }
    for path in ["image?part=0", "image?part=4", "image?part=x", "preview?page=2", "preview?page=0", "thumbnail"] {
        let response = app.browser.http.get(app.url(&format!("/receipts/{id}/{path}"))).send().await.unwrap();
        assert_eq!(problem(response, 404).await, "not_found", "{path}");
    }
    app.browser.http.delete(app.url(&format!("/receipts/{id}"))).send().await.unwrap();
    assert_eq!(app.objects().await, Vec::<String>::new());
}

#[tokio::test]
async fn photos_that_are_too_large_together_leave_nothing() {
    let app = TestApp::with(|config| config.upload_memory_mib = 15).await;
    // Of unknown length, so that only counting tells.
    let part = || {
        let chunks = (0..9).map(|_| Ok::<_, std::io::Error>(a_jpeg(1024 * 1024)));
        Part::stream(reqwest::Body::wrap_stream(futures_util::stream::iter(chunks))).file_name("x.jpg")
    };
    let four = (0..4).fold(Form::new(), |form, _| form.part("image", part()));
    assert_eq!(problem(app.browser.post_form(four).await, 413).await, "image_too_large");
    assert_eq!(app.objects().await, Vec::<String>::new());
    assert_eq!(app.unfinished_uploads(), Vec::<String>::new());
}

#[tokio::test]
async fn what_workers_make_of_a_picture_is_shown() {
    let app = TestApp::at_once().await;
    let image = stored(&app, app.browser.post_form(picture("image", b"%PDF-1.7 and so on".to_vec())).await).await;
    let id = image.image_id;
    app.put_object(id.preview(1), b"a page".to_vec()).await;
    app.put_object(id.thumbnail(), b"small".to_vec()).await;
    for (path, body) in [("preview", "a page"), ("preview?page=1", "a page"), ("thumbnail", "small")] {
        let shown = app.browser.get(&format!("/receipts/{id}/{path}")).await;
        assert_eq!(shown.headers()["content-type"], "image/jpeg", "{path}");
        assert_eq!(shown.headers()["cache-control"], "private, no-cache");
        let tag = shown.headers()["etag"].clone();
        assert_eq!(shown.text().await.unwrap(), body);
        let again = app.browser.http.get(app.url(&format!("/receipts/{id}/{path}")));
        assert_eq!(again.header("if-none-match", tag).send().await.unwrap().status(), 304);
    }
    // What browsers show is shown as it was sent.
    let photo = stored(&app, app.browser.post_form(picture("image", a_jpeg(500))).await).await;
    let shown = app.browser.get(&format!("/receipts/{}/preview", photo.image_id)).await;
    assert_eq!(shown.bytes().await.unwrap().len(), 500);
    let stranger = Visitor::new(&app).await;
    for path in ["image", "preview", "thumbnail"] {
        let response = stranger.request(reqwest::Method::GET, &format!("/receipts/{id}/{path}")).send().await.unwrap();
        assert_eq!(problem(response, 404).await, "not_found", "{path}");
    }
}

#[tokio::test]
async fn the_exif_orientation_is_kept() {
    let app = TestApp::at_once().await;
    // APP1 with one IFD entry: tag 0x0112, SHORT, count 1, value 6.
    let mut photo =
        b"\xff\xd8\xff\xe1\0\x22Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0".to_vec();
    photo.extend(b"\xff\xda");
    let image = stored(&app, app.browser.post_form(picture("image", photo)).await).await;
    assert_eq!(image.orientation, Orientation::Rotated90);
}

#[tokio::test]
async fn where_a_part_fails_the_upload_is_taken_back_and_may_be_sent_again() {
    let app = TestApp::at_once().await;
    for calls in [(Service::S3, "PutObject"), (Service::DynamoDb, "PutItem"), (Service::Sns, "Publish")] {
        app.testbed.aws.faults().on_calls(calls, CallFault::Error(503), When::Always);
        let refused = app.browser.post_form(picture("image", a_jpeg(1000))).await;
        assert_eq!(problem(refused, 503).await, "unavailable", "{calls:?}");
        app.testbed.aws.faults().clear();
        assert_eq!(app.objects().await, Vec::<String>::new(), "{calls:?}");
        let list: Value = app.browser.get("/receipts").await.json().await.unwrap();
        assert_eq!(list["receipts"], serde_json::json!([]), "{calls:?}");
    }
    stored(&app, app.browser.post_form(picture("image", a_jpeg(1000))).await).await;
}

#[tokio::test]
async fn a_form_that_never_comes_to_its_picture_is_cut_off() {
    let app = TestApp::at_once().await;
    // No boundary, as fast as it goes: the parser must not collect it.
    let chunks = futures_util::stream::repeat_with(|| Ok::<_, std::io::Error>(vec![b'x'; 64 * 1024]));
    let request = app.browser.http.post(app.url("/upload")).header("content-type", "multipart/form-data; boundary=x");
    let answer = request.body(reqwest::Body::wrap_stream(chunks)).send().await;
    assert_eq!(problem(answer.unwrap(), 400).await, "malformed_form");
    assert_eq!(app.browser.get("/livez").await.status(), 200);
}

#[tokio::test]
async fn more_uploads_than_memory_wait_for_their_turn() {
    let app = TestApp::with(|config| config.upload_memory_mib = 5).await;
    let uploads = (0..8).map(|_| app.browser.post_form(picture("image", a_jpeg(7_000_000))));
    for response in futures_util::future::join_all(uploads).await {
        assert_eq!(response.status(), 202);
    }
}

#[tokio::test]
async fn a_client_that_vanishes_leaves_nothing() {
    use tokio::io::AsyncWriteExt;
    let mut app = TestApp::at_once().await;
    let mut socket = tokio::net::TcpStream::connect(app.address()).await.unwrap();
    let head = "POST /upload HTTP/1.1\r\nhost: x\r\ncontent-type: multipart/form-data; boundary=x\r\n\
                content-length: 8000000\r\n\r\n--x\r\ncontent-disposition: form-data; name=\"image\"; filename=\"a\"\r\n\r\n";
    socket.write_all(head.as_bytes()).await.unwrap();
    socket.write_all(&a_jpeg(6_000_000)).await.unwrap();
    eventually("a part in the bucket", async || (!app.unfinished_uploads().is_empty()).then_some(())).await;
    drop(socket);
    // The service ends only when the upload's task has.
    app.stop.cancel();
    (&mut app.served).await.unwrap().unwrap();
    assert_eq!(app.unfinished_uploads(), Vec::<String>::new());
    let bucket = app.testbed.aws.resources().bucket;
    let listed = app.s3.list_objects_v2().bucket(bucket).send().await.unwrap();
    assert!(listed.contents().is_empty());
}

#[tokio::test]
async fn an_image_that_was_never_announced_is_found_and_announced() {
    let app = TestApp::at_once().await;
    let image_id = ImageId::new();
    let (owner, key) = (OwnerId::random(), ObjectKey::new(image_id, PictureFormat::Jpeg));
    let at = Timestamp::now() - SignedDuration::from_mins(1);
    let (sha256, orientation) = (PictureHash::from([7; 32]), Orientation::Upright);
    let first_part = ledger::Part { key, size_bytes: 1, orientation };
    let (sender, further_parts) = (Sender::default(), Vec::new());
    let record = NewRecord { image_id, owner, sender, first_part, further_parts, sha256, at };
    app.ledger.create(record).await.unwrap();
    queued(&app, 1).await;
}

#[tokio::test]
async fn the_same_bytes_are_known_again_however_they_come() {
    let app = TestApp::at_once().await;
    let one_part = app.browser.upload().await;
    let again = app.browser.upload().await;
    let hash = async |id| app.ledger.get(id).await.unwrap().unwrap().sha256.unwrap();
    assert_eq!(hash(one_part).await, hash(again).await);

    let big = a_jpeg(6 * 1024 * 1024);
    let digest: [u8; 32] = Sha256::digest(&big).into();
    let answer = app.browser.post_form(picture("image", big)).await;
    let answer: Value = answer.json().await.unwrap();
    let in_parts = answer["imageId"].as_str().unwrap().parse().unwrap();
    assert_eq!(hash(in_parts).await, PictureHash::from(digest));
}
