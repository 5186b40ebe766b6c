//! What is seen where a picture is transparent.

use image::{DynamicImage, Rgb, RgbImage, RgbaImage};

/// What is transparent is shown on white, as a viewer would, so that black letters on nothing stay legible; light letters
/// are shown on black.
pub(crate) fn on_a_ground(picture: DynamicImage) -> RgbImage {
    if !picture.color().has_alpha() {
        return picture.into_rgb8();
    }
    let picture = picture.into_rgba8();
    let ground = ground_of(&picture);
    RgbImage::from_fn(picture.width(), picture.height(), |x, y| {
        let [red, green, blue, alpha] = picture.get_pixel(x, y).0;
        Rgb([red, green, blue].map(|channel| over(ground, channel, alpha)))
    })
}

/// Against which letters stand out. They are most of what borders on transparency: paper has only its outline there.
fn ground_of(picture: &RgbaImage) -> u8 {
    let is_opaque = |x: u32, y: u32| picture.get_pixel(x, y).0[3] >= 128;
    let (mut light, mut dark) = (0_u32, 0_u32);
    for y in 0..picture.height() {
        for x in 1..picture.width() {
            let (left, right) = (is_opaque(x - 1, y), is_opaque(x, y));
            if left != right {
                let [red, green, blue, _] = picture.get_pixel(if left { x - 1 } else { x }, y).0;
                let brightness = u16::from(red) + 2 * u16::from(green) + u16::from(blue);
                *(if brightness >= 4 * 128 { &mut light } else { &mut dark }) += 1;
            }
        }
    }
    if light > dark { 0 } else { u8::MAX }
}

fn over(ground: u8, channel: u8, alpha: u8) -> u8 {
    let [ground, channel, alpha] = [ground, channel, alpha].map(u16::from);
    let mixed = (channel * alpha + ground * (255 - alpha)) / 255;
    u8::try_from(mixed).unwrap_or(u8::MAX)
}
