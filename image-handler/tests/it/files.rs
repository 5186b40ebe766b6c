//! Files of all formats: their pages are read each by itself, and what browsers cannot show is shown.

use std::{
    fs,
    path::Path,
    sync::{Arc, Mutex},
};

use image_handler::ReaderChoice;
use ledger::{Image, Sender};
use local::{AwsConfig, TextDetection};
use receipt::{Orientation, PictureFormat, Reason, Status, picture_format::FileKind};
use testbed::{a_receipt, lines};

use crate::harness::Harness;

fn file(name: &str) -> Vec<u8> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../pages/testdata").join(name);
    fs::read(&path).unwrap()
}

impl Harness {
    async fn prepare_files(&self, names: &[&str]) -> Image {
        let files: Vec<_> = names.iter().map(|name| file(name)).collect();
        let of = |file: &Vec<u8>| match FileKind::of(file) {
            FileKind::Picture(format) => format,
            FileKind::Unknown => panic!("a file of no format"),
        };
        let files: Vec<_> = files.into_iter().map(|file| (of(&file), Orientation::Upright, file)).collect();
        self.prepare_parts(Sender::default(), jiff::Timestamp::now(), files).await
    }

    pub(crate) async fn read(&self, names: &[&str]) -> Image {
        let image = self.prepare_files(names).await;
        self.announce(&image).await;
        self.ended(image.image_id).await
    }

    async fn shown(&self) -> Vec<String> {
        self.keys("previews/").await
    }
}

/// Textract with a list of the formats that it was given.
async fn with_textract() -> (Harness, Arc<Mutex<Vec<FileKind>>>) {
    let given = Arc::new(Mutex::new(Vec::new()));
    let seen = given.clone();
    let harness = Harness::reading(move |picture| {
        seen.lock().unwrap().push(FileKind::of(picture));
        Ok(a_receipt())
    })
    .await;
    (harness, given)
}

#[tokio::test]
async fn a_page_of_any_format_is_sent_as_a_jpeg_and_shown_as_one() {
    let (harness, given) = with_textract().await;
    let worker = harness.worker();
    let mut shown = 0;
    for (name, needs_a_preview) in [
        ("slip.heic", true),
        ("slip.avif", false),
        ("slip-lossy.webp", false),
        ("slip.gif", false),
        ("scanned.pdf", true),
    ] {
        let image = harness.read(&[name]).await;
        // It is one receipt each time, and paid once.
        assert!(matches!(image.status, Status::Accepted | Status::Rejected), "{name}: {:?}", image.reason);
        assert_eq!(image.pages, [1], "{name}");
        assert_eq!(given.lock().unwrap().pop(), Some(FileKind::Picture(PictureFormat::Jpeg)), "{name}");
        shown += if needs_a_preview { 2 } else { 1 };
        assert_eq!(harness.shown().await.len(), shown, "{name}");
    }
    harness.queue_is_empty().await;
    worker.stopped().await;
}

#[tokio::test]
async fn pages_that_are_text_cost_nothing() {
    let (harness, given) = with_textract().await;
    let worker = harness.worker();
    let image = harness.read(&["text-3-pages.pdf"]).await;
    assert!(image.status.is_final());
    assert_eq!(image.pages, [1, 1, 1]);
    assert_eq!(*given.lock().unwrap(), []);
    assert_eq!(harness.answers().await.len(), 3);
    assert_eq!(harness.shown().await.len(), 4);
    worker.stopped().await;
}

#[tokio::test]
async fn each_page_of_a_document_is_paid_for_once_whoever_goes_on_with_it() {
    let (harness, given) = with_textract().await;
    let image = harness.prepare_files(&["scanned.pdf", "slip.heic"]).await;
    let id = image.image_id;
    // A worker read the first file's page, and died.
    harness.put(id.analysis(1), serde_json::to_vec(&lines(&["A PAGE", "THAT WAS PAID FOR"])).unwrap()).await;
    let worker = harness.worker();
    harness.announce(&image).await;
    assert_eq!(harness.ended(id).await.pages, [1, 2]);
    assert_eq!(given.lock().unwrap().len(), 1);
    worker.stopped().await;
}

#[tokio::test]
async fn what_can_never_be_read_ends_with_a_reason_and_costs_nothing() {
    let (harness, given) = with_textract().await;
    let worker = harness.worker();
    for (names, reason) in [
        (&["encrypted.pdf"][..], Reason::EncryptedDocument),
        (&["11-pages.pdf"], Reason::TooManyPages),
        (&["text-3-pages.pdf", "text-3-pages.pdf", "text-3-pages.pdf", "text-3-pages.pdf"], Reason::TooManyPages),
    ] {
        let image = harness.read(names).await;
        assert_eq!((image.status, image.reason), (Status::Failed, Some(reason)), "{names:?}");
        assert_eq!(image.try_again, Some(false));
    }
    let damaged = file("slip.heic")[..900].to_vec();
    let parts = vec![(PictureFormat::Heif, Orientation::Upright, damaged)];
    let image = harness.prepare_parts(Sender::default(), jiff::Timestamp::now(), parts).await;
    harness.announce(&image).await;
    assert_eq!(harness.ended(image.image_id).await.reason, Some(Reason::DamagedPicture));
    assert_eq!(*given.lock().unwrap(), []);
    harness.queue_is_empty().await;
    worker.stopped().await;
}

#[tokio::test]
async fn a_photo_gets_a_small_picture_after_its_verdict() {
    let (harness, _) = with_textract().await;
    let worker = harness.worker();
    let image = harness.read(&["slip.png"]).await;
    harness.queue_is_empty().await;
    assert_eq!(harness.shown().await, [image.image_id.thumbnail()]);
    worker.stopped().await;
}

#[tokio::test]
async fn our_own_reader_reads_without_textract() {
    let text = TextDetection::new(|_| panic!("nobody asks Textract"));
    let harness = Harness::on(|config| AwsConfig { text, read_at_once: 1, ..config }).await;
    let worker = harness.worker_with(|config| config.reader = ReaderChoice::Own);
    let image = harness.read(&["slip.png", "slip.heic"]).await;
    let receipt = image.result.unwrap().receipt;
    assert!(receipt.total.is_some(), "{receipt:?}");
    assert_eq!(image.pages, [1, 2]);
    assert_eq!(harness.testbed.aws.textract_calls(), 0);
    worker.stopped().await;
}
