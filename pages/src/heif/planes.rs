//! A decoded picture of HEVC or AV1: luminance and, at full or halved size, chrominance.

/// What decoding holds for a pixel: luminance and halved chrominance at two bytes each, twice, as it is decoded and as it is
/// returned.
pub(super) const BYTES_A_PIXEL: u64 = 6;

/// Samples of up to 16 bits.
#[derive(Debug)]
pub(super) enum Samples {
    Bytes(Vec<u8>),
    Words(Vec<u16>),
}

#[derive(Debug)]
pub(super) struct Plane {
    pub(super) samples: Samples,
    /// Samples from one row to the next.
    pub(super) stride: usize,
}

/// How numbers become colours.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Colours {
    /// Of ITU-T H.273.
    pub(super) matrix: u16,
    pub(super) full_range: bool,
}

#[derive(Debug)]
pub(super) struct Planes {
    pub(super) width: u32,
    pub(super) height: u32,
    pub(super) bit_depth: u8,
    pub(super) luminance: Plane,
    /// None of a picture in shades of grey.
    pub(super) chrominance: Option<[Plane; 2]>,
    /// By how many bits chrominance is smaller, across and down.
    pub(super) halved: (u32, u32),
    pub(super) colours: Colours,
}

impl Default for Colours {
    /// As the container has it where nothing is said.
    fn default() -> Self {
        Self { matrix: 6, full_range: true }
    }
}

impl Colours {
    /// From a `colr` property, if it holds numbers and no profile.
    pub(super) fn of(property: &[u8]) -> Option<Self> {
        let numbers = property.strip_prefix(b"nclx")?;
        let [_, _, _, _, matrix @ .., range] = numbers.first_chunk::<7>()?;
        Some(Self { matrix: u16::from_be_bytes(*matrix), full_range: range & 0x80 != 0 })
    }

    /// How much of luminance red and blue have.
    fn weights(self) -> (f32, f32) {
        match self.matrix {
            1 => (0.2126, 0.0722),
            9 | 10 => (0.2627, 0.0593),
            _ => (0.299, 0.114),
        }
    }
}

impl Plane {
    fn get(&self, x: usize, y: usize) -> f32 {
        let at = y * self.stride + x;
        match &self.samples {
            Samples::Bytes(samples) => samples.get(at).copied().unwrap_or_default().into(),
            Samples::Words(samples) => samples.get(at).copied().unwrap_or_default().into(),
        }
    }

    fn has(&self, width: usize, height: usize) -> bool {
        let count = match &self.samples {
            Samples::Bytes(samples) => samples.len(),
            Samples::Words(samples) => samples.len(),
        };
        width <= self.stride && height.saturating_sub(1) * self.stride + width <= count
    }
}

impl Planes {
    /// Whether every sample of its size is there.
    pub(super) fn is_complete(&self) -> bool {
        let (across, down) = self.halved;
        let (width, height) = (self.width as usize, self.height as usize);
        let (less_wide, less_high) = (width.div_ceil(1 << across), height.div_ceil(1 << down));
        let has_chrominance =
            self.chrominance.as_ref().is_none_or(|planes| planes.iter().all(|plane| plane.has(less_wide, less_high)));
        (8..=16).contains(&self.bit_depth) && self.luminance.has(width, height) && has_chrominance
    }

    /// The first pixels of a row, as many as `pixels` has room for: red, green and blue.
    pub(super) fn row(&self, y: u32, pixels: &mut [u8]) {
        let whole = f32::from(u16::MAX >> (16 - self.bit_depth));
        let to_bytes = 255.0 / whole;
        let step = f32::from(1_u16 << (self.bit_depth - 8));
        // How far numbers reach: from black to white, and from no colour to all of it.
        let (black, luminance_reach, chrominance_reach) =
            if self.colours.full_range { (0.0, whole, whole) } else { (16.0 * step, 219.0 * step, 224.0 * step) };
        let middle = 128.0 * step;
        let (of_red, of_blue) = self.colours.weights();
        let of_green = 1.0 - of_red - of_blue;
        let (across, down) = self.halved;
        let y = y as usize;
        for (x, pixel) in pixels.chunks_exact_mut(3).enumerate() {
            let light = self.luminance.get(x, y);
            let rgb = match &self.chrominance {
                None => [(light - black) / luminance_reach * 255.0; 3],
                Some([cb, cr]) => {
                    let (at_x, at_y) = (x >> across, y >> down);
                    let (cb, cr) = (cb.get(at_x, at_y), cr.get(at_x, at_y));
                    if self.colours.matrix == 0 {
                        // Green, blue and red as they are.
                        [cr, light, cb].map(|colour| colour * to_bytes)
                    } else {
                        let light = (light - black) / luminance_reach;
                        let (cb, cr) = ((cb - middle) / chrominance_reach, (cr - middle) / chrominance_reach);
                        let red = light + 2.0 * (1.0 - of_red) * cr;
                        let blue = light + 2.0 * (1.0 - of_blue) * cb;
                        let green = (light - of_red * red - of_blue * blue) / of_green;
                        [red, green, blue].map(|colour| colour * 255.0)
                    }
                }
            };
            for (byte, colour) in pixel.iter_mut().zip(rgb) {
                *byte = (colour + 0.5).clamp(0.0, 255.0) as u8;
            }
        }
    }
}
