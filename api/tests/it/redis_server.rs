//! A real Redis, which a test can stop, freeze and start again.

use std::process::Stdio;

use futures_util::StreamExt;
use receipt::ImageId;
use testbed::{PATIENCE, eventually};
use tokio::{
    net::TcpListener,
    process::{Child, Command},
};

use crate::fleet::channel;

pub(crate) struct RedisServer {
    port: u16,
    password: Option<&'static str>,
    folder: tempfile::TempDir,
    running: Option<Child>,
}

impl RedisServer {
    pub(crate) async fn start() -> Self {
        Self::start_with(None).await
    }

    pub(crate) async fn start_with(password: Option<&'static str>) -> Self {
        let mut redis = Self::at_first_stopped(password).await;
        redis.start_again().await;
        redis
    }

    /// On a port where nothing listens yet.
    pub(crate) async fn at_first_stopped(password: Option<&'static str>) -> Self {
        // Below the ports that the system gives away, so that nobody takes it while Redis is stopped.
        let port = loop {
            let port = rand::random_range(20_000..32_000);
            if TcpListener::bind(("127.0.0.1", port)).await.is_ok() {
                break port;
            }
        };
        Self { port, password, folder: tempfile::tempdir().unwrap(), running: None }
    }

    /// Empty, on the same port as before.
    pub(crate) async fn start_again(&mut self) {
        let mut command = Command::new("redis-server");
        command.args(["--port", &self.port.to_string(), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]);
        command.arg("--dir").arg(self.folder.path()).stdin(Stdio::null()).stdout(Stdio::null());
        if let Some(password) = self.password {
            command.args(["--requirepass", password]);
        }
        let running = command.kill_on_drop(true).spawn();
        self.running = Some(running.expect("install redis-server (Debian package redis-server)"));
        eventually("Redis", async || {
            let mut connection = self.connect().await.ok()?;
            redis::cmd("PING").exec_async(&mut connection).await.ok()
        })
        .await;
    }

    pub(crate) async fn kill(&mut self) {
        self.running.take().unwrap().kill().await.unwrap();
    }

    /// Breaks so many connections to the port, on which nothing else listens meanwhile.
    pub(crate) async fn break_connections(&self, connections: usize) {
        let listener = TcpListener::bind(("127.0.0.1", self.port)).await.unwrap();
        for _ in 0..connections {
            drop(tokio::time::timeout(PATIENCE, listener.accept()).await.expect("somebody connects").unwrap());
        }
    }

    /// From now on it takes connections and answers nothing, until it is killed.
    pub(crate) async fn freeze(&self) {
        let id = self.running.as_ref().unwrap().id().unwrap().to_string();
        assert!(Command::new("kill").args(["-STOP", &id]).status().await.unwrap().success());
    }

    pub(crate) fn url(&self) -> String {
        let user = self.password.map(|password| format!(":{password}@")).unwrap_or_default();
        format!("redis://{user}127.0.0.1:{}/", self.port)
    }

    pub(crate) async fn connect(&self) -> redis::RedisResult<redis::aio::MultiplexedConnection> {
        redis::Client::open(self.url())?.get_multiplexed_async_connection().await
    }

    pub(crate) async fn listeners(&self, channel: &str) -> u64 {
        let mut connection = self.connect().await.unwrap();
        let asked = redis::cmd("PUBSUB").arg("NUMSUB").arg(channel).query_async::<(String, u64)>(&mut connection).await;
        asked.unwrap().1
    }

    /// How many tasks listen for an image.
    pub(crate) async fn listeners_of(&self, image: ImageId) -> u64 {
        self.listeners(&channel(image)).await
    }

    /// How many were told.
    pub(crate) async fn publish(&self, channel: &str, message: &[u8]) -> u64 {
        let mut connection = self.connect().await.unwrap();
        redis::cmd("PUBLISH").arg(channel).arg(message).query_async(&mut connection).await.unwrap()
    }

    /// The same so many times. How many were told in all.
    pub(crate) async fn flood(&self, channel: &str, message: &[u8], times: usize) -> u64 {
        let mut pipeline = redis::pipe();
        for _ in 0..times {
            pipeline.cmd("PUBLISH").arg(channel).arg(message);
        }
        let told: Vec<u64> = pipeline.query_async(&mut self.connect().await.unwrap()).await.unwrap();
        told.iter().sum()
    }

    pub(crate) async fn overhear(&self, channel: &str) -> Overheard {
        let mut connection = redis::Client::open(self.url()).unwrap().get_async_pubsub().await.unwrap();
        connection.subscribe(channel).await.unwrap();
        Overheard(connection)
    }
}

/// What is published on a channel.
pub(crate) struct Overheard(redis::aio::PubSub);

impl Overheard {
    pub(crate) async fn next(&mut self) -> Vec<u8> {
        let message = tokio::time::timeout(PATIENCE, self.0.on_message().next()).await.unwrap().unwrap();
        message.get_payload_bytes().to_vec()
    }
}
