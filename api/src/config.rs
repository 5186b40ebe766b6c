//! What the service takes from its environment.

use std::{net::SocketAddr, path::PathBuf, str::FromStr};

use serde::Deserialize;
use service::LogFormat;

use crate::{
    feeds::SocketLimits,
    http::{BaseUrl, HttpLimits, Origins},
    hub::RelayUrl,
    identity::{IssuerUrl, SessionKeys},
    receipts::PictureLimits,
};

/// The service that takes pictures in, sends statuses out, and serves the page.
#[derive(Debug, Clone, clap::Parser)]
#[command(version)]
pub struct Config {
    /// Without one the service runs.
    #[command(subcommand)]
    pub command: Option<Command>,

    /// Where to listen.
    #[arg(long, env = "LISTEN_ADDR", value_name = "LISTEN_ADDR", default_value = "0.0.0.0:8080")]
    pub listen_addr: SocketAddr,

    /// The bucket for the pictures.
    #[arg(long, env = "RECEIPTUPLOADS_NAME", value_name = "RECEIPTUPLOADS_NAME")]
    pub bucket: String,

    /// A JSON map of the topics to publish to: `{"newImage": "arn:…"}`.
    #[arg(long, env = "COPILOT_SNS_TOPIC_ARNS", value_name = "COPILOT_SNS_TOPIC_ARNS")]
    pub topics: TopicArns,

    /// The ARN of the topic on which statuses arrive.
    #[arg(long, env = "IMAGE_STATUS_SNS_TOPIC", value_name = "IMAGE_STATUS_SNS_TOPIC")]
    pub image_status_topic: String,

    /// The DynamoDB table.
    #[arg(long, env = "RECEIPTS_TABLE", value_name = "RECEIPTS_TABLE")]
    pub table: String,

    /// The address at which SNS reaches this service, without a path; https makes the session cookie `Secure`.
    #[arg(long, env = "PUBLIC_BASE_URL", value_name = "PUBLIC_BASE_URL")]
    pub public_base_url: Option<BaseUrl>,

    /// The load balancer's name, used as `http://NAME` where no public base URL is given.
    #[arg(long, env = "COPILOT_LB_DNS", value_name = "COPILOT_LB_DNS")]
    pub load_balancer: Option<String>,

    /// Signs the session cookies: at least 32 random bytes, the same for every task. Several, separated by commas, change
    /// it without anybody's loss: the first one signs, and all are taken.
    #[arg(long = "session-key", env = "SESSION_KEY", value_name = "SESSION_KEY", hide_env_values = true)]
    pub session_keys: SessionKeys,

    /// Other origins, separated by commas, whose pages may use this API in a browser.
    #[arg(
        long,
        env = "ALLOWED_ORIGINS",
        value_name = "ALLOWED_ORIGINS",
        default_value = "",
        hide_default_value = true
    )]
    pub allowed_origins: Origins,
    /// Whose tokens are taken as `Authorization: Bearer`: an OIDC issuer, exactly as it names itself.
    #[arg(long, env = "OIDC_ISSUER", value_name = "OIDC_ISSUER")]
    pub oidc_issuer: Option<IssuerUrl>,

    /// The audience for which tokens must be made; belongs to `OIDC_ISSUER`.
    #[arg(long, env = "OIDC_AUDIENCE", value_name = "OIDC_AUDIENCE")]
    pub oidc_audience: Option<String>,
    /// Where several tasks pass statuses on to each other: `redis://[[USER]:PASSWORD@]HOST[:PORT]`, or `rediss://` with
    /// TLS. Without it, and while it is down, statuses that SNS gave to another task arrive later.
    #[arg(long, env = "STATUS_RELAY_URL", value_name = "STATUS_RELAY_URL", hide_env_values = true)]
    pub status_relay_url: Option<RelayUrl>,

    /// The folder with the built page.
    #[arg(long, env = "WEB_ROOT", value_name = "WEB_ROOT", default_value = "/var/www/html")]
    pub web_root: PathBuf,

    /// How many MiB of uploads may be in memory at once, at least 5.
    #[arg(long, env = "UPLOAD_MEMORY_MIB", value_name = "UPLOAD_MEMORY_MIB", default_value = "40",
          value_parser = clap::value_parser!(u32).range(5..=4096))]
    pub upload_memory_mib: u32,

    /// How many uploads of a person are stored in a minute, at each task; of an address ten times as many, and half of
    /// those from visitors without a cookie. 0 is no limit.
    #[arg(long, env = "UPLOADS_PER_MINUTE", value_name = "UPLOADS_PER_MINUTE", default_value = "30",
          value_parser = clap::value_parser!(u32).range(..=1_000_000))]
    pub uploads_per_minute: u32,

    /// How many pictures are taken in a day (UTC), by all tasks together: each is read once, which Textract charges. 0 is no
    /// limit.
    #[arg(long, env = "PICTURES_PER_DAY", value_name = "PICTURES_PER_DAY", default_value = "0")]
    pub pictures_per_day: u32,

    /// How many of them from one address. 0 is a tenth.
    #[arg(
        long,
        env = "PICTURES_PER_ADDRESS_PER_DAY",
        value_name = "PICTURES_PER_ADDRESS_PER_DAY",
        default_value = "0"
    )]
    pub pictures_per_address_per_day: u32,

    /// How many proxies of ours append to `X-Forwarded-For` before a request comes here: 1 behind a load balancer.
    #[arg(long, env = "TRUSTED_PROXY_HOPS", value_name = "TRUSTED_PROXY_HOPS", default_value = "0")]
    pub trusted_proxy_hops: u8,

    /// How log lines are written.
    #[arg(long, env = "LOG_FORMAT", value_name = "LOG_FORMAT", default_value = "json")]
    pub log_format: LogFormat,

    #[arg(skip)]
    pub sockets: SocketLimits,

    #[arg(skip)]
    pub http: HttpLimits,

    #[arg(skip)]
    pub pictures: PictureLimits,
}

#[derive(Debug, Clone, Copy, clap::Subcommand)]
pub enum Command {
    /// Asks the service on this machine whether it is ready, with the same environment: a container's health check.
    Healthcheck,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TopicArns {
    pub new_image: String,
}

impl Config {
    /// Where SNS posts to us, if we know it.
    pub fn public_url(&self) -> Option<BaseUrl> {
        let balancer = || self.load_balancer.as_deref().filter(|name| !name.is_empty());
        self.public_base_url.clone().or_else(|| format!("http://{}", balancer()?).parse().ok())
    }

    /// An empty variable is none.
    pub(crate) fn relay_url(&self) -> Option<&RelayUrl> {
        self.status_relay_url.as_ref().filter(|url| !url.as_str().is_empty())
    }
}

impl FromStr for TopicArns {
    type Err = serde_json::Error;

    fn from_str(text: &str) -> Result<Self, serde_json::Error> {
        serde_json::from_str(text)
    }
}
