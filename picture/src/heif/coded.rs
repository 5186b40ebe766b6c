//! What coded pictures hold beside pixels: of HEVC's units (ITU-T H.265, 7.4.2.2) and AV1's (AV1 bitstream, 6.2.2) the
//! kinds that decoding needs stay. The others, messages of encoders and cameras among them, become filler of the same length.

/// Slices of all kinds, and the three sets of parameters.
fn is_needed_by_hevc(kind: u8) -> bool {
    matches!(kind, 0..=9 | 16..=21) || is_parameter_set(kind)
}

fn is_parameter_set(kind: u8) -> bool {
    matches!(kind, 32..=34)
}

const FILLER: u8 = 38;
const AV1_PADDING: u8 = 15;

/// An HEVC item: units, each behind its length of so many bytes.
pub(super) fn clean_hevc(data: &mut [u8], length_bytes: usize) {
    let mut at = 0;
    while at < data.len() {
        let start = at + length_bytes;
        let length =
            data.get(at..start).map(|head| head.iter().fold(0, |length, byte| length << 8 | usize::from(*byte)));
        let Some(unit) = length.and_then(|length| data.get_mut(start..start.checked_add(length)?)) else {
            return data[at..].fill(0);
        };
        clean_unit(unit, is_needed_by_hevc);
        at = start + unit.len();
    }
}

fn clean_unit(unit: &mut [u8], is_needed: impl Fn(u8) -> bool) {
    let [first, second, rest @ ..] = unit else { return unit.fill(0) };
    if !is_needed(*first >> 1 & 0x3f) {
        *first = FILLER << 1;
        *second = 1;
        rest.fill(0xff);
        if let Some(last) = rest.last_mut() {
            *last = 0x80;
        }
    }
}

/// How long the lengths are in an HEVC item, by its configuration.
pub(super) fn length_bytes(config: &[u8]) -> usize {
    config.get(21).map_or(4, |byte| usize::from(byte & 3) + 1)
}

/// HEVC's configuration (ISO/IEC 14496-15, 8.3.3.1): sets of parameters, and what follows them.
pub(super) fn clean_hevc_config(config: &mut [u8]) {
    let kept = hevc_config(config).unwrap_or(0);
    config[kept..].fill(0);
}

fn hevc_config(config: &mut [u8]) -> Option<usize> {
    let arrays = *config.get(22)?;
    let mut at = 23;
    for _ in 0..arrays {
        let units = u16::from_be_bytes(*config.get(at + 1..)?.first_chunk()?);
        at += 3;
        for _ in 0..units {
            let length = usize::from(u16::from_be_bytes(*config.get(at..)?.first_chunk()?));
            clean_unit(config.get_mut(at + 2..at + 2 + length)?, is_parameter_set);
            at += 2 + length;
        }
    }
    Some(at)
}

/// An AV1 item, or what its configuration holds behind the first four bytes.
pub(super) fn clean_av1(data: &mut [u8]) {
    let mut rest = data;
    while let Some(head) = rest.first().copied() {
        let (kind, is_extended, has_size) = (head >> 3 & 15, head & 4 != 0, head & 2 != 0);
        if kind == 0 && !has_size {
            // Zero already.
            break;
        }
        let start = 1 + usize::from(is_extended);
        let sized =
            if has_size { rest.get(start..).and_then(size) } else { Some((rest.len().saturating_sub(start), 0)) };
        let end = sized.and_then(|(bytes, digits)| Some((start + digits, (start + digits).checked_add(bytes)?)));
        let Some((body, end)) = end.filter(|(body, end)| body <= end && *end <= rest.len()) else { break };
        let (unit, next) = rest.split_at_mut(end);
        // The sequence's header, the frame's, its tiles, both as one, and where a picture begins.
        if !matches!(kind, 1..=4 | 6 | 7) {
            unit[0] = AV1_PADDING << 3 | head & 6;
            unit[1..start].fill(0);
            unit[body..].fill(0);
        }
        rest = next;
    }
    rest.fill(0);
}

/// A number in groups of seven bits, the lowest first, and of how many bytes it is.
fn size(bytes: &[u8]) -> Option<(usize, usize)> {
    let mut size = 0_u64;
    for (place, byte) in bytes.iter().take(8).enumerate() {
        size |= u64::from(byte & 0x7f) << (7 * place);
        if byte & 0x80 == 0 {
            return Some((usize::try_from(size).ok()?, place + 1));
        }
    }
    None
}

/// A grid's rows, columns and size.
pub(super) fn clean_grid(data: &mut [u8]) {
    if let [version, flags, ..] = data {
        *version = 0;
        *flags &= 1;
        let kept = if *flags == 0 { 8 } else { 12 };
        data.iter_mut().skip(kept).for_each(|byte| *byte = 0);
    }
}
