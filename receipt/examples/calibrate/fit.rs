//! From receipts to steps that never fall (isotonic regression, by pooling neighbours).

use std::collections::BTreeMap;

/// A field of a receipt: how clearly it was found, 0 to 1, and whether it was right.
#[derive(Debug, Clone)]
pub(crate) struct Observation {
    pub(crate) country: String,
    pub(crate) clarity: f64,
    pub(crate) is_right: bool,
}

/// A country's receipts, if there are more, weigh as much as so many: what is measured is to hold in others, too.
pub(crate) const MOST_OF_A_COUNTRY: u32 = 40;
/// A step stands on so many receipts, in weight.
const SMALLEST_STEP: f64 = 10.0;

/// Fields that were found about as clearly.
#[derive(Debug, Clone)]
pub(crate) struct Step {
    /// The clarity that it includes at most; 1 for the last.
    pub(crate) up_to: f64,
    pub(crate) count: f64,
    right: f64,
    /// Of its least clear receipt.
    clarity: f64,
}

impl Step {
    /// The share that was right as if two more had been seen, one right and one wrong (Laplace's rule of succession): 30
    /// without an error are worth 0.97, not 1.
    pub(crate) fn share(&self) -> f64 {
        (self.right + 1.0) / (self.count + 2.0)
    }
}

/// Steps in the order of their clarity, each surer than the one before.
pub(crate) fn fit(seen: &[Observation]) -> Vec<Step> {
    let mut steps = levels(seen);
    pool_what_falls(&mut steps, |step| step.right / step.count);
    while let Some(smallest) = (0..steps.len()).min_by(|&a, &b| steps[a].count.total_cmp(&steps[b].count))
        && steps.len() > 1
        && steps[smallest].count < SMALLEST_STEP
    {
        let lower = more_alike(&steps, smallest);
        pool(&mut steps, lower);
    }
    pool_what_falls(&mut steps, Step::share);
    steps
}

/// A step for each clarity that was seen.
fn levels(seen: &[Observation]) -> Vec<Step> {
    let mut of_country: BTreeMap<&str, u32> = BTreeMap::new();
    for it in seen {
        *of_country.entry(&it.country).or_default() += 1;
    }
    let weight = |it: &&Observation| {
        let count = of_country.get(it.country.as_str()).copied().unwrap_or(1);
        f64::from(MOST_OF_A_COUNTRY.min(count)) / f64::from(count)
    };
    let mut sorted: Vec<&Observation> = seen.iter().collect();
    sorted.sort_by(|a, b| a.clarity.total_cmp(&b.clarity));
    let alike = sorted.chunk_by(|a, b| a.clarity >= b.clarity).filter_map(|group| {
        let right = group.iter().filter(|it| it.is_right).map(weight).sum();
        Some(Step { clarity: group.first()?.clarity, up_to: 1.0, count: group.iter().map(weight).sum(), right })
    });
    let mut levels: Vec<Step> = alike.collect();
    for i in 1..levels.len() {
        levels[i - 1].up_to = f64::midpoint(levels[i - 1].clarity, levels[i].clarity);
    }
    levels
}

/// Pools neighbours until no step is less sure than the one before.
fn pool_what_falls(steps: &mut Vec<Step>, share: impl Fn(&Step) -> f64) {
    while let Some(lower) = steps.windows(2).position(|pair| share(&pair[0]) >= share(&pair[1])) {
        pool(steps, lower);
    }
}

/// The lower of the two steps to be pooled, if one of them is this: it and the neighbour that is right as often.
fn more_alike(steps: &[Step], step: usize) -> usize {
    let gap = |lower: usize| {
        let pair = steps.get(lower..lower + 2)?;
        Some((pair[0].right / pair[0].count - pair[1].right / pair[1].count).abs())
    };
    match (step.checked_sub(1), gap(step)) {
        (Some(before), Some(after)) if gap(before).is_some_and(|gap| gap <= after) => before,
        (Some(before), None) => before,
        (Some(_) | None, _) => step,
    }
}

/// Makes one of a step and the next.
fn pool(steps: &mut Vec<Step>, lower: usize) {
    let upper = steps.remove(lower + 1);
    steps[lower].up_to = upper.up_to;
    steps[lower].count += upper.count;
    steps[lower].right += upper.right;
}

/// How sure a field is that was found so clearly: as `receipt/src/reading/calibration.rs` has it.
pub(crate) fn confidence(steps: &[Step], clarity: f64) -> f64 {
    let step = steps.iter().find(|step| clarity <= step.up_to).or(steps.last());
    clarity.min(step.map_or(0.5, Step::share))
}
