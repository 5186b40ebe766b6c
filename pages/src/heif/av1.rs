//! AV1's still pictures, decoded by `re_rav1d`, dav1d in Rust, built without assembler.

use re_rav1d::dav1d::{Decoder, PixelLayout, PlanarImageComponent, Settings, pixel};

use super::planes::{Colours, Plane, Planes, Samples};
use crate::{Error, MAX_PIXELS};

/// `config` is what the property `av1C` holds: four bytes, and units that the data may lack.
pub(super) fn decode(config: &[u8], data: Vec<u8>) -> Result<Planes, Error> {
    let mut settings = Settings::new();
    settings.set_n_threads(1);
    settings.set_max_frame_delay(1);
    settings.set_all_layers(false);
    settings.set_frame_size_limit(u32::try_from(MAX_PIXELS).unwrap_or(u32::MAX));
    let mut decoder = Decoder::with_settings(&settings).map_err(Error::broken)?;
    for units in [config.get(4..).unwrap_or_default().to_vec(), data] {
        if !units.is_empty() {
            match decoder.send_data(units, None, None, None) {
                Ok(()) => {}
                // What is left is sent when the picture is asked for.
                Err(error) if error.is_again() => {}
                Err(error) => return Err(Error::broken(error)),
            }
        }
    }
    let picture = decoder.get_picture().map_err(Error::broken)?;
    let bit_depth = picture.bits_per_component().map_or(8, |bits| bits.0 as u8);
    let plane = |component: PlanarImageComponent| {
        let bytes = picture.plane(component);
        if picture.bit_depth() == 8 {
            Plane { samples: Samples::Bytes(bytes.to_vec()), stride: picture.stride(component) as usize }
        } else {
            let (words, _) = bytes.as_chunks::<2>();
            let words = words.iter().map(|word| u16::from_ne_bytes(*word)).collect();
            Plane { samples: Samples::Words(words), stride: picture.stride(component) as usize / 2 }
        }
    };
    let (halved, has_colours) = match picture.pixel_layout() {
        PixelLayout::I400 => ((0, 0), false),
        PixelLayout::I420 => ((1, 1), true),
        PixelLayout::I422 => ((1, 0), true),
        PixelLayout::I444 => ((0, 0), true),
    };
    let chrominance = has_colours.then(|| [plane(PlanarImageComponent::U), plane(PlanarImageComponent::V)]);
    let colours = Colours {
        matrix: match picture.matrix_coefficients() {
            pixel::MatrixCoefficients::Identity => 0,
            pixel::MatrixCoefficients::BT709 => 1,
            pixel::MatrixCoefficients::BT2020NonConstantLuminance => 9,
            _ => 6,
        },
        full_range: picture.color_range() == pixel::YUVRange::Full,
    };
    Ok(Planes {
        width: picture.width(),
        height: picture.height(),
        bit_depth,
        luminance: plane(PlanarImageComponent::Y),
        chrominance,
        halved,
        colours,
    })
}
