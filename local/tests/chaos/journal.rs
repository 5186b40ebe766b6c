//! What the stand-ins saw of the workers: who asked Textract about which picture, who stored the answer, who was killed.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    sync::{Arc, Mutex, MutexGuard},
};

use local::{CallEvent, CallPhase, Service};
use rand::{RngExt as _, SeedableRng as _, rngs::StdRng};
use receipt::{ImageId, ObjectKey};
use rustix::process::{Pid, Signal, kill_process};

/// The names of workers begin so.
pub(crate) const WORKER: &str = "worker-";
const KILLS: usize = 20;
/// How many calls of workers come or end between two kills.
const BETWEEN_KILLS: std::ops::Range<u32> = 200..900;

/// The book, and the axe: whoever makes a call that was drawn by chance is killed as the call comes, or before its answer
/// goes out.
#[derive(Clone)]
pub(crate) struct Journal(Arc<Mutex<Book>>);

struct Book {
    rng: StdRng,
    until_kill: u32,
    /// Living workers by their names.
    workers: HashMap<String, Pid>,
    killed: HashSet<String>,
    /// In the order of their ends.
    asks: BTreeMap<ImageId, Vec<Ask>>,
    stored: HashSet<ImageId>,
    asked_again: Vec<ImageId>,
    /// How often each service's calls were done, refused, or lost their answer.
    ends: BTreeMap<String, [u32; 3]>,
}

/// A question to Textract that was, or may have been, paid for.
#[derive(Debug, Clone)]
struct Ask {
    caller: String,
    end: CallPhase,
    /// By the one who asked.
    stored: bool,
}

impl Journal {
    pub(crate) fn new(seed: u64) -> Self {
        let mut rng = StdRng::seed_from_u64(seed);
        let until_kill = rng.random_range(BETWEEN_KILLS);
        Self(Arc::new(Mutex::new(Book {
            rng,
            until_kill,
            workers: HashMap::new(),
            killed: HashSet::new(),
            asks: BTreeMap::new(),
            stored: HashSet::new(),
            asked_again: Vec::new(),
            ends: BTreeMap::new(),
        })))
    }

    pub(crate) fn see(&self, event: &CallEvent<'_>) {
        if event.caller.starts_with(WORKER) {
            self.book().see(event);
        }
    }

    pub(crate) fn born(&self, name: &str, worker: Pid) {
        self.book().workers.insert(name.to_owned(), worker);
    }

    pub(crate) fn was_killed(&self, name: &str) -> bool {
        self.book().killed.contains(name)
    }

    pub(crate) fn kills(&self) -> usize {
        self.book().killed.len()
    }

    /// For how many pictures Textract's answer is stored.
    pub(crate) fn stored(&self) -> usize {
        self.book().stored.len()
    }

    /// Whether Textract gave an answer for this picture.
    pub(crate) fn was_paid(&self, id: ImageId) -> bool {
        let book = self.book();
        let mut asks = book.asks.get(&id).into_iter().flatten();
        asks.any(|ask| matches!(ask.end, CallPhase::Done | CallPhase::AnswerLost))
    }

    /// A picture is paid for once. Excused is only an answer that was lost on its way, or whose worker was killed before it
    /// had stored it; and nobody asks once an answer is stored. Returns how many answers were given and how many of them were so lost.
    pub(crate) fn check_payments(&self) -> (usize, usize) {
        let book = self.book();
        assert!(book.asked_again.is_empty(), "asked although the answer was stored: {:?}", book.asked_again);
        let (mut paid, mut lost) = (0, 0);
        for (id, asks) in &book.asks {
            let not_stored = asks.iter().filter(|ask| !ask.stored).inspect(|ask| {
                let is_excused = ask.end == CallPhase::AnswerLost || book.killed.contains(&ask.caller);
                assert!(is_excused, "an answer for {id} was thrown away: {asks:?}");
            });
            let not_stored = not_stored.count();
            assert!(asks.len() - not_stored <= 1, "{id} was paid for more than once: {asks:?}");
            paid += asks.len();
            lost += not_stored;
        }
        (paid, lost)
    }

    /// For the person who reads the test's output.
    pub(crate) fn summary(&self) -> String {
        let book = self.book();
        let ends = book.ends.iter().map(|(service, [done, refused, lost])| {
            format!("{service}: {done} done, {refused} refused, {lost} answers lost or not awaited")
        });
        format!("{} kills; {}", book.killed.len(), ends.collect::<Vec<_>>().join("; "))
    }

    fn book(&self) -> MutexGuard<'_, Book> {
        self.0.lock().unwrap()
    }
}

impl Book {
    fn see(&mut self, event: &CallEvent<'_>) {
        let ends = self.ends.entry(format!("{:?}", event.service)).or_default();
        match event.phase {
            CallPhase::Started => {}
            CallPhase::Done => ends[0] += 1,
            CallPhase::Refused => ends[1] += 1,
            CallPhase::AnswerLost | CallPhase::Abandoned => ends[2] += 1,
        }
        match (event.service, event.operation) {
            (Service::Textract, _) => self.see_ask(event),
            (Service::S3, "PutObject") => self.see_store(event),
            (Service::S3 | Service::DynamoDb | Service::Sns | Service::Sqs, _) => {}
        }
        self.until_kill -= 1;
        if self.until_kill == 0 {
            self.until_kill = self.rng.random_range(BETWEEN_KILLS);
            self.kill(event.caller);
        }
    }

    fn see_ask(&mut self, event: &CallEvent<'_>) {
        let id = event.object().parse::<ObjectKey>().unwrap().image_id();
        match event.phase {
            CallPhase::Started if self.stored.contains(&id) => self.asked_again.push(id),
            CallPhase::Started | CallPhase::Refused => {}
            end @ (CallPhase::Done | CallPhase::AnswerLost | CallPhase::Abandoned) => {
                let ask = Ask { caller: event.caller.to_owned(), end, stored: false };
                self.asks.entry(id).or_default().push(ask);
            }
        }
    }

    fn see_store(&mut self, event: &CallEvent<'_>) {
        let Some(id) = event.object().strip_prefix("analysis/").and_then(|name| name.strip_suffix(".json")) else {
            return;
        };
        let id: ImageId = id.parse().unwrap();
        if matches!(event.phase, CallPhase::Done | CallPhase::AnswerLost) {
            self.stored.insert(id);
            let asks = self.asks.entry(id).or_default();
            if let Some(ask) = asks.iter_mut().rfind(|ask| ask.caller == event.caller && ask.end == CallPhase::Done) {
                ask.stored = true;
            }
        }
    }

    fn kill(&mut self, name: &str) {
        if self.killed.len() < KILLS
            && let Some(worker) = self.workers.remove(name)
        {
            kill_process(worker, Signal::KILL).unwrap();
            self.killed.insert(name.to_owned());
        }
    }
}
