//! What is kept of a picture, and how it comes out again.

use receipt::{Orientation, PictureHash};
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::test_app::{TestApp, picture};

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
        assert_eq!(headers["cache-control"], "private, max-age=86400, immutable");
    }
}
