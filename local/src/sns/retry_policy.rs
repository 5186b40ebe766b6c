//! How often SNS tries to deliver, and how long it waits in between.

use std::time::Duration;

use serde::Deserialize;

/// <https://docs.aws.amazon.com/sns/latest/dg/sns-message-delivery-retries.html>
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct RetryPolicy {
    min_delay: u32,
    max_delay: u32,
    retries: u32,
    without_delay: u32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a delivery policy")]
pub(crate) struct NotAPolicy;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct DeliveryPolicy {
    healthy_retry_policy: Option<HealthyRetryPolicy>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct HealthyRetryPolicy {
    min_delay_target: u32,
    max_delay_target: u32,
    num_retries: u32,
    num_no_delay_retries: u32,
}

impl Default for HealthyRetryPolicy {
    fn default() -> Self {
        Self { min_delay_target: 20, max_delay_target: 20, num_retries: 3, num_no_delay_retries: 0 }
    }
}

impl Default for RetryPolicy {
    fn default() -> Self {
        Self { min_delay: 20, max_delay: 20, retries: 3, without_delay: 0 }
    }
}

impl RetryPolicy {
    /// Takes a subscription's `DeliveryPolicy`. Of the retries with a delay, all are spread evenly from the least to
    /// the greatest delay, whatever the back-off function.
    pub(crate) fn parse(json: &str) -> Result<Self, NotAPolicy> {
        let policy: DeliveryPolicy = serde_json::from_str(json).map_err(|_| NotAPolicy)?;
        let HealthyRetryPolicy { min_delay_target, max_delay_target, num_retries, num_no_delay_retries } =
            policy.healthy_retry_policy.unwrap_or_default();
        // SNS's own limits.
        let within = (1..=max_delay_target).contains(&min_delay_target)
            && max_delay_target <= 3600
            && num_retries <= 100
            && num_no_delay_retries <= num_retries;
        let policy = Self {
            min_delay: min_delay_target,
            max_delay: max_delay_target,
            retries: num_retries,
            without_delay: num_no_delay_retries,
        };
        if within { Ok(policy) } else { Err(NotAPolicy) }
    }

    /// The waits before each retry.
    pub(crate) fn delays(self) -> impl Iterator<Item = Duration> {
        let with_delay = self.retries - self.without_delay;
        let spread = self.max_delay - self.min_delay;
        let last = with_delay.saturating_sub(1).max(1);
        let waits = (0..with_delay).map(move |n| Duration::from_secs((self.min_delay + spread * n / last).into()));
        std::iter::repeat_n(Duration::ZERO, self.without_delay as usize).chain(waits)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seconds(policy: RetryPolicy) -> Vec<u64> {
        policy.delays().map(|delay| delay.as_secs()).collect()
    }

    #[test]
    fn the_default_is_three_times_twenty_seconds() {
        assert_eq!(seconds(RetryPolicy::default()), [20, 20, 20]);
        assert_eq!(RetryPolicy::parse("{}"), Ok(RetryPolicy::default()));
    }

    #[test]
    fn delays_grow_from_the_least_to_the_greatest() {
        let json = r#"{"healthyRetryPolicy":{"minDelayTarget":1,"maxDelayTarget":5,"numRetries":4,
                       "numNoDelayRetries":1,"backoffFunction":"linear"}}"#;
        assert_eq!(seconds(RetryPolicy::parse(json).unwrap()), [0, 1, 3, 5]);
    }

    #[test]
    fn what_sns_would_refuse_is_refused() {
        for json in [
            "[]",
            r#"{"healthyRetryPolicy":{"minDelayTarget":0}}"#,
            r#"{"healthyRetryPolicy":{"minDelayTarget":30}}"#,
            r#"{"healthyRetryPolicy":{"numRetries":101}}"#,
        ] {
            assert_eq!(RetryPolicy::parse(json), Err(NotAPolicy), "{json}");
        }
    }
}
