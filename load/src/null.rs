//! `load null`: the AWS services that `api` calls, answered with as little work as possible, so that `api` is measured
//! alone.
//!
//! Pictures sent to S3 are discarded, and whoever asks for one gets the same other one; nothing is published, every
//! subscription is confirmed, and items stay in memory. Signatures are not checked. The stand-ins that work are `receipts aws`.

pub(crate) mod answers;
mod items;

use std::{
    io::{self, Write as _},
    net::SocketAddr,
    path::PathBuf,
    sync::{
        Arc, LazyLock, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use anyhow::{Context as _, ensure};
use axum::{
    Router,
    body::{Body, Bytes, HttpBody as _},
    extract::{Request, State},
    http::{Method, StatusCode, header, request::Parts},
    response::{IntoResponse as _, Response},
    serve::ListenerExt as _,
};
use tokio::net::TcpListener;

use crate::{
    picture,
    report::Report,
    signing::{Authority, CERTIFICATE_PATH, CERTIFICATES},
    target::is_loopback,
};
use answers::{environment, object, s3, sns};
use items::Items;

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Where to listen; port 0 takes any free one.
    #[arg(long, default_value = "127.0.0.1:0")]
    listen: SocketAddr,

    /// The file into which address and signing key go, for `load status`.
    #[arg(long)]
    authority: PathBuf,
}

#[derive(Debug)]
struct Null {
    certificate: String,
    items: Mutex<Items>,
    queries: AtomicU64,
}

/// How many queries of the ledger there were.
pub(crate) const QUERIES_PATH: &str = "/load/queries";
/// What is said to be every picture, as long as the largest that `load` sends.
static PICTURE: LazyLock<Bytes> = LazyLock::new(|| picture::jpeg(PICTURE_BYTES));
pub(crate) const PICTURE_BYTES: usize = 10_000_000;
/// How long it takes to learn that there is no such certificate: what a round trip over the network may take.
const NO_CERTIFICATE_AFTER: Duration = Duration::from_millis(100);

/// Serves until it is killed.
pub(crate) async fn serve(args: Args) -> anyhow::Result<Report> {
    ensure!(is_loopback(args.listen.ip()), "the null endpoint believes everybody, so it listens only on loopback");
    let listener = TcpListener::bind(args.listen).await.with_context(|| format!("listen on {}", args.listen))?;
    let endpoint = format!("http://{}", listener.local_addr()?);
    let authority = Authority::new(&endpoint)?;
    authority.write(&args.authority)?;
    let null = Arc::new(Null::new(authority.certificate));
    let mut out = io::stdout();
    out.write_all(environment(&endpoint, free_address().await?).as_bytes()).and_then(|()| out.flush())?;
    let listener = listener.tap_io(|stream| drop(stream.set_nodelay(true)));
    axum::serve(listener, Router::new().fallback(answer).with_state(null)).await.context("serve")?;
    Ok(Report::default())
}

impl Null {
    fn new(certificate: String) -> Self {
        Self { certificate, items: Mutex::default(), queries: AtomicU64::new(0) }
    }
}

/// A port for `api`: free now, and not reassigned soon.
async fn free_address() -> anyhow::Result<SocketAddr> {
    Ok(TcpListener::bind("127.0.0.1:0").await?.local_addr()?)
}

async fn answer(State(null): State<Arc<Null>>, request: Request) -> Response {
    let (head, body) = request.into_parts();
    if head.method == Method::GET {
        return get(&null, &head).await;
    }
    let header = |name| head.headers.get(name).and_then(|value| value.to_str().ok());
    let operation = header("x-amz-target").and_then(|target| target.strip_prefix("DynamoDB_20120810."));
    if let Some(operation) = operation {
        let Ok(body) = read(body).await else { return StatusCode::BAD_REQUEST.into_response() };
        if operation == "Query" {
            null.queries.fetch_add(1, Ordering::Relaxed);
        }
        let answer = null.items.lock().unwrap_or_else(PoisonError::into_inner).call(operation, &body);
        return answer.into_response();
    }
    if header(header::CONTENT_TYPE.as_str()).is_some_and(|kind| kind.starts_with("application/x-www-form-urlencoded")) {
        let Ok(body) = read(body).await else { return StatusCode::BAD_REQUEST.into_response() };
        return sns(&body);
    }
    match swallow(body).await {
        Ok(()) => s3(&head.method, head.uri.query().unwrap_or_default()),
        Err(_) => StatusCode::BAD_REQUEST.into_response(),
    }
}

async fn get(null: &Null, head: &Parts) -> Response {
    match head.uri.path() {
        CERTIFICATE_PATH => null.certificate.clone().into_response(),
        QUERIES_PATH => null.queries.load(Ordering::Relaxed).to_string().into_response(),
        path if path.starts_with(CERTIFICATES) => {
            tokio::time::sleep(NO_CERTIFICATE_AFTER).await;
            StatusCode::NOT_FOUND.into_response()
        }
        _ => object(&PICTURE, head.headers.get(header::RANGE).and_then(|range| range.to_str().ok())),
    }
}

async fn read(body: Body) -> Result<Bytes, axum::Error> {
    const MOST_BYTES: usize = 1024 * 1024;
    axum::body::to_bytes(body, MOST_BYTES).await
}

async fn swallow(body: Body) -> Result<(), axum::Error> {
    let mut body = std::pin::pin!(body);
    while let Some(frame) = std::future::poll_fn(|context| body.as_mut().poll_frame(context)).await {
        frame?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn ask(method: Method, address: &str, headers: &[(&str, &str)], body: &'static str) -> (StatusCode, String) {
        let null = Arc::new(Null::new("PEM".to_owned()));
        let request = Request::builder().method(method).uri(address);
        let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
        let answered = answer(State(null), request.body(Body::from(body)).unwrap()).await;
        let status = answered.status();
        (status, String::from_utf8(read(answered.into_body()).await.unwrap().to_vec()).unwrap())
    }

    #[tokio::test]
    async fn each_service_is_told_by_its_own_mark() {
        let form = [("content-type", "application/x-www-form-urlencoded")];
        let query = [("x-amz-target", "DynamoDB_20120810.Query")];
        let ok = StatusCode::OK;
        assert_eq!(ask(Method::GET, CERTIFICATE_PATH, &[], "").await, (ok, "PEM".to_owned()));
        assert!(ask(Method::POST, "/", &form, "Action=Publish").await.1.contains("<PublishResult>"));
        assert_eq!(ask(Method::POST, "/", &query, "{}").await.1, r#"{"Items":[],"Count":0,"ScannedCount":0}"#);
        assert_eq!(ask(Method::PUT, "/bucket/key", &[], "picture").await, (ok, String::new()));
        assert!(ask(Method::POST, "/bucket/key?uploads", &[], "").await.1.contains("<UploadId>"));
        assert_eq!(ask(Method::GET, QUERIES_PATH, &[], "").await, (ok, "0".to_owned()));
        let other = "/SimpleNotificationService-1.pem";
        assert_eq!(ask(Method::GET, other, &[], "").await.0, StatusCode::NOT_FOUND);
    }
}
