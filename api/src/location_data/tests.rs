use std::io::Cursor;

use image::{ImageFormat, RgbImage};
use proptest::prelude::*;

use super::*;

const XMP: &[u8] = b"http://ns.adobe.com/xap/1.0/\0<x:xmpmeta><rdf:li exif:GPSLatitude=\"52,31.2N\"/></x:xmpmeta>";
/// With its digest, length and offset.
const EXTENDED_XMP: &[u8] =
    b"http://ns.adobe.com/xmp/extension/\x000123456789ABCDEF0123456789ABCDEF\0\0\0\x0c\0\0\0\0GPSLongitude";
const IPTC: &[u8] = b"Photoshop 3.0\08BIM\x04\x04\0\0\0\0\0\x0b\x1c\x02\x5a\0\x06Berlin";
/// Numbers that stand nowhere else.
const LATITUDE: [u32; 6] = [0x3141_5926, 0x5358_9793, 0x2384_6264, 0x3383_2795, 0x0288_4197, 0x1693_9937];
const LONGITUDE: [u32; 6] = [0x2718_2818, 0x2845_9045, 0x2353_6028, 0x7471_3526, 0x6249_7757, 0x2470_9369];

#[derive(Debug, Clone, Copy)]
enum Order {
    Little,
    Big,
}

impl Order {
    fn short(self, number: u16) -> [u8; 2] {
        match self {
            Self::Little => number.to_le_bytes(),
            Self::Big => number.to_be_bytes(),
        }
    }

    fn long(self, number: u32) -> [u8; 4] {
        match self {
            Self::Little => number.to_le_bytes(),
            Self::Big => number.to_be_bytes(),
        }
    }

    fn entry(self, tag: u16, kind: u16, count: u32, value: [u8; 4]) -> Vec<u8> {
        [&self.short(tag)[..], &self.short(kind), &self.long(count), &value].concat()
    }

    fn directory(self, entries: &[Vec<u8>]) -> Vec<u8> {
        let count = self.short(u16::try_from(entries.len()).unwrap());
        [&count[..], &entries.concat(), &[0; 4]].concat()
    }

    /// A GPS directory for the offset at which it will stand.
    fn gps(self, at: u32) -> Vec<u8> {
        let values = at + 2 + 4 * 12 + 4;
        let entries = [
            self.entry(1, 2, 2, *b"N\0\0\0"),
            self.entry(2, 5, 3, self.long(values)),
            self.entry(3, 2, 2, *b"E\0\0\0"),
            self.entry(4, 5, 3, self.long(values + 24)),
        ];
        let numbers = LATITUDE.into_iter().chain(LONGITUDE).flat_map(|number| self.long(number));
        self.directory(&entries).into_iter().chain(numbers).collect()
    }

    /// What a phone writes: maker, orientation, the hour, and the place twice.
    fn exif(self) -> Vec<u8> {
        let mut tiff = match self {
            Self::Little => b"II*\0\x08\0\0\0".to_vec(),
            Self::Big => b"MM\0*\0\0\0\x08".to_vec(),
        };
        tiff.extend(self.directory(&[
            self.entry(0x010f, 2, 9, self.long(74)),
            self.entry(0x0112, 3, 1, [self.short(6), [0; 2]].concat().try_into().unwrap()),
            self.entry(0x02bc, 1, 12, self.long(84)),
            self.entry(0x8769, 4, 1, self.long(96)),
            self.entry(0x8825, 4, 1, self.long(134)),
        ]));
        tiff.extend(b"Phone Co\0\0GPSLatitude!");
        tiff.extend(self.directory(&[self.entry(0x9003, 2, 20, self.long(114))]));
        tiff.extend(b"2018:12:25 20:13:00\0");
        tiff.extend(self.gps(134));
        tiff
    }
}

fn pixels() -> RgbImage {
    RgbImage::from_fn(64, 48, |x, y| image::Rgb([(x * 4) as u8, (y * 5) as u8, (x * y) as u8]))
}

fn encoded(format: ImageFormat) -> Vec<u8> {
    let mut file = Cursor::new(Vec::new());
    pixels().write_to(&mut file, format).unwrap();
    file.into_inner()
}

fn segment(marker: u8, payload: &[u8]) -> Vec<u8> {
    let length = u16::try_from(payload.len() + 2).unwrap().to_be_bytes();
    [&[0xff, marker][..], &length, payload].concat()
}

fn a_jpeg(order: Order) -> Vec<u8> {
    let plain = encoded(ImageFormat::Jpeg);
    let exif = segment(0xe1, &[b"Exif\0\0", &order.exif()[..]].concat());
    let others = [segment(0xe1, XMP), segment(0xe1, EXTENDED_XMP), segment(0xed, IPTC)].concat();
    [&plain[..2], &exif, &others, &plain[2..], b"ftypmp42 and a film made at +52.5200+013.4050/"].concat()
}

fn chunk(kind: &[u8], data: &[u8]) -> Vec<u8> {
    let mut hasher = crc32fast::Hasher::new();
    hasher.update(kind);
    hasher.update(data);
    let length = u32::try_from(data.len()).unwrap().to_be_bytes();
    [&length[..], kind, data, &hasher.finalize().to_be_bytes()].concat()
}

fn a_png(order: Order) -> Vec<u8> {
    let plain = encoded(ImageFormat::Png);
    let xmp = chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0<rdf:li exif:GPSLatitude=\"52,31.2N\"/>");
    let profile = chunk(b"zTXt", b"Raw profile type iptc\0\0GPSLatitude, compressed");
    let note = chunk(b"tEXt", b"Comment\0lunch");
    let (head, rest) = plain.split_at(8 + 25);
    let (body, end) = rest.split_at(rest.len() - 12);
    [head, &note, &xmp, body, &chunk(b"eXIf", &order.exif()), &profile, end].concat()
}

/// The encoder's file, with a new first directory at its end that has an orientation and a place, too.
fn a_tiff() -> Vec<u8> {
    let mut file = encoded(ImageFormat::Tiff);
    let order = Order::Little;
    let at = u32::from_le_bytes(file[4..8].try_into().unwrap()) as usize;
    let count = usize::from(u16::from_le_bytes(file[at..at + 2].try_into().unwrap()));
    let mut entries: Vec<_> = file[at + 2..at + 2 + count * 12].chunks(12).map(<[u8]>::to_vec).collect();
    let gps = u32::try_from(file.len()).unwrap();
    file.extend(order.gps(gps));
    file.extend(XMP);
    let xmp_at = gps + u32::try_from(order.gps(gps).len()).unwrap();
    entries.push(order.entry(0x0112, 3, 1, [6, 0, 0, 0]));
    entries.push(order.entry(0x02bc, 1, u32::try_from(XMP.len()).unwrap(), order.long(xmp_at)));
    entries.push(order.entry(0x8825, 4, 1, order.long(gps)));
    entries.sort_by_key(|entry| u16::from_le_bytes([entry[0], entry[1]]));
    let directory = u32::try_from(file.len()).unwrap();
    file.extend(order.directory(&entries));
    file[4..8].copy_from_slice(&order.long(directory));
    file
}

fn cleaned(format: PictureFormat, file: &[u8]) -> Vec<u8> {
    let mut cleaned = file.to_vec();
    LocationRemover::new(format).clean(&mut cleaned);
    cleaned
}

fn contains(file: &[u8], what: &[u8]) -> bool {
    file.windows(what.len()).any(|window| window == what)
}

fn orientation(exif: &exif::Exif) -> Option<u32> {
    exif.get_field(exif::Tag::Orientation, exif::In::PRIMARY)?.value.get_uint(0)
}

fn check(format: PictureFormat, file: &[u8]) {
    let exif_of = |file: &[u8]| exif::Reader::new().read_from_container(&mut Cursor::new(file)).unwrap();
    assert!(exif_of(file).fields().any(|field| field.tag.context() == exif::Context::Gps), "the test has a place");

    let cleaned = cleaned(format, file);
    assert_eq!(cleaned.len(), file.len());
    let exif = exif_of(&cleaned);
    assert!(exif.fields().all(|field| field.tag.context() != exif::Context::Gps));
    assert_eq!(orientation(&exif), Some(6));
    for number in LATITUDE.into_iter().chain(LONGITUDE) {
        assert!(!contains(&cleaned, &number.to_le_bytes()) && !contains(&cleaned, &number.to_be_bytes()));
    }
    for words in [&b"GPSLatitude"[..], b"GPSLongitude", b"Berlin", b"+52.5200"] {
        assert!(!contains(&cleaned, words), "{}", String::from_utf8_lossy(words));
    }
    let raster = |file: &[u8]| image::load_from_memory(file).unwrap().to_rgb8();
    assert!(raster(&cleaned) == raster(file), "the pixels changed");
    assert!(self::cleaned(format, &cleaned) == cleaned, "what is clean stays as it is");
}

#[test]
fn a_jpegs_place_goes_and_everything_else_stays() {
    for order in [Order::Little, Order::Big] {
        let photo = a_jpeg(order);
        check(PictureFormat::Jpeg, &photo);
        let cleaned = cleaned(PictureFormat::Jpeg, &photo);
        assert!(contains(&cleaned, b"Phone Co") && contains(&cleaned, b"2018:12:25 20:13:00"));
    }
}

#[test]
fn a_pngs_place_goes_and_its_checksums_are_right() {
    for order in [Order::Little, Order::Big] {
        let photo = a_png(order);
        check(PictureFormat::Png, &photo);
        let cleaned = cleaned(PictureFormat::Png, &photo);
        assert!(contains(&cleaned, b"Comment\0lunch"));
        let mut rest = &cleaned[8..];
        while let Some(length) = rest.first_chunk::<4>() {
            let (whole, behind) = rest.split_at(u32::from_be_bytes(*length) as usize + 12);
            assert_eq!(chunk(&whole[4..8], &whole[8..whole.len() - 4]), whole);
            rest = behind;
        }
    }
}

#[test]
fn a_tiffs_place_goes_wherever_its_directory_lies() {
    check(PictureFormat::Tiff, &a_tiff());
}

#[test]
fn a_pdf_and_a_picture_without_a_place_stay_as_they_are() {
    for (format, file) in [
        (PictureFormat::Pdf, b"%PDF-1.7 /GPSLatitude".to_vec()),
        (PictureFormat::Jpeg, encoded(ImageFormat::Jpeg)),
        (PictureFormat::Jpeg, testbed::a_jpeg(100_000)),
        (PictureFormat::Png, encoded(ImageFormat::Png)),
        (PictureFormat::Tiff, encoded(ImageFormat::Tiff)),
    ] {
        assert!(cleaned(format, &file) == file, "{format:?}");
    }
}

#[test]
fn a_jpeg_in_parts_becomes_what_it_becomes_in_one() {
    let photo = a_jpeg(Order::Big);
    let whole = cleaned(PictureFormat::Jpeg, &photo);
    let metadata = 2000;
    for bytes in [1, 2, 3, 7, 1000] {
        let mut remover = LocationRemover::new(PictureFormat::Jpeg);
        let mut parts = photo.clone();
        let (first, rest) = parts.split_at_mut(metadata);
        remover.clean(first);
        rest.chunks_mut(bytes).for_each(|part| remover.clean(part));
        assert!(parts == whole, "in parts of {bytes}");
    }
}

#[test]
fn a_segment_that_a_part_cuts_off_goes_to_its_end() {
    for payload in [&[b"Exif\0\0", &Order::Big.exif()[..]].concat(), XMP, IPTC] {
        let plain = encoded(ImageFormat::Jpeg);
        let marker = if payload == IPTC { 0xed } else { 0xe1 };
        let photo = [&plain[..2], &segment(marker, payload), &plain[2..]].concat();
        for cut in 1..payload.len() + 6 {
            let mut remover = LocationRemover::new(PictureFormat::Jpeg);
            let mut parts = photo.clone();
            let (first, rest) = parts.split_at_mut(cut);
            remover.clean(first);
            remover.clean(rest);
            assert!(!contains(&parts, b"GPSLatitude") && !contains(&parts, b"Berlin"), "cut at {cut}");
            assert!(!contains(&parts, &LATITUDE[2].to_be_bytes()), "cut at {cut}");
            assert!(
                image::load_from_memory(&parts).unwrap().to_rgb8()
                    == image::load_from_memory(&plain).unwrap().to_rgb8()
            );
        }
    }
}

#[test]
fn directories_that_lead_in_circles_and_claim_too_much_come_to_an_end() {
    let order = Order::Little;
    // Each of many entries claims the whole file, and every directory is every other's next.
    let mut file = b"II*\0\x08\0\0\0".to_vec();
    let entries: Vec<_> = (0..60_000_u32)
        .map(|n| match n % 3 {
            0 => order.entry(0x8825, 4, 1, order.long(n * 7 % 720_000)),
            1 => order.entry(0x02bc, 1, u32::MAX, order.long(8)),
            _ => order.entry(0x014a, 4, 200_000, order.long(n)),
        })
        .collect();
    file.extend(order.directory(&entries));
    file.extend([0xff; 100_000]);
    let length = file.len();
    assert_eq!(cleaned(PictureFormat::Tiff, &file).len(), length);
}

fn any_format() -> impl Strategy<Value = (PictureFormat, Vec<u8>)> {
    prop_oneof![
        Just((PictureFormat::Jpeg, a_jpeg(Order::Little))),
        Just((PictureFormat::Png, a_png(Order::Big))),
        Just((PictureFormat::Tiff, a_tiff())),
        Just((PictureFormat::Tiff, Order::Big.exif())),
    ]
}

proptest! {
    #[test]
    fn whatever_the_bytes_are_their_number_stays(
        format in prop::sample::select(&PictureFormat::ALL[..]),
        bytes in prop::collection::vec(any::<u8>(), 0..600),
    ) {
        for begin in [&b""[..], b"II*\0\x08\0\0\0", b"\xff\xd8\xff\xe1\0\x60Exif\0\0MM\0*\0\0\0\x08", b"\x89PNG\r\n\x1a\n\0\0\0\x40eXIfII*\0\x08\0\0\0"] {
            let file = [begin, &bytes].concat();
            prop_assert_eq!(cleaned(format, &file).len(), file.len());
        }
    }

    #[test]
    fn a_damaged_file_is_no_trouble(
        (format, mut file) in any_format(),
        damage in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..20),
        cut in any::<prop::sample::Index>(),
    ) {
        // Most of the damage goes to where the directories are.
        for (index, byte) in damage {
            let span = file.len().min(400);
            let at = index.index(span);
            file[at] = byte;
        }
        file.truncate(cut.index(file.len()) + 1);
        prop_assert_eq!(cleaned(format, &file).len(), file.len());
    }
}
