//! `api healthcheck`, as a container's engine calls it.

use std::process::Stdio;

use testbed::Testbed;
use tokio::process::Command;

use crate::process::Process;

async fn is_healthy(testbed: &Testbed, address: &str) -> bool {
    let mut command = Command::new(env!("CARGO_BIN_EXE_api"));
    command.arg("healthcheck").env_clear().envs(testbed.aws.resources().api_env());
    command.envs([("LISTEN_ADDR", address), ("SESSION_KEY", "a key for tests of more than 32 bytes")]);
    command.stdin(Stdio::null()).stderr(Stdio::null()).status().await.unwrap().success()
}

#[tokio::test]
async fn a_service_that_answers_is_healthy_and_one_that_has_gone_is_not() {
    let (testbed, web_root) = (Testbed::start().await, tempfile::tempdir().unwrap());
    let mut process = Process::start(&testbed, web_root.path(), &[]).await;
    let address = process.base.strip_prefix("http://").unwrap().to_owned();
    assert!(is_healthy(&testbed, &address).await);
    process.kill().await;
    assert!(!is_healthy(&testbed, &address).await);
}
