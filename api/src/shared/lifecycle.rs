//! The signal to stop, and the tasks that must end before the service does.

use tokio_util::{sync::CancellationToken, task::TaskTracker};

#[derive(Debug, Clone, Default)]
pub(crate) struct Lifecycle {
    /// Cancelled when the service begins to stop.
    pub(crate) stopping: CancellationToken,
    pub(crate) tasks: TaskTracker,
}

impl Lifecycle {
    /// Runs `work` in a task of its own, which is dropped when the service stops: for what has nothing to finish.
    pub(crate) fn spawn_until_stopped(&self, work: impl Future<Output = ()> + Send + 'static) {
        let stopping = self.stopping.clone();
        self.tasks.spawn(async move { stopping.run_until_cancelled(work).await });
    }
}
