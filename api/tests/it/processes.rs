//! Two real processes behind a balancer, with a real Redis between them, as they run on ECS.

use std::{collections::HashMap, sync::Mutex};

use futures_util::future::join_all;
use ledger::Image;
use rand::{RngExt, SeedableRng, rngs::StdRng};
use receipt::ImageId;
use serde_json::Value;
use testbed::{Testbed, eventually};
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;

use crate::{
    balancer::{Balancer, SEED},
    description,
    ledger_door::LedgerDoor,
    process::Process,
    redis_server::RedisServer,
    test_app::{Visitor, Watcher, a_page},
    worker::Worker,
};

const IMAGES: usize = 6;
const WATCHERS: usize = 4;
const VISITORS: usize = 10;

struct Pair {
    _testbed: Testbed,
    redis: RedisServer,
    balancer: Balancer,
    /// Through which each process sees the ledger.
    doors: [LedgerDoor; 2],
    processes: [Process; 2],
    worker: Worker,
    /// Of whom each may have a hundred feeds.
    visitors: Vec<Visitor>,
    owners: Mutex<HashMap<ImageId, usize>>,
    _web_root: tempfile::TempDir,
}

impl Pair {
    async fn start() -> Self {
        let (testbed, redis, web_root) = (Testbed::start().await, RedisServer::start().await, a_page());
        let balancer = Balancer::start().await;
        let endpoint = &testbed.aws.resources().endpoint;
        let doors = [LedgerDoor::before(endpoint).await, LedgerDoor::before(endpoint).await];
        let start = async |door: &LedgerDoor| {
            let variables = [
                ("AWS_ENDPOINT_URL_DYNAMODB", door.url.as_str()),
                ("PUBLIC_BASE_URL", &balancer.url),
                ("STATUS_RELAY_URL", &redis.url()),
            ];
            Process::start(&testbed, web_root.path(), &variables).await
        };
        let processes = [start(&doors[0]).await, start(&doors[1]).await];
        balancer.send_to(&processes.each_ref().map(|process| process.base.clone()));
        for process in &processes {
            eventually("the process is subscribed and has its relay", async || {
                let ready: Value =
                    reqwest::get(format!("{}/readyz", process.base)).await.unwrap().json().await.unwrap();
                (ready["statusRelay"] == "connected").then_some(())
            })
            .await;
        }
        testbed.aws.first_subscription().await;
        description::learn(&processes[0].base).await;
        let worker = Worker::on(&testbed);
        let visitors = join_all((0..VISITORS).map(|_| Visitor::at(&balancer.url))).await;
        let owners = Mutex::default();
        Self { _testbed: testbed, redis, balancer, doors, processes, worker, visitors, owners, _web_root: web_root }
    }

    async fn upload(&self, images: usize) -> Vec<ImageId> {
        join_all((0..images).map(async |n| {
            let owner = n % VISITORS;
            let id = self.visitors[owner].upload().await;
            self.owners.lock().unwrap().insert(id, owner);
            id
        }))
        .await
    }

    fn cookie(&self, id: ImageId) -> &str {
        &self.visitors[self.owners.lock().unwrap()[&id]].cookie
    }

    /// A watcher on this process, which has seen the state that the image had.
    async fn watcher(&self, process: usize, id: ImageId) -> (Watcher, u64) {
        let base = &self.processes[process].base;
        let mut watcher = Watcher::try_open_at(base, self.cookie(id), id).await.unwrap();
        let (_, version) = watcher.status_and_version().await;
        (watcher, version)
    }

    /// Watchers of the image, each on one of the processes by chance.
    async fn watchers(&self, random: &mut StdRng, id: ImageId) -> Vec<Watcher> {
        let mut watchers = Vec::new();
        for _ in 0..WATCHERS {
            let (watcher, version) = self.watcher(random.random_range(0..self.processes.len()), id).await;
            assert_eq!(version, 1);
            watchers.push(watcher);
        }
        watchers
    }

    /// Tells the topic, and every watcher must hear this next.
    async fn tell(&self, image: &Image, watchers: &mut [Watcher]) {
        self.worker.publish(image).await;
        for watcher in watchers {
            assert_eq!(
                watcher.status_and_version().await,
                (image.status.as_str().to_owned(), image.version),
                "every state comes, in its order"
            );
        }
    }

    /// Plays the worker from the beginning to the end. All watchers hear of a step before the next is made.
    async fn see_through(&self, id: ImageId, mut watchers: Vec<Watcher>) {
        let image = self.worker.take(id).await;
        self.tell(&image, &mut watchers).await;
        let image = self.worker.waiting(&image).await;
        self.tell(&image, &mut watchers).await;
        let image = self.worker.detected(&image).await;
        self.tell(&image, &mut watchers).await;
        let image = self.worker.concluded(&image).await;
        self.worker.publish(&image).await;
        for mut watcher in watchers {
            ends_at(&mut watcher, &image).await;
        }
    }
}

/// The next frame is the last, has the result, and says what the ledger says.
async fn ends_at(watcher: &mut Watcher, image: &Image) {
    let last = watcher.frame().await;
    let told = (last["status"].as_str(), last["version"].as_u64(), last["receipt"]["total"]["value"].as_str());
    assert_eq!(told, (Some(image.status.as_str()), Some(image.version), Some("9.00")));
    assert_eq!(watcher.close().await, CloseCode::Normal);
}

#[tokio::test]
async fn every_watcher_on_either_process_sees_every_version_in_order_and_the_truth_last() {
    let all = Pair::start().await;
    let mut random = StdRng::seed_from_u64(SEED);
    let mut feeds = Vec::new();
    for id in all.upload(IMAGES).await {
        feeds.push((id, all.watchers(&mut random, id).await));
    }
    join_all(feeds.into_iter().map(|(id, watchers)| all.see_through(id, watchers))).await;
    for process in &all.processes {
        assert!(all.balancer.posts_to(&process.base) > 0, "the balancer gave posts to both");
    }
}

#[tokio::test]
async fn steps_faster_than_their_news_end_at_the_truth_and_never_go_back() {
    let all = Pair::start().await;
    let mut random = StdRng::seed_from_u64(SEED);
    let mut feeds = Vec::new();
    for id in all.upload(IMAGES).await {
        feeds.push((id, all.watchers(&mut random, id).await));
    }
    let race = async |(id, watchers): (ImageId, Vec<Watcher>)| {
        let steps = async {
            let mut image = all.worker.take(id).await;
            all.worker.publish(&image).await;
            for _ in 0..3 {
                image = all.worker.waiting(&image).await;
                all.worker.publish(&image).await;
            }
            let image = all.worker.concluded(&image).await;
            all.worker.publish(&image).await;
            image
        };
        let watching = join_all(watchers.into_iter().map(async |mut watcher| {
            let mut versions = Vec::new();
            loop {
                let frame = watcher.frame().await;
                versions.push(frame["version"].as_u64().unwrap());
                if frame["verdict"].is_object() {
                    assert_eq!(watcher.close().await, CloseCode::Normal);
                    return versions;
                }
            }
        }));
        let (image, seen) = tokio::join!(steps, watching);
        for versions in seen {
            assert!(versions.is_sorted_by(|a, b| a < b), "{versions:?}");
            assert_eq!(versions.last(), Some(&image.version));
        }
    };
    join_all(feeds.into_iter().map(race)).await;
}

/// Proved by what is *not* looked at. SNS reaches only the first process, so that the second one's watchers get the end
/// by the relay or by re-reading. Images that were opened before, and so are re-read before, are not told of anything.
/// Where the told ones have their last frame and none of the others was read again, no re-reading had begun: were it by
/// that, all four of the twenty would have come first by chance, once in 4,845. A machine so slow that re-reading began
/// meanwhile proves nothing, and the round is held again.
#[tokio::test]
async fn the_last_frame_comes_by_the_relays_push_and_not_by_looking_again() {
    const UNTOLD: usize = 16;
    const TOLD: usize = 4;
    const ROUNDS: usize = 20;
    let all = Pair::start().await;
    all.balancer.send_to(std::slice::from_ref(&all.processes[0].base));
    let here = &all.doors[1];
    for _ in 0..ROUNDS {
        let (untold, told) = (all.upload(UNTOLD).await, all.upload(TOLD).await);
        let told = join_all(told.into_iter().map(|id| all.worker.take(id))).await;
        let _earlier = join_all(untold.iter().map(|id| all.watcher(1, *id))).await;
        let watchers = join_all(told.iter().map(|image| all.watcher(1, image.image_id))).await;
        eventually("the relay is heard", async || {
            let listeners = join_all(told.iter().map(|image| all.redis.listeners_of(image.image_id))).await;
            listeners.iter().all(|listeners| *listeners == 1).then_some(())
        })
        .await;
        join_all(told.iter().zip(watchers).map(async |(image, (mut watcher, version))| {
            assert_eq!(version, image.version);
            let image = all.worker.concluded(image).await;
            all.worker.publish(&image).await;
            ends_at(&mut watcher, &image).await;
        }))
        .await;
        // Once each when they were opened.
        if untold.iter().all(|id| here.looks(*id) == 1) {
            for image in told {
                assert_eq!(here.looks(image.image_id), 2, "one look to begin with, one for the result");
            }
            return;
        }
    }
    panic!("in {ROUNDS} rounds no last frame came before anything was looked at again");
}

#[tokio::test]
async fn of_a_process_that_is_killed_all_five_hundred_watchers_recover_on_the_other() {
    const IMAGES: usize = 25;
    const WATCHERS: usize = 20;
    let mut all = Pair::start().await;
    let ids = all.upload(IMAGES).await;
    let watching = ids.iter().flat_map(|id| [*id; WATCHERS]).map(async |id| (id, all.watcher(0, id).await.0));
    let doomed = join_all(watching).await;
    let cookies: HashMap<ImageId, String> = ids.iter().map(|id| (*id, all.cookie(*id).to_owned())).collect();
    let Pair { processes: [killed, other], balancer, worker, .. } = &mut all;
    killed.kill().await;
    balancer.send_to(std::slice::from_ref(&other.base));
    // A status while no client is connected.
    let started = join_all(ids.iter().map(|id| worker.take(*id))).await;
    join_all(started.iter().map(|image| worker.publish(image))).await;

    let come_again = doomed.into_iter().map(async |(id, mut watcher)| {
        watcher.broken().await;
        let mut watcher = Watcher::try_open_at(&other.base, &cookies[&id], id).await.unwrap();
        assert_eq!(watcher.status_and_version().await, ("started".to_owned(), 2));
        (id, watcher)
    });
    let recovered = join_all(come_again).await;
    let ended = join_all(started.iter().map(async |image| {
        let image = worker.concluded(image).await;
        worker.publish(&image).await;
        (image.image_id, image)
    }));
    let ended: HashMap<_, _> = ended.await.into_iter().collect();
    join_all(recovered.into_iter().map(async |(id, mut watcher)| ends_at(&mut watcher, &ended[&id]).await)).await;
}

#[tokio::test]
async fn a_process_that_is_told_to_stop_sends_its_watchers_to_the_other_and_ends_well() {
    let mut all = Pair::start().await;
    let id = all.upload(1).await[0];
    let (mut watcher, _) = all.watcher(0, id).await;
    all.processes[0].terminate().await;
    assert_eq!(watcher.close().await, CloseCode::Away);
    drop(watcher);
    all.balancer.send_to(std::slice::from_ref(&all.processes[1].base));
    let (watcher, version) = all.watcher(1, id).await;
    assert_eq!(version, 1);
    Box::pin(all.see_through(id, vec![watcher])).await;
    all.processes[0].ends_well().await;
}
