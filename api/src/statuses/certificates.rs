//! The certificates with whose keys SNS signs: from where they may come, and a bounded cache of them.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use anyhow::Context;
use aws_config::SdkConfig;
use aws_types::service_config::ServiceConfigKey;
use reqwest::{Client, Url, redirect};
use tokio::{sync::Semaphore, time::Instant};

use super::sns_message::SigningKey;

/// SNS uses one certificate at a time and region; more than a few come from forged messages.
const MAX_CACHED: usize = 8;
/// AWS replaces a certificate by one of another name, so a known one stays right; it is fetched anew now and then all the
/// same, and one that could not be had is not asked for again at every post.
const KEEP: Duration = Duration::from_hours(24);
const KEEP_REFUSAL: Duration = Duration::from_mins(1);
const MAX_CERTIFICATE_BYTES: usize = 16 * 1024;
const FETCH_WITHIN: Duration = Duration::from_secs(5);

#[derive(Debug)]
pub(super) struct Certificates {
    client: Client,
    /// Scheme, host and port.
    allowed_origin: String,
    /// By their address in its one spelling.
    cache: Mutex<HashMap<String, Known>>,
    /// One fetch at a time is enough, so that a flood of forged addresses causes no flood of requests.
    fetching: Semaphore,
}

/// What came of a fetch, and until when that holds.
#[derive(Debug, Clone)]
struct Known {
    until: Instant,
    /// None where there is no certificate.
    key: Option<Arc<SigningKey>>,
}

#[derive(Debug, thiserror::Error)]
pub(super) enum CertificateError {
    #[error("the certificate's address is not SNS's")]
    Foreign,
    #[error("there is no certificate at that address")]
    NotACertificate,
    #[error("the certificate could not be fetched")]
    Unreachable(#[source] reqwest::Error),
    #[error("too many other certificates were being fetched")]
    Busy,
}

impl Certificates {
    /// Certificates come from SNS in the region of `topic_arn`, or from the endpoint that replaces it.
    pub(super) fn new(aws: &SdkConfig, topic_arn: &str) -> anyhow::Result<Self> {
        let client = Client::builder().redirect(redirect::Policy::none()).timeout(FETCH_WITHIN).build()?;
        Ok(Self {
            client,
            allowed_origin: allowed_origin(aws, topic_arn)?,
            cache: Mutex::default(),
            fetching: Semaphore::new(1),
        })
    }

    /// The key of the certificate at `url`.
    pub(super) async fn signing_key(&self, url: &str) -> Result<Arc<SigningKey>, CertificateError> {
        // Only allowed addresses are known, and SNS's own spelling is the one.
        if let Some(known) = self.known(url) {
            return known;
        }
        let url = self.allowed(url).ok_or(CertificateError::Foreign)?;
        let turn = tokio::time::timeout(FETCH_WITHIN, self.fetching.acquire()).await;
        let _turn = turn.map_err(|_| CertificateError::Busy)?.map_err(|_| CertificateError::Busy)?;
        // The fetch before may have been of this certificate.
        if let Some(known) = self.known(url.as_str()) {
            return known;
        }
        let fetched = self.fetch(url.clone()).await;
        match &fetched {
            Ok(key) => self.remember(url, KEEP, Some(key.clone())),
            Err(CertificateError::NotACertificate | CertificateError::Foreign) => {
                self.remember(url, KEEP_REFUSAL, None);
            }
            // The next post may find it.
            Err(CertificateError::Unreachable(_) | CertificateError::Busy) => {}
        }
        fetched
    }

    /// What came of an earlier fetch.
    fn known(&self, url: &str) -> Option<Result<Arc<SigningKey>, CertificateError>> {
        let known = self.cache().get(url).filter(|known| known.until > Instant::now()).cloned()?;
        Some(known.key.ok_or(CertificateError::NotACertificate))
    }

    fn remember(&self, url: Url, keep: Duration, key: Option<Arc<SigningKey>>) {
        let mut cache = self.cache();
        if cache.len() >= MAX_CACHED {
            // Refusals go first, then whatever ends soonest.
            let oldest = cache.iter().min_by_key(|(_, known)| (known.key.is_some(), known.until));
            if let Some(name) = oldest.map(|(name, _)| name.clone()) {
                cache.remove(&name);
            }
        }
        cache.insert(url.into(), Known { until: Instant::now() + keep, key });
    }

    fn cache(&self) -> MutexGuard<'_, HashMap<String, Known>> {
        // Nothing that could panic half-way runs under this lock.
        self.cache.lock().unwrap_or_else(PoisonError::into_inner)
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

    async fn fetch(&self, url: Url) -> Result<Arc<SigningKey>, CertificateError> {
        let mut response = self.client.get(url).send().await.map_err(CertificateError::Unreachable)?;
        if response.status().is_server_error() {
            let error = response.error_for_status().map(drop).err();
            return Err(error.map_or(CertificateError::NotACertificate, CertificateError::Unreachable));
        }
        if !response.status().is_success() {
            return Err(CertificateError::NotACertificate);
        }
        let mut pem = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(CertificateError::Unreachable)? {
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
