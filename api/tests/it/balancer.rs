//! A load balancer before several tasks: each request goes to any of them, by chance.

use std::sync::{Arc, Mutex};

use axum::{
    Router,
    body::{Body, to_bytes},
    extract::{Request, State},
    response::Response,
};
use rand::{RngExt, SeedableRng, rngs::StdRng};
use tokio::{net::TcpListener, sync::watch};

/// So that a run can be repeated, as far as requests come in the same order.
pub(crate) const SEED: u64 = 20_260_131;

pub(crate) struct Balancer {
    pub(crate) url: String,
    tasks: watch::Sender<Vec<String>>,
    choices: Choices,
}

/// To which tasks the posts of SNS went.
#[derive(Clone)]
struct Choices(Arc<Mutex<(StdRng, Vec<String>)>>);

impl Balancer {
    /// Has no tasks yet: until then requests wait.
    pub(crate) async fn start() -> Self {
        let tasks = watch::Sender::new(Vec::new());
        let choices = Choices(Arc::new(Mutex::new((StdRng::seed_from_u64(SEED), Vec::new()))));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let state = (reqwest::Client::new(), tasks.subscribe(), choices.clone());
        tokio::spawn(axum::serve(listener, Router::new().fallback(balance).with_state(state)).into_future());
        Self { url, tasks, choices }
    }

    /// From now on requests go to these.
    pub(crate) fn send_to(&self, tasks: &[String]) {
        self.tasks.send_replace(tasks.to_vec());
    }

    /// How many posts of SNS a task was given.
    pub(crate) fn posts_to(&self, task: &str) -> usize {
        self.choices.0.lock().unwrap().1.iter().filter(|given| *given == task).count()
    }
}

async fn balance(
    State((http, mut tasks, Choices(choices))): State<(reqwest::Client, watch::Receiver<Vec<String>>, Choices)>,
    request: Request,
) -> Response {
    let tasks = tasks.wait_for(|tasks| !tasks.is_empty()).await.unwrap().clone();
    let task = {
        let (random, posts) = &mut *choices.lock().unwrap();
        let task = tasks[random.random_range(0..tasks.len())].clone();
        if request.uri().path() == "/imageStatus" {
            posts.push(task.clone());
        }
        task
    };
    let (parts, body) = request.into_parts();
    let body = to_bytes(body, usize::MAX).await.unwrap();
    let passed_on = http.request(parts.method, format!("{task}{}", parts.uri)).headers(parts.headers).body(body);
    let answer = passed_on.send().await.unwrap();
    let mut response = Response::new(Body::empty());
    *response.status_mut() = answer.status();
    *response.headers_mut() = answer.headers().clone();
    *response.body_mut() = Body::from(answer.bytes().await.unwrap());
    response
}
