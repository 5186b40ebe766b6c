//! Files of the formats with boxes and chunks, into which a text was planted: what is kept shows the same picture, and nothing of
//! the text is in it.

use image::RgbImage;
use pages::Picture;
use picture::Cleaner;
use receipt::{PictureFormat, picture_format::FileKind};

use crate::{
    formats::sample,
    planting::{Boxes, PLANTED, boxed, has},
};

fn shown(file: &[u8]) -> (RgbImage, u8, (u32, u32)) {
    let picture = Picture::decode(file).unwrap();
    let (turned, size) = (picture.exif_orientation(), picture.size_as_shown());
    (picture.into_pixels(), turned, size)
}

fn cleaned(file: &[u8]) -> Vec<u8> {
    let FileKind::Picture(format) = FileKind::of(file) else { panic!("no picture") };
    let mut kept = file.to_vec();
    Cleaner::new(format).clean(&mut kept);
    assert_eq!(FileKind::of(&kept), FileKind::Picture(format));
    let mut again = kept.clone();
    Cleaner::new(format).clean(&mut again);
    assert!(again == kept, "cleaning again changed something");
    assert_eq!(kept.len(), file.len());
    kept
}

#[track_caller]
fn check(what: &str, file: &[u8]) {
    assert!(has(file, PLANTED), "{what}: nothing was planted");
    let kept = cleaned(file);
    assert!(!has(&kept, PLANTED), "{what}: what was planted is still there");
    assert!(shown(&kept) == shown(file), "{what}: it looks different");
}

#[test]
fn what_others_write_about_a_place_goes() {
    for name in ["located.heic", "located.avif", "located.webp"] {
        check(name, &sample(name));
        let kept = cleaned(&sample(name));
        for word in [&b"GPS"[..], b"exif:", b"adobe", b"sRGB", b"Exif", b"rdf+xml", b"52.52"] {
            assert!(name.ends_with("webp") && word == b"Exif" || !has(&kept, word), "{name}: {}", word.escape_ascii());
        }
    }
}

#[test]
fn pictures_of_boxes_stay_as_they_look() {
    for name in ["slip.heic", "grid-turned.heic", "mirrored.heic", "slip.avif", "grid.avif"] {
        println!("{name}");
        let file = sample(name);
        assert!(shown(&cleaned(&file)) == shown(&file));
    }
}

const PICTURES_OF_BOXES: [&str; 6] =
    ["slip.heic", "grid-turned.heic", "mirrored.heic", "slip.avif", "grid.avif", "located.heic"];

#[test]
fn a_box_between_others_goes_wherever_it_stands() {
    for name in PICTURES_OF_BOXES {
        let file = Boxes::of(sample(name));
        let kinds = [b"uuid", b"free", b"skip", b"Exif", b"udta", b"xml ", b"mdat", b"moov", b"zzzz"];
        for (number, place) in file.places_between().into_iter().enumerate() {
            for kind in [kinds[2 * number % 9], kinds[(2 * number + 1) % 9]] {
                check(
                    &format!("{name}: {} at {place}", kind.escape_ascii()),
                    &file.with(place, &boxed(*kind, PLANTED)),
                );
            }
        }
    }
}

#[test]
fn what_stands_behind_the_numbers_of_a_box_goes() {
    for name in PICTURES_OF_BOXES {
        let file = Boxes::of(sample(name));
        for place in file.ends() {
            check(&format!("{name}: at {place}"), &file.with(place, PLANTED));
        }
    }
}

#[test]
fn what_an_item_holds_beside_pixels_goes() {
    // A message of a camera, a message of an unknown kind, and filler.
    let hevc = |kind: u8| {
        let unit = [&[kind << 1, 1, 5, 40][..], PLANTED, &[0x80]].concat();
        [&u32::try_from(unit.len()).unwrap().to_be_bytes()[..], &unit].concat()
    };
    for name in ["slip.heic", "mirrored.heic", "grid-turned.heic"] {
        for kind in [39, 40, 38, 35, 41, 48, 63] {
            check(&format!("{name}: {kind}"), &Boxes::of(sample(name)).with_in_first_item(&hevc(kind)));
        }
    }
    for name in ["slip.avif", "grid.avif"] {
        for kind in [5, 15, 9, 14] {
            let unit = [&[kind << 3 | 2, u8::try_from(PLANTED.len() + 2).unwrap(), 4][..], PLANTED, &[0x80]].concat();
            check(&format!("{name}: {kind}"), &Boxes::of(sample(name)).with_in_first_item(&unit));
        }
    }
}

#[test]
fn a_box_cut_off_anywhere_keeps_nothing_of_what_stands_behind() {
    for name in PICTURES_OF_BOXES {
        let file = [&sample(name)[..], PLANTED].concat();
        for cut in (12..file.len()).step_by(97) {
            let mut kept = file[..cut].to_vec();
            Cleaner::new(PictureFormat::Heif).clean(&mut kept);
            assert!(!has(&kept, PLANTED));
        }
        check(name, &file);
        check(name, &[&sample(name)[..], b"\0\0\xff\xffuuid", PLANTED].concat());
    }
}

#[test]
fn a_brand_that_nobody_knows_goes() {
    let file = sample("slip.heic");
    let brands = [&b"\0\0\0\x30ftypheic"[..], PLANTED, b"mif1heic1234567"].concat();
    let planted = Boxes::of(file.clone());
    let brands_end = planted.places_between()[0];
    // As long as before.
    let behind = 48 - brands_end;
    let planted = planted.with(brands_end, &vec![0; behind]).split_off(48);
    check("brands", &[&brands[..], &planted].concat());
}

fn chunk(kind: [u8; 4], data: &[u8]) -> Vec<u8> {
    let length = u32::try_from(data.len()).unwrap().to_le_bytes();
    [&kind[..], &length, data, if data.len() % 2 == 1 { &b"x"[..] } else { b"" }].concat()
}

#[test]
fn a_chunk_goes_wherever_it_stands() {
    for name in ["slip-lossy.webp", "slip-lossless.webp", "turned.webp", "located.webp"] {
        let file = sample(name);
        let mut places = vec![12];
        while let Some(bytes) = file.get(places[places.len() - 1] + 4..).and_then(|rest| rest.first_chunk()) {
            places.push(places[places.len() - 1] + 8 + (u32::from_le_bytes(*bytes) as usize).next_multiple_of(2));
        }
        let mut decoded = 0;
        // The first chunk says what file it is.
        for place in &places[1..] {
            for kind in [b"EXIF", b"XMP ", b"ICCP", b"ALPH", b"ANIM", b"ANMF", b"zzzz", b"VP8 ", b"VP8L"] {
                // Two of what there may be one, before it, is another picture.
                let is_picture = matches!(kind, b"VP8 " | b"VP8L" | b"ALPH") && *place < places[places.len() - 1];
                if is_picture {
                    continue;
                }
                let mut planted = file.clone();
                planted.splice(place..place, chunk(*kind, PLANTED));
                let bytes = u32::try_from(planted.len() - 8).unwrap().to_le_bytes();
                planted[4..8].copy_from_slice(&bytes);
                if Picture::decode(&planted).is_ok() {
                    check(&format!("{name}: {} at {place}", kind.escape_ascii()), &planted);
                    decoded += 1;
                } else {
                    assert!(!has(&cleaned(&planted), PLANTED));
                }
            }
        }
        assert!(decoded > 5, "{name} was decoded {decoded} times");
        check(name, &[&file[..], PLANTED].concat());
    }
}

#[test]
fn a_gifs_extension_goes_wherever_it_stands() {
    let file = sample("slip.gif");
    let first = 13 + if file[10] & 0x80 == 0 { 0 } else { 3 << ((file[10] & 7) + 1) };
    let blocks = [&[u8::try_from(PLANTED.len()).unwrap()][..], PLANTED, &[0]].concat();
    let application = [b"\x21\xff\x0bXMP DataXMP", &blocks[..]].concat();
    for planted in [[b"\x21\xfe", &blocks[..]].concat(), [b"\x21\x01", &blocks[..]].concat(), application] {
        for place in [first, file.len() - 1, file.len()] {
            let mut file = file.clone();
            file.splice(place..place, planted.clone());
            check(&format!("at {place}"), &file);
        }
    }
    // Behind the code that ends the pixels, in a block of its own.
    let mut hidden = file.clone();
    let place = file.len() - 2;
    assert_eq!(hidden[place..], [0, 0x3b]);
    hidden.splice(place..place, blocks[..blocks.len() - 1].iter().copied());
    check("behind the pixels", &hidden);
}
