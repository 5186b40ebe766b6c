//! The OIDC issuer whose tokens are taken: where its keys are found, and the fetch of them.

use std::{
    str::FromStr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use anyhow::Context;
use reqwest::{Client, Url, redirect};
use serde::Deserialize;
use tokio::{sync::Semaphore, time::Instant};
use tokio_util::task::TaskTracker;
use tracing::{info, warn};

use super::{
    key_cache::{Advice, KeyCache},
    token::{Expected, KeySet},
};
use crate::error::chain;

/// For both documents together.
const FETCH_WITHIN: Duration = Duration::from_secs(5);
const MAX_DOCUMENT_BYTES: usize = 256 * 1024;

#[derive(Debug)]
pub(crate) struct Issuer {
    expected: Expected,
    discovery: Url,
    client: Client,
    cache: Mutex<KeyCache>,
    /// One fetch at a time.
    fetching: Semaphore,
    tasks: TaskTracker,
}

/// The address by which an issuer names itself: https, or http on this very machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IssuerUrl(String);

#[derive(Debug, Clone, Copy, thiserror::Error)]
#[error("an issuer is an https address (http only on this machine) without user, query and fragment")]
pub struct NotAnIssuer;

#[derive(Debug, Clone, Copy, thiserror::Error)]
#[error("the issuer's keys are not known")]
pub(super) struct NoKeys;

#[derive(Debug, thiserror::Error)]
enum FetchError {
    #[error("the issuer did not answer within {FETCH_WITHIN:?}")]
    TooSlow,
    #[error("the issuer could not be asked")]
    Unreachable(#[from] reqwest::Error),
    #[error("the issuer's document has more than {MAX_DOCUMENT_BYTES} bytes")]
    TooLong,
    #[error("the issuer's document cannot be read")]
    Malformed(#[from] serde_json::Error),
    #[error("the document names another issuer")]
    AnotherIssuer,
    #[error("the issuer's keys are not at an https address")]
    KeysInTheOpen,
}

/// `OpenID` Connect Discovery 1.0 §3, as far as it matters here.
#[derive(Deserialize)]
struct Discovery {
    issuer: String,
    jwks_uri: String,
}

impl Issuer {
    /// The configured issuer, if one is.
    pub(crate) fn of(
        issuer: Option<&IssuerUrl>,
        audience: Option<&str>,
        tasks: &TaskTracker,
    ) -> anyhow::Result<Option<Arc<Self>>> {
        let (issuer, audience) = match (issuer, audience) {
            (None, None) => return Ok(None),
            (Some(issuer), Some(audience)) if !audience.is_empty() => (issuer, audience.to_owned()),
            (Some(_), _) | (_, Some(_)) => {
                anyhow::bail!("OIDC_ISSUER and OIDC_AUDIENCE belong together: set both or neither")
            }
        };
        let client = Client::builder().redirect(redirect::Policy::none()).https_only(!issuer.is_local());
        Ok(Some(Arc::new(Self {
            discovery: issuer.discovery().context("read OIDC_ISSUER")?,
            expected: Expected { issuer: issuer.0.clone(), audience },
            client: client.timeout(FETCH_WITHIN).build()?,
            cache: Mutex::default(),
            fetching: Semaphore::new(1),
            tasks: tasks.clone(),
        })))
    }

    pub(super) fn expected(&self) -> &Expected {
        &self.expected
    }

    pub(crate) fn has_keys(&self) -> bool {
        self.cache().is_usable(Instant::now())
    }

    /// Fetches the keys before the first token comes, so that a wrong configuration is logged at once. Nothing waits for it.
    pub(crate) async fn prepare(&self) {
        self.refresh(None).await;
    }

    /// The keys by which to judge a token that names the key `id`.
    pub(super) async fn keys_for(self: &Arc<Self>, id: &str) -> Result<Arc<KeySet>, NoKeys> {
        if let Advice::Use(keys) = self.advice(Some(id)) {
            return Ok(keys);
        }
        let (issuer, wanted) = (self.clone(), id.to_owned());
        // In a task of its own: a client that disconnects must not cancel a fetch for which others wait.
        let fetched = self.tasks.spawn(async move { issuer.refresh(Some(&wanted)).await }).await;
        match (fetched, self.advice(Some(id))) {
            (Ok(()), Advice::Use(keys)) => Ok(keys),
            (Ok(()), Advice::Fetch | Advice::Wait) | (Err(_), _) => Err(NoKeys),
        }
    }

    /// Fetches the keys, one caller at a time, unless the caller before has done so.
    async fn refresh(&self, wanted: Option<&str>) {
        // The semaphore is never closed.
        let Ok(_permit) = self.fetching.acquire().await else { return };
        if !matches!(self.advice(wanted), Advice::Fetch) {
            return;
        }
        let fetched = tokio::time::timeout(FETCH_WITHIN, self.fetch()).await.unwrap_or(Err(FetchError::TooSlow));
        match fetched {
            Ok(keys) => {
                info!(keys = keys.len(), "the issuer {} has {} usable keys", self.expected.issuer, keys.len());
                self.cache().fetched(keys, wanted, Instant::now());
            }
            Err(error) => {
                warn!("no keys from the issuer {}: {}", self.expected.issuer, chain(&error));
                self.cache().failed(Instant::now());
            }
        }
    }

    async fn fetch(&self) -> Result<KeySet, FetchError> {
        let discovery: Discovery = serde_json::from_slice(&self.get(self.discovery.clone()).await?)?;
        if discovery.issuer != self.expected.issuer {
            return Err(FetchError::AnotherIssuer);
        }
        let keys = Url::parse(&discovery.jwks_uri).ok().filter(|url| {
            let as_near = is_local(url) && is_local(&self.discovery);
            url.scheme() == "https" || as_near
        });
        Ok(KeySet::parse(&self.get(keys.ok_or(FetchError::KeysInTheOpen)?).await?)?)
    }

    async fn get(&self, url: Url) -> Result<Vec<u8>, FetchError> {
        let mut response = self.client.get(url).send().await?.error_for_status()?;
        let mut document = Vec::new();
        while let Some(chunk) = response.chunk().await? {
            document.extend_from_slice(&chunk);
            if document.len() > MAX_DOCUMENT_BYTES {
                return Err(FetchError::TooLong);
            }
        }
        Ok(document)
    }

    fn advice(&self, id: Option<&str>) -> Advice {
        self.cache().advice(id, Instant::now())
    }

    fn cache(&self) -> MutexGuard<'_, KeyCache> {
        // Nothing that could panic half-way runs under this lock.
        self.cache.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl IssuerUrl {
    fn is_local(&self) -> bool {
        self.0.starts_with("http://")
    }

    fn discovery(&self) -> anyhow::Result<Url> {
        Ok(Url::parse(&format!("{}/.well-known/openid-configuration", self.0.trim_end_matches('/')))?)
    }
}

impl FromStr for IssuerUrl {
    type Err = NotAnIssuer;

    fn from_str(text: &str) -> Result<Self, NotAnIssuer> {
        let url = Url::parse(text).map_err(|_| NotAnIssuer)?;
        let bare =
            url.query().is_none() && url.fragment().is_none() && url.username().is_empty() && url.password().is_none();
        // The parser accepts blanks, but a token names the issuer letter by letter.
        let clean = text.bytes().all(|byte| byte.is_ascii_graphic()) && text.starts_with("http");
        if bare && clean && (url.scheme() == "https" || is_local(&url)) {
            Ok(Self(text.to_owned()))
        } else {
            Err(NotAnIssuer)
        }
    }
}

/// Plain http, but to this very machine.
fn is_local(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    let address = host.trim_matches(['[', ']']).parse::<std::net::IpAddr>();
    url.scheme() == "http" && (host == "localhost" || address.is_ok_and(|address| address.is_loopback()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_issuer_is_reached_by_https_or_is_near() {
        for text in [
            "https://a.example",
            "https://a.example/realms/x/",
            "http://127.0.0.1:9",
            "http://[::1]:9/x",
            "http://localhost",
        ] {
            assert!(text.parse::<IssuerUrl>().is_ok(), "{text}");
        }
        let refused = [
            "",
            "a.example",
            "http://a.example",
            "http://10.0.0.1",
            "http://localhost.example",
            "ftp://127.0.0.1",
            " https://a.example",
            "https://a.example?x",
            "https://a.example#x",
            "https://u@a.example",
            "https://a.exa\nmple",
        ];
        for text in refused {
            assert!(text.parse::<IssuerUrl>().is_err(), "{text}");
        }
    }

    #[test]
    fn the_discovery_document_is_below_the_issuer() {
        for text in ["https://a.example/x", "https://a.example/x/"] {
            let url = text.parse::<IssuerUrl>().unwrap().discovery().unwrap();
            assert_eq!(url.as_str(), "https://a.example/x/.well-known/openid-configuration");
        }
    }
}
