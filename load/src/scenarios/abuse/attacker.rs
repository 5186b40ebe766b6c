//! `load attack`: the attacker, in a process of its own beside the honest visitor, until its standard input ends.

use std::{
    io::{self, Read as _, Write as _},
    net::IpAddr,
    path::PathBuf,
    sync::Arc,
};

use anyhow::Context as _;
use receipt::ImageId;

use super::{attack::Attack, tally::Tally};
use crate::{
    connection::Connection, files, picture, report::Report, signing::Authority, target::Target, visitor::Visitor,
};

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    attack: Attack,

    #[arg(long)]
    base: Target,

    /// The number of its address.
    #[arg(long)]
    source: usize,

    #[arg(long)]
    authority: PathBuf,
}

pub(super) struct Attacker {
    pub(super) target: Target,
    pub(super) source: IpAddr,
    pub(super) authority: Authority,
}

/// What is printed once the attack begins.
pub(super) const ATTACKING: &str = "attacking";
/// As many open files as the largest attack needs.
const CONNECTIONS: usize = 15_000;
/// Server and honest visitor come first where cores are few: it is not the attacker's use of them that is measured.
const NICE: i32 = 5;

pub(crate) async fn run(args: Args) -> anyhow::Result<Report> {
    rustix::process::nice(NICE).context("step behind")?;
    files::make_room(CONNECTIONS)?;
    let authority = Authority::read(&args.authority)?;
    let attacker = Attacker { target: args.base, source: args.base.source(args.source), authority };
    let plan = args.attack.plan(&attacker).await.context("prepare the attack")?;
    let tally = Arc::new(Tally::default());
    let mut out = io::stdout();
    out.write_all(format!("{ATTACKING}\n").as_bytes()).and_then(|()| out.flush())?;
    let told_to_end = tokio::task::spawn_blocking(|| io::stdin().read_to_end(&mut Vec::new()));
    tokio::select! {
        never = plan.carry_out(attacker.target, tally.clone()) => match never {},
        ended = told_to_end => drop(ended?),
    }
    out.write_all(&serde_json::to_vec(&tally.outcome())?).and_then(|()| out.flush())?;
    Ok(Report::default())
}

impl Attacker {
    pub(super) async fn visit(&self) -> anyhow::Result<Visitor> {
        Visitor::arrive(self.target, self.source).await
    }

    /// A cookie, and an image that it may see.
    pub(super) async fn upload(&self, size: usize) -> anyhow::Result<(Visitor, ImageId)> {
        let visitor = self.visit().await?;
        let mut connection = Connection::new(self.target, self.source);
        let id = visitor.upload(picture::jpeg(size)).send(&mut connection).await?;
        Ok((visitor, id))
    }

    /// The first line of a request, and its host.
    pub(super) fn head(&self, method_and_path: &str) -> String {
        format!("{method_and_path} HTTP/1.1\r\nHost: {}\r\n", self.target.address())
    }
}
