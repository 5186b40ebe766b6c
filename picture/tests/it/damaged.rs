//! Files that are cut, changed, or written to hurt.

use proptest::prelude::*;
use receipt::PictureFormat;

use crate::{planted, property::holds_of_anything, samples::*};

#[test]
fn directories_that_lead_in_circles_and_claim_too_much_come_to_an_end() {
    let order = Order::Little;
    // Each of many entries claims the whole file, and every directory is every other's next.
    let mut file = b"II*\0\x08\0\0\0".to_vec();
    let entries: Vec<_> = (0..60_000_u32)
        .map(|n| match n % 4 {
            0 => order.entry(0x8825, 4, 1, order.long(n * 7 % 720_000)),
            1 => order.entry(0x02bc, 1, u32::MAX, order.long(8)),
            2 => order.entry(0x0111, 4, 200_000, order.long(n)),
            _ => order.entry(0x014a, 4, 200_000, order.long(n)),
        })
        .collect();
    file.extend(order.directory(&entries));
    file.resize(file.len() + 100_000, 0xff);
    holds_of_anything(PictureFormat::Tiff, &file);
}

fn any_format() -> impl Strategy<Value = (PictureFormat, Vec<u8>)> {
    prop_oneof![
        Just((PictureFormat::Jpeg, a_jpeg(Order::Little))),
        Just((PictureFormat::Png, a_png(Order::Big))),
        Just((PictureFormat::Tiff, a_tiff())),
        Just((PictureFormat::Tiff, Order::Big.exif())),
        Just((PictureFormat::Heif, include_bytes!("../../../pages/testdata/grid-turned.heic").to_vec())),
        Just((PictureFormat::Avif, include_bytes!("../../../pages/testdata/located.avif").to_vec())),
        Just((PictureFormat::WebP, include_bytes!("../../../pages/testdata/located.webp").to_vec())),
        Just((PictureFormat::Gif, include_bytes!("../../../pages/testdata/slip.gif").to_vec())),
    ]
}

proptest! {
    #[test]
    fn whatever_the_bytes_are_their_number_stays(
        format in prop::sample::select(&PictureFormat::ALL[..]),
        bytes in prop::collection::vec(any::<u8>(), 0..600),
    ) {
        for begin in [
            &b""[..], b"II*\0\x08\0\0\0", b"\xff\xd8\xff\xe1\0\x60Exif\0\0MM\0*\0\0\0\x08",
            b"\x89PNG\r\n\x1a\n\0\0\0\x40eXIfII*\0\x08\0\0\0",
        ] {
            holds_of_anything(format, &[begin, &bytes].concat());
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
        holds_of_anything(format, &file);
    }

    #[test]
    fn what_is_planted_anywhere_goes_and_the_pixels_stay(
        format in prop::sample::select(&PictureFormat::ALL[..]),
        choices in prop::collection::vec(any::<u8>(), 0..100),
    ) {
        planted::check(format, &choices);
    }
}
