//! The real `api` and `image-handler`, started again whenever they are killed.

use std::{
    fs::{self, File},
    os::unix::process::ExitStatusExt as _,
    path::{Path, PathBuf},
    process::Stdio,
};

use local::Resources;
use rustix::process::{Pid, Signal, kill_process};
use testbed::{PATIENCE, eventually};
use tokio::{
    process::{Child, Command},
    task::JoinSet,
    time::timeout,
};
use tokio_util::sync::CancellationToken;

use crate::{
    journal::{Journal, WORKER},
    photos,
};

/// Fewer than in production, so that a permanent failure ends within the test.
pub(crate) const MAX_RECEIVES: u32 = 6;

pub(crate) struct Api {
    child: Child,
    env: Vec<(&'static str, String)>,
    starts: u32,
    pub(crate) base: String,
}

impl Api {
    /// Ready to be used.
    pub(crate) async fn start(resources: &Resources, web_root: &Path) -> Self {
        let address = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let base = format!("http://{address}");
        let mut env = resources.api_env();
        env.extend([
            ("LISTEN_ADDR", address.to_string()),
            ("PUBLIC_BASE_URL", base.clone()),
            ("SESSION_KEY", "a key for tests of more than 32 bytes".to_owned()),
            ("UPLOADS_PER_MINUTE", "0".to_owned()),
            ("WEB_ROOT", web_root.to_str().unwrap().to_owned()),
        ]);
        let api = Self { child: start("api", "api-0", &env), env, starts: 1, base };
        api.is_ready().await;
        api
    }

    pub(crate) async fn kill_and_start_again(&mut self) {
        self.child.kill().await.unwrap();
        self.child = start("api", &format!("api-{}", self.starts), &self.env);
        self.starts += 1;
        self.is_ready().await;
    }

    pub(crate) async fn stop(mut self) {
        stop(&mut self.child).await;
    }

    async fn is_ready(&self) {
        let ready = async || reqwest::get(format!("{}/readyz", self.base)).await.ok().filter(|it| it.status() == 200);
        eventually("a ready api", ready).await;
    }
}

pub(crate) struct Workers {
    stop: CancellationToken,
    places: JoinSet<()>,
}

impl Workers {
    pub(crate) fn start(number: usize, resources: &Resources, journal: &Journal) -> Self {
        let mut env = resources.worker_env();
        env.extend([
            ("FINGERPRINT_KEY", "a secret of the tests, long enough".to_owned()),
            ("RECEIPT_RULES", photos::rules().to_toml()),
            ("QUEUE_MAX_RECEIVES", MAX_RECEIVES.to_string()),
            ("WORKER_CONCURRENCY", "12".to_owned()),
        ]);
        let (stop, mut places) = (CancellationToken::new(), JoinSet::new());
        for place in 0..number {
            places.spawn(keep_running(place, env.clone(), journal.clone(), stop.clone()));
        }
        Self { stop, places }
    }

    /// Stops them by signal, and checks that they exit with success.
    pub(crate) async fn stop(mut self) {
        self.stop.cancel();
        while let Some(stopped) = self.places.join_next().await {
            stopped.unwrap();
        }
    }

    /// Resolves only if a worker ends that was not killed.
    pub(crate) async fn died(&mut self) {
        match self.places.join_next().await {
            Some(died) => died.unwrap(),
            None => std::future::pending().await,
        }
    }
}

async fn keep_running(place: usize, env: Vec<(&'static str, String)>, journal: Journal, stopping: CancellationToken) {
    for life in 0_u32.. {
        let name = format!("{WORKER}{place}-{life}");
        let mut child = start("image-handler", &name, &env);
        journal.born(&name, pid(&child));
        let ended = stopping.run_until_cancelled(child.wait()).await;
        let Some(status) = ended else { return stop(&mut child).await };
        assert!(journal.was_killed(&name), "{name} ended by itself: {}", status.unwrap());
        assert_eq!(status.unwrap().signal(), Some(9), "{name}");
    }
}

/// Lines in the logs of this run that the injected faults do not explain. `api` logs an answer of 503 as an error.
pub(crate) fn complaints() -> Vec<String> {
    let mut lines = Vec::new();
    for entry in fs::read_dir(folder()).unwrap() {
        let file = entry.unwrap();
        let is_worker = file.file_name().to_str().unwrap().starts_with(WORKER);
        let words: &[&str] = if is_worker { &["ERROR", "panicked", "was not stored"] } else { &["panicked"] };
        let log = fs::read_to_string(file.path()).unwrap();
        lines.extend(log.lines().filter(|line| words.iter().any(|word| line.contains(word))).map(str::to_owned));
    }
    lines
}

/// Empties the folder of logs, which stays after the test for a closer look.
pub(crate) fn forget_logs() {
    if folder().exists() {
        fs::remove_dir_all(folder()).unwrap();
    }
    fs::create_dir_all(folder()).unwrap();
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join("chaos")
}

fn start(program: &str, name: &str, env: &[(&'static str, String)]) -> Child {
    let file = Path::new(env!("CARGO_BIN_EXE_receipts")).with_file_name(program);
    assert!(file.exists(), "{} is missing: cargo build --workspace", file.display());
    let log = File::create(folder().join(format!("{name}.log"))).unwrap();
    let mut command = Command::new(file);
    command.env_clear().envs(env.iter().cloned()).env("AWS_SDK_UA_APP_ID", name).env("LOG_FORMAT", "text");
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(log).kill_on_drop(true).spawn().unwrap()
}

async fn stop(child: &mut Child) {
    kill_process(pid(child), Signal::TERM).unwrap();
    let status = timeout(PATIENCE, child.wait()).await.unwrap().unwrap();
    assert!(status.success(), "{status}");
}

fn pid(child: &Child) -> Pid {
    Pid::from_raw(child.id().unwrap().try_into().unwrap()).unwrap()
}
