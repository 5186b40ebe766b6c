//! The two signals of a shutdown.

use tokio_util::sync::CancellationToken;

#[derive(Debug, Clone, Default)]
pub(crate) struct Shutdown {
    /// Begin nothing new, and stop waiting.
    pub(crate) stop: CancellationToken,
    /// The grace period is over: abandon running work too.
    pub(crate) abandon: CancellationToken,
}
