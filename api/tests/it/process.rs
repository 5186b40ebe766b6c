//! The real program in a process of its own, and what it logs.

use std::{
    path::Path,
    process::Stdio,
    sync::{Arc, Mutex},
};

use serde_json::Value;
use testbed::{PATIENCE, Testbed, eventually};
use tokio::{
    io::{AsyncBufReadExt, BufReader},
    process::{Child, ChildStderr, Command},
};

pub(crate) struct Process {
    /// Where it is reached.
    pub(crate) base: String,
    pub(crate) log: Log,
    child: Child,
}

/// What a process has logged so far, a message a line.
#[derive(Clone, Default)]
pub(crate) struct Log(Arc<Mutex<Vec<String>>>);

impl Process {
    /// Sees nothing of our environment but these variables and what leads to the stand-ins.
    pub(crate) async fn start(testbed: &Testbed, web_root: &Path, variables: &[(&'static str, &str)]) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_api"));
        command.env_clear().envs(testbed.aws.resources().api_env()).envs(testbed.env_of("api", api::AWS_CALLS));
        command.envs([("LISTEN_ADDR", "127.0.0.1:0"), ("SESSION_KEY", "a key for tests of more than 32 bytes")]);
        command.envs([("UPLOADS_PER_MINUTE", "0"), ("NO_PROXY", "127.0.0.1")]).env("WEB_ROOT", web_root);
        command.envs(variables.iter().copied()).stdin(Stdio::null()).stderr(Stdio::piped()).kill_on_drop(true);
        let mut child = command.spawn().unwrap();
        let log = Log::default();
        tokio::spawn(log.clone().keep(child.stderr.take().unwrap()));
        let base = eventually("an address", async || log.find("listening on ")).await;
        Self { base: base.replace("listening on ", "http://"), log, child }
    }

    /// How much memory it has in use.
    pub(crate) fn resident_kib(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id().unwrap())).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
        line.trim().trim_end_matches(" kB").parse().unwrap()
    }

    /// SIGTERM, as ECS sends it.
    pub(crate) async fn terminate(&self) {
        let id = self.child.id().unwrap().to_string();
        assert!(Command::new("kill").args(["-TERM", &id]).status().await.unwrap().success());
    }

    pub(crate) async fn ends_well(&mut self) {
        let ended = tokio::time::timeout(PATIENCE, self.child.wait()).await.expect("it ends").unwrap();
        assert!(ended.success(), "{ended}");
    }

    /// SIGKILL, as when the machine goes away.
    pub(crate) async fn kill(&mut self) {
        self.child.kill().await.unwrap();
    }
}

impl Log {
    /// How many messages begin so.
    pub(crate) fn count(&self, beginning: &str) -> usize {
        self.0.lock().unwrap().iter().filter(|message| message.starts_with(beginning)).count()
    }

    fn find(&self, beginning: &str) -> Option<String> {
        self.0.lock().unwrap().iter().find(|message| message.starts_with(beginning)).cloned()
    }

    async fn keep(self, from: ChildStderr) {
        let mut lines = BufReader::new(from).lines();
        while let Some(line) = lines.next_line().await.unwrap() {
            let entry: Value = serde_json::from_str(&line).unwrap_or_else(|_| panic!("no line of a log: {line}"));
            self.0.lock().unwrap().push(entry["message"].as_str().unwrap_or_default().to_owned());
        }
    }
}
