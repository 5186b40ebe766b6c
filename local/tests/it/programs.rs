//! The program `receipts`, as a process.

use std::{
    fs,
    io::{BufRead as _, BufReader, Read as _},
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use local::Resources;
use rustix::process::{Pid, Signal, kill_process, test_kill_process};
use tempfile::TempDir;

use crate::clients::{Clients, eventually};

const RECEIPTS: &str = env!("CARGO_BIN_EXE_receipts");

fn pid(of: u32) -> Pid {
    Pid::from_raw(i32::try_from(of).unwrap()).unwrap()
}

/// `receipts aws` on any port, and what it printed.
fn start_aws(data: &Path) -> (Child, String) {
    let mut aws = Command::new(RECEIPTS);
    aws.args(["aws", "--listen", "127.0.0.1:0", "--data"]).arg(data);
    let mut child = aws.stdout(Stdio::piped()).spawn().unwrap();
    let mut printed = String::new();
    let mut reader = BufReader::new(child.stdout.take().unwrap());
    while !printed.contains("COPILOT_QUEUE_URI=") {
        assert_ne!(reader.read_line(&mut printed).unwrap(), 0, "{printed}");
    }
    (child, printed)
}

#[tokio::test]
async fn after_a_kill_everything_goes_on() {
    let data = TempDir::new().unwrap();
    let (mut killed, printed) = start_aws(data.path());
    let clients = clients(&printed);
    clients.send("in flight").await;
    assert_eq!(clients.receive().await.len(), 1);
    clients.put("uploads/a/image.jpg", b"a picture").await;
    killed.kill().unwrap();
    killed.wait().unwrap();

    let (mut child, printed) = start_aws(data.path());
    assert!(printed.contains(r#"COPILOT_SNS_TOPIC_ARNS='{"newImage":"arn:aws:sns:"#), "{printed}");
    let clients = self::clients(&printed);
    assert_eq!(clients.receive().await[0].body(), Some("in flight"));
    let got = clients.s3.get_object().bucket(clients.resources.bucket).key("uploads/a/image.jpg").send().await.unwrap();
    assert_eq!(got.body.collect().await.unwrap().into_bytes().as_ref(), b"a picture");

    kill_process(pid(child.id()), Signal::TERM).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(0));
}

fn clients(printed: &str) -> Clients {
    let endpoint = printed.lines().find_map(|line| line.strip_prefix("AWS_ENDPOINT_URL=")).unwrap();
    Clients::of(&Resources::at(endpoint))
}

/// `receipts` in a folder where the programs beside it are shell scripts.
struct House {
    folder: TempDir,
}

impl House {
    fn with(api: &str, image_handler: &str) -> Self {
        let folder = TempDir::new_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
        fs::hard_link(RECEIPTS, folder.path().join("receipts")).unwrap();
        fs::create_dir_all(folder.path().join("web/dist")).unwrap();
        let house = Self { folder };
        for (name, script) in [("api", api), ("image-handler", image_handler)] {
            let file = house.path(name);
            fs::write(&file, format!("#!/bin/sh\necho $$ > {name}.pid\n{script}\n")).unwrap();
            fs::set_permissions(&file, fs::Permissions::from_mode(0o755)).unwrap();
        }
        house
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn command(&self) -> Command {
        let mut run = Command::new(self.path("receipts"));
        run.arg("run").envs([("AWS_PORT", "0"), ("PORT", "0")]);
        run.current_dir(self.folder.path()).stdout(Stdio::piped()).stderr(Stdio::piped());
        run
    }

    /// The process id of a script.
    async fn running(&self, name: &str) -> Pid {
        let file = self.path(&format!("{name}.pid"));
        eventually(name, async || Some(pid(fs::read_to_string(&file).ok()?.trim().parse().ok()?))).await
    }
}

async fn gone(process: Pid) {
    eventually("the process ends", async || test_kill_process(process).is_err().then_some(())).await;
}

/// What a run that fails says on standard error, without its log.
fn fails(run: &mut Command) -> String {
    let output = run.output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!((output.status.code(), output.stdout.len()), (Some(1), 0), "{said}");
    said.lines().find_map(|line| line.strip_prefix("receipts: ")).unwrap_or_else(|| panic!("{said}")).to_owned()
}

#[tokio::test]
async fn a_stop_reaches_both_programs() {
    let house = House::with("exec sleep 1000", "exec sleep 1000");
    let mut run = house.command().spawn().unwrap();
    let programs = [house.running("api").await, house.running("image-handler").await];
    let began = Instant::now();
    kill_process(pid(run.id()), Signal::TERM).unwrap();
    assert_eq!(run.wait().unwrap().code(), Some(0));
    assert!(began.elapsed() < Duration::from_secs(5));
    for program in programs {
        assert!(test_kill_process(program).is_err());
    }
}

#[tokio::test]
async fn a_program_that_ignores_the_stop_is_killed_in_time() {
    let house = House::with("trap '' TERM\nwhile :; do sleep 1; done", "exec sleep 1000");
    let mut run = house.command().spawn().unwrap();
    let api = house.running("api").await;
    house.running("image-handler").await;
    let began = Instant::now();
    kill_process(pid(run.id()), Signal::INT).unwrap();
    assert_eq!(run.wait().unwrap().code(), Some(0));
    assert!(began.elapsed() < Duration::from_secs(5), "{:?}", began.elapsed());
    assert!(test_kill_process(api).is_err());
}

#[tokio::test]
async fn no_program_outlives_a_run_that_is_killed() {
    let house = House::with("exec sleep 1000", "exec sleep 1000");
    let mut run = house.command().spawn().unwrap();
    let programs = [house.running("api").await, house.running("image-handler").await];
    run.kill().unwrap();
    run.wait().unwrap();
    for program in programs {
        gone(program).await;
    }
}

#[tokio::test]
async fn a_program_that_dies_is_named_and_ends_the_run() {
    let house = House::with("exec sleep 1000", "exit 7");
    let said = fails(&mut house.command());
    assert_eq!(said, "image-handler ended by itself: exit status 7");
    assert!(test_kill_process(house.running("api").await).is_err());

    let house = House::with("kill -9 $$", "exec sleep 1000");
    assert_eq!(fails(&mut house.command()), "api ended by itself: killed by signal 9");
}

#[test]
fn programs_see_the_stand_ins_and_nothing_of_another_account() {
    let house = House::with("env > api.env; exec sleep 1000", "env > worker.env; exit 0");
    let run = &mut house.command();
    fails(run.env("AWS_PROFILE", "production").env("AWS_SESSION_TOKEN", "secret").env("RUST_LOG", "error"));
    let env = |name: &str| fs::read_to_string(house.path(name)).unwrap();
    let (api, worker) = (env("api.env"), env("worker.env"));
    for env in [&api, &worker] {
        assert!(!env.contains("AWS_PROFILE") && !env.contains("AWS_SESSION_TOKEN"), "{env}");
        assert!(env.contains("RUST_LOG=error") && env.contains("AWS_ENDPOINT_URL=http://127.0.0.1:"), "{env}");
    }
    let key = fs::read_to_string(house.path(".local/session-key")).unwrap();
    assert_eq!(key.len(), 128);
    assert_eq!(fs::metadata(house.path(".local/session-key")).unwrap().permissions().mode() & 0o777, 0o600);
    assert!(api.contains(&format!("SESSION_KEY={key}")) && !worker.contains("SESSION_KEY"));
}

#[test]
fn an_obstacle_to_the_start_is_named() {
    let house = House::with("exec sleep 1000", "exec sleep 1000");
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let said = fails(house.command().args(["--web-root", "elsewhere"]));
    assert!(said.contains("the page's folder elsewhere is missing"), "{said}");
    let said = fails(house.command().env("PORT", &port));
    assert!(said.contains(&format!("127.0.0.1:{port} is in use already")), "{said}");
    let said = fails(house.command().env("AWS_PORT", &port));
    assert!(said.contains(&format!("127.0.0.1:{port} is in use already")), "{said}");
    fs::write(house.path("file"), b"").unwrap();
    let said = fails(house.command().args(["--data", "file"]));
    assert!(said.contains("the data folder file cannot be written"), "{said}");
    fs::remove_file(house.path("image-handler")).unwrap();
    let said = fails(&mut house.command());
    assert!(said.contains("image-handler is missing"), "{said}");
}

#[tokio::test]
async fn a_second_run_on_the_same_data_is_refused() {
    let house = House::with("exec sleep 1000", "exec sleep 1000");
    let mut first = house.command().spawn().unwrap();
    house.running("api").await;
    let said = fails(&mut house.command());
    assert!(said.contains("the data folder .local is in use by another process"), "{said}");
    kill_process(pid(first.id()), Signal::TERM).unwrap();
    first.wait().unwrap();
    let mut said = String::new();
    first.stdout.take().unwrap().read_to_string(&mut said).unwrap();
    assert_eq!(said, "", "a run that was never ready says nothing");
}
