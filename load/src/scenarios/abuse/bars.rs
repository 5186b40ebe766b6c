//! Whether the server held: the bars that each attack is held to.

use std::time::Duration;

use super::{
    attack::Demand,
    honest::{Seen, Series},
    tally::Outcome,
};

/// The server's memory at its highest stays below.
const PEAK_KIB: u64 = 128 * 1024;
/// So does the slowest `/livez`.
const LIVEZ: Duration = Duration::from_millis(500);
/// Uploads and frames may take twice their time at rest; what took less there counts as this, since on a busy machine as much
/// goes by until a program has its turn.
const FLOOR: Duration = Duration::from_millis(50);
/// Nine of ten took no longer.
pub(super) const PERMILLE: usize = 900;

/// What the server did meanwhile.
#[derive(Debug, Default, Clone, Copy)]
pub(super) struct Server {
    pub(super) peak_kib: u64,
    pub(super) killed: bool,
    pub(super) ledger_queries: u64,
}

/// Why it did not hold; nothing if it did.
pub(super) fn missed(
    demand: Demand,
    server: Server,
    rest: &mut Seen,
    attacked: &mut Seen,
    outcome: &Outcome,
) -> Vec<String> {
    let mut missed = Vec::new();
    if server.killed {
        missed.push("the server was killed".to_owned());
    }
    if server.peak_kib >= PEAK_KIB {
        missed.push(format!("{} MiB", server.peak_kib / 1024));
    }
    missed.extend(match attacked.livez.percentile(1000) {
        Some(worst) if worst < LIVEZ => None,
        Some(worst) => Some(format!("/livez took {} ms", worst.as_millis())),
        None => Some(failures("/livez", &attacked.livez)),
    });
    missed.extend(slower("uploads", &mut rest.uploads, &mut attacked.uploads));
    missed.extend(slower("frames", &mut rest.frames, &mut attacked.frames));
    missed.extend(match demand {
        Demand::None => None,
        Demand::AnswersWithin(most) => match outcome.slowest_answer {
            Some(slowest) if slowest <= most => None,
            Some(slowest) => Some(format!("the attacker was answered after {} ms", slowest.as_millis())),
            None => Some("the attacker was not answered".to_owned()),
        },
        Demand::FewQueries => {
            let few = outcome.answers_in_all() as u64 / 10;
            (server.ledger_queries > few).then(|| format!("{} queries of the ledger", server.ledger_queries))
        }
    });
    missed
}

fn slower(what: &str, rest: &mut Series, attacked: &mut Series) -> Option<String> {
    let Some(took) = attacked.percentile(PERMILLE) else { return Some(failures(what, attacked)) };
    let Some(before) = rest.percentile(PERMILLE) else { return Some(format!("{what} failed at rest")) };
    (took > 2 * before.max(FLOOR)).then(|| format!("{what} took {} ms", took.as_millis()))
}

fn failures(what: &str, series: &Series) -> String {
    if series.failed > 0 { format!("{} {what} failed", series.failed) } else { format!("no {what}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn series(millis: &[u64]) -> Series {
        let mut series = Series::default();
        for millis in millis {
            series.latencies.push(Duration::from_millis(*millis));
        }
        series
    }

    fn seen(livez: u64, upload: u64, frame: u64) -> Seen {
        Seen { livez: series(&[livez]), uploads: series(&[upload]), frames: series(&[frame]) }
    }

    fn judged(demand: Demand, server: Server, attacked: &mut Seen, outcome: &Outcome) -> Vec<String> {
        missed(demand, server, &mut seen(1, 60, 5), attacked, outcome)
    }

    #[test]
    fn a_server_holds_that_stays_within_every_bar() {
        let server = Server { peak_kib: 127 * 1024, ..Server::default() };
        assert!(judged(Demand::None, server, &mut seen(499, 120, 100), &Outcome::default()).is_empty());
    }

    #[test]
    fn each_bar_that_is_missed_is_named() {
        let server = Server { peak_kib: 128 * 1024, killed: true, ledger_queries: 0 };
        let mut slow = seen(500, 121, 101);
        assert_eq!(
            judged(Demand::None, server, &mut slow, &Outcome::default()),
            ["the server was killed", "128 MiB", "/livez took 500 ms", "uploads took 121 ms", "frames took 101 ms"]
        );
    }

    #[test]
    fn one_failure_is_too_many_however_fast_the_others_are() {
        let mut attacked = seen(1, 1, 1);
        attacked.uploads.failed = 1;
        assert_eq!(judged(Demand::None, Server::default(), &mut attacked, &Outcome::default()), ["1 uploads failed"]);
    }

    #[test]
    fn some_attacks_have_a_demand_of_their_own() {
        let within = Demand::AnswersWithin(Duration::from_secs(2));
        let answered = |millis| Outcome { slowest_answer: Some(Duration::from_millis(millis)), ..Outcome::default() };
        let missed = |demand, server, outcome: &Outcome| judged(demand, server, &mut seen(1, 1, 1), outcome);
        assert!(missed(within, Server::default(), &answered(2000)).is_empty());
        assert_eq!(missed(within, Server::default(), &answered(2001)).len(), 1);
        assert_eq!(missed(within, Server::default(), &Outcome::default()).len(), 1);
        let asked = Outcome { answers: [(200, 1000)].into(), ..Outcome::default() };
        let server = |ledger_queries| Server { ledger_queries, ..Server::default() };
        assert!(missed(Demand::FewQueries, server(100), &asked).is_empty());
        assert_eq!(missed(Demand::FewQueries, server(101), &asked), ["101 queries of the ledger"]);
    }
}
