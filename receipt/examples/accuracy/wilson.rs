//! How far few receipts can be believed.

/// Of a normal distribution, 95 % lies within this many standard deviations.
const DEVIATIONS: f64 = 1.96;

/// The upper end of Wilson's 95 % interval for a share of which `hits` of `count` were seen: with 0 of 34 it may still be
/// 10 %.
pub(crate) fn upper_bound(hits: usize, count: usize) -> f64 {
    if count == 0 {
        return 1.0;
    }
    let (share, count, square) = (share(hits, count), float(count), DEVIATIONS * DEVIATIONS);
    let middle = share + square / (2.0 * count);
    let spread = DEVIATIONS * (share * (1.0 - share) / count + square / (4.0 * count * count)).sqrt();
    (middle + spread) / (1.0 + square / count)
}

pub(crate) fn share(hits: usize, count: usize) -> f64 {
    float(hits) / float(count.max(1))
}

#[expect(clippy::cast_precision_loss, reason = "some thousand receipts at most")]
pub(crate) fn float(count: usize) -> f64 {
    count as f64
}
