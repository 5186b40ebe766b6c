//! `receipts run` as a child process, and a person who uses it.

use std::{
    net::TcpListener,
    path::{Path, PathBuf},
    process::{ExitStatus, Stdio},
    time::Duration,
};

use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_credential_types::Credentials;
use futures_util::StreamExt;
use receipt::ImageId;
use reqwest::multipart::{Form, Part};
use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;
use tempfile::TempDir;
use testbed::{PATIENCE, eventually};
use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, BufReader},
    process::{Child, Command},
    time::timeout,
};
use tokio_tungstenite::{
    connect_async,
    tungstenite::{self, Message, client::IntoClientRequest, protocol::frame::coding::CloseCode},
};

/// Reading takes seconds in a debug build on a busy machine.
const SLOWLY: Duration = Duration::from_mins(2);

/// A data folder and a page, which outlive the system.
pub(crate) struct Data(TempDir);

impl Data {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("web")).unwrap();
        std::fs::write(folder.path().join("web/index.html"), "<title>Receipts</title>").unwrap();
        Self(folder)
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }
}

/// `receipts run` in its folder, not started yet.
pub(crate) fn receipts(data: &Data) -> Command {
    let program = Path::new(env!("CARGO_BIN_EXE_receipts"));
    for name in ["api", "image-handler"] {
        let sibling = program.with_file_name(name);
        assert!(sibling.exists(), "{} is missing: cargo build --workspace", sibling.display());
    }
    let mut command = Command::new(program);
    command.arg("run").arg("--data").arg(data.path("data")).arg("--web-root").arg(data.path("web"));
    command.stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
    command
}

pub(crate) fn photo() -> Vec<u8> {
    std::fs::read(concat!(env!("CARGO_MANIFEST_DIR"), "/../testdata/corner-books.jpg")).unwrap()
}

pub(crate) fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

pub(crate) struct System {
    child: Child,
    said: tokio::task::JoinHandle<String>,
    port: u16,
    aws_port: u16,
}

impl System {
    /// Ready to be used.
    pub(crate) async fn start(data: &Data) -> Self {
        let (port, aws_port) = (free_port(), free_port());
        let mut command = receipts(data);
        command.env("PORT", port.to_string()).env("AWS_PORT", aws_port.to_string());
        let mut child = command.stdin(Stdio::null()).spawn().unwrap();
        let mut stderr = child.stderr.take().unwrap();
        let said = tokio::spawn(async move {
            let mut said = String::new();
            stderr.read_to_string(&mut said).await.unwrap();
            said
        });
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let ready = timeout(SLOWLY, lines.next_line()).await.unwrap().unwrap();
        let Some(ready) = ready else { panic!("it ended before it was ready: {}", said.await.unwrap()) };
        assert!(ready.contains(&format!("http://127.0.0.1:{port}")), "{ready}");
        Self { child, said, port, aws_port }
    }

    pub(crate) fn base(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    pub(crate) async fn sdk(&self) -> SdkConfig {
        aws_config::defaults(BehaviorVersion::v2026_01_12())
            .endpoint_url(format!("http://127.0.0.1:{}", self.aws_port))
            .region(Region::new("us-east-1"))
            .credentials_provider(Credentials::new("local", "local-secret", None, None, "test"))
            .load()
            .await
    }

    /// As Ctrl-C does; it must exit with success.
    pub(crate) async fn stop(mut self) {
        kill_process(pid(self.child.id().unwrap()), Signal::INT).unwrap();
        let status = timeout(PATIENCE, self.child.wait()).await.unwrap().unwrap();
        assert!(status.success(), "{status}: {}", self.said.await.unwrap());
        self.ports_are_free().await;
    }

    /// As a power cut does.
    pub(crate) async fn kill(mut self) {
        self.child.kill().await.unwrap();
        self.ports_are_free().await;
    }

    /// Kills the real program under one of the supervisors.
    pub(crate) async fn kill_program(&mut self, name: &str) {
        let program = Path::new(env!("CARGO_BIN_EXE_receipts")).with_file_name(name);
        let target = eventually("the program's process", async || {
            descendants(self.child.id().unwrap())
                .into_iter()
                .find(|id| std::fs::read_link(format!("/proc/{id}/exe")).is_ok_and(|exe| exe == program))
        })
        .await;
        kill_process(pid(target), Signal::KILL).unwrap();
    }

    /// The status with which it ended by itself, and its output.
    pub(crate) async fn ended(mut self) -> (ExitStatus, String) {
        let status = timeout(PATIENCE, self.child.wait()).await.unwrap().unwrap();
        self.ports_are_free().await;
        (status, self.said.await.unwrap())
    }

    /// No process that it started is left.
    async fn ports_are_free(&self) {
        for port in [self.port, self.aws_port] {
            eventually("the port to be free", async || TcpListener::bind(("127.0.0.1", port)).ok()).await;
        }
    }
}

fn pid(id: u32) -> Pid {
    Pid::from_raw(id.try_into().unwrap()).unwrap()
}

fn descendants(of: u32) -> Vec<u32> {
    let children = std::fs::read_to_string(format!("/proc/{of}/task/{of}/children")).unwrap_or_default();
    let children = children.split_whitespace().map(|id| id.parse().unwrap());
    children.flat_map(|child| [vec![child], descendants(child)].concat()).collect()
}

/// A person with a cookie.
#[derive(Clone)]
pub(crate) struct Visitor {
    http: reqwest::Client,
    base: String,
    cookie: String,
}

impl Visitor {
    pub(crate) async fn new(system: &System) -> Self {
        let http = reqwest::Client::new();
        let visit = http.get(system.base()).send().await.unwrap();
        let cookie = visit.headers()["set-cookie"].to_str().unwrap().split(';').next().unwrap().to_owned();
        Self { http, base: system.base(), cookie }
    }

    /// The same person, after the system has moved.
    pub(crate) fn at(&self, system: &System) -> Self {
        Self { base: system.base(), ..self.clone() }
    }

    pub(crate) async fn upload(&self) -> ImageId {
        self.upload_picture(photo()).await
    }

    pub(crate) async fn upload_picture(&self, bytes: Vec<u8>) -> ImageId {
        let form = Form::new().part("image", Part::bytes(bytes).file_name("receipt.jpg"));
        let request = self.http.post(format!("{}/upload", self.base)).header("cookie", &self.cookie);
        let response = request.multipart(form).send().await.unwrap();
        assert_eq!(response.status(), 202);
        id_of(&response.json().await.unwrap())
    }

    pub(crate) async fn delete(&self, id: ImageId) {
        let request = self.http.delete(format!("{}/receipts/{id}", self.base)).header("cookie", &self.cookie);
        assert_eq!(request.send().await.unwrap().status(), 204);
    }

    pub(crate) async fn json(&self, path: &str) -> Value {
        self.get(path).await.json().await.unwrap()
    }

    pub(crate) async fn picture(&self, id: ImageId) -> Vec<u8> {
        self.get(&format!("/receipts/{id}/image")).await.bytes().await.unwrap().into()
    }

    /// Every frame until the socket is closed, which must be with 1000.
    pub(crate) async fn frames_to_the_end(&self, id: ImageId) -> Frames {
        let mut frames = Frames::new();
        let mut socket = self.socket(id).await;
        loop {
            match timeout(SLOWLY, socket.next()).await.unwrap().unwrap().unwrap() {
                Message::Text(text) => frames.push(serde_json::from_str(&text).unwrap()),
                Message::Close(close) => {
                    assert_eq!(close.unwrap().code, CloseCode::Normal);
                    return frames;
                }
                Message::Ping(_) | Message::Pong(_) | Message::Binary(_) | Message::Frame(_) => {}
            }
        }
    }

    /// The versions of every frame until the connection breaks, or the image ends; none where it broke while it was
    /// opened.
    pub(crate) async fn versions_until_cut(&self, id: ImageId) -> Vec<u64> {
        let mut versions = Vec::new();
        let Ok(mut socket) = self.try_socket(id).await else { return versions };
        while let Some(Ok(message)) = timeout(SLOWLY, socket.next()).await.unwrap() {
            match message {
                Message::Text(text) => {
                    let frame: Value = serde_json::from_str(&text).unwrap();
                    versions.push(frame["version"].as_u64().unwrap());
                }
                Message::Close(_) => break,
                Message::Ping(_) | Message::Pong(_) | Message::Binary(_) | Message::Frame(_) => {}
            }
        }
        versions
    }

    /// Until the image is in that state.
    pub(crate) async fn wait_for(&self, id: ImageId, status: &str) {
        let mut socket = self.socket(id).await;
        loop {
            if let Message::Text(text) = timeout(SLOWLY, socket.next()).await.unwrap().unwrap().unwrap() {
                let frame: Value = serde_json::from_str(&text).unwrap();
                if frame["status"] == status {
                    return;
                }
            }
        }
    }

    async fn socket(&self, id: ImageId) -> impl StreamExt<Item = Result<Message, tungstenite::Error>> + use<> {
        self.try_socket(id).await.unwrap()
    }

    async fn try_socket(
        &self,
        id: ImageId,
    ) -> Result<impl StreamExt<Item = Result<Message, tungstenite::Error>> + use<>, tungstenite::Error> {
        let url = format!("{}/imageStatus/{id}/ws", self.base.replacen("http", "ws", 1));
        let mut request = url.into_client_request().unwrap();
        request.headers_mut().insert("cookie", self.cookie.parse().unwrap());
        Ok(connect_async(request).await?.0)
    }

    async fn get(&self, path: &str) -> reqwest::Response {
        self.http.get(format!("{}{path}", self.base)).header("cookie", &self.cookie).send().await.unwrap()
    }
}

/// Frames in the order of their arrival.
type Frames = Vec<Value>;

fn id_of(body: &Value) -> ImageId {
    body["imageId"].as_str().unwrap().parse().unwrap()
}
