//! `receipts run`: the stand-ins and the two real programs, until a stop signal.

use std::{
    env, fs,
    io::{self, Write as _},
    net::{Ipv4Addr, SocketAddr, TcpListener},
    path::{Path, PathBuf},
    process::ExitCode,
    time::Duration,
};

use anyhow::{Context as _, bail};
use local::{Aws, AwsConfig};
use receipt::Rules;

use crate::{
    CORES_A_PICTURE, logging,
    program::{Program, sibling},
    signals::StopSignals,
};

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The page's port on this machine.
    #[arg(long, env = "PORT", default_value_t = 8080)]
    port: u16,

    /// The port on this machine for the stand-ins for AWS.
    #[arg(long, env = "AWS_PORT", default_value_t = 4566)]
    aws_port: u16,

    /// The folder in which everything is kept.
    #[arg(long, default_value = ".local", value_name = "DIR")]
    data: PathBuf,

    /// The folder with the built page.
    #[arg(long, default_value = "web/dist", value_name = "DIR")]
    web_root: PathBuf,
}

pub(crate) async fn run(args: Args) -> anyhow::Result<ExitCode> {
    logging::start()?;
    let mut stop = StopSignals::listen()?;
    let (api, image_handler) = (sibling("api")?, sibling("image-handler")?);
    let web_root = web_root(&args.web_root)?;
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, args.port));
    check_free(address)?;

    let listen = SocketAddr::from((Ipv4Addr::LOCALHOST, args.aws_port));
    let aws = Aws::start(AwsConfig { listen, ..AwsConfig::new(&args.data, local::text_recognition(CORES_A_PICTURE)) })
        .await?;
    let session_key = secret(&args.data.join("session-key"))?;
    let fingerprint_key = secret(&args.data.join("fingerprint-key"))?;
    let mut api_env = aws.resources().api_env();
    api_env.extend([
        ("LISTEN_ADDR", address.to_string()),
        ("PUBLIC_BASE_URL", format!("http://{address}")),
        ("SESSION_KEY", session_key),
        ("WEB_ROOT", web_root),
        ("LOG_FORMAT", "text".to_owned()),
    ]);
    let mut worker_env = aws.resources().worker_env();
    worker_env.extend([("LOG_FORMAT", "text".to_owned()), ("FINGERPRINT_KEY", fingerprint_key)]);
    if env::var_os("RECEIPT_RULES").is_none() {
        // So that old receipts can be tried.
        worker_env.push(("RECEIPT_RULES", Rules::default().for_trying_out().to_toml()));
    }

    let mut api = Program::start("api", &api, api_env)?;
    let mut image_handler = Program::start("image-handler", &image_handler, worker_env)?;
    let ended = tokio::select! {
        biased;
        () = stop.wait() => Ok(ExitCode::SUCCESS),
        error = api.died() => Err(error),
        error = image_handler.died() => Err(error),
        error = announce(&aws, address) => Err(error),
    };
    tokio::join!(api.stop(), image_handler.stop());
    // With both programs stopped, calls that are still open are not worth a wait.
    drop(tokio::time::timeout(Duration::from_millis(500), aws.stop()).await);
    ended
}

/// Prints where the page is as soon as everything works; after that it ends only if that could not be printed.
async fn announce(aws: &Aws, address: SocketAddr) -> anyhow::Error {
    tokio::join!(
        then_log(ready(address), "api answers"),
        then_log(aws.first_poll(), "image-handler asks the queue"),
        then_log(aws.first_subscription(), "api is subscribed to imageStatus"),
    );
    let line = format!("Receipts are read at http://{address}/ (Ctrl-C stops)\n");
    let mut out = io::stdout();
    match out.write_all(line.as_bytes()).and_then(|()| out.flush()) {
        Ok(()) => std::future::pending().await,
        Err(error) => anyhow::Error::new(error).context("cannot say where the page is"),
    }
}

/// Logs a step of the start, so that the log shows which ones are still missing.
async fn then_log(step: impl Future<Output = ()>, message: &str) {
    step.await;
    tracing::info!("{message}");
}

async fn ready(address: SocketAddr) {
    let ask = async || {
        let http = reqwest::Client::builder().no_proxy().timeout(Duration::from_secs(1)).build().ok()?;
        http.get(format!("http://{address}/readyz")).send().await.ok()
    };
    while !ask().await.is_some_and(|answer| answer.status().is_success()) {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

fn check_free(address: SocketAddr) -> anyhow::Result<()> {
    match TcpListener::bind(address) {
        Ok(_) => Ok(()),
        Err(error) if error.kind() == io::ErrorKind::AddrInUse => {
            bail!("the address {address} is in use already: choose another port (PORT=… or --port)")
        }
        Err(error) => Err(error).with_context(|| format!("cannot listen on {address}")),
    }
}

fn web_root(folder: &Path) -> anyhow::Result<String> {
    let found = folder.canonicalize().ok().filter(|found| found.is_dir());
    match found.as_deref().and_then(Path::to_str) {
        Some(found) => Ok(found.to_owned()),
        None => bail!(
            "the page's folder {} is missing: build the page, or name its folder with --web-root",
            folder.display()
        ),
    }
}

/// A random secret, made once: sessions and the marks of paid receipts stay valid after a restart.
fn secret(file: &Path) -> anyhow::Result<String> {
    match fs::read_to_string(file) {
        Ok(key) => Ok(key),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let key = receipt::hex(&rand::random::<[u8; 64]>());
            local::secret_file::write(file, key.as_bytes())?;
            Ok(key)
        }
        Err(error) => Err(error).with_context(|| format!("cannot read {}", file.display())),
    }
}
