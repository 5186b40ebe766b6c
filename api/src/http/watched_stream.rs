//! A connection's bytes, under deadlines: a head that has begun must end, and what is written must be taken. And under
//! bounds: long heads have a share, and what the kernel keeps of a client is little for a WebSocket.
//!
//! hyper has a deadline only for idleness and head together. The kernel's (`TCP_USER_TIMEOUT`) passes by a client whose
//! window is closed but which still answers. Timers are made when something is waited for: an idle connection has none.

use std::{
    io,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicU8, AtomicU32, Ordering},
    },
    task::{Context, Poll, ready},
    time::Duration,
};

use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::TcpStream,
    time::{Instant, Sleep, sleep},
};

use super::{
    client_address::ClientAddress,
    limits::ConnectionLimits,
    receive_buffer::ReceiveBuffer,
    shares::{Place, Shares},
};

/// What hyper has for a head at first.
const SHORT_HEAD_BYTES: usize = 8 * 1024;

#[derive(Debug)]
pub(super) struct WatchedStream {
    stream: TcpStream,
    limits: Arc<ConnectionLimits>,
    phase: Arc<Phase>,
    /// When the head that has begun must be there.
    head: Option<Pin<Box<Sleep>>>,
    long_heads: LongHeads,
    receive_buffer: ReceiveBuffer,
    /// Of the request, its head, or all since the connection became a WebSocket.
    read: usize,
    /// Since when the client takes nothing, and when it must have taken something.
    blocked: Option<(Instant, Pin<Box<Sleep>>)>,
    /// Of the answer that is being sent, or of all since the connection became a WebSocket.
    written: usize,
    waited: Duration,
}

/// Of unfinished heads that are longer than [`SHORT_HEAD_BYTES`].
#[derive(Debug)]
pub(super) struct LongHeads {
    pub(super) shares: Shares<ClientAddress>,
    pub(super) peer: ClientAddress,
    pub(super) place: Option<Place<ClientAddress>>,
}

/// What a connection is about, as its stream and its requests see it.
#[derive(Debug, Default)]
pub(super) struct Phase {
    now: AtomicU8,
    /// How many have begun.
    heads: AtomicU32,
}

impl Phase {
    const IDLE: u8 = 0;
    const HEAD: u8 = 1;
    const REQUEST: u8 = 2;
    const UPGRADED: u8 = 3;

    /// A head is complete.
    pub(super) fn begin_request(&self) {
        self.now.store(Self::REQUEST, Ordering::Release);
    }

    /// The answer is sent or given up.
    pub(super) fn end_request(&self) {
        let _ = self.now.compare_exchange(Self::REQUEST, Self::IDLE, Ordering::AcqRel, Ordering::Acquire);
    }

    /// No further head comes.
    pub(super) fn upgrade(&self) {
        self.now.store(Self::UPGRADED, Ordering::Release);
    }

    /// Whether what has just come begins a head.
    fn begin_head(&self) -> bool {
        let begins = self.now.compare_exchange(Self::IDLE, Self::HEAD, Ordering::AcqRel, Ordering::Acquire).is_ok();
        if begins {
            self.heads.fetch_add(1, Ordering::AcqRel);
        }
        begins
    }

    pub(super) fn heads(&self) -> u32 {
        self.heads.load(Ordering::Acquire)
    }

    /// Whether nothing has come since the last answer, or at all.
    pub(super) fn is_idle(&self) -> bool {
        self.now.load(Ordering::Acquire) == Self::IDLE
    }

    /// Returns once it was idle at the end of such a time.
    pub(super) async fn is_idle_after(&self, time: Duration) {
        loop {
            sleep(time).await;
            if self.is_idle() {
                return;
            }
        }
    }

    fn is_head(&self) -> bool {
        self.now.load(Ordering::Acquire) == Self::HEAD
    }

    pub(super) fn is_upgraded(&self) -> bool {
        self.now.load(Ordering::Acquire) == Self::UPGRADED
    }
}

impl WatchedStream {
    pub(super) fn new(
        stream: TcpStream,
        limits: Arc<ConnectionLimits>,
        phase: Arc<Phase>,
        long_heads: LongHeads,
    ) -> Self {
        Self {
            stream,
            limits,
            phase,
            head: None,
            long_heads,
            receive_buffer: ReceiveBuffer::default(),
            read: 0,
            blocked: None,
            written: 0,
            waited: Duration::ZERO,
        }
    }

    /// Asked for more of a head that is long already, it has a place among the long ones.
    fn admit_head(&mut self) -> io::Result<()> {
        if self.phase.is_head() && self.read >= SHORT_HEAD_BYTES && self.long_heads.place.is_none() {
            let place = self.long_heads.shares.take(self.long_heads.peer, 1);
            self.long_heads.place = Some(place.map_err(|_| io::Error::other("too many long heads have not ended"))?);
        }
        Ok(())
    }

    /// Counts what has come.
    fn count(&mut self, more: usize) {
        if more > 0 && self.phase.begin_head() {
            (self.head, self.read, self.written, self.waited) = (None, 0, 0, Duration::ZERO);
        }
        self.read += more;
    }

    /// Gives back and keeps what is right for the phase that the connection has come to.
    fn fit(&mut self) {
        if !self.phase.is_head() {
            self.long_heads.place = None;
        }
        self.receive_buffer.fit(&self.stream, &self.phase);
    }

    fn watch(&mut self, context: &mut Context<'_>, written: Poll<io::Result<usize>>) -> Poll<io::Result<usize>> {
        if let Poll::Ready(written) = written {
            if let Some((since, _)) = self.blocked.take() {
                self.waited += since.elapsed();
            }
            self.written += *written.as_ref().unwrap_or(&0);
            return Poll::Ready(written);
        }
        let (_, deadline) = self.blocked.get_or_insert_with(|| {
            let left = self.limits.answer_rate().time_for(self.written).saturating_sub(self.waited);
            (Instant::now(), Box::pin(sleep(left.min(self.limits.unread_within))))
        });
        ready!(deadline.as_mut().poll(context));
        // What the kernel still has for the client is forgotten at once.
        let _ = socket2::SockRef::from(&self.stream).set_linger(Some(Duration::ZERO));
        Poll::Ready(Err(timed_out("the client does not take what is sent")))
    }
}

impl AsyncRead for WatchedStream {
    fn poll_read(self: Pin<&mut Self>, context: &mut Context<'_>, into: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        this.admit_head()?;
        let before = into.filled().len();
        match Pin::new(&mut this.stream).poll_read(context, into) {
            Poll::Ready(read) => {
                this.count(into.filled().len() - before);
                this.fit();
                Poll::Ready(read)
            }
            Poll::Pending if this.phase.is_head() => {
                let deadline = this.head.get_or_insert_with(|| Box::pin(sleep(this.limits.head_within)));
                ready!(deadline.as_mut().poll(context));
                Poll::Ready(Err(timed_out("a request's head does not end")))
            }
            Poll::Pending => {
                this.head = None;
                this.fit();
                Poll::Pending
            }
        }
    }
}

impl AsyncWrite for WatchedStream {
    fn poll_write(self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        this.fit();
        let written = Pin::new(&mut this.stream).poll_write(context, bytes);
        this.watch(context, written)
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        this.fit();
        let written = Pin::new(&mut this.stream).poll_write_vectored(context, bytes);
        this.watch(context, written)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_flush(context)
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_shutdown(context)
    }
}

fn timed_out(why: &'static str) -> io::Error {
    io::Error::new(io::ErrorKind::TimedOut, why)
}
