//! What is kept of a picture, and how it comes out again.

use std::time::Duration;

use api::PictureLimits;
use receipt::{ImageId, Orientation, PictureHash};
use serde_json::Value;
use sha2::{Digest, Sha256};
use testbed::eventually;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpSocket, TcpStream},
};

use crate::test_app::{Browser, TestApp, Visitor, picture};

/// Three numbers of a place; they stand nowhere else.
const PLACE: [u8; 24] =
    *b"\x31\x41\x59\x26\x53\x58\x97\x93\x23\x84\x62\x64\x33\x83\x27\x95\x02\x88\x41\x97\x16\x93\x99\x37";

fn entry(tag: u16, kind: u16, count: u32, value: [u8; 4]) -> Vec<u8> {
    [&tag.to_be_bytes()[..], &kind.to_be_bytes(), &count.to_be_bytes(), &value].concat()
}

/// A TIFF of so many bytes, its directory at the end: turned by 90 degrees, and with a place before the directory.
fn a_tiff(bytes: usize) -> Vec<u8> {
    let place = u32::try_from(bytes - 24 - 18 - 30).unwrap();
    let directory = [
        &b"\0\x02"[..],
        &entry(0x0112, 3, 1, *b"\0\x06\0\0"),
        &entry(0x8825, 4, 1, (place + 24).to_be_bytes()),
        b"\0\0\0\0",
    ];
    let gps = [&b"\0\x01"[..], &entry(2, 5, 3, place.to_be_bytes()), b"\0\0\0\0"].concat();
    let mut file = [&b"MM\0*"[..], &(place + 24 + 18).to_be_bytes()].concat();
    file.resize(place as usize, 0x55);
    file.extend(PLACE);
    file.extend(gps);
    file.extend(directory.concat());
    assert_eq!(file.len(), bytes);
    file
}

/// A JPEG with that TIFF as its EXIF.
fn a_jpeg() -> Vec<u8> {
    let exif = a_tiff(200);
    let length = u16::try_from(exif.len() + 8).unwrap().to_be_bytes();
    [&b"\xff\xd8\xff\xe1"[..], &length, b"Exif\0\0", &exif, &testbed::a_jpeg(6_000_000)[2..]].concat()
}

fn contains(file: &[u8], what: &[u8]) -> bool {
    file.windows(what.len()).any(|window| window == what)
}

#[tokio::test]
async fn the_place_where_it_was_taken_is_not_kept() {
    let app = TestApp::at_once().await;
    for (file, bytes) in [("jpg", a_jpeg()), ("tiff", a_tiff(200)), ("tiff", a_tiff(7_000_000))] {
        assert!(contains(&bytes, &PLACE));
        let mut hashes = Vec::new();
        for _ in 0..2 {
            let answer: Value = app.browser.post_form(picture("image", bytes.clone())).await.json().await.unwrap();
            let id = answer["imageId"].as_str().unwrap();
            let image = app.ledger.get(id.parse().unwrap()).await.unwrap().unwrap();
            assert_eq!(image.orientation, Orientation::Rotated90, "{file}");
            let kept = app.browser.get(&format!("/receipts/{id}/image")).await.bytes().await.unwrap();
            assert_eq!(kept.len(), bytes.len());
            assert!(!contains(&kept, &PLACE), "{file}");
            let digest: [u8; 32] = Sha256::digest(&kept).into();
            assert_eq!(image.sha256, Some(PictureHash::from(digest)), "what is kept is what was hashed");
            hashes.push(image.sha256);
        }
        assert_eq!(hashes[0], hashes[1]);
        assert!(app.unfinished_uploads().is_empty());
    }
}

#[tokio::test]
async fn no_picture_can_act_as_a_page_of_ours() {
    let app = TestApp::at_once().await;
    for (bytes, kind, disposition) in [
        (testbed::a_jpeg(100), "image/jpeg", "inline; filename=\"receipt.jpg\""),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec(), "image/png", "inline; filename=\"receipt.png\""),
        (b"II*\0\x08\0\0\0<script>".to_vec(), "image/tiff", "attachment; filename=\"receipt.tiff\""),
        (b"%PDF-1.7 <script>".to_vec(), "application/pdf", "attachment; filename=\"receipt.pdf\""),
    ] {
        let answer: Value = app.browser.post_form(picture("image", bytes)).await.json().await.unwrap();
        let shown = app.browser.get(&format!("/receipts/{}/image", answer["imageId"].as_str().unwrap())).await;
        let headers = shown.headers();
        assert_eq!(headers["content-type"], kind);
        assert_eq!(headers["content-disposition"], disposition);
        assert_eq!(headers["x-content-type-options"], "nosniff");
        assert_eq!(headers["content-security-policy"], "default-src 'none'; sandbox");
        assert_eq!(headers["cross-origin-resource-policy"], "same-site");
        assert_eq!(headers["cache-control"], "private, no-cache");
    }
}

#[tokio::test]
async fn a_kept_picture_is_shown_only_while_its_receipt_is_there() {
    let app = TestApp::at_once().await;
    let address = format!("/receipts/{}/image", app.browser.upload().await);
    let tag = app.browser.get(&address).await.headers()["etag"].to_str().unwrap().to_owned();
    let ask = async |browser: &Browser, tags: &str| {
        browser.http.get(app.url(&address)).header("if-none-match", tags).send().await.unwrap()
    };
    for kept in [tag.clone(), format!("W/{tag}"), format!("\"other\", {tag}"), "*".to_owned()] {
        let answer = ask(&app.browser, &kept).await;
        assert_eq!((answer.status().as_u16(), &answer.headers()["etag"]), (304, &tag.parse().unwrap()), "{kept}");
        assert_eq!(answer.headers()["cache-control"], "private, no-cache");
    }
    assert_eq!(ask(&app.browser, "\"other\"").await.status(), 200);
    assert_eq!(ask(&app.another_browser(), &tag).await.status(), 404, "somebody else's");
    app.browser.http.delete(app.url(address.trim_end_matches("/image"))).send().await.unwrap();
    let gone = ask(&app.browser, &tag).await;
    assert_eq!(gone.headers()["cache-control"], "no-store");
    assert_eq!(gone.status(), 404);
}

#[tokio::test]
async fn a_large_picture_comes_whole_and_a_question_for_its_head_has_its_length() {
    let app = TestApp::at_once().await;
    let bytes = testbed::a_jpeg(3_000_001);
    let answer: Value = app.browser.post_form(picture("image", bytes.clone())).await.json().await.unwrap();
    let address = app.url(&format!("/receipts/{}/image", answer["imageId"].as_str().unwrap()));
    for _ in 0..20 {
        let head = app.browser.http.head(&address).send().await.unwrap();
        assert_eq!((head.status().as_u16(), &head.headers()["content-length"]), (200, &"3000001".parse().unwrap()));
    }
    let whole = app.browser.http.get(&address).send().await.unwrap().bytes().await.unwrap();
    assert!(whole == bytes, "{} bytes", whole.len());
}

/// Asks for a picture and reads no more than the head of the answer.
async fn asked_for(app: &TestApp, visitor: &Visitor, id: ImageId, from: &str) -> (String, TcpStream) {
    let socket = TcpSocket::new_v4().unwrap();
    socket.set_recv_buffer_size(4096).unwrap();
    let mut stream = socket.connect(app.address()).await.unwrap();
    let (cookie, get) = (&visitor.cookie, format!("GET /receipts/{id}/image HTTP/1.1"));
    let head = format!("{get}\r\nhost: x\r\ncookie: {cookie}\r\nx-forwarded-for: {from}\r\n\r\n");
    stream.write_all(head.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    while !answer.ends_with(b"\r\n\r\n") {
        answer.push(stream.read_u8().await.unwrap());
    }
    (String::from_utf8(answer).unwrap(), stream)
}

fn is_ok(answer: &str) -> bool {
    answer.starts_with("HTTP/1.1 200 ")
}

#[tokio::test]
async fn readers_that_never_read_take_their_share_of_pictures_for_a_while_and_no_more() {
    let app = TestApp::with(|config| {
        config.trusted_proxy_hops = 1;
        config.pictures = PictureLimits {
            most: 6,
            most_per_address: 3,
            most_per_owner: 2,
            wait_at_most: Duration::from_millis(300),
            unread_within: Duration::from_secs(4),
        };
    })
    .await;
    let (mine, yours) = (Visitor::new(&app).await, Visitor::new(&app).await);
    // More than the kernel keeps for a socket whose peer reads nothing.
    let large = testbed::a_jpeg(10_000_000);
    let (my_id, your_id) = (mine.upload_of(large.clone()).await, yours.upload_of(large).await);
    let mut asleep = Vec::new();
    for _ in 0..2 {
        let (answer, stream) = asked_for(&app, &mine, my_id, "203.0.113.1").await;
        assert!(is_ok(&answer), "{answer}");
        asleep.push(stream);
    }
    let (answer, _) = asked_for(&app, &mine, my_id, "203.0.113.2").await;
    assert!(answer.starts_with("HTTP/1.1 429 "), "one owner, from wherever: {answer}");
    let (answer, stream) = asked_for(&app, &yours, your_id, "203.0.113.1").await;
    assert!(is_ok(&answer), "another owner at this address: {answer}");
    asleep.push(stream);
    let (answer, _) = asked_for(&app, &yours, your_id, "203.0.113.1").await;
    assert!(answer.starts_with("HTTP/1.1 429 "), "the address has its share: {answer}");
    let (answer, stream) = asked_for(&app, &yours, your_id, "203.0.113.2").await;
    assert!(is_ok(&answer), "another address: {answer}");
    drop(stream);

    eventually("a place again", async || is_ok(&asked_for(&app, &mine, my_id, "203.0.113.1").await.0).then_some(()))
        .await;
    let mut late = Vec::new();
    let _ = asleep[0].read_to_end(&mut late).await;
    assert!(late.len() < 10_000_000, "whoever read nothing for so long gets no more: {}", late.len());
}
