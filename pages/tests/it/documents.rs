//! Documents of pages: what is text is taken as text, everything else as it looks.

use pages::{Document, Error, Limits, Page, Picture, TextLine};

use crate::formats::{check_slip, sample};

fn open(file: &[u8]) -> Result<Document<'_>, Error> {
    pages::open(file, Limits::default())
}

#[track_caller]
fn text(document: &Document<'_>, number: usize) -> Vec<TextLine> {
    match document.page(number).unwrap() {
        Page::Text(lines) => lines,
        Page::Picture(_) => panic!("page {number} is no text"),
    }
}

#[track_caller]
fn picture(document: &Document<'_>, number: usize) -> Picture {
    match document.page(number).unwrap() {
        Page::Text(lines) => panic!("page {number} is text: {lines:?}"),
        Page::Picture(picture) => picture,
    }
}

fn words(lines: &[TextLine]) -> Vec<&str> {
    lines.iter().map(|line| line.text.as_str()).collect()
}

#[test]
fn each_page_of_text_says_exactly_what_stands_where() {
    for name in ["text-3-pages.pdf", "encrypted-without-password.pdf"] {
        let file = sample(name);
        let document = open(&file).unwrap();
        assert_eq!(document.len(), 3, "{name}");
        for number in 1..=3 {
            let lines = text(&document, number);
            let first = format!("Page {number} of 3");
            let all = [
                first.as_str(),
                "HARBOUR BAKERY",
                "12 Harbour Street",
                "14/03/2026 10:42",
                "Sourdough loaf",
                "4.20",
                "Oat flat white",
                "3.60",
                "Orange juice",
                "3.10",
                "TOTAL GBP",
                "10.90",
                "Paid by card",
                "10.90",
                "Thank you",
            ];
            assert_eq!(words(&lines), all, "{name}");
            let [left, _, right, _] = lines[5].corners;
            assert!((0.8..0.85).contains(&left.x) && (0.9..0.92).contains(&right.x), "{:?}", lines[5]);
            assert!(left.y < right.y && (0.29..0.32).contains(&left.y), "{:?}", lines[5]);
        }
    }
}

#[test]
fn a_page_of_text_can_be_drawn() {
    let file = sample("text-3-pages.pdf");
    let drawn = open(&file).unwrap().picture(2).unwrap();

    assert_eq!((drawn.width(), drawn.height()), (944, 1417), "300 dots to an inch");
    let [left, top, right, bottom] = [0.06, 0.07, 0.5, 0.13];
    let ink = drawn.pixels().enumerate_pixels().filter(|(x, y, pixel)| {
        let (x, y) = (f64::from(*x) / 944.0, f64::from(*y) / 1417.0);
        (left..right).contains(&x) && (top..bottom).contains(&y) && pixel.0[0] < 100
    });
    assert!(ink.count() > 500);
}

#[test]
fn a_turned_page_is_taken_as_it_is_shown() {
    let file = sample("turned.pdf");
    let document = open(&file).unwrap();
    let drawn = picture(&document, 1);

    assert_eq!((drawn.width(), drawn.height()), (1417, 944));
}

#[test]
fn a_scan_is_a_picture_whatever_was_written_over_it() {
    for name in ["scanned.pdf", "read-by-others.pdf"] {
        let file = sample(name);
        let document = open(&file).unwrap();
        let drawn = picture(&document, 1);
        assert!(drawn.width() >= 360, "{name} is drawn as fine as it is stored: {}", drawn.width());
        let small = Picture::decode(&pages::jpeg(&drawn, 480, 95).unwrap()).unwrap();
        if name == "scanned.pdf" {
            assert!((359..=360).contains(&small.width()) && small.height() == 480, "{}", small.width());
        }
    }
}

#[test]
fn text_that_nobody_sees_is_not_read() {
    let file = sample("hidden-text.pdf");
    picture(&open(&file).unwrap(), 1);
}

#[test]
fn a_password_and_too_many_pages_are_named() {
    assert!(matches!(open(&sample("encrypted.pdf")), Err(Error::Encrypted)));
    assert!(matches!(open(&sample("11-pages.pdf")), Err(Error::TooManyPages { most: 10 })));
    assert!(matches!(
        pages::open(&sample("text-3-pages.pdf"), Limits { pages: 2 }),
        Err(Error::TooManyPages { most: 2 })
    ));
}

/// A page tree whose node is its own child, and a page whose form draws itself.
#[test]
fn a_pdf_that_refers_to_itself_comes_to_an_end() {
    let tree = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[2 0 R 2 0 R]/Count 2>>endobj\n\
        trailer<</Root 1 0 R>>\n%%EOF";
    let form = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n\
        3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]/Resources<</XObject<</X 4 0 R>>>>/Contents 5 0 R>>endobj\n\
        4 0 obj<</Type/XObject/Subtype/Form/BBox[0 0 200 200]/Resources<</XObject<</X 4 0 R>>>>/Length 10>>stream\n/X Do /X Do\nendstream endobj\n\
        5 0 obj<</Length 5>>stream\n/X Do\nendstream endobj\ntrailer<</Root 1 0 R>>\n%%EOF";
    assert!(matches!(open(tree), Err(Error::Broken(_))));
    if let Ok(document) = open(form) {
        let _ = document.page(1);
    }
}

/// Directories of a TIFF of one white pixel each.
fn tiff(next: &[u32]) -> Vec<u8> {
    let mut file = b"II*\0\x08\0\0\0".to_vec();
    for next in next {
        let entries: [(u16, u32); 8] =
            [(0x100, 1), (0x101, 1), (0x102, 8), (0x103, 1), (0x106, 1), (0x111, 0), (0x116, 1), (0x117, 1)];
        file.extend(u16::try_from(entries.len()).unwrap().to_le_bytes());
        for (tag, value) in entries {
            file.extend(tag.to_le_bytes());
            file.extend(4_u16.to_le_bytes());
            file.extend(1_u32.to_le_bytes());
            file.extend(value.to_le_bytes());
        }
        file.extend(next.to_le_bytes());
    }
    file
}

#[test]
fn each_directory_of_a_tiff_is_a_page_and_a_circle_is_none() {
    let directory = |number: u32| 8 + 102 * number;
    let two = tiff(&[directory(1), 0]);
    let document = open(&two).unwrap();
    assert_eq!(document.len(), 2);
    for number in 1..=2 {
        let page = picture(&document, number);
        assert_eq!((page.width(), page.height()), (1, 1));
    }

    for circle in [tiff(&[directory(0)]), tiff(&[directory(1), directory(0)])] {
        assert!(matches!(open(&circle), Err(Error::Broken(_))));
    }
    let eleven: Vec<u32> = (1..=10).map(directory).chain([0]).collect();
    assert!(matches!(open(&tiff(&eleven)), Err(Error::TooManyPages { .. })));
}

#[test]
fn a_phones_tiles_and_turns_are_put_together() {
    for name in ["slip.heic", "grid-turned.heic", "mirrored.heic", "slip.avif", "grid.avif"] {
        println!("{name}");
        check_slip(&Picture::decode(&sample(name)).unwrap());
    }
}

#[test]
fn a_small_heic_that_declares_a_huge_picture_is_refused_undecoded() {
    for name in ["slip.heic", "grid-turned.heic", "slip.avif"] {
        let mut file = sample(name);
        let declared: Vec<usize> = (0..file.len() - 4).filter(|at| &file[*at..at + 4] == b"ispe").collect();
        for at in declared {
            file[at + 8..at + 12].copy_from_slice(&64_000_u32.to_be_bytes());
            file[at + 12..at + 16].copy_from_slice(&64_000_u32.to_be_bytes());
        }
        assert!(matches!(open(&file), Err(Error::TooLarge)), "{name}");
    }
}

#[test]
fn of_ten_thousand_frames_the_first_is_read() {
    let mut file = sample("slip.gif");
    let end = file.len() - 1;
    let frame = file[13 + 48..end].to_vec();
    for _ in 0..10_000 {
        file.truncate(file.len() - 1);
        file.extend(b"\x2c\0\0\0\0\x01\0\x01\0\0\x02\x02\x44\x01\0\x3b");
    }
    assert!(!frame.is_empty());
    check_slip(&Picture::decode(&file).unwrap());
}
