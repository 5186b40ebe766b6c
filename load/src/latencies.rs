//! Latencies and their percentiles.

use std::time::Duration;

#[derive(Debug, Default)]
pub(crate) struct Latencies(Vec<Duration>);

impl Latencies {
    pub(crate) fn push(&mut self, took: Duration) {
        self.0.push(took);
    }

    pub(crate) fn extend(&mut self, other: Self) {
        self.0.extend(other.0);
    }

    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    /// The percentile by nearest rank, in thousandths; `None` without samples.
    pub(crate) fn percentile(&mut self, permille: usize) -> Option<Duration> {
        self.0.sort_unstable();
        let rank = (self.0.len() * permille).div_ceil(1000).max(1);
        self.0.get(rank - 1).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(millis: impl IntoIterator<Item = u64>) -> Latencies {
        Latencies(millis.into_iter().map(Duration::from_millis).collect())
    }

    #[test]
    fn a_percentile_is_one_of_the_samples() {
        let mut latencies = of((1..=200).rev());
        let at = |latencies: &mut Latencies, permille| latencies.percentile(permille).unwrap().as_millis();
        assert_eq!(at(&mut latencies, 500), 100);
        assert_eq!(at(&mut latencies, 990), 198);
        assert_eq!(at(&mut latencies, 999), 200);
        assert_eq!(at(&mut latencies, 1000), 200);
        assert_eq!(at(&mut of([7]), 1), 7);
    }

    #[test]
    fn an_even_number_has_the_lower_middle_as_median() {
        assert_eq!(of([4, 1, 3, 2]).percentile(500), Some(Duration::from_millis(2)));
    }

    #[test]
    fn nothing_has_no_percentile() {
        assert_eq!(of([]).percentile(500), None);
    }
}
