//! What must never be in the logs.

use std::{
    io,
    sync::{Arc, Mutex},
};

use serde_json::Value;
use testbed::eventually;
use tracing_subscriber::{EnvFilter, fmt::MakeWriter};

use crate::{
    test_app::Watcher,
    test_issuer::{Key, Phone, TestIssuer},
};

/// All that was logged, by whichever test.
#[derive(Clone, Default)]
struct Logs(Arc<Mutex<Vec<u8>>>);

impl Logs {
    fn capture() -> Self {
        let logs = Self::default();
        let filter = EnvFilter::new("api=trace,ledger=trace,tower_http=trace,axum=trace");
        let lines =
            tracing_subscriber::fmt().with_env_filter(filter).with_writer(logs.clone()).with_ansi(false).finish();
        tracing::subscriber::set_global_default(lines).unwrap();
        logs
    }

    fn contain(&self, text: &str) -> bool {
        String::from_utf8_lossy(&self.0.lock().unwrap()).contains(text)
    }
}

impl io::Write for Logs {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(line)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl MakeWriter<'_> for Logs {
    type Writer = Self;

    fn make_writer(&self) -> Self {
        self.clone()
    }
}

#[tokio::test]
async fn neither_a_token_nor_a_ticket_nor_a_name_is_logged() {
    let logs = Logs::capture();
    let key = Key::ec();
    let issuer = TestIssuer::start(&[("one", &key)]).await;
    let app = issuer.app().await;
    let token = key.token("one", &issuer.claims("anna@mail.example"));
    let phone = Phone::new(&app, token.clone());
    let id = phone.upload().await;
    let body: Value = phone.post(&format!("/imageStatus/{id}/ticket")).await.json().await.unwrap();
    let ticket = body["ticket"].as_str().unwrap();
    let path = format!("/imageStatus/{id}/ws?ticket={ticket}");
    Watcher::try_connect(&app, &path, None).await.unwrap();
    assert_eq!(Watcher::try_connect(&app, &path, None).await.err(), Some(401));
    let bad = Phone::new(&app, format!("{token}x"));
    assert_eq!(bad.get("/receipts").await.status(), 401);

    let request = format!("http.path=\"/imageStatus/{id}/ws\"");
    eventually("the requests are logged", async || logs.contain(&request).then_some(())).await;
    let signature = token.rsplit('.').next().unwrap();
    for secret in [signature, ticket, "anna@mail.example"] {
        assert!(!logs.contain(secret));
    }
}
