//! `receipts scan`, as a process.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Output},
};

use image::{DynamicImage, ImageEncoder as _, ImageReader, RgbImage, codecs::jpeg::JpegEncoder, metadata::Orientation};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::clients::recorded;

const PHOTO: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../testdata/corner-books.jpg");
const GREEN: [u8; 3] = [0, 130, 60];

fn scan(arguments: &[&str], files: &[&Path]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_receipts")).arg("scan").args(arguments).args(files).output().unwrap()
}

fn json_lines(output: &Output) -> Vec<Value> {
    String::from_utf8_lossy(&output.stdout).lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn a_broken_file_fails_the_scan_at_its_end() {
    let folder = TempDir::new().unwrap();
    let (broken, stored) = (folder.path().join("broken.jpg"), folder.path().join("stored.json"));
    fs::write(&broken, b"\xff\xd8\xff no picture").unwrap();
    fs::write(&stored, serde_json::to_vec(&recorded()).unwrap()).unwrap();

    let output = scan(&[], &[&broken, &stored, &folder.path().join("missing.png")]);
    assert_eq!(output.status.code(), Some(1));
    let lines = json_lines(&output);
    assert_eq!(lines.len(), 3);
    assert_eq!(lines[0]["file"], broken.to_str().unwrap());
    assert!(lines[0]["error"].is_string() && lines[2]["error"].is_string(), "{lines:?}");
    assert_eq!(lines[1]["millis"]["ocr"], 0);
    assert!(lines[1]["receipt"].is_object() && lines[1]["verdict"]["outcome"].is_string(), "{lines:?}");

    assert_eq!(scan(&[], &[&stored]).status.code(), Some(0));
}

#[test]
fn the_lines_that_were_read_come_with_their_boxes() {
    let folder = TempDir::new().unwrap();
    let (broken, stored) = (folder.path().join("broken.jpg"), folder.path().join("stored.json"));
    fs::write(&broken, b"\xff\xd8\xff no picture").unwrap();
    let line = json!({
        "BlockType": "LINE", "Text": "TOTAL 9.00", "Confidence": 87.5,
        "Geometry": { "BoundingBox": { "Left": 0.1, "Top": 0.25, "Width": 0.5, "Height": 0.02 } },
    });
    fs::write(&stored, json!({ "Blocks": [line] }).to_string()).unwrap();

    let output = scan(&["--lines"], &[Path::new(PHOTO), &broken, &stored]);

    assert_eq!(output.status.code(), Some(1));
    let errors = String::from_utf8(output.stderr).unwrap();
    assert!(errors.starts_with(&format!("receipts: {}: ", broken.display())), "{errors}");
    let printed = String::from_utf8(output.stdout).unwrap();
    let (of_photo, of_answer) = printed.split_once(&format!("# {}: ", stored.display())).unwrap();
    assert_eq!(of_answer, "thousandths of width and height, 1 line\n0.88    100    250    500     20  TOTAL 9.00\n");
    let rows: Vec<&str> = of_photo.lines().collect();
    assert_eq!(rows[0], format!("# {PHOTO}: 900 x 960 pixels, {} lines", rows.len() - 1));
    for row in &rows[1..] {
        let figures: Vec<f32> = row.split_whitespace().take(5).map(|figure| figure.parse().unwrap()).collect();
        let [confidence, left, top, width, height] = figures[..] else { panic!("{row}") };
        assert!((0.5..=1.0).contains(&confidence), "{row}");
        assert!(left + width <= 900.0 && top + height <= 960.0 && width > height / 2.0, "{row}");
        assert!(row.len() > 34 && !row[34..].starts_with(' '), "{row}");
    }
}

/// Where pixels have a colour, left of a column and from it on.
fn count(picture: &RgbImage, colour: [u8; 3], column: u32) -> (usize, usize) {
    let near = |pixel: &[u8; 3]| pixel.iter().zip(colour).all(|(a, b)| a.abs_diff(b) < 40);
    let (left, right): (Vec<_>, Vec<_>) =
        picture.enumerate_pixels().filter(|(_, _, pixel)| near(&pixel.0)).partition(|(x, _, _)| *x < column);
    (left.len(), right.len())
}

#[test]
fn what_was_seen_is_drawn_beside_the_photo() {
    let folder = TempDir::new().unwrap();
    let drawn = folder.path().join("seen.png");

    let output = scan(&["--draw", drawn.to_str().unwrap()], &[Path::new(PHOTO)]);

    assert_eq!(output.status.code(), Some(0), "{output:?}");
    assert!(json_lines(&output)[0]["receipt"]["total"].is_object(), "the receipt is still printed");
    let drawing = ImageReader::open(&drawn).unwrap().decode().unwrap().into_rgb8();
    assert!(drawing.width() > 2 * 900 && drawing.height() > 960, "{:?}", drawing.dimensions());
    let (frames, letters) = count(&drawing, GREEN, 900);
    assert!(frames > 5000 && letters > 10_000, "frames of lines, and what was read in them: {frames}, {letters}");
}

#[test]
fn several_pictures_are_drawn_into_a_folder() {
    let folder = TempDir::new().unwrap();
    let stored = folder.path().join("stored.json");
    fs::write(&stored, serde_json::to_vec(&recorded()).unwrap()).unwrap();
    let into = folder.path().to_str().unwrap();

    let output = scan(&["--draw", into], &[&stored, Path::new(PHOTO)]);
    assert_eq!(output.status.code(), Some(1));
    let lines = json_lines(&output);
    assert_eq!(lines[0]["error"], "a stored answer has no picture to draw on");
    assert!(lines[1]["receipt"].is_object(), "{lines:?}");
    assert!(ImageReader::open(folder.path().join("corner-books.drawn.jpg")).unwrap().decode().is_ok());

    let refused = scan(&["--draw", "seen.jpg"], &[&stored, Path::new(PHOTO)]);
    assert_eq!((refused.status.code(), refused.stdout.len()), (Some(1), 0));
    let said = String::from_utf8(refused.stderr).unwrap();
    assert_eq!(said, "receipts: --draw: 2 files are drawn into a folder, and seen.jpg is none that exists\n");
}

/// A TIFF directory, little-endian, with the one entry 0x0112 "orientation" (a short).
fn exif(orientation: u8) -> Vec<u8> {
    let mut exif = b"II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0".to_vec();
    exif.extend([orientation, 0, 0, 0, 0, 0, 0, 0]);
    exif
}

/// The photo as a camera stores it that lies so.
fn stored_as(orientation: u8, folder: &Path) -> PathBuf {
    let mut stored = DynamicImage::ImageRgb8(ImageReader::open(PHOTO).unwrap().decode().unwrap().into_rgb8());
    // Quarter turns are each other's way back, all others their own.
    let undone = [1, 2, 3, 4, 5, 8, 7, 6][usize::from(orientation) - 1];
    stored.apply_orientation(Orientation::from_exif(undone).unwrap());
    let mut file = Vec::new();
    let mut encoder = JpegEncoder::new_with_quality(&mut file, 95);
    encoder.set_exif_metadata(exif(orientation)).unwrap();
    encoder.encode_image(&stored).unwrap();
    let path = folder.join(format!("exif-{orientation}.jpg"));
    fs::write(&path, file).unwrap();
    path
}

#[test]
fn a_photo_is_the_same_receipt_however_the_camera_lay() {
    let folder = TempDir::new().unwrap();
    let photos: Vec<PathBuf> = (1..=8).map(|orientation| stored_as(orientation, folder.path())).collect();

    let output = scan(&[], &photos.iter().map(PathBuf::as_path).collect::<Vec<_>>());

    let receipts = json_lines(&output);
    assert_eq!(receipts.len(), 8);
    for (upright, turned) in
        std::iter::repeat(&receipts[0]["receipt"]).zip(receipts.iter().map(|line| &line["receipt"]))
    {
        assert!(upright["total"]["value"].is_string(), "{upright}");
        for field in ["merchant", "date", "total", "currency"] {
            assert_eq!(turned[field]["value"], upright[field]["value"], "{field}: {turned}");
        }
        let items = |receipt: &Value| receipt["items"].as_array().unwrap().len();
        assert_eq!(items(turned), items(upright), "{turned}");
        let top = |receipt: &Value| receipt["total"]["box"]["top"].as_f64().unwrap();
        assert!((top(turned) - top(upright)).abs() < 0.02, "{turned}");
    }
}
