//! Pictures with a place, as phones and programs write them.

use std::io::Cursor;

use image::{ImageFormat, RgbImage};

pub(crate) const XMP: &[u8] =
    b"http://ns.adobe.com/xap/1.0/\0<x:xmpmeta><rdf:li exif:GPSLatitude=\"52,31.2N\"/></x:xmpmeta>";
/// With its digest, length and offset.
pub(crate) const EXTENDED_XMP: &[u8] =
    b"http://ns.adobe.com/xmp/extension/\x000123456789ABCDEF0123456789ABCDEF\0\0\0\x0c\0\0\0\0GPSLongitude";
pub(crate) const IPTC: &[u8] = b"Photoshop 3.0\08BIM\x04\x04\0\0\0\0\0\x0b\x1c\x02\x5a\0\x06Berlin";
/// Numbers that stand nowhere else.
pub(crate) const LATITUDE: [u32; 6] = [0x3141_5926, 0x5358_9793, 0x2384_6264, 0x3383_2795, 0x0288_4197, 0x1693_9937];
pub(crate) const LONGITUDE: [u32; 6] = [0x2718_2818, 0x2845_9045, 0x2353_6028, 0x7471_3526, 0x6249_7757, 0x2470_9369];

#[derive(Debug, Clone, Copy)]
pub(crate) enum Order {
    Little,
    Big,
}

impl Order {
    pub(crate) fn short(self, number: u16) -> [u8; 2] {
        match self {
            Self::Little => number.to_le_bytes(),
            Self::Big => number.to_be_bytes(),
        }
    }

    pub(crate) fn long(self, number: u32) -> [u8; 4] {
        match self {
            Self::Little => number.to_le_bytes(),
            Self::Big => number.to_be_bytes(),
        }
    }

    pub(crate) fn read_short(self, bytes: &[u8]) -> u16 {
        let bytes = [bytes[0], bytes[1]];
        match self {
            Self::Little => u16::from_le_bytes(bytes),
            Self::Big => u16::from_be_bytes(bytes),
        }
    }

    pub(crate) fn read(self, bytes: &[u8]) -> usize {
        let bytes = bytes[..4].try_into().unwrap();
        let number = match self {
            Self::Little => u32::from_le_bytes(bytes),
            Self::Big => u32::from_be_bytes(bytes),
        };
        number as usize
    }

    /// A TIFF's header, with its first directory's offset.
    pub(crate) fn header(self, directory: u32) -> [u8; 8] {
        let begin = match self {
            Self::Little => b"II*\0",
            Self::Big => b"MM\0*",
        };
        [&begin[..], &self.long(directory)].concat().try_into().unwrap()
    }

    pub(crate) fn entry(self, tag: u16, kind: u16, count: u32, value: [u8; 4]) -> Vec<u8> {
        [&self.short(tag)[..], &self.short(kind), &self.long(count), &value].concat()
    }

    pub(crate) fn directory(self, entries: &[Vec<u8>]) -> Vec<u8> {
        let count = self.short(u16::try_from(entries.len()).unwrap());
        [&count[..], &entries.concat(), &[0; 4]].concat()
    }

    /// A GPS directory for the offset at which it will stand.
    pub(crate) fn gps(self, at: u32) -> Vec<u8> {
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
    pub(crate) fn exif(self) -> Vec<u8> {
        let mut tiff = self.header(8).to_vec();
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

pub(crate) fn pixels() -> RgbImage {
    RgbImage::from_fn(64, 48, |x, y| image::Rgb([x * 4, y * 5, x * y % 251].map(|value| u8::try_from(value).unwrap())))
}

pub(crate) fn encoded(format: ImageFormat) -> Vec<u8> {
    let mut file = Cursor::new(Vec::new());
    pixels().write_to(&mut file, format).unwrap();
    file.into_inner()
}

pub(crate) fn segment(marker: u8, payload: &[u8]) -> Vec<u8> {
    let length = u16::try_from(payload.len() + 2).unwrap().to_be_bytes();
    [&[0xff, marker][..], &length, payload].concat()
}

pub(crate) fn a_jpeg(order: Order) -> Vec<u8> {
    let plain = encoded(ImageFormat::Jpeg);
    let exif = segment(0xe1, &[b"Exif\0\0", &order.exif()[..]].concat());
    let others = [segment(0xe1, XMP), segment(0xe1, EXTENDED_XMP), segment(0xed, IPTC)].concat();
    [&plain[..2], &exif, &others, &plain[2..], b"ftypmp42 and a film made at +52.5200+013.4050/"].concat()
}

pub(crate) fn chunk(kind: &[u8], data: &[u8]) -> Vec<u8> {
    let mut hasher = crc32fast::Hasher::new();
    hasher.update(kind);
    hasher.update(data);
    let length = u32::try_from(data.len()).unwrap().to_be_bytes();
    [&length[..], kind, data, &hasher.finalize().to_be_bytes()].concat()
}

pub(crate) fn a_png(order: Order) -> Vec<u8> {
    let plain = encoded(ImageFormat::Png);
    let xmp = chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0<rdf:li exif:GPSLatitude=\"52,31.2N\"/>");
    let profile = chunk(b"zTXt", b"Raw profile type iptc\0\0GPSLatitude, compressed");
    let note = chunk(b"tEXt", b"Comment\0lunch");
    let (head, rest) = plain.split_at(8 + 25);
    let (body, end) = rest.split_at(rest.len() - 12);
    [head, &note, &xmp, body, &chunk(b"eXIf", &order.exif()), &profile, end].concat()
}

/// The encoder's file, with a new first directory at its end that has an orientation and a place, too.
pub(crate) fn a_tiff() -> Vec<u8> {
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
