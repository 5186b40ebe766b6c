//! What an attacker's connections do, as data: how many there are, what each sends, and what it reads.

use std::{convert::Infallible, future, net::IpAddr, sync::Arc, time::Duration};

use anyhow::Context as _;
use bytes::Bytes;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _, Interest},
    net::{
        TcpStream,
        tcp::{OwnedReadHalf, OwnedWriteHalf},
    },
    sync::Semaphore,
    task::JoinSet,
    time::{Instant, MissedTickBehavior},
};

use super::tally::Tally;
use crate::target::Target;

pub(super) struct Plan {
    pub(super) at_once: usize,
    /// Further ones, for as long as the attack goes on.
    pub(super) a_second: u32,
    /// When one that has ended is begun again.
    pub(super) again_after: Option<Duration>,
    /// What connection number `n` does.
    pub(super) program: Box<dyn Fn(usize) -> Program + Send + Sync>,
}

#[derive(Clone)]
pub(super) struct Program {
    pub(super) source: IpAddr,
    /// What is sent first.
    pub(super) opening: Bytes,
    pub(super) then: Then,
    pub(super) reads: Reads,
}

/// The line of a stranger: a gigabit a second. On this machine there would be no end to what an attacker can send, and the
/// system itself would be what is attacked.
pub(super) const LINE_BYTES_A_SECOND: usize = 125_000_000;

/// What is sent after the opening.
#[derive(Clone)]
pub(super) enum Then {
    Nothing,
    /// The same again and again.
    Repeat {
        bytes: Bytes,
        every: Duration,
    },
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Reads {
    /// Until the first answer has begun; then the connection is closed.
    OneAnswer,
    Everything,
    /// The head of the first answer, and no more.
    OneHead,
    /// A few bytes a second.
    Slowly,
    Nothing,
}

/// How many are being opened at one time.
const OPENED_AT_ONCE: usize = 128;
const CONNECTED_WITHIN: Duration = Duration::from_secs(5);
/// Of a connection that does not read: what is not read stays with the server.
const SMALL_RECEIVE_BUFFER: u32 = 4096;

impl Then {
    /// `bytes` again and again on each of so many connections, as often as a stranger's line allows.
    pub(super) fn flood(bytes: Bytes, connections: usize) -> Self {
        let every = Duration::from_secs_f64((bytes.len() * connections) as f64 / LINE_BYTES_A_SECOND as f64);
        Self::Repeat { bytes, every }
    }
}

impl Plan {
    /// So many connections that do the same, and come back after a while.
    pub(super) fn of_same(at_once: usize, again_after: Duration, program: Program) -> Self {
        let program = Box::new(move |_| program.clone());
        Self { at_once, a_second: 0, again_after: Some(again_after), program }
    }

    /// The same from so many addresses.
    pub(super) fn spread_over(self, target: Target, addresses: usize) -> Self {
        let program = self.program;
        Self { program: Box::new(move |n| Program { source: target.elsewhere(n % addresses), ..program(n) }), ..self }
    }

    /// Goes on until it is dropped.
    pub(super) async fn carry_out(self, target: Target, tally: Arc<Tally>) -> Infallible {
        let plan = Arc::new(self);
        let turns = Arc::new(Semaphore::new(OPENED_AT_ONCE));
        let mut connections = JoinSet::new();
        let mut begin = |number| {
            connections.spawn(keep_on(plan.clone(), number, target, turns.clone(), tally.clone()));
        };
        (0..plan.at_once).for_each(&mut begin);
        if plan.a_second == 0 {
            return future::pending().await;
        }
        let mut next = plan.at_once;
        let mut ticks = tokio::time::interval(Duration::from_secs(1) / plan.a_second);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Burst);
        loop {
            ticks.tick().await;
            begin(next);
            next += 1;
        }
    }
}

async fn keep_on(plan: Arc<Plan>, number: usize, target: Target, turns: Arc<Semaphore>, tally: Arc<Tally>) {
    loop {
        let program = (plan.program)(number);
        let buffer = match program.reads {
            Reads::OneAnswer | Reads::Everything => None,
            Reads::OneHead | Reads::Slowly | Reads::Nothing => Some(SMALL_RECEIVE_BUFFER),
        };
        let turn = turns.acquire().await;
        let connected = tokio::time::timeout(CONNECTED_WITHIN, target.connect(program.source, buffer)).await;
        drop(turn);
        match connected {
            Ok(Ok(stream)) => {
                let _open = tally.opened();
                perform(program, stream, &tally).await;
            }
            Ok(Err(_)) | Err(_) => tally.not_let_in(),
        }
        match plan.again_after {
            Some(pause) => tokio::time::sleep(pause).await,
            None => return,
        }
    }
}

/// Until the server ends the connection, or the program does.
async fn perform(program: Program, stream: TcpStream, tally: &Tally) {
    let (mut reader, mut writer) = stream.into_split();
    let began = Instant::now();
    if program.reads == Reads::OneHead {
        if writer.write_all(&program.opening).await.is_err() || answers(&mut reader, tally, began, true).await.is_err()
        {
            return;
        }
        tokio::select! {
            () = write(&mut writer, &[], &program.then) => {}
            () = gone(&reader) => {}
        }
        return;
    }
    let read = async {
        match program.reads {
            Reads::OneAnswer => drop(answers(&mut reader, tally, began, true).await),
            Reads::Everything => drop(answers(&mut reader, tally, began, false).await),
            Reads::Slowly => read_slowly(&mut reader).await,
            Reads::OneHead | Reads::Nothing => gone(&reader).await,
        }
    };
    let write = async {
        write(&mut writer, &program.opening, &program.then).await;
        // An answer may have come before the connection was closed.
        future::pending::<()>().await;
    };
    tokio::select! {
        () = read => {}
        () = write => {}
    }
}

/// Returns once nothing can be written any more.
async fn write(writer: &mut OwnedWriteHalf, opening: &[u8], then: &Then) {
    if writer.write_all(opening).await.is_err() {
        return;
    }
    match then {
        Then::Nothing => future::pending().await,
        Then::Repeat { bytes, every } => {
            let mut ticks = tokio::time::interval(*every);
            ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
            loop {
                ticks.tick().await;
                if writer.write_all(bytes).await.is_err() {
                    return;
                }
            }
        }
    }
}

/// Counts answers until the end, or until the first one has begun.
async fn answers(reader: &mut OwnedReadHalf, tally: &Tally, began: Instant, only_one: bool) -> anyhow::Result<()> {
    const STATUS_LINE: &[u8] = b"HTTP/1.1 ";
    let mut received = vec![0; 16 * 1024];
    let mut any = false;
    loop {
        let count = reader.read(&mut received).await.unwrap_or_default();
        if count == 0 {
            if !any {
                tally.closed();
            }
            anyhow::bail!("the connection was closed");
        }
        for (at, _) in received[..count].windows(STATUS_LINE.len()).enumerate().filter(|(_, w)| *w == STATUS_LINE) {
            let status = received[..count].get(at + STATUS_LINE.len()..at + STATUS_LINE.len() + 3);
            if let Some(status) = status.and_then(|digits| str::from_utf8(digits).ok()?.parse().ok()) {
                tally.answered(status, (!any).then(|| began.elapsed()));
                any = true;
            }
        }
        if any && only_one {
            return Ok(());
        }
    }
}

async fn read_slowly(reader: &mut OwnedReadHalf) {
    let mut few = [0; 64];
    while let Ok(1..) = reader.read(&mut few).await {
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
}

/// Returns once the server has given the connection up, as far as that shows without reading.
async fn gone(reader: &OwnedReadHalf) {
    while let Ok(ready) = reader.ready(Interest::READABLE | Interest::ERROR).await {
        if ready.is_read_closed() || ready.is_error() {
            return;
        }
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
}

/// Frames as a client sends them: their bytes are masked.
pub(super) fn frame(first_byte: u8, payload: &[u8]) -> anyhow::Result<Vec<u8>> {
    let length = payload.len();
    let [high, low] = u16::try_from(length).context("a frame that is too long")?.to_be_bytes();
    // The bit of the mask, and that two bytes of length follow.
    let mut frame = if length < 126 { vec![first_byte, 0x80 | low] } else { vec![first_byte, 0xfe, high, low] };
    // A mask of zeros is one.
    frame.extend([0; 4]);
    frame.extend(payload);
    Ok(frame)
}

#[cfg(test)]
mod tests {
    use tokio::net::TcpListener;

    use super::*;

    #[test]
    fn a_frame_is_masked_and_says_its_length() {
        assert_eq!(frame(0x89, b"ab").unwrap(), b"\x89\x82\0\0\0\0ab");
        assert_eq!(frame(0x81, &[b'x'; 300]).unwrap()[..4], [0x81, 0xfe, 1, 44]);
        assert!(frame(0x81, &vec![0; 70_000]).is_err());
    }

    #[tokio::test]
    async fn an_attacker_counts_what_becomes_of_its_connections() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let target: Target = format!("http://{}", listener.local_addr().unwrap()).parse().unwrap();
        let tally = Arc::new(Tally::default());
        let source = target.source(1);
        let plan = Plan {
            at_once: 2,
            a_second: 0,
            again_after: None,
            program: Box::new(move |_| Program {
                source,
                opening: Bytes::from_static(b"hello"),
                then: Then::Nothing,
                reads: Reads::OneAnswer,
            }),
        };
        let attack = tokio::spawn(plan.carry_out(target, tally.clone()));
        let mut hello = [0; 5];
        let (mut first, peer) = listener.accept().await.unwrap();
        assert_eq!(peer.ip(), source);
        first.read_exact(&mut hello).await.unwrap();
        first.write_all(b"HTTP/1.1 429 Too Many Requests\r\n\r\n").await.unwrap();
        let (mut second, _) = listener.accept().await.unwrap();
        second.read_exact(&mut hello).await.unwrap();
        drop(second);
        // It hangs up after its answer.
        assert_eq!(first.read(&mut hello).await.unwrap(), 0);
        while tally.open() > 0 {
            tokio::task::yield_now().await;
        }
        let outcome = tally.outcome();
        assert_eq!((outcome.opened, outcome.open, outcome.closed), (2, 0, 1));
        assert_eq!(outcome.answers.get(&429), Some(&1));
        attack.abort();
    }
}
