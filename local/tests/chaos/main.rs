//! Five hundred photos under faults everywhere: every service throttles, fails and loses answers, messages are lost,
//! doubled, late and out of order, and the programs are killed again and again. No image is lost, and none is paid
//! twice.
//!
//! `CHAOS_SEED` repeats what was drawn, though not the order in which two workers come to it. `api` and `image-handler`
//! must lie beside `receipts`: `cargo build --workspace` puts them there.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop")]
#![expect(clippy::print_stdout, reason = "a test that failed should say what it saw")]

mod bad_day;
mod checks;
mod journal;
mod people;
mod photos;
mod programs;

use std::{env, time::Duration};

use tokio::time::timeout;

use crate::{bad_day::BadDay, checks::Outcome};

/// Far more than it takes.
const PATIENCE: Duration = Duration::from_mins(10);

#[tokio::test(flavor = "multi_thread")]
async fn on_a_very_bad_day_every_photo_ends_once_and_nothing_is_paid_twice() {
    let seed = env::var("CHAOS_SEED").map_or_else(|_| rand::random_range(0..1_000_000), |seed| seed.parse().unwrap());
    println!("CHAOS_SEED={seed}");
    let began = std::time::Instant::now();
    let day = timeout(PATIENCE, BadDay::run(seed)).await.expect("the day ends");
    println!("all has ended after {:.1?}: {}", began.elapsed(), day.journal.summary());

    let outcome = Outcome::of(&day).await;
    outcome.every_image_has_one_end();
    outcome.every_end_is_the_right_one();
    outcome.every_picture_is_paid_for_once(&day.journal);
    outcome.every_rebate_is_paid_once(&day).await;
    outcome.the_bucket_holds_what_it_should(&day).await;
    outcome.the_queues_hold_what_they_should(&day).await;
    outcome.every_watcher_saw_the_truth(&day);
    assert_eq!(programs::complaints(), Vec::<String>::new());
}
