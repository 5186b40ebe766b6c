//! HEIC and AVIF: a picture coded as one, or a grid of tiles. One row of tiles is decoded at a time and shrunk at once, so
//! that a phone's 48 megapixels take no more memory than its working size.

mod av1;
#[cfg(feature = "heic")]
mod hevc;
mod planes;

use image::{DynamicImage, metadata::Orientation};
use picture::{Heif, Item};
use receipt::PictureFormat;

use self::planes::Planes;
use crate::{
    Error, MAX_CODED_BYTES, MAX_PIXELS, MAX_SIDE,
    raster::{Stored, check_size},
    shrinking::{Rows, working_side},
};

/// A picture of 54 megapixels has 206 tiles of 512 by 512 pixels.
const MAX_TILES: usize = 1024;

/// What a file declares about its primary picture.
#[derive(Debug)]
struct Layout<'a> {
    heif: &'a Heif,
    /// One by one, row after row.
    tiles: Vec<&'a Item>,
    columns: usize,
    /// Of the picture that the tiles make; what reaches beyond it is not shown.
    size: (u32, u32),
}

/// Whether the file's primary picture is one that is read: looked at before it is decoded.
pub(crate) fn check(file: &[u8], format: PictureFormat) -> Result<(), Error> {
    if format == PictureFormat::Heif && cfg!(not(feature = "heic")) {
        return Err(Error::Unsupported);
    }
    let heif = read(file)?;
    Layout::of(file, &heif).map(drop)
}

pub(crate) fn decode(file: &[u8]) -> Result<Stored, Error> {
    let heif = read(file)?;
    let layout = Layout::of(file, &heif)?;
    let (width, height) = layout.size;
    let mut rows = Rows::new(width, height, working_side(width, height));
    let mut top = 0;
    for row in layout.tiles.chunks(layout.columns) {
        let tiles = row.iter().map(|tile| decode_tile(file, &heif, tile)).collect::<Result<Vec<_>, _>>()?;
        let high = tiles.iter().map(|tile| tile.height).min().unwrap_or(0);
        let mut pixels = vec![0; 3 * width as usize];
        for y in 0..high.min(height - top) {
            let mut rest = &mut pixels[..];
            for tile in &tiles {
                let here = (3 * tile.width as usize).min(rest.len());
                let (tile_pixels, behind) = rest.split_at_mut(here);
                tile.row(y, tile_pixels);
                rest = behind;
            }
            if !rest.is_empty() {
                return Err(Error::broken("its tiles do not cover it"));
            }
            rows.add(&pixels);
        }
        top += high.min(height - top);
    }
    if top < height {
        return Err(Error::broken("its tiles do not cover it"));
    }
    let primary = heif.item(heif.primary).ok_or_else(no_picture)?;
    let (pixels, orientation) = as_declared(rows.finish(), (width, height), file, &heif, primary);
    Ok(Stored { pixels: pixels.into_rgb8(), size: (width, height), orientation })
}

fn read(file: &[u8]) -> Result<Heif, Error> {
    Heif::read(file).ok_or_else(no_picture)
}

fn no_picture() -> Error {
    Error::broken("it names no picture")
}

impl<'a> Layout<'a> {
    fn of(file: &[u8], heif: &'a Heif) -> Result<Self, Error> {
        let primary = heif.item(heif.primary).ok_or_else(no_picture)?;
        let layout = match &primary.kind {
            b"hvc1" | b"av01" => Self {
                heif,
                tiles: vec![primary],
                columns: 1,
                size: size_of(file, heif, primary).ok_or_else(no_picture)?,
            },
            b"grid" => Self::of_grid(file, heif, primary)?,
            _ => return Err(Error::Unsupported),
        };
        layout.check(file)?;
        Ok(layout)
    }

    /// ISO/IEC 23008-12, 6.6.2.3: rows and columns less one, and the size.
    fn of_grid(file: &[u8], heif: &'a Heif, grid: &'a Item) -> Result<Self, Error> {
        let broken = || Error::broken("its grid cannot be understood");
        let says = bytes_of(file, grid);
        let [_, flags, rows, columns, size @ ..] = &says[..] else { return Err(broken()) };
        let number = |at: usize| match flags & 1 {
            0 => Some(u32::from(u16::from_be_bytes(*size.get(2 * at..)?.first_chunk()?))),
            _ => Some(u32::from_be_bytes(*size.get(4 * at..)?.first_chunk()?)),
        };
        let size = (number(0).ok_or_else(broken)?, number(1).ok_or_else(broken)?);
        let (rows, columns) = (usize::from(*rows) + 1, usize::from(*columns) + 1);
        let tiles: Vec<&Item> = heif.parts(grid.id).iter().filter_map(|id| heif.item(*id)).collect();
        let is_whole =
            tiles.len() == rows * columns && tiles.iter().all(|tile| matches!(&tile.kind, b"hvc1" | b"av01"));
        if is_whole { Ok(Self { heif, tiles, columns, size }) } else { Err(broken()) }
    }

    /// Neither the picture nor its tiles, nor what they take when they are decoded, may be too large.
    fn check(&self, file: &[u8]) -> Result<(), Error> {
        check_size(self.size.0, self.size.1)?;
        if self.size.0 == 0 || self.size.1 == 0 {
            return Err(no_picture());
        }
        let mut pixels = 0;
        for tile in &self.tiles {
            let (width, height) = size_of(file, self.heif, tile).ok_or_else(no_picture)?;
            if width.max(height) > MAX_SIDE {
                return Err(Error::TooLarge);
            }
            pixels += u64::from(width) * u64::from(height);
        }
        let row = pixels / (self.tiles.len() / self.columns).max(1) as u64;
        // Tiles at the edges reach beyond the picture.
        let are_too_many = self.tiles.len() > MAX_TILES || pixels > 2 * MAX_PIXELS;
        let coded: usize = self.tiles.iter().flat_map(|tile| &tile.extents).map(ExactSizeIterator::len).sum();
        if are_too_many || row * planes::BYTES_A_PIXEL > MAX_CODED_BYTES || coded > file.len() {
            return Err(Error::TooLarge);
        }
        Ok(())
    }
}

/// As its properties declare it.
fn size_of(file: &[u8], heif: &Heif, item: &Item) -> Option<(u32, u32)> {
    let says = file.get(heif.property(item, b"ispe")?.body.clone())?;
    let number = |at: usize| says.get(at..)?.first_chunk().map(|bytes| u32::from_be_bytes(*bytes));
    Some((number(4)?, number(8)?))
}

fn bytes_of(file: &[u8], item: &Item) -> Vec<u8> {
    item.extents.iter().filter_map(|extent| file.get(extent.clone())).flatten().copied().collect()
}

fn decode_tile(file: &[u8], heif: &Heif, tile: &Item) -> Result<Planes, Error> {
    let declared = size_of(file, heif, tile).ok_or_else(no_picture)?;
    let config = |kind| heif.property(tile, kind).and_then(|property| file.get(property.body.clone()));
    let colours = heif.properties_of(tile).filter(|property| &property.kind == b"colr");
    let colours = colours.filter_map(|property| file.get(property.body.clone())).find_map(planes::Colours::of);
    let data = bytes_of(file, tile);
    let mut planes = match &tile.kind {
        #[cfg(feature = "heic")]
        b"hvc1" => hevc::decode(config(b"hvcC").ok_or_else(no_picture)?, &data)?,
        b"av01" => av1::decode(config(b"av1C").unwrap_or_default(), data)?,
        _ => return Err(Error::Unsupported),
    };
    if let Some(colours) = colours {
        planes.colours = colours;
    }
    // Coded pictures end with whole blocks.
    planes.width = planes.width.min(declared.0);
    planes.height = planes.height.min(declared.1);
    if planes.is_complete() { Ok(planes) } else { Err(Error::broken("it has fewer pixels than it declares")) }
}

/// Cropped as its properties ask for it, and how it is to be turned. EXIF does not count here.
fn as_declared(
    pixels: DynamicImage,
    size: (u32, u32),
    file: &[u8],
    heif: &Heif,
    primary: &Item,
) -> (DynamicImage, Orientation) {
    let mut turned = Orientation::NoTransforms;
    let mut pixels = pixels;
    for property in heif.properties_of(primary) {
        let says = file.get(property.body.clone()).unwrap_or_default();
        match (&property.kind, says) {
            (b"clap", says) if turned == Orientation::NoTransforms => {
                if let Some([x, y, width, height]) = clean_aperture(says, size) {
                    let scale =
                        |part: f64, whole: u32, now: u32| (part / f64::from(whole) * f64::from(now)).round() as u32;
                    let (now_wide, now_high) = (pixels.width(), pixels.height());
                    pixels = pixels.crop_imm(
                        scale(x, size.0, now_wide),
                        scale(y, size.1, now_high),
                        scale(width, size.0, now_wide).max(1),
                        scale(height, size.1, now_high).max(1),
                    );
                }
            }
            // Quarters of a turn, anticlockwise.
            (b"irot", [quarters, ..]) => {
                let turn = [1, 8, 3, 6][usize::from(quarters & 3)];
                turned = and_then(turned, Orientation::from_exif(turn).unwrap_or(turned));
            }
            // 0 changes the upper half with the lower one.
            (b"imir", [axis, ..]) => {
                let flip = if axis & 1 == 0 { Orientation::FlipVertical } else { Orientation::FlipHorizontal };
                turned = and_then(turned, flip);
            }
            _ => {}
        }
    }
    (pixels, turned)
}

/// One after the other, as one.
fn and_then(first: Orientation, second: Orientation) -> Orientation {
    // Where the corners of a picture of two by two come to tells which it is.
    let after = |turns: &[Orientation]| {
        let mut corners =
            DynamicImage::ImageLuma8(image::GrayImage::from_fn(2, 2, |x, y| image::Luma([(x + 2 * y) as u8])));
        for turn in turns {
            corners.apply_orientation(*turn);
        }
        corners.into_luma8().into_raw()
    };
    let both = after(&[first, second]);
    (1..=8).filter_map(Orientation::from_exif).find(|one| after(&[*one]) == both).unwrap_or(first)
}

/// ISO/IEC 14496-12, 12.1.4: width, height and the middle's offsets, each a fraction. Left, top, width, height.
fn clean_aperture(says: &[u8], (width, height): (u32, u32)) -> Option<[f64; 4]> {
    let fraction = |at: usize| {
        let number = |at: usize| says.get(at..)?.first_chunk().map(|bytes| i32::from_be_bytes(*bytes));
        let (numerator, denominator) = (number(at)?, number(at + 4)?);
        (denominator != 0).then(|| f64::from(numerator) / f64::from(denominator))
    };
    let (across, down) = (fraction(0)?, fraction(8)?);
    let left = fraction(16)? + (f64::from(width) - across) / 2.0;
    let top = fraction(24)? + (f64::from(height) - down) / 2.0;
    let is_inside = across >= 1.0
        && down >= 1.0
        && left >= 0.0
        && top >= 0.0
        && left + across <= f64::from(width)
        && top + down <= f64::from(height);
    is_inside.then_some([left, top, across, down])
}
