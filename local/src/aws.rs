//! Starting and stopping the stand-ins.

use std::{
    fs::{self, File, TryLockError},
    io,
    net::{IpAddr, Ipv4Addr, SocketAddr},
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use anyhow::{Context as _, bail};
use tokio::{net::TcpListener, sync::watch};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::{
    CallLog, Faults, Resources, TextDetection,
    callers::OwnHost,
    dispatcher::{self, Dispatcher},
    dynamodb::DynamoDb,
    message_store::{MessageStore, Protocol, QueueSettings, SignatureVersion, Topic},
    resources::{ACCOUNT, BUCKET, DEAD_LETTER_QUEUE, QUEUE, TABLE, queue_arn},
    s3::S3,
    sns::{HttpDelivery, Signer, Sns},
    sqs::Sqs,
    textract::Textract,
};

/// How the stand-ins are started; [`AwsConfig::new`] has the defaults.
#[derive(Debug, Clone)]
pub struct AwsConfig {
    /// The folder for all state.
    pub data: PathBuf,
    /// Port 0 takes any free one.
    pub listen: SocketAddr,
    /// The address under which clients and subscribers reach the stand-ins, if it is not the one they listen on.
    /// Without a slash at the end.
    pub advertise: Option<String>,
    pub text: TextDetection,
    /// How many pictures are read at the same time.
    pub read_at_once: usize,
    /// The queue's visibility timeout, in whole seconds.
    pub visibility_timeout: Duration,
    /// After how many receives the queue moves a message to its dead-letter queue.
    pub max_receives: u32,
    /// Called for every call.
    pub call_log: Option<CallLog>,
}

impl AwsConfig {
    /// On any free port of this machine, with the queue that Copilot makes.
    pub fn new(data: impl Into<PathBuf>, text: TextDetection) -> Self {
        Self {
            data: data.into(),
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            advertise: None,
            text,
            read_at_once: 1,
            visibility_timeout: Duration::from_mins(1),
            max_receives: 10,
            call_log: None,
        }
    }
}

/// How many messages are in the queue and in its dead-letter queue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct QueueDepth {
    pub visible: u64,
    pub in_flight: u64,
    /// In the dead-letter queue, after too many receives.
    pub dead: u64,
}

/// The running stand-ins. Dropping them stops them too, though without waiting.
#[derive(Debug)]
pub struct Aws {
    resources: Resources,
    faults: Faults,
    messages: Arc<MessageStore>,
    textract: Arc<Textract>,
    polled: watch::Sender<bool>,
    confirmed: watch::Sender<Vec<String>>,
    tasks: TaskTracker,
    stop: CancellationToken,
    _lock: File,
}

impl Aws {
    /// Listens when it returns, and bucket, table, topics and queues exist.
    pub async fn start(config: AwsConfig) -> anyhow::Result<Self> {
        let lock = lock(&config.data)?;
        let listener = listen(config.listen).await?;
        let endpoint = match &config.advertise {
            Some(advertise) => advertise.trim_end_matches('/').to_owned(),
            None => format!("http://{}", reachable(listener.local_addr().context("read our own address")?)),
        };
        let resources = Resources::at(&endpoint);
        let own_host = OwnHost::of(&endpoint);
        let (tasks, stop, faults) = (TaskTracker::new(), CancellationToken::new(), Faults::default());
        let stop_if_unfinished = stop.clone().drop_guard();
        let http = client()?;

        let messages = Arc::new(MessageStore::open(&config.data.join("messages.sqlite"))?);
        make_topics_and_queues(&messages, &resources, &config).context("make topics and queues")?;
        let key_file = config.data.join("sns-key.pem");
        let signer = tokio::task::spawn_blocking(move || Signer::load_or_make(&key_file)).await??;
        let table_file = config.data.join("dynamodb.sqlite");
        let dynamodb = DynamoDb::start(&table_file, TABLE, http.clone(), &tasks, &stop).await?;
        let s3 = S3::open(&config.data.join("s3"), resources.access_key_id, resources.secret_access_key)?;
        s3.ensure_bucket(BUCKET)?;
        let s3 = Arc::new(s3);
        let textract = Arc::new(Textract::new(Arc::clone(&s3), config.text, config.read_at_once));

        let (polled, confirmed) = (watch::Sender::new(false), watch::Sender::new(Vec::new()));
        let dispatcher = Arc::new(Dispatcher {
            s3,
            dynamodb,
            sqs: Sqs {
                messages: Arc::clone(&messages),
                faults: faults.clone(),
                queues_url: format!("{endpoint}/{ACCOUNT}"),
                polled: polled.clone(),
                stop: stop.clone(),
            },
            sns: Sns {
                messages: Arc::clone(&messages),
                signer: Arc::new(signer),
                http_delivery: Arc::new(HttpDelivery::new(http, faults.clone(), tasks.clone(), stop.clone())),
                advertise: endpoint,
                confirmed: confirmed.clone(),
            },
            textract: Arc::clone(&textract),
            faults: faults.clone(),
            call_log: config.call_log,
        });
        let stopped = stop.clone().cancelled_owned();
        tasks.spawn(async move {
            let served =
                axum::serve(listener, dispatcher::router(dispatcher, own_host)).with_graceful_shutdown(stopped).await;
            if let Err(error) = served {
                tracing::error!("the stand-ins stopped: {error}");
            }
        });
        let stop = stop_if_unfinished.disarm();
        Ok(Self { resources, faults, messages, textract, polled, confirmed, tasks, stop, _lock: lock })
    }

    /// The value for `AWS_ENDPOINT_URL`.
    pub fn endpoint(&self) -> &str {
        &self.resources.endpoint
    }

    pub fn resources(&self) -> &Resources {
        &self.resources
    }

    pub fn faults(&self) -> &Faults {
        &self.faults
    }

    pub fn queue_depth(&self) -> anyhow::Result<QueueDepth> {
        let queue = self.messages.counts(QUEUE)?;
        let dead = self.messages.counts(DEAD_LETTER_QUEUE)?;
        Ok(QueueDepth { visible: queue.visible, in_flight: queue.in_flight, dead: dead.visible + dead.in_flight })
    }

    /// How many pictures Textract has answered for.
    pub fn textract_calls(&self) -> u64 {
        self.textract.answers()
    }

    /// Resolves once the queue has been asked for messages.
    pub async fn first_poll(&self) {
        // `self` holds the sender, so that the wait cannot fail.
        drop(self.polled.subscribe().wait_for(|polled| *polled).await);
    }

    /// Resolves once an HTTP subscription to `imageStatus` was confirmed, or requested and found to be confirmed
    /// already.
    pub async fn first_subscription(&self) {
        let topic = &self.resources.image_status_topic;
        drop(self.confirmed.subscribe().wait_for(|topics| topics.contains(topic)).await);
    }

    /// Ends open calls and deliveries, and frees port and folder, within about two seconds.
    pub async fn stop(self) {
        self.stop.cancel();
        self.tasks.close();
        if tokio::time::timeout(Duration::from_secs(2), self.tasks.wait()).await.is_err() {
            tracing::warn!("some calls were still open when the stand-ins stopped");
        }
    }
}

impl Drop for Aws {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

fn lock(data: &Path) -> anyhow::Result<File> {
    let file = data.join("lock");
    let open = fs::create_dir_all(data).and_then(|()| File::create(&file));
    let lock = open.with_context(|| format!("the data folder {} cannot be written", data.display()))?;
    match lock.try_lock() {
        Ok(()) => Ok(lock),
        Err(TryLockError::WouldBlock) => bail!("the data folder {} is in use by another process", data.display()),
        Err(TryLockError::Error(error)) => {
            Err(error).with_context(|| format!("the data folder {} cannot be locked", data.display()))
        }
    }
}

async fn listen(address: SocketAddr) -> anyhow::Result<TcpListener> {
    match TcpListener::bind(address).await {
        Ok(listener) => Ok(listener),
        Err(error) if error.kind() == io::ErrorKind::AddrInUse => bail!("the address {address} is in use already"),
        Err(error) => Err(error).with_context(|| format!("cannot listen on {address}")),
    }
}

/// Where a process on this machine reaches a listener.
fn reachable(mut listening: SocketAddr) -> SocketAddr {
    if listening.ip().is_unspecified() {
        listening.set_ip(IpAddr::from(Ipv4Addr::LOCALHOST));
    }
    listening
}

fn client() -> anyhow::Result<reqwest::Client> {
    reqwest::Client::builder()
        .no_proxy()
        .redirect(reqwest::redirect::Policy::none())
        .connect_timeout(Duration::from_secs(5))
        .build()
        .context("make an HTTP client")
}

fn make_topics_and_queues(messages: &MessageStore, resources: &Resources, config: &AwsConfig) -> rusqlite::Result<()> {
    for queue in queues(config) {
        messages.put_queue(&queue)?;
    }
    for arn in [&resources.new_image_topic, &resources.image_status_topic] {
        messages.ensure_topic(&Topic { arn: arn.clone(), signature_version: SignatureVersion::Two })?;
    }
    messages.ensure_subscription(&resources.new_image_topic, Protocol::Sqs, &queue_arn(QUEUE), None)?;
    Ok(())
}

/// The queue of new images, and its dead-letter queue.
pub(crate) fn queues(config: &AwsConfig) -> [QueueSettings; 2] {
    const DAY: u64 = 24 * 60 * 60;
    let queue = |name: &str, days, redrive| QueueSettings {
        name: name.to_owned(),
        visibility: config.visibility_timeout,
        retention: Duration::from_secs(days * DAY),
        redrive,
    };
    let redrive = Some((config.max_receives, DEAD_LETTER_QUEUE.to_owned()));
    [queue(QUEUE, 4, redrive), queue(DEAD_LETTER_QUEUE, 14, None)]
}
