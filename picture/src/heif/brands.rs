//! The brands by which a file says what it is.

/// Of HEIC, AVIF and what is built on the same boxes.
const KNOWN: [&[u8; 4]; 30] = [
    b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs", b"avif", b"avis", b"avio", b"mif1",
    b"mif2", b"mif3", b"msf1", b"miaf", b"MiHB", b"MiHE", b"MiHA", b"MiPr", b"MA1A", b"MA1B", b"heif", b"heio",
    b"tmap", b"isom", b"iso8", b"isoa", b"mp41", b"mp42",
];
/// In place of others.
const ANY: &[u8; 4] = b"mif1";
/// More are in no picture.
const MOST: usize = 16;

/// Takes what the box holds: a brand, its version, and others that hold as well.
pub(super) fn clean(body: &mut [u8]) {
    let (brands, rest) = body.as_chunks_mut::<4>();
    rest.fill(0);
    for (place, brand) in brands.iter_mut().enumerate() {
        match place {
            1 => *brand = [0; 4],
            MOST.. => *brand = *ANY,
            _ if !KNOWN.contains(&&*brand) => *brand = *ANY,
            _ => {}
        }
    }
}
