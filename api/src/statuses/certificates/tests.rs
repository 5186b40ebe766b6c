//! Forged addresses beside the one of SNS, at an endpoint that answers only when it is told to.

use std::net::Ipv4Addr;

use aws_config::BehaviorVersion;
use axum::{
    Router,
    extract::{Path, State as Shared},
    http::StatusCode,
    routing,
};
use tokio::{net::TcpListener, sync::Semaphore};

use super::*;

const GENUINE: &str = "SimpleNotificationService-genuine.pem";

/// Where SNS's certificates lie.
struct Sns {
    origin: String,
    at: Arc<Endpoint>,
    certificates: Certificates,
}

struct Endpoint {
    pem: String,
    /// Each answer that there is nothing takes one.
    answers: Semaphore,
    requests: Mutex<Vec<String>>,
}

pub(in crate::statuses) fn a_key() -> Arc<SigningKey> {
    Arc::new(signing_key_of(a_certificate().as_bytes()).unwrap())
}

fn a_certificate() -> String {
    static PEM: std::sync::LazyLock<String> = std::sync::LazyLock::new(|| {
        let key = rcgen::KeyPair::generate_for(&rcgen::PKCS_RSA_SHA256).unwrap();
        rcgen::CertificateParams::default().self_signed(&key).unwrap().pem()
    });
    PEM.clone()
}

async fn serve(Shared(at): Shared<Arc<Endpoint>>, Path(name): Path<String>) -> Result<String, StatusCode> {
    at.requests.lock().unwrap().push(name.clone());
    if name == GENUINE {
        return Ok(at.pem.clone());
    }
    at.answers.acquire().await.unwrap().forget();
    Err(StatusCode::NOT_FOUND)
}

impl Sns {
    async fn start(answers: usize) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let origin = format!("http://{}", listener.local_addr().unwrap());
        let at = Endpoint { pem: a_certificate(), answers: Semaphore::new(answers), requests: Mutex::default() };
        let at = Arc::new(at);
        let routes = Router::new().route("/{name}", routing::get(serve)).with_state(at.clone());
        tokio::spawn(axum::serve(listener, routes).into_future());
        let aws = SdkConfig::builder().behavior_version(BehaviorVersion::latest()).endpoint_url(&origin).build();
        let certificates = Certificates::new(&aws, "arn:aws:sns:eu-west-1:1:topic", TaskTracker::new()).unwrap();
        Self { origin, at, certificates }
    }

    async fn ask(&self, name: &str, client: u8) -> Fetched {
        let client = ClientAddress(Ipv4Addr::new(127, 0, 0, client).into());
        self.certificates.signing_key(&format!("{}/{name}", self.origin), client).await
    }

    fn forged(n: usize) -> String {
        format!("SimpleNotificationService-{n}.pem")
    }

    fn requests(&self) -> usize {
        self.at.requests.lock().unwrap().len()
    }
}

#[tokio::test]
async fn forged_addresses_of_one_client_leave_a_turn_to_others() {
    let sns = Sns::start(0).await;
    let flood = (0..100).map(|n| {
        let sns = &sns;
        async move { sns.ask(&Sns::forged(n), 1).await }
    });
    let genuine = async {
        // Each of the others waits for its answer, or was refused, by then.
        while sns.requests() < FETCHES_AT_ONCE_FOR_EACH {
            tokio::task::yield_now().await;
        }
        let genuine = sns.ask(GENUINE, 2).await;
        sns.at.answers.add_permits(100);
        genuine
    };
    let (flooded, genuine) = tokio::join!(futures_util::future::join_all(flood), genuine);
    assert!(genuine.is_ok());
    let refused = flooded.iter().filter(|fetched| matches!(fetched, Err(CertificateError::Busy))).count();
    assert_eq!(refused, 100 - FETCHES_AT_ONCE_FOR_EACH);
    assert_eq!(sns.requests(), FETCHES_AT_ONCE_FOR_EACH + 1);
    assert!(sns.ask(GENUINE, 1).await.is_ok(), "a known one needs no turn");
}

#[tokio::test]
async fn an_address_that_comes_again_gets_a_turn_though_its_client_makes_up_new_ones() {
    let sns = Sns::start(Semaphore::MAX_PERMITS).await;
    let mut n = 0;
    let spent = loop {
        match sns.ask(&Sns::forged(n), 1).await {
            Err(CertificateError::NotACertificate) => n += 1,
            other => break other,
        }
    };
    assert!(matches!(spent, Err(CertificateError::Busy)), "{spent:?}");
    assert!(n >= FETCHES_PER_MINUTE.get() as usize, "{n}");
    // It may be the first, and then it comes again a second later.
    let first = sns.ask(GENUINE, 1).await;
    let second = sns.ask(GENUINE, 1).await;
    assert!(first.is_ok() || second.is_ok(), "{first:?} {second:?}");
}

#[tokio::test]
async fn each_address_is_fetched_once_for_all_who_ask() {
    let sns = Sns::start(1).await;
    let asked = futures_util::future::join_all((0..50).map(|_| sns.ask(GENUINE, 1))).await;
    assert!(asked.iter().all(Result::is_ok));
    let forged = Sns::forged(1);
    let asked = futures_util::future::join_all((0..50).map(|_| sns.ask(&forged, 1))).await;
    assert!(asked.iter().all(|fetched| matches!(fetched, Err(CertificateError::NotACertificate))));
    assert!(matches!(sns.ask(&forged, 2).await, Err(CertificateError::NotACertificate)), "it is remembered");
    assert_eq!(sns.requests(), 2);
}
