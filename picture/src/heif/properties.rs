//! The properties of items that say in numbers how pixels are decoded or shown.

use super::coded;

/// No side and no place is more: 10,000 pixels in thousandths.
const MOST: u32 = 10_000_000;

/// Cleans what a property of that kind holds. `false` if it is not kept.
pub(super) fn clean(kind: [u8; 4], body: &mut [u8]) -> bool {
    let kept = match &kind {
        b"hvcC" if body.len() > 22 => {
            coded::clean_hevc_config(body);
            Some(body.len())
        }
        b"av1C" if body.len() >= 4 => {
            coded::clean_av1(&mut body[4..]);
            Some(body.len())
        }
        // Each with a version and flags, which are 0.
        b"ispe" => numbers(body, 4, 2, 0..=1 << 20),
        b"pixi" => match body.get(4).copied() {
            Some(channels @ 1..=4) => {
                let bits = body.get(5..5 + usize::from(channels));
                bits.filter(|bits| bits.iter().all(|bits| *bits <= 16)).map(|bits| 5 + bits.len())
            }
            Some(_) | None => None,
        },
        b"pasp" => numbers(body, 0, 2, 0..=0xffff),
        b"clap" => clean_aperture(body),
        b"irot" => body.first().filter(|quarters| **quarters <= 3).map(|_| 1),
        b"imir" => body.first().filter(|axis| **axis <= 1).map(|_| 1),
        b"a1op" => body.first().filter(|point| **point <= 31).map(|_| 1),
        b"lsel" => body.first_chunk().filter(|layer| matches!(layer, [0, ..=3] | [0xff, 0xff])).map(|_| 2),
        // Numbers of ITU-T H.273; the other colours are profiles.
        b"colr" => match body {
            [b'n', b'c', b'l', b'x', 0, _, 0, _, 0, _, 0 | 0x80, ..] => Some(11),
            _ => None,
        },
        _ => None,
    };
    let Some(kept) = kept else { return false };
    if matches!(&kind, b"ispe" | b"pixi") {
        body[..4].fill(0);
    }
    body[kept..].fill(0);
    true
}

/// How many bytes so many numbers take, behind what stands before them.
fn numbers(body: &[u8], before: usize, count: usize, allowed: std::ops::RangeInclusive<u32>) -> Option<usize> {
    let numbers = body.get(before..)?.as_chunks::<4>().0.get(..count)?;
    let are_allowed = numbers.iter().all(|number| allowed.contains(&u32::from_be_bytes(*number)));
    are_allowed.then_some(before + 4 * count)
}

/// Four fractions.
fn clean_aperture(body: &[u8]) -> Option<usize> {
    let numbers = body.as_chunks::<4>().0.get(..8)?;
    let is_allowed = |(place, number): (usize, &[u8; 4])| {
        let number = i32::from_be_bytes(*number).unsigned_abs();
        if place % 2 == 1 { (1..=1000).contains(&number) } else { number <= MOST }
    };
    numbers.iter().enumerate().all(is_allowed).then_some(32)
}
