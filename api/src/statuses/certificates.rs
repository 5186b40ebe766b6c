//! The certificates with whose keys SNS signs: from where they may come, and whose turn it is to have one fetched.
//!
//! Which certificate SNS signs with nobody knows before its first message, and whoever posts may name one. So a known key
//! waits for nothing. An unknown address is fetched at once, or not at all for now: SNS sends again after a second. Each
//! client has a share of the fetches; and addresses that come again, as SNS's does, have a share of their own, which
//! addresses that are made up for each message do not touch.

use std::{
    collections::HashMap,
    num::NonZeroU32,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use anyhow::Context;
use aws_config::SdkConfig;
use aws_types::service_config::ServiceConfigKey;
use reqwest::{Client, Url, redirect};
use tokio::{sync::watch, time::Instant};
use tokio_util::task::TaskTracker;

use super::{
    known_certificates::{Known, KnownCertificates},
    sns_message::SigningKey,
};
use crate::http::{ClientAddress, RateLimit, Shares};

const MAX_CERTIFICATE_BYTES: usize = 16 * 1024;
const FETCH_WITHIN: Duration = Duration::from_secs(5);
/// Of addresses that are not known.
const FETCHES_AT_ONCE: usize = 16;
const FETCHES_AT_ONCE_FOR_EACH: usize = 8;
/// For each client, of addresses that are new, and as many of those that came before.
const FETCHES_PER_MINUTE: NonZeroU32 = NonZeroU32::new(300).expect("300 is not 0");

/// Cheap to clone.
#[derive(Debug, Clone)]
pub(super) struct Certificates(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    client: Client,
    /// Scheme, host and port.
    allowed_origin: String,
    state: Mutex<State>,
    places: Shares<ClientAddress>,
    turns: RateLimit<(ClientAddress, Turn)>,
    tasks: TaskTracker,
}

/// Certificates by their address in its one spelling.
#[derive(Debug, Default)]
struct State {
    known: KnownCertificates,
    /// Each address is fetched once at a time.
    fetching: HashMap<String, watch::Receiver<Option<Fetched>>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Turn {
    New,
    Again,
}

type Fetched = Result<Arc<SigningKey>, CertificateError>;

#[derive(Debug, Clone, thiserror::Error)]
pub(super) enum CertificateError {
    #[error("the certificate's address is not SNS's")]
    Foreign,
    #[error("there is no certificate at that address")]
    NotACertificate,
    #[error("the certificate could not be fetched")]
    Unreachable(#[source] Arc<reqwest::Error>),
    #[error("too many other certificates were being fetched")]
    Busy,
}

/// What to do for an address, decided at one instant.
enum Plan {
    Use(Arc<SigningKey>),
    Refuse(CertificateError),
    Await(watch::Receiver<Option<Fetched>>),
}

impl Certificates {
    /// Certificates come from SNS in the region of `topic_arn`, or from the endpoint that replaces it.
    pub(super) fn new(aws: &SdkConfig, topic_arn: &str, tasks: TaskTracker) -> anyhow::Result<Self> {
        Ok(Self(Arc::new(Inner {
            client: Client::builder().redirect(redirect::Policy::none()).timeout(FETCH_WITHIN).build()?,
            allowed_origin: allowed_origin(aws, topic_arn)?,
            state: Mutex::default(),
            places: Shares::new(FETCHES_AT_ONCE, FETCHES_AT_ONCE_FOR_EACH),
            turns: RateLimit::new(),
            tasks,
        })))
    }

    /// The key of the certificate at `url`, for a message that came from `client`.
    pub(super) async fn signing_key(&self, url: &str, client: ClientAddress) -> Fetched {
        let url = self.0.allowed(url).ok_or(CertificateError::Foreign)?;
        let mut fetched = match self.plan(url, client) {
            Plan::Use(key) => return Ok(key),
            Plan::Refuse(why) => return Err(why),
            Plan::Await(fetched) => fetched,
        };
        let fetched = fetched.wait_for(Option::is_some).await.map_err(|_| CertificateError::Busy)?;
        fetched.clone().unwrap_or(Err(CertificateError::Busy))
    }

    /// A message's signature fitted the key of the certificate at `url`. SNS's own spelling is the one that is known.
    pub(super) fn has_signed(&self, url: &str) {
        self.0.state().known.has_signed(url);
    }

    fn plan(&self, url: Url, client: ClientAddress) -> Plan {
        let mut state = self.0.state();
        match state.known.look_up(url.as_str(), Instant::now()) {
            Known::Fresh(key) => return Plan::Use(key),
            Known::NoCertificate => return Plan::Refuse(CertificateError::NotACertificate),
            Known::Stale(key) => {
                // There are few known ones, so that these fetches need no share.
                if state.under_way(&url).is_none() {
                    self.start(&mut state, url, ());
                }
                return Plan::Use(key);
            }
            Known::Nothing => {}
        }
        if let Some(fetched) = state.under_way(&url) {
            return Plan::Await(fetched);
        }
        let turn = if state.known.was_asked_for(url.as_str()) { Turn::Again } else { Turn::New };
        let Ok(place) = self.0.places.take(client, 1) else { return Plan::Refuse(CertificateError::Busy) };
        match self.0.turns.admit([((client, turn), FETCHES_PER_MINUTE)], Instant::now().into_std()) {
            Ok(()) => Plan::Await(self.start(&mut state, url, place)),
            Err(_) => Plan::Refuse(CertificateError::Busy),
        }
    }

    /// Fetches in a task of its own: a client that disconnects must not cancel what others wait for.
    fn start(&self, state: &mut State, url: Url, place: impl Send + 'static) -> watch::Receiver<Option<Fetched>> {
        let (sender, receiver) = watch::channel(None);
        state.fetching.insert(url.as_str().to_owned(), receiver.clone());
        let inner = self.0.clone();
        self.0.tasks.spawn(async move {
            let fetched = inner.fetch(url.clone()).await;
            inner.state().conclude(url.as_str(), &fetched, Instant::now());
            sender.send_replace(Some(fetched));
            drop(place);
        });
        receiver
    }
}

impl State {
    fn under_way(&self, url: &Url) -> Option<watch::Receiver<Option<Fetched>>> {
        // A task that broke off leaves its entry, but no sender.
        self.fetching.get(url.as_str()).filter(|fetched| fetched.has_changed().is_ok()).cloned()
    }

    fn conclude(&mut self, url: &str, fetched: &Fetched, now: Instant) {
        self.fetching.remove(url);
        match fetched {
            Ok(key) => self.known.found(url, key.clone(), now),
            Err(CertificateError::NotACertificate | CertificateError::Foreign) => self.known.refused(url, now),
            // The next message may find it.
            Err(CertificateError::Unreachable(_) | CertificateError::Busy) => self.known.unreachable(url, now),
        }
    }
}

impl Inner {
    fn state(&self) -> MutexGuard<'_, State> {
        // Nothing that could panic half-way runs under this lock.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The address in its one spelling, if it is one where SNS keeps certificates.
    fn allowed(&self, url: &str) -> Option<Url> {
        let url = Url::parse(url).ok()?;
        let name = url.path().strip_prefix("/SimpleNotificationService-")?.strip_suffix(".pem")?;
        let plain = (1..=64).contains(&name.len()) && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
        let bare =
            url.query().is_none() && url.fragment().is_none() && url.username().is_empty() && url.password().is_none();
        (plain && bare && url.origin().ascii_serialization() == self.allowed_origin).then_some(url)
    }

    async fn fetch(&self, url: Url) -> Fetched {
        let unreachable = |error| CertificateError::Unreachable(Arc::new(error));
        let mut response = self.client.get(url).send().await.map_err(unreachable)?;
        if response.status().is_server_error() {
            let error = response.error_for_status().map(drop).err();
            return Err(error.map_or(CertificateError::NotACertificate, unreachable));
        }
        if !response.status().is_success() {
            return Err(CertificateError::NotACertificate);
        }
        let mut pem = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(unreachable)? {
            pem.extend_from_slice(&chunk);
            if pem.len() > MAX_CERTIFICATE_BYTES {
                return Err(CertificateError::NotACertificate);
            }
        }
        signing_key_of(&pem).map(Arc::new).ok_or(CertificateError::NotACertificate)
    }
}

fn signing_key_of(pem: &[u8]) -> Option<SigningKey> {
    let (_, pem) = x509_parser::pem::parse_x509_pem(pem).ok()?;
    let certificate = pem.parse_x509().ok()?;
    SigningKey::new(&certificate.public_key().subject_public_key.data).ok()
}

/// `https://sns.REGION.amazonaws.com`, or the origin of `AWS_ENDPOINT_URL_SNS` or `AWS_ENDPOINT_URL`.
fn allowed_origin(aws: &SdkConfig, topic_arn: &str) -> anyhow::Result<String> {
    let key = ServiceConfigKey::builder().service_id("SNS").env("AWS_ENDPOINT_URL").profile("endpoint_url").build()?;
    let for_sns = aws.service_config().and_then(|services| services.load_config(key));
    let endpoint = for_sns.or_else(|| aws.endpoint_url().map(str::to_owned));
    if let Some(endpoint) = endpoint {
        let url = Url::parse(&endpoint).with_context(|| format!("read the SNS endpoint {endpoint}"))?;
        return Ok(url.origin().ascii_serialization());
    }
    let mut parts = topic_arn.split(':');
    let (partition, region) = (parts.nth(1), parts.nth(1));
    match (partition, region) {
        (Some(partition), Some(region)) if !region.is_empty() => {
            let domain = if partition == "aws-cn" { "amazonaws.com.cn" } else { "amazonaws.com" };
            Ok(format!("https://sns.{region}.{domain}"))
        }
        _ => anyhow::bail!("{topic_arn} is not the ARN of a topic"),
    }
}

#[cfg(test)]
pub(super) mod tests;
