//! HEVC's still pictures, decoded by `heic-rs`: safe Rust, one coded picture at a time.

use heic_rs::hevc::{ChromaFormat, Frame, decode_still, probe};

use super::planes::{Colours, Plane, Planes, Samples};
use crate::{Error, raster::check_size};

/// Kinds of units that hold pixels; all behind are parameters and notes.
const LAST_WITH_PIXELS: u8 = 31;

/// `config` is what the property `hvcC` holds (ISO/IEC 14496-15, 8.3.2.1).
pub(super) fn decode(config: &[u8], data: &[u8]) -> Result<Planes, Error> {
    let broken = || Error::broken("its HEVC configuration cannot be understood");
    let parameters = parameters(config).ok_or_else(broken)?;
    let info = probe(&parameters).map_err(Error::broken)?;
    check_size(info.width, info.height)?;
    let length_bytes = usize::from(config.get(21).ok_or_else(broken)? & 3) + 1;
    let units = units(data, length_bytes).ok_or_else(|| Error::broken("its HEVC data breaks off"))?;
    Ok(planes(decode_still(&parameters, &units).map_err(Error::broken)?))
}

/// The parameter sets.
fn parameters(config: &[u8]) -> Option<Vec<&[u8]>> {
    let (arrays, mut rest) = config.get(22..)?.split_first()?;
    let mut units = Vec::new();
    for _ in 0..*arrays {
        let [_, count @ .., _, _] = *rest.first_chunk::<5>()?;
        rest = rest.get(3..)?;
        for _ in 0..u16::from_be_bytes(count) {
            let length = usize::from(u16::from_be_bytes(*rest.first_chunk()?));
            units.push(rest.get(2..2 + length)?);
            rest = rest.get(2 + length..)?;
        }
    }
    Some(units)
}

/// Those that hold pixels, without the lengths before them.
fn units(data: &[u8], length_bytes: usize) -> Option<Vec<&[u8]>> {
    let mut units = Vec::new();
    let mut rest = data;
    while !rest.is_empty() {
        let (length, behind) = rest.split_at_checked(length_bytes)?;
        let length = length.iter().fold(0, |length, byte| length << 8 | usize::from(*byte));
        let (unit, behind) = behind.split_at_checked(length)?;
        if unit.first().is_some_and(|head| head >> 1 & 0x3f <= LAST_WITH_PIXELS) {
            units.push(unit);
        }
        rest = behind;
    }
    Some(units)
}

fn planes(frame: Frame) -> Planes {
    let plane = |samples: Vec<u16>, stride: u32| Plane { samples: Samples::Words(samples), stride: stride as usize };
    let chrominance = match frame.chroma {
        ChromaFormat::Monochrome => None,
        ChromaFormat::Yuv420 | ChromaFormat::Yuv422 | ChromaFormat::Yuv444 => {
            Some([plane(frame.cb, frame.c_stride), plane(frame.cr, frame.c_stride)])
        }
    };
    Planes {
        width: frame.width,
        height: frame.height,
        bit_depth: frame.bit_depth,
        luminance: plane(frame.y, frame.y_stride),
        chrominance,
        halved: (frame.chroma.x_shift(), frame.chroma.y_shift()),
        colours: Colours::default(),
    }
}
