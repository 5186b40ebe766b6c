//! An OIDC issuer with keys of its own, which counts how often it is asked, and apps on somebody's phone.

use std::{
    net::SocketAddr,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
};

use aws_lc_rs::{
    rand::SystemRandom,
    rsa::KeySize,
    signature::{
        ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair, RSA_PKCS1_SHA256, RSA_PSS_SHA256,
        RsaEncoding, RsaKeyPair,
    },
};
use axum::{
    Json, Router,
    extract::{Request, State},
    http::StatusCode,
    middleware::{self, Next},
    response::{IntoResponse, Response},
    routing::get,
};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use jiff::Timestamp;
use receipt::ImageId;
use serde_json::{Value, json};
use testbed::a_jpeg;
use tokio::{net::TcpListener, task::JoinHandle};
use x509_parser::{prelude::FromDer, public_key::RSAPublicKey};

use crate::test_app::{TestApp, picture};

pub(crate) const AUDIENCE: &str = "receipts";

pub(crate) struct TestIssuer {
    pub(crate) url: String,
    published: Arc<Published>,
    serving: JoinHandle<()>,
}

struct Published {
    issuer: String,
    keys: Mutex<Vec<Value>>,
    fetches: AtomicUsize,
    is_down: AtomicBool,
}

pub(crate) enum Key {
    Ec(EcdsaKeyPair),
    Rsa(RsaKeyPair),
    Ed(Ed25519KeyPair),
}

impl TestIssuer {
    /// Publishes `keys` under their names.
    pub(crate) async fn start(keys: &[(&str, &Key)]) -> Self {
        Self::start_at("127.0.0.1:0".parse().unwrap(), keys).await
    }

    pub(crate) async fn start_at(address: SocketAddr, keys: &[(&str, &Key)]) -> Self {
        let listener = TcpListener::bind(address).await.unwrap();
        let url = format!("http://{}/realm", listener.local_addr().unwrap());
        let published = Arc::new(Published {
            issuer: url.clone(),
            keys: Mutex::new(jwks(keys)),
            fetches: AtomicUsize::default(),
            is_down: AtomicBool::default(),
        });
        let routes = Router::new()
            .route("/realm/.well-known/openid-configuration", get(discovery))
            .route("/realm/keys", get(keys_document))
            .layer(middleware::from_fn_with_state(published.clone(), only_while_up))
            .with_state(published.clone());
        let serving = tokio::spawn(async move { axum::serve(listener, routes).await.unwrap() });
        Self { url, published, serving }
    }

    /// Replaces all keys.
    pub(crate) fn publish(&self, keys: &[(&str, &Key)]) {
        *self.published.keys.lock().unwrap() = jwks(keys);
    }

    /// How often the keys were asked for.
    pub(crate) fn fetches(&self) -> usize {
        self.published.fetches.load(Ordering::SeqCst)
    }

    /// From now on it answers with nothing but 503.
    pub(crate) fn break_down(&self) {
        self.published.is_down.store(true, Ordering::SeqCst);
    }

    /// What a good token of `subject` says.
    pub(crate) fn claims(&self, subject: &str) -> Value {
        claims(&self.url, subject)
    }

    /// A service that takes this issuer's tokens.
    pub(crate) async fn app(&self) -> TestApp {
        app_for(&self.url).await
    }
}

impl Drop for TestIssuer {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

pub(crate) async fn app_for(issuer: &str) -> TestApp {
    TestApp::with(|config| {
        config.oidc_issuer = Some(issuer.parse().unwrap());
        config.oidc_audience = Some(AUDIENCE.to_owned());
    })
    .await
}

pub(crate) fn claims(issuer: &str, subject: &str) -> Value {
    let now = Timestamp::now().as_second();
    json!({ "iss": issuer, "aud": AUDIENCE, "sub": subject, "iat": now, "nbf": now, "exp": now + 300 })
}

/// `claims` with some of them replaced; `null` removes one.
pub(crate) fn but(mut claims: Value, changes: &Value) -> Value {
    let all = claims.as_object_mut().unwrap();
    for (name, value) in changes.as_object().unwrap() {
        all.insert(name.clone(), value.clone());
    }
    all.retain(|_, value| !value.is_null());
    claims
}

async fn only_while_up(State(published): State<Arc<Published>>, request: Request, next: Next) -> Response {
    if published.is_down.load(Ordering::SeqCst) {
        return StatusCode::SERVICE_UNAVAILABLE.into_response();
    }
    next.run(request).await
}

async fn discovery(State(published): State<Arc<Published>>) -> Json<Value> {
    Json(json!({ "issuer": published.issuer, "jwks_uri": format!("{}/keys", published.issuer) }))
}

async fn keys_document(State(published): State<Arc<Published>>) -> Json<Value> {
    published.fetches.fetch_add(1, Ordering::SeqCst);
    Json(json!({ "keys": *published.keys.lock().unwrap() }))
}

fn jwks(keys: &[(&str, &Key)]) -> Vec<Value> {
    keys.iter().map(|(name, key)| key.jwk(name)).collect()
}

impl Key {
    pub(crate) fn ec() -> Self {
        Self::Ec(EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap())
    }

    pub(crate) fn rsa() -> Self {
        Self::Rsa(RsaKeyPair::generate(KeySize::Rsa2048).unwrap())
    }

    pub(crate) fn ed() -> Self {
        Self::Ed(Ed25519KeyPair::generate().unwrap())
    }

    pub(crate) fn public(&self) -> &[u8] {
        match self {
            Self::Ec(key) => key.public_key().as_ref(),
            Self::Rsa(key) => key.public_key().as_ref(),
            Self::Ed(key) => key.public_key().as_ref(),
        }
    }

    pub(crate) fn jwk(&self, name: &str) -> Value {
        let public = self.public();
        match self {
            Self::Ec(_) => json!({
                "kid": name, "kty": "EC", "crv": "P-256", "alg": "ES256", "use": "sig",
                "x": encoded(&public[1..33]), "y": encoded(&public[33..]),
            }),
            Self::Rsa(_) => {
                let (_, key) = RSAPublicKey::from_der(public).unwrap();
                let without_sign = |number: &[u8]| encoded(number.strip_prefix(&[0]).unwrap_or(number));
                json!({
                    "kid": name, "kty": "RSA", "use": "sig",
                    "n": without_sign(key.modulus), "e": without_sign(key.exponent),
                })
            }
            Self::Ed(_) => json!({ "kid": name, "kty": "OKP", "crv": "Ed25519", "x": encoded(public) }),
        }
    }

    /// A token signed by this key, by the algorithm that goes with it.
    pub(crate) fn token(&self, name: &str, claims: &Value) -> String {
        match self {
            Self::Ec(_) => self.token_by("ES256", name, claims),
            Self::Rsa(_) => self.token_by("RS256", name, claims),
            Self::Ed(_) => self.token_by("EdDSA", name, claims),
        }
    }

    pub(crate) fn token_by(&self, algorithm: &str, name: &str, claims: &Value) -> String {
        let message = unsigned(&json!({ "alg": algorithm, "kid": name, "typ": "JWT" }), claims);
        let signature = match self {
            Self::Ec(key) => key.sign(&SystemRandom::new(), message.as_bytes()).unwrap().as_ref().to_vec(),
            Self::Ed(key) => key.sign(message.as_bytes()).as_ref().to_vec(),
            Self::Rsa(key) => {
                let padding: &dyn RsaEncoding = if algorithm == "PS256" { &RSA_PSS_SHA256 } else { &RSA_PKCS1_SHA256 };
                let mut signature = vec![0; key.public_modulus_len()];
                key.sign(padding, &SystemRandom::new(), message.as_bytes(), &mut signature).unwrap();
                signature
            }
        };
        format!("{message}.{}", encoded(&signature))
    }
}

/// The first two parts of a token.
pub(crate) fn unsigned(header: &Value, claims: &Value) -> String {
    format!("{}.{}", encoded(header.to_string().as_bytes()), encoded(claims.to_string().as_bytes()))
}

pub(crate) fn encoded(bytes: &[u8]) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(bytes)
}

/// An app on somebody's phone: a token, no cookies.
pub(crate) struct Phone {
    token: String,
    http: reqwest::Client,
    base: String,
}

impl Phone {
    pub(crate) fn new(app: &TestApp, token: impl Into<String>) -> Self {
        Self { token: token.into(), http: reqwest::Client::new(), base: app.base.clone() }
    }

    pub(crate) fn authorization(&self) -> String {
        format!("Bearer {}", self.token)
    }

    pub(crate) async fn get(&self, path: &str) -> reqwest::Response {
        let request = self.http.get(format!("{}{path}", self.base));
        request.header("authorization", self.authorization()).send().await.unwrap()
    }

    pub(crate) async fn post(&self, path: &str) -> reqwest::Response {
        let request = self.http.post(format!("{}{path}", self.base));
        request.header("authorization", self.authorization()).send().await.unwrap()
    }

    pub(crate) async fn upload(&self) -> ImageId {
        let request = self.http.post(format!("{}/upload", self.base)).header("authorization", self.authorization());
        let response = request.multipart(picture("image", a_jpeg(5000))).send().await.unwrap();
        assert_eq!(response.status(), 202);
        assert!(response.headers().get("set-cookie").is_none());
        let body: Value = response.json().await.unwrap();
        body["imageId"].as_str().unwrap().parse().unwrap()
    }
}
