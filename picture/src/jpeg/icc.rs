//! A colour profile, of which the numbers are kept that turn the pixels' colours into light: primaries, curves, the adaptation
//! of white (ICC.1:2022, clauses 7 to 10). Names, copyright, dates and everything else go. A number is one only within the
//! range that such numbers have, so that no text passes for numbers.

const HEADER: usize = 128;
/// Signature, offset and length of a value.
const ENTRY: usize = 12;
/// The white of the space in which profiles meet, which is the same in each.
const D50: [u8; 12] = *b"\0\0\xf6\xd6\0\x01\0\0\0\0\xd3\x2d";
/// 2 and 16, as a signed number with 16 bits behind the point.
const TWO: i32 = 2 << 16;
const SIXTEEN: i32 = 16 << 16;
/// Longer curves are not written for displays and cameras.
const MAX_CURVE: usize = 4096;

/// Rebuilds the profile with what is kept. `false` if it is not one of a display or camera: nothing is kept.
pub(super) fn clean(profile: &mut [u8]) -> bool {
    let kept = rebuilt(profile).filter(|kept| kept.len() <= profile.len());
    profile.fill(0);
    match kept {
        Some(kept) => {
            profile[..kept.len()].copy_from_slice(&kept);
            true
        }
        None => false,
    }
}

fn rebuilt(profile: &[u8]) -> Option<Vec<u8>> {
    let header = profile.first_chunk::<HEADER>()?;
    let known = [(12, &[b"mntr", b"scnr", b"spac"][..]), (16, &[b"RGB ", b"GRAY"]), (20, &[b"XYZ "]), (36, &[b"acsp"])];
    if !known.iter().all(|(at, names)| names.iter().any(|name| header[*at..].starts_with(*name))) {
        return None;
    }
    let needed: &[&[u8; 4]] = if header[16..].starts_with(b"GRAY") {
        &[b"wtpt", b"kTRC"]
    } else {
        &[b"rXYZ", b"gXYZ", b"bXYZ", b"rTRC", b"gTRC", b"bTRC"]
    };
    let values: Vec<(&[u8; 4], &[u8])> =
        [b"wtpt", b"chad", b"rXYZ", b"gXYZ", b"bXYZ", b"rTRC", b"gTRC", b"bTRC", b"kTRC"]
            .into_iter()
            .filter_map(|name| Some((name, number(name, value(profile, name)?)?)))
            .collect();
    needed.iter().all(|name| values.iter().any(|(kept, _)| kept == name)).then(|| written(header, &values))
}

/// From the offset at which a value begins to the profile's end.
fn value<'a>(profile: &'a [u8], name: &[u8]) -> Option<&'a [u8]> {
    let count = long_at(profile, HEADER)?.min(100);
    let entry =
        (0..count).map(|entry| HEADER + 4 + entry * ENTRY).find(|at| profile.get(*at..*at + 4) == Some(name))?;
    let (offset, bytes) = (long_at(profile, entry + 4)?, long_at(profile, entry + 8)?);
    profile.get(offset..offset.checked_add(bytes)?)
}

/// The part of a value that has the form of its name.
fn number<'a>(name: &[u8], value: &'a [u8]) -> Option<&'a [u8]> {
    let (kind, rest) = value.split_first_chunk::<4>()?;
    let rest = rest.strip_prefix(&[0; 4])?;
    let bytes = match (name, kind) {
        (b"rXYZ" | b"gXYZ" | b"bXYZ" | b"wtpt", b"XYZ ") => fixed(rest, 3, TWO)?,
        (b"chad", b"sf32") => fixed(rest, 9, TWO)?,
        (b"rTRC" | b"gTRC" | b"bTRC" | b"kTRC", b"para") => {
            let parameters = match rest.first_chunk::<4>()? {
                [0, form, 0, 0] => *[1, 3, 4, 5, 7].get(usize::from(*form))?,
                _ => return None,
            };
            4 + fixed(&rest[4..], parameters, SIXTEEN)?
        }
        (b"rTRC" | b"gTRC" | b"bTRC" | b"kTRC", b"curv") => {
            let count = long_at(rest, 0).filter(|count| *count <= MAX_CURVE)?;
            let points = rest.get(4..4 + 2 * count)?;
            let rises = points.chunks_exact(2).is_sorted();
            rises.then_some(4 + 2 * count)?
        }
        _ => return None,
    };
    value.get(..8 + bytes)
}

/// The length of so many numbers, each between `-most` and `most`.
fn fixed(bytes: &[u8], count: usize, most: i32) -> Option<usize> {
    let numbers = bytes.get(..4 * count)?.as_chunks::<4>().0;
    numbers.iter().all(|number| i32::from_be_bytes(*number).unsigned_abs() <= most.unsigned_abs()).then_some(4 * count)
}

fn written(header: &[u8; HEADER], values: &[(&[u8; 4], &[u8])]) -> Vec<u8> {
    let mut profile = vec![0; HEADER];
    // Version, then class, colours, the space in which profiles meet; the signature of the format; that space's white.
    for range in [8..10, 12..24, 36..40] {
        profile[range.clone()].copy_from_slice(&header[range]);
    }
    profile[68..80].copy_from_slice(&D50);
    profile.extend(long(values.len()));
    let mut stored: Vec<(&[u8], usize)> = Vec::new();
    let mut end = HEADER + 4 + values.len() * ENTRY;
    for (name, value) in values {
        // Curves of equal colours are stored once.
        let at = stored.iter().find(|(other, _)| other == value).map_or(end, |(_, at)| *at);
        if at == end {
            stored.push((value, at));
            end = (at + value.len()).next_multiple_of(4);
        }
        profile.extend([&name[..], &long(at), &long(value.len())].concat());
    }
    for (value, at) in stored {
        profile.resize(at, 0);
        profile.extend(value);
    }
    profile.resize(end, 0);
    let bytes = long(profile.len());
    profile[..4].copy_from_slice(&bytes);
    profile
}

fn long(number: usize) -> [u8; 4] {
    u32::try_from(number).unwrap_or_default().to_be_bytes()
}

fn long_at(bytes: &[u8], at: usize) -> Option<usize> {
    usize::try_from(u32::from_be_bytes(*bytes.get(at..)?.first_chunk()?)).ok()
}
