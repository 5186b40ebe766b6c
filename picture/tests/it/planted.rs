//! Pictures into which a text was planted: where and in what, bytes choose, as the fuzzer or a test gives them.

use std::iter::repeat_n;

use receipt::PictureFormat;

use crate::{
    property::{contains, holds_of_a_picture, holds_of_anything, pixels},
    samples::{Order, chunk, segment},
};

/// What must not be found in a cleaned file.
pub(crate) const PLANTED: &[u8] = b"52.520008N,13.404954E";
/// At most so many places of one picture.
const MAX_PLANTS: usize = 12;

macro_rules! pictures {
    ($($name:literal),+) => { &[$(include_bytes!(concat!("../../../fuzz/corpus/picture/", $name)) as &[u8]),+] };
}
const JPEGS: &[&[u8]] = pictures!(
    "colour.jpg",
    "progressive.jpg",
    "cmyk.jpg",
    "grey-restarts.jpg",
    "ycck-progressive.jpg",
    "colour-444.jpg",
    "turned.jpg"
);
const PNGS: &[&[u8]] = pictures!("grey.png", "palette.png", "rgba16.png", "interlaced.png", "bits.png");
const TIFFS: &[&[u8]] = pictures!(
    "grey.tif",
    "grey-big-endian.tif",
    "tiled.tif",
    "packbits.tif",
    "predictor.tif",
    "deflate.tif",
    "bilevel.tif",
    "turned.tif"
);

/// What must hold of input that somebody made up: a file of that format, or else choices by which one is made.
pub(crate) fn check(format: PictureFormat, input: &[u8]) {
    let signature: &[u8] = match format {
        PictureFormat::Jpeg => b"\xff\xd8",
        PictureFormat::Png => b"\x89PNG\r\n\x1a\n",
        PictureFormat::Tiff => {
            if input.starts_with(b"MM\0*") {
                b"MM\0*"
            } else {
                b"II*\0"
            }
        }
        PictureFormat::Pdf => b"%PDF",
        PictureFormat::Heif | PictureFormat::Avif => b"\0\0\0\x18ftyp",
        PictureFormat::WebP => b"RIFF",
        PictureFormat::Gif => b"GIF8",
    };
    if input.starts_with(signature) {
        holds_of_anything(format, input);
        return;
    }
    let file = picture(format, &mut Choices(input));
    match pixels(&file) {
        Some(_) => drop(holds_of_a_picture(format, &file, PLANTED)),
        // Two of what there may be one, or what contradicts the pixels.
        None => assert!(!contains(&holds_of_anything(format, &file), PLANTED), "what was planted is still there"),
    }
}

/// A picture with what was planted in it.
pub(crate) fn picture(format: PictureFormat, choices: &mut Choices) -> Vec<u8> {
    match format {
        PictureFormat::Jpeg => jpeg(choices),
        PictureFormat::Png => png(choices),
        PictureFormat::Tiff => tiff(choices),
        PictureFormat::Pdf => b"%PDF-1.7".to_vec(),
        PictureFormat::Heif | PictureFormat::Avif | PictureFormat::WebP | PictureFormat::Gif => PLANTED.to_vec(),
    }
}

/// Bytes, and zeros after them.
#[derive(Debug)]
pub(crate) struct Choices<'a>(pub(crate) &'a [u8]);

impl Choices<'_> {
    fn byte(&mut self) -> u8 {
        match self.0 {
            [first, rest @ ..] => {
                self.0 = rest;
                *first
            }
            [] => 0,
        }
    }

    fn below(&mut self, count: usize) -> usize {
        usize::from(self.byte()) % count
    }

    fn of<'a, T: ?Sized>(&mut self, all: &[&'a T]) -> &'a T {
        all[self.below(all.len())]
    }

    fn plants(&mut self) -> usize {
        1 + self.below(MAX_PLANTS)
    }

    /// The text, with something around it.
    fn text(&mut self) -> Vec<u8> {
        let (before, after) = (self.byte(), self.byte());
        [&vec![b'a'; before.into()][..], PLANTED, &vec![b'z'; after.into()]].concat()
    }

    fn exif(&mut self) -> Vec<u8> {
        let order = self.order();
        let text = self.text();
        let entries = [0x010e, 0x0112, 0x8769, 0x8825, 0x927c].map(|tag| match tag {
            0x0112 => order.entry(tag, 3, 1, [order.short(self.byte().into()), [0; 2]].concat().try_into().unwrap()),
            tag => order.entry(tag, 2, u32::try_from(text.len()).unwrap(), order.long(8 + 2 + 5 * 12 + 4)),
        });
        [order.header(8).to_vec(), order.directory(&entries), text].concat()
    }

    fn order(&mut self) -> Order {
        if self.byte().is_multiple_of(2) { Order::Little } else { Order::Big }
    }
}

/// Where a segment may begin, and whether what is no segment may stand there.
fn places(jpeg: &[u8]) -> Vec<(usize, bool)> {
    let mut places = vec![(2, true)];
    let mut at = 2;
    while jpeg[at + 1] != 0xd9 {
        let is_scan = jpeg[at + 1] == 0xda;
        at += 2 + usize::from(u16::from_be_bytes([jpeg[at + 2], jpeg[at + 3]]));
        if is_scan {
            let is_marker = |bytes: &[u8]| bytes[0] == 0xff && !matches!(bytes[1], 0 | 0xd0..=0xd7);
            at += jpeg[at..].windows(2).position(is_marker).unwrap();
        }
        places.push((at, !is_scan));
    }
    places
}

fn jpeg(choices: &mut Choices) -> Vec<u8> {
    let mut file = choices.of(JPEGS).to_vec();
    let colours = file.windows(2).position(|bytes| matches!(bytes, [0xff, 0xc0..=0xc2])).map(|frame| file[frame + 9]);
    let places = places(&file);
    let mut plants = Vec::new();
    for _ in 0..choices.plants() {
        let (place, anything) = places[choices.below(places.len())];
        let text = choices.text();
        let planted = match choices.below(14) {
            0 => segment(0xfe, &text),
            1 => segment(0xe0 + choices.byte() % 16, &text),
            2 => segment(0xe1, &[b"Exif\0\0", &choices.exif()[..]].concat()),
            3 => segment(0xe1, &[b"http://ns.adobe.com/xap/1.0/\0", &text[..]].concat()),
            4 => segment(0xe1, &[b"http://ns.adobe.com/xmp/extension/\0", &text[..]].concat()),
            5 => segment(0xe2, &[b"MPF\0", &text[..]].concat()),
            6 => segment(0xeb, &[b"JP\0\x01\0\0\0\x01", &text[..]].concat()),
            7 => segment(0xed, &[b"Photoshop 3.0\x008BIM\x04\x04", &text[..]].concat()),
            8 => segment(0xe0, &[b"JFIF\0\x01\x01\0\0\x01\0\x01\x05\x05", &text[..]].concat()),
            9 => segment(0xe2, &[b"ICC_PROFILE\0\x01\x01", &profile(&text)[..]].concat()),
            // The decoder panics where this promises three colours to a picture with one or four.
            10 if colours == Some(3) => segment(0xee, &[b"Adobe\0\x64\0\0\0\0\x01", &text[..]].concat()),
            11 => segment([0xc4, 0xdb, 0xdc, 0xdd, 0xde][choices.below(5)], &text),
            12 if anything => [&[0xff; 2], &[0; 1][..], &text].concat(),
            _ => {
                file.extend(text);
                continue;
            }
        };
        plants.push((place, planted));
    }
    plants.sort_by_key(|(place, _)| *place);
    for (place, planted) in plants.into_iter().rev() {
        file.splice(place..place, planted);
    }
    file
}

/// A display's profile, whose description is the text.
pub(crate) fn profile(text: &[u8]) -> Vec<u8> {
    let xyz = [b"XYZ \0\0\0\0", &[0, 0, 0x6f, 0xa2][..], &[0, 0, 0x38, 0xf5], &[0, 0, 3, 0x90]].concat();
    let curve = b"para\0\0\0\0\0\0\0\0\0\x02\x33\x33".to_vec();
    let names = [b"desc", b"cprt", b"wtpt", b"rXYZ", b"gXYZ", b"bXYZ", b"rTRC", b"gTRC", b"bTRC"];
    let mut values = Vec::new();
    let mut table = u32::try_from(names.len()).unwrap().to_be_bytes().to_vec();
    for name in names {
        let value = match &name[1..] {
            b"XYZ" | b"tpt" => xyz.clone(),
            b"TRC" => curve.clone(),
            _ => [b"text\0\0\0\0", text].concat(),
        };
        let at = 128 + 4 + names.len() * 12 + values.len();
        let [at, bytes] = [at, value.len()].map(|number| u32::try_from(number).unwrap().to_be_bytes());
        table.extend([&name[..], &at, &bytes].concat());
        values.extend(value);
    }
    let bytes = u32::try_from(128 + table.len() + values.len()).unwrap().to_be_bytes();
    let header = [&bytes[..], b"made", b"\x04\x30\0\0mntrRGB XYZ ", &[7; 12], b"acspAPPL", &[7; 84]].concat();
    [header, table, values].concat()
}

fn png(choices: &mut Choices) -> Vec<u8> {
    const KINDS: [&[u8; 4]; 20] = [
        b"PLTE", b"tRNS", b"tEXt", b"zTXt", b"iTXt", b"eXIf", b"tIME", b"caBX", b"iCCP", b"pHYs", b"bKGD", b"sPLT",
        b"hIST", b"acTL", b"fcTL", b"fdAT", b"gAMA", b"cHRM", b"cICP", b"prVt",
    ];
    let mut file = choices.of(PNGS).to_vec();
    // A palette's colours are pixels.
    let has_palette = file[25] == 3;
    for _ in 0..choices.plants() {
        let mut places = vec![8 + 25];
        while let Some(bytes) = file[places[places.len() - 1]..].first_chunk::<4>() {
            places.push(places[places.len() - 1] + 12 + u32::from_be_bytes(*bytes) as usize);
            if &file[places[places.len() - 1] - 8..][..4] == b"IEND" {
                break;
            }
        }
        // Not behind the end.
        let place = places[choices.below(places.len() - 1)];
        let text = choices.text();
        let kind = choices.of(if has_palette { &KINDS[2..] } else { &KINDS });
        let begin: &[u8] = match choices.below(5) {
            0 => b"Comment\0",
            1 => b"XML:com.adobe.xmp\0\0\0\0\0",
            2 => b"Raw profile type exif\0\0",
            3 => b"exif:GPSLatitude\0",
            _ => b"",
        };
        let planted = match choices.below(5) {
            0 => {
                file.extend(text);
                continue;
            }
            // Behind the last of the pixels.
            4 => {
                let last = places.iter().rposition(|at| file.get(at + 4..at + 8) == Some(&b"IDAT"[..]));
                let place = places[last.unwrap() + 1];
                file.splice(place..place, chunk(b"IDAT", &text));
                continue;
            }
            1 => chunk(b"eXIf", &choices.exif()),
            _ => chunk(kind, &[begin, &text].concat()),
        };
        file.splice(place..place, planted);
    }
    file
}

fn tiff(choices: &mut Choices) -> Vec<u8> {
    const TAGS: [u16; 20] = [
        0x010d, 0x010e, 0x010f, 0x0110, 0x0131, 0x0132, 0x013b, 0x014a, 0x015b, 0x02bc, 0x0140, 0x83bb, 0x8649, 0x8769,
        0x8773, 0x8825, 0x9286, 0x927c, 0xc4a5, 0xfde8,
    ];
    let mut file = choices.of(TIFFS).to_vec();
    let order = if file[0] == b'I' { Order::Little } else { Order::Big };
    let at = order.read(&file[4..]);
    let count = usize::from(order.read_short(&file[at..]));
    let mut entries: Vec<Vec<u8>> = file[at + 2..][..count * 12].chunks(12).map(<[u8]>::to_vec).collect();
    let mut next = 0;
    for _ in 0..choices.plants() {
        let text = choices.text();
        let offset = u32::try_from(file.len()).unwrap();
        let bytes = u32::try_from(text.len()).unwrap();
        match choices.below(4) {
            // A value that an entry of the first directory has, or that lies in a directory to which it leads.
            0 => {
                file.extend(&text);
                entries.push(order.entry(TAGS[choices.below(TAGS.len())], 2, bytes, order.long(offset)));
            }
            1 => {
                file.extend(&text);
                let inner = order.directory(&[order.entry(0x9286, 7, bytes, order.long(offset))]);
                let offset = u32::try_from(file.len()).unwrap();
                file.extend(inner);
                entries.push(order.entry(TAGS[choices.below(TAGS.len())], 4, 1, order.long(offset)));
            }
            2 => {
                file.extend(&text);
                next = u32::try_from(file.len()).unwrap();
                file.extend(order.directory(&[order.entry(0x010e, 2, bytes, order.long(offset))]));
            }
            _ => file.extend(text),
        }
    }
    // Decoders that meet a tag twice disagree.
    entries.sort_by_key(|entry| order.read_short(entry));
    entries.dedup_by_key(|entry| order.read_short(entry));
    file.extend(repeat_n(0, choices.below(2)));
    let directory = u32::try_from(file.len()).unwrap();
    let mut written = order.directory(&entries);
    let end = written.len() - 4;
    written[end..].copy_from_slice(&order.long(next));
    file.extend(written);
    file[4..8].copy_from_slice(&order.long(directory));
    file.extend(choices.text());
    file
}
