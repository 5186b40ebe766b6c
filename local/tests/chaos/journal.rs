//! The calls of the workers as the stand-ins log them: which worker called Textract for which picture, which stored the
//! answer, which was killed.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    sync::{Arc, Mutex, MutexGuard},
};

use local::{CallEvent, CallPhase, Service};
use rand::{RngExt as _, SeedableRng as _, rngs::StdRng};
use receipt::{ImageId, ObjectKey};
use rustix::process::{Pid, Signal, kill_process};

/// The prefix of the workers' names.
pub(crate) const WORKER: &str = "worker-";
const KILLS: usize = 20;
/// How many calls of workers start or end between two kills.
const BETWEEN_KILLS: std::ops::Range<u32> = 200..900;

/// Records calls, and kills: at a call drawn at random, the calling worker is killed as the call starts, or before its
/// answer is sent.
#[derive(Clone)]
pub(crate) struct Journal(Arc<Mutex<State>>);

struct State {
    rng: StdRng,
    until_kill: u32,
    /// Living workers by their names.
    workers: HashMap<String, Pid>,
    killed: HashSet<String>,
    /// The calls of Textract for each picture, in the order of their ends.
    calls: BTreeMap<ImageId, Vec<TextractCall>>,
    stored: HashSet<ImageId>,
    asked_again: Vec<ImageId>,
    /// How often each service's calls were done, refused, or lost their answer.
    ends: BTreeMap<String, [u32; 3]>,
}

/// A call of Textract that was, or may have been, paid for.
#[derive(Debug, Clone)]
struct TextractCall {
    caller: String,
    end: CallPhase,
    /// By the same worker.
    stored: bool,
}

impl Journal {
    pub(crate) fn new(seed: u64) -> Self {
        let mut rng = StdRng::seed_from_u64(seed);
        let until_kill = rng.random_range(BETWEEN_KILLS);
        Self(Arc::new(Mutex::new(State {
            rng,
            until_kill,
            workers: HashMap::new(),
            killed: HashSet::new(),
            calls: BTreeMap::new(),
            stored: HashSet::new(),
            asked_again: Vec::new(),
            ends: BTreeMap::new(),
        })))
    }

    pub(crate) fn see(&self, event: &CallEvent<'_>) {
        if event.caller.starts_with(WORKER) {
            self.state().see(event);
        }
    }

    pub(crate) fn born(&self, name: &str, worker: Pid) {
        self.state().workers.insert(name.to_owned(), worker);
    }

    pub(crate) fn was_killed(&self, name: &str) -> bool {
        self.state().killed.contains(name)
    }

    pub(crate) fn kills(&self) -> usize {
        self.state().killed.len()
    }

    /// For how many pictures Textract's answer is stored.
    pub(crate) fn stored(&self) -> usize {
        self.state().stored.len()
    }

    /// Whether Textract gave an answer for this picture.
    pub(crate) fn was_paid(&self, id: ImageId) -> bool {
        let state = self.state();
        let mut calls = state.calls.get(&id).into_iter().flatten();
        calls.any(|call| matches!(call.end, CallPhase::Done | CallPhase::AnswerLost))
    }

    /// A picture is paid for once. The only exceptions are an answer that was lost on its way, and one whose worker was
    /// killed before it had stored it; and no worker calls Textract once an answer is stored. Returns how many answers
    /// were given, and how many of them were lost in these ways.
    pub(crate) fn check_payments(&self) -> (usize, usize) {
        let state = self.state();
        assert!(state.asked_again.is_empty(), "asked although the answer was stored: {:?}", state.asked_again);
        let (mut paid, mut lost) = (0, 0);
        for (id, calls) in &state.calls {
            let not_stored = calls.iter().filter(|call| !call.stored).inspect(|call| {
                let is_excused = call.end == CallPhase::AnswerLost || state.killed.contains(&call.caller);
                assert!(is_excused, "an answer for {id} was thrown away: {calls:?}");
            });
            let not_stored = not_stored.count();
            assert!(calls.len() - not_stored <= 1, "{id} was paid for more than once: {calls:?}");
            paid += calls.len();
            lost += not_stored;
        }
        (paid, lost)
    }

    /// For the person who reads the test's output.
    pub(crate) fn summary(&self) -> String {
        let state = self.state();
        let ends = state.ends.iter().map(|(service, [done, refused, lost])| {
            format!("{service}: {done} done, {refused} refused, {lost} answers lost or not awaited")
        });
        format!("{} kills; {}", state.killed.len(), ends.collect::<Vec<_>>().join("; "))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap()
    }
}

impl State {
    fn see(&mut self, event: &CallEvent<'_>) {
        let ends = self.ends.entry(format!("{:?}", event.service)).or_default();
        match event.phase {
            CallPhase::Started => {}
            CallPhase::Done => ends[0] += 1,
            CallPhase::Refused => ends[1] += 1,
            CallPhase::AnswerLost | CallPhase::Abandoned => ends[2] += 1,
        }
        match (event.service, event.operation) {
            (Service::Textract, _) => self.record_textract(event),
            (Service::S3, "PutObject") => self.record_store(event),
            (Service::S3 | Service::DynamoDb | Service::Sns | Service::Sqs, _) => {}
        }
        self.until_kill -= 1;
        if self.until_kill == 0 {
            self.until_kill = self.rng.random_range(BETWEEN_KILLS);
            self.kill(event.caller);
        }
    }

    fn record_textract(&mut self, event: &CallEvent<'_>) {
        let id = event.object().parse::<ObjectKey>().unwrap().image_id();
        match event.phase {
            CallPhase::Started if self.stored.contains(&id) => self.asked_again.push(id),
            CallPhase::Started | CallPhase::Refused => {}
            end @ (CallPhase::Done | CallPhase::AnswerLost | CallPhase::Abandoned) => {
                let call = TextractCall { caller: event.caller.to_owned(), end, stored: false };
                self.calls.entry(id).or_default().push(call);
            }
        }
    }

    fn record_store(&mut self, event: &CallEvent<'_>) {
        let Some(id) = event.object().strip_prefix("analysis/").and_then(|name| name.strip_suffix(".json")) else {
            return;
        };
        let id: ImageId = id.parse().unwrap();
        if matches!(event.phase, CallPhase::Done | CallPhase::AnswerLost) {
            self.stored.insert(id);
            let calls = self.calls.entry(id).or_default();
            if let Some(call) =
                calls.iter_mut().rfind(|call| call.caller == event.caller && call.end == CallPhase::Done)
            {
                call.stored = true;
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
