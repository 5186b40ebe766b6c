//! A running service and a browser's worth of client.

use std::net::SocketAddr;

use api::Config;
use aws_config::SdkConfig;
use clap::Parser;
use futures_util::{SinkExt, StreamExt};
use ledger::{Image, Ledger};
use receipt::ImageId;
use reqwest::multipart::{Form, Part};
use serde_json::Value;
use testbed::{PATIENCE, Testbed, a_jpeg, eventually};
use tokio::{net::TcpListener, net::TcpStream, task::JoinHandle};
use tokio_tungstenite::{
    MaybeTlsStream, WebSocketStream, connect_async,
    tungstenite::{Message, client::IntoClientRequest, http::HeaderName, protocol::frame::coding::CloseCode},
};
use tokio_util::sync::CancellationToken;

use crate::{description, worker::Worker};

/// By which each task knows the visitors of the others.
pub(crate) const SESSION_KEY: &str = "a key for tests of more than 32 bytes";

pub(crate) struct TestApp {
    pub(crate) testbed: Testbed,
    pub(crate) ledger: Ledger,
    pub(crate) sns: aws_sdk_sns::Client,
    worker: Worker,
    pub(crate) s3: aws_sdk_s3::Client,
    pub(crate) base: String,
    pub(crate) browser: Browser,
    pub(crate) stop: CancellationToken,
    pub(crate) served: JoinHandle<anyhow::Result<()>>,
    web_root: tempfile::TempDir,
}

/// A client that keeps its cookies.
pub(crate) struct Browser {
    pub(crate) http: reqwest::Client,
    base: String,
}

impl TestApp {
    /// Serves, and is subscribed to the status topic.
    pub(crate) async fn start() -> Self {
        let app = Self::at_once().await;
        tokio::time::timeout(PATIENCE, app.testbed.aws.first_subscription()).await.unwrap();
        app
    }

    /// Serves, and may still be on its way to a subscription.
    pub(crate) async fn at_once() -> Self {
        Self::with(|_| {}).await
    }

    pub(crate) async fn with(change: impl FnOnce(&mut Config)) -> Self {
        let (testbed, web_root) = (Testbed::start().await, a_page());
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let mut config = config(&testbed, &base, &web_root);
        change(&mut config);
        let stop = CancellationToken::new();
        let (aws, stopped) = (sdk(&testbed), stop.clone().cancelled_owned());
        let served = tokio::spawn(async move { api::serve(listener, config, &aws, stopped).await });
        let worker = Worker::on(&testbed);
        let app = Self {
            ledger: worker.ledger.clone(),
            sns: worker.sns.clone(),
            worker,
            s3: aws_sdk_s3::Client::from_conf(
                aws_sdk_s3::config::Builder::from(&testbed.sdk).force_path_style(true).build(),
            ),
            browser: Browser::new(&base),
            testbed,
            base,
            stop,
            served,
            web_root,
        };
        description::learn(&app.base).await;
        app
    }

    /// A second task of the same service, which shares nothing with the first but the wire. Its address.
    pub(crate) async fn another_task(&self, change: impl FnOnce(&mut Config)) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let mut config = config(&self.testbed, &base, &self.web_root);
        change(&mut config);
        let (aws, stopped) = (sdk(&self.testbed), self.stop.clone().cancelled_owned());
        tokio::spawn(async move { api::serve(listener, config, &aws, stopped).await });
        base
    }

    pub(crate) fn another_browser(&self) -> Browser {
        Browser::new(&self.base)
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.base.strip_prefix("http://").unwrap().parse().unwrap()
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("{}{path}", self.base)
    }

    pub(crate) async fn take(&self, id: ImageId) -> Image {
        self.worker.take(id).await
    }

    pub(crate) async fn waiting(&self, image: &Image) -> Image {
        self.worker.waiting(image).await
    }

    pub(crate) async fn detected(&self, image: &Image) -> Image {
        self.worker.detected(image).await
    }

    pub(crate) async fn concluded(&self, image: &Image) -> Image {
        self.worker.concluded(image).await
    }

    pub(crate) async fn concluded_at_length(&self, image: &Image) -> Image {
        self.worker.concluded_at_length(image).await
    }

    pub(crate) async fn publish(&self, image: &Image) {
        self.worker.publish(image).await;
    }

    pub(crate) async fn put_object(&self, key: String, bytes: Vec<u8>) {
        let put = self.s3.put_object().bucket(self.testbed.aws.resources().bucket).key(key);
        put.body(bytes.into()).send().await.unwrap();
    }

    /// What multipart uploads that were neither completed nor aborted have left on the stand-in's disk.
    pub(crate) fn unfinished_uploads(&self) -> Vec<String> {
        let entries = std::fs::read_dir(self.testbed.data().join("s3")).unwrap();
        let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
        names.filter(|name| name.starts_with(".upload")).collect()
    }

    /// The keys in the bucket.
    pub(crate) async fn objects(&self) -> Vec<String> {
        let bucket = self.testbed.aws.resources().bucket;
        let listed = self.s3.list_objects_v2().bucket(bucket).send().await.unwrap();
        listed.contents().iter().filter_map(|object| object.key().map(str::to_owned)).collect()
    }
}

impl Browser {
    pub(crate) fn new(base: &str) -> Self {
        let http = reqwest::Client::builder().cookie_store(true).build().unwrap();
        Self { http, base: base.to_owned() }
    }

    pub(crate) async fn get(&self, path: &str) -> reqwest::Response {
        self.http.get(format!("{}{path}", self.base)).send().await.unwrap()
    }

    pub(crate) async fn post_form(&self, form: Form) -> reqwest::Response {
        self.http.post(format!("{}/upload", self.base)).multipart(form).send().await.unwrap()
    }

    /// Uploads a small picture, which must succeed.
    pub(crate) async fn upload(&self) -> ImageId {
        let response = self.post_form(picture("image", a_jpeg(5000))).await;
        assert_eq!(response.status(), 202);
        let body: Value = response.json().await.unwrap();
        body["imageId"].as_str().unwrap().parse().unwrap()
    }

    /// The cookie as the browser would send it with a WebSocket.
    pub(crate) async fn cookie(&self) -> String {
        // The client's own store shows nothing, so that a fresh visit is made and its cookie kept by hand.
        let response = self.get("/receipts").await;
        response.headers().get("set-cookie").map(|c| c.to_str().unwrap().split(';').next().unwrap().to_owned()).unwrap()
    }
}

/// A folder with something like the built page.
pub(crate) fn a_page() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("assets")).unwrap();
    std::fs::write(folder.path().join("index.html"), "<!doctype html><title>Receipts</title>").unwrap();
    std::fs::write(folder.path().join("assets/index-1a2b.js"), "0").unwrap();
    std::fs::write(folder.path().join("sw.js"), "0").unwrap();
    std::fs::write(folder.path().join("assets/index-1a2b.js.br"), "br").unwrap();
    std::fs::write(folder.path().join("manifest.webmanifest"), "{}").unwrap();
    folder
}

/// A form with one picture.
pub(crate) fn picture(field: &'static str, bytes: Vec<u8>) -> Form {
    Form::new().part(field, Part::bytes(bytes).file_name("receipt.jpg"))
}

/// The `code` of a problem, after a look at its other parts.
pub(crate) async fn problem(response: reqwest::Response, status: u16) -> String {
    assert_eq!(response.status(), status);
    assert_eq!(response.headers()["content-type"], "application/problem+json");
    assert_eq!(response.headers()["cache-control"], "no-store");
    let body: Value = response.json().await.unwrap();
    assert_eq!(body["status"], status);
    assert!(!body["detail"].as_str().unwrap().is_empty());
    body["code"].as_str().unwrap().to_owned()
}

/// An open feed.
pub(crate) struct Watcher(WebSocketStream<MaybeTlsStream<TcpStream>>);

impl Watcher {
    pub(crate) async fn open(app: &TestApp, cookie: &str, id: ImageId) -> Self {
        Self::try_open(app, cookie, id).await.unwrap()
    }

    /// The HTTP status where the socket is refused.
    pub(crate) async fn try_open(app: &TestApp, cookie: &str, id: ImageId) -> Result<Self, u16> {
        Self::try_open_at(&app.base, cookie, id).await
    }

    /// On one of several tasks.
    pub(crate) async fn try_open_at(base: &str, cookie: &str, id: ImageId) -> Result<Self, u16> {
        Self::connect(&format!("{base}/imageStatus/{id}/ws"), Some(("cookie", cookie))).await
    }

    pub(crate) async fn try_connect(app: &TestApp, path: &str, header: Option<(&str, &str)>) -> Result<Self, u16> {
        Self::connect(&app.url(path), header).await
    }

    async fn connect(url: &str, header: Option<(&str, &str)>) -> Result<Self, u16> {
        let mut request = url.replacen("http", "ws", 1).into_client_request().unwrap();
        if let Some((name, value)) = header {
            request.headers_mut().insert(HeaderName::from_bytes(name.as_bytes()).unwrap(), value.parse().unwrap());
        }
        match connect_async(request).await {
            Ok((socket, _)) => Ok(Self(socket)),
            Err(tokio_tungstenite::tungstenite::Error::Http(response)) => Err(response.status().as_u16()),
            Err(error) => panic!("{error}"),
        }
    }

    /// The next frame, which must be one.
    pub(crate) async fn frame(&mut self) -> Value {
        match self.next().await {
            Message::Text(text) => description::conforming(&text),
            other => panic!("{other:?}"),
        }
    }

    pub(crate) async fn status_and_version(&mut self) -> (String, u64) {
        let frame = self.frame().await;
        (frame["status"].as_str().unwrap().to_owned(), frame["version"].as_u64().unwrap())
    }

    /// The code of the close, which must come next.
    pub(crate) async fn close(&mut self) -> CloseCode {
        match self.next().await {
            Message::Close(Some(frame)) => frame.code,
            other => panic!("{other:?}"),
        }
    }

    /// Waits until the connection breaks, without a goodbye.
    pub(crate) async fn broken(&mut self) {
        let breaks = async {
            while let Some(Ok(message)) = self.0.next().await {
                assert!(!message.is_close(), "{message}");
            }
        };
        tokio::time::timeout(PATIENCE, breaks).await.expect("the connection breaks");
    }

    /// Waits for a ping, which comes after 25 s.
    pub(crate) async fn ping(&mut self) {
        let pinged =
            async { while !matches!(self.0.next().await.expect("the socket is open").unwrap(), Message::Ping(_)) {} };
        tokio::time::timeout(PATIENCE, pinged).await.expect("a ping comes");
    }

    /// Also where the socket is closed meanwhile.
    pub(crate) async fn say(&mut self, message: Message) {
        let _ = self.0.send(message).await;
    }

    async fn next(&mut self) -> Message {
        loop {
            let next = tokio::time::timeout(PATIENCE, self.0.next()).await.expect("a frame comes");
            match next.expect("the socket is open").unwrap() {
                Message::Ping(_) | Message::Pong(_) => {}
                message => return message,
            }
        }
    }
}

/// Someone who has visited once, so that the same cookie serves HTTP and WebSocket.
pub(crate) struct Visitor {
    pub(crate) cookie: String,
    http: reqwest::Client,
    base: String,
}

impl Visitor {
    pub(crate) async fn new(app: &TestApp) -> Self {
        Self::at(&app.base).await
    }

    pub(crate) async fn at(base: &str) -> Self {
        Self::known_as(base, Browser::new(base).cookie().await)
    }

    pub(crate) fn known_as(base: &str, cookie: String) -> Self {
        Self { cookie, http: reqwest::Client::new(), base: base.to_owned() }
    }

    pub(crate) async fn upload(&self) -> ImageId {
        self.upload_of(a_jpeg(5000)).await
    }

    pub(crate) async fn upload_of(&self, bytes: Vec<u8>) -> ImageId {
        let request = self.http.post(format!("{}/upload", self.base)).header("cookie", &self.cookie);
        let response = request.multipart(picture("image", bytes)).send().await.unwrap();
        assert_eq!(response.status(), 202);
        let body: Value = response.json().await.unwrap();
        body["imageId"].as_str().unwrap().parse().unwrap()
    }

    pub(crate) fn request(&self, method: reqwest::Method, path: &str) -> reqwest::RequestBuilder {
        self.http.request(method, format!("{}{path}", self.base)).header("cookie", &self.cookie)
    }

    pub(crate) async fn json(&self, path: &str) -> Value {
        let request = self.http.get(format!("{}{path}", self.base)).header("cookie", &self.cookie);
        request.send().await.unwrap().json().await.unwrap()
    }
}

/// Waits until the queue holds so many messages that nobody has in hand.
pub(crate) async fn queued(app: &TestApp, messages: u64) {
    eventually("the queue's depth", async || {
        (app.testbed.aws.queue_depth().unwrap().visible == messages).then_some(())
    })
    .await;
}

/// The service is held to the calls that it declares.
fn sdk(testbed: &Testbed) -> SdkConfig {
    testbed.sdk_of("api", api::AWS_CALLS)
}

fn config(testbed: &Testbed, base: &str, web_root: &tempfile::TempDir) -> Config {
    let resources = testbed.aws.resources();
    let topics = format!("{{\"newImage\":\"{}\"}}", resources.new_image_topic);
    let web_root = web_root.path().to_str().unwrap();
    let mut all = vec!["api", "--bucket", resources.bucket, "--topics", &topics, "--table", resources.table];
    all.extend(["--image-status-topic", &resources.image_status_topic, "--public-base-url", base]);
    all.extend(["--session-key", SESSION_KEY, "--web-root", web_root]);
    // So that a test which uploads much is about what it says.
    all.extend(["--uploads-per-minute", "1000"]);
    Config::parse_from(all)
}
