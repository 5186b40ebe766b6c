//! `PATCH /receipts/{id}`: what becomes of it.

use futures_util::future::join_all;
use jiff::Timestamp;
use receipt::{ImageId, Status};
use reqwest::{Method, Response};
use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;

use crate::test_app::{TestApp, Visitor, Watcher, problem};

pub(crate) const MERGE_PATCH: &str = "application/merge-patch+json";

pub(crate) struct Fixture {
    pub(crate) app: TestApp,
    pub(crate) owner: Visitor,
    /// Accepted, version 3, and read as sold by CORNER BOOKS SDN BHD on 2018-12-25 for MYR 9.00.
    pub(crate) id: ImageId,
}

pub(crate) async fn accepted() -> Fixture {
    let app = Box::pin(TestApp::at_once()).await;
    let owner = Visitor::new(&app).await;
    let id = owner.upload().await;
    let image = app.take(id).await;
    Box::pin(app.concluded(&image)).await;
    Fixture { app, owner, id }
}

impl Fixture {
    pub(crate) async fn patch(&self, body: &Value) -> Response {
        send(&self.owner, self.id, body, &[]).await
    }

    pub(crate) async fn patched(&self, body: &Value) -> Value {
        done(self.patch(body).await).await
    }

    pub(crate) async fn patch_if(&self, version: &str, body: &Value) -> Response {
        send(&self.owner, self.id, body, &[("if-match", version)]).await
    }

    pub(crate) async fn receipt(&self) -> Value {
        self.owner.json(&format!("/receipts/{}", self.id)).await
    }

    async fn listed(&self) -> Value {
        self.owner.json("/receipts").await["receipts"][0].clone()
    }
}

pub(crate) async fn send(visitor: &Visitor, id: impl ToString, body: &Value, headers: &[(&str, &str)]) -> Response {
    let request = visitor.request(Method::PATCH, &format!("/receipts/{}", id.to_string()));
    let request = request.header("content-type", MERGE_PATCH).body(body.to_string());
    headers.iter().fold(request, |request, (name, value)| request.header(*name, *value)).send().await.unwrap()
}

/// The receipt as it is answered, whose version is the tag.
pub(crate) async fn done(response: Response) -> Value {
    let tag = response.headers().get("etag").cloned();
    let (status, body) = (response.status(), response.json::<Value>().await.unwrap());
    assert_eq!(status, 200, "{body}");
    assert_eq!(tag.unwrap(), format!("\"{}\"", body["version"]));
    body
}

/// The corrected values without their times.
pub(crate) fn values(receipt: &Value) -> Value {
    let corrections = receipt["corrections"].as_object().cloned().unwrap_or_default();
    corrections.into_iter().map(|(name, correction)| (name, correction["value"].clone())).collect()
}

/// Without what a correction may change.
fn untouched(receipt: &Value) -> Value {
    let mut rest = receipt.clone();
    for name in ["version", "corrections", "contestedAt"] {
        rest.as_object_mut().unwrap().remove(name);
    }
    rest
}

#[tokio::test]
async fn a_correction_stands_beside_what_was_read() {
    let fixture = accepted().await;
    let (before, earlier) = (fixture.receipt().await, Timestamp::now());
    assert_eq!((&before["version"], before.get("corrections"), before.get("contestedAt")), (&json!(3), None, None));
    let said = json!({ "merchant": " Corner Books ", "date": "2018-12-24", "total": "19.50", "currency": "SGD" });
    let after = fixture.patched(&said).await;
    assert_eq!(after["version"], 4);
    let expected = json!({ "merchant": "Corner Books", "date": "2018-12-24", "total": "19.50", "currency": "SGD" });
    assert_eq!(values(&after), expected);
    for correction in after["corrections"].as_object().unwrap().values() {
        let at: Timestamp = correction["at"].as_str().unwrap().parse().unwrap();
        assert!(earlier <= at && at <= Timestamp::now(), "{correction}");
    }
    assert_eq!(after["receipt"]["total"]["value"], "9.00");
    assert_eq!(untouched(&after), untouched(&before));
    assert_eq!(fixture.receipt().await, after);
    assert_eq!(
        done(fixture.owner.request(Method::GET, &format!("/receipts/{}", fixture.id)).send().await.unwrap()).await,
        after
    );
}

#[tokio::test]
async fn each_member_can_be_corrected_alone_and_taken_back() {
    let fixture = accepted().await;
    let before = fixture.receipt().await;
    let mut version = 3;
    for (member, said) in [("merchant", "A"), ("date", "2018-12-24"), ("total", "0"), ("currency", "JPY")] {
        let after = fixture.patched(&json!({ member: said })).await;
        version += 1;
        assert_eq!((values(&after), &after["version"]), (json!({ member: said }), &json!(version)));
        let listed = fixture.listed().await;
        assert_eq!((&listed["summary"][member], &listed["summary"]["corrected"]), (&json!(said), &json!(true)));
        assert_eq!(listed["version"], version);

        let back = fixture.patched(&json!({ member: null })).await;
        version += 1;
        assert_eq!((back.get("corrections"), &back["version"]), (None, &json!(version)));
        assert_eq!(untouched(&back), untouched(&before));
        let listed = fixture.listed().await;
        assert_eq!((listed["summary"].get("corrected"), listed["summary"].get("contested")), (None, None));
        assert_eq!(listed["summary"]["total"], "9.00");
    }
}

#[tokio::test]
async fn a_verdict_is_contested_and_the_contest_taken_back() {
    let fixture = accepted().await;
    let before = fixture.receipt().await;
    for (take_back, version) in [(json!(false), 4), (json!(null), 6)] {
        let contested = fixture.patched(&json!({ "contested": true })).await;
        assert_eq!((&contested["version"], contested.get("corrections")), (&json!(version), None));
        assert!(contested["contestedAt"].as_str().unwrap().parse::<Timestamp>().is_ok());
        assert_eq!(untouched(&contested), untouched(&before));
        let listed = fixture.listed().await;
        assert_eq!((&listed["summary"]["contested"], listed["summary"].get("corrected")), (&json!(true), None));
        let back = fixture.patched(&json!({ "contested": take_back })).await;
        assert_eq!((back.get("contestedAt"), &back["version"]), (None, &json!(version + 1)));
        assert_eq!(fixture.listed().await["summary"].get("contested"), None);
    }
}

#[tokio::test]
async fn neither_status_nor_verdict_nor_what_was_earned_changes() {
    let fixture = accepted().await;
    let (receipt, list) = (fixture.receipt().await, fixture.owner.json("/receipts").await);
    assert_eq!(list["earned"], json!([{ "amount": "0.25", "currency": "MYR" }]));
    // By the rules a total of nothing in another currency would be no reason to pay.
    let said = json!({ "total": "0.00", "currency": "XAF", "date": "1990-01-01", "contested": true });
    let after = fixture.patched(&said).await;
    assert_eq!(untouched(&after), untouched(&receipt));
    let (corrected, read) = (fixture.owner.json("/receipts").await, &list["receipts"][0]);
    assert_eq!(corrected["earned"], list["earned"]);
    assert_eq!(corrected["receipts"][0]["status"], "accepted");
    assert_eq!(corrected["receipts"][0]["detail"], read["detail"]);
    assert_eq!(corrected["receipts"][0]["summary"]["rebate"], read["summary"]["rebate"]);
    let image = fixture.app.ledger.get(fixture.id).await.unwrap().unwrap();
    let history: Vec<_> = image.history.iter().map(|step| (step.status, step.version)).collect();
    assert_eq!(history, [(Status::Uploaded, 1), (Status::Started, 2), (Status::Accepted, 3)]);
}

#[tokio::test]
async fn what_changes_nothing_raises_no_version() {
    let fixture = accepted().await;
    let before = fixture.receipt().await;
    for nothing in [json!({}), json!({ "total": null, "merchant": null }), json!({ "contested": false })] {
        assert_eq!(fixture.patched(&nothing).await, before, "{nothing}");
    }
    let after = fixture.patched(&json!({ "total": "9.50", "merchant": "A", "contested": true })).await;
    for again in [json!({ "total": "9.5" }), json!({ "merchant": " A" }), json!({ "contested": true }), json!({})] {
        assert_eq!(fixture.patched(&again).await, after, "{again}");
    }
    assert_eq!(fixture.listed().await["updatedAt"], after["corrections"]["total"]["at"]);
}

#[tokio::test]
async fn two_who_correct_at_once_lose_nothing_and_with_a_version_one_wins() {
    let fixture = accepted().await;
    let said = [json!({ "merchant": "A" }), json!({ "total": "1" }), json!({ "contested": true })];
    for response in join_all(said.iter().map(|body| fixture.patch(body))).await {
        done(response).await;
    }
    let after = fixture.receipt().await;
    assert_eq!((values(&after), &after["version"]), (json!({ "merchant": "A", "total": "1" }), &json!(6)));
    assert!(after["contestedAt"].is_string());

    let said = [json!({ "total": "2" }), json!({ "total": "3" }), json!({ "total": "4" })];
    let mut statuses: Vec<_> =
        join_all(said.iter().map(|body| fixture.patch_if("\"6\"", body))).await.iter().map(Response::status).collect();
    statuses.sort();
    assert_eq!(statuses, [200, 412, 412]);
    assert_eq!(fixture.receipt().await["version"], 7);
}

#[tokio::test]
async fn a_later_feed_sees_the_newest_version_with_the_corrections() {
    let fixture = accepted().await;
    let before = fixture.receipt().await;
    fixture.patched(&json!({ "total": "19.50", "contested": true })).await;
    let mut watcher = Watcher::open(&fixture.app, &fixture.owner.cookie, fixture.id).await;
    let frame = watcher.frame().await;
    assert_eq!((&frame["version"], &frame["status"]), (&json!(4), &json!("accepted")));
    assert_eq!((values(&frame), &frame["receipt"]), (json!({ "total": "19.50" }), &before["receipt"]));
    assert_eq!((frame["contestedAt"].is_string(), &frame["at"]), (true, &before["at"]));
    assert_eq!(watcher.close().await, CloseCode::Normal);

    // Whoever saw the last frame before the correction is told again, and then no more.
    let events = async |seen: &str| {
        let path = format!("/imageStatus/{}/events", fixture.id);
        fixture.owner.request(Method::GET, &path).header("last-event-id", seen).send().await.unwrap()
    };
    let told = events("3").await.text().await.unwrap();
    assert!(told.contains("id: 4") && told.contains("19.50"), "{told}");
    assert_eq!(events("4").await.status(), 204);
}

#[tokio::test]
async fn corrections_go_with_the_receipt() {
    let fixture = accepted().await;
    fixture.patched(&json!({ "merchant": "A", "contested": true })).await;
    let deleted = fixture.owner.request(Method::DELETE, &format!("/receipts/{}", fixture.id)).send().await.unwrap();
    assert_eq!(deleted.status(), 204);
    assert!(fixture.app.ledger.get(fixture.id).await.unwrap().is_none());
    assert_eq!(problem(fixture.patch(&json!({ "merchant": "B" })).await, 404).await, "not_found");
    assert!(fixture.app.ledger.get(fixture.id).await.unwrap().is_none());
}

#[tokio::test]
async fn what_is_described_of_a_correction_is_so() {
    let fixture = accepted().await;
    let document = fixture.owner.json("/openapi.json").await;
    let content = &document["paths"]["/receipts/{id}"]["patch"]["requestBody"]["content"];
    for kind in [MERGE_PATCH, "application/json"] {
        assert_eq!(content[kind]["schema"]["$ref"], "#/components/schemas/Amendment", "{content}");
    }
    let schema = |name: &str| {
        let mut schema = document.clone();
        schema["$ref"] = format!("#/components/schemas/{name}").into();
        jsonschema::validator_for(&schema).unwrap()
    };
    let (amendment, detailed, list, problems) =
        (schema("Amendment"), schema("Detailed"), schema("List"), schema("Problem"));
    let said = json!({ "merchant": "A", "date": "2018-12-24", "total": "19.50", "currency": "SGD", "contested": true });
    let nothing = json!({ "merchant": null, "date": null, "total": null, "currency": null, "contested": null });
    for right in [said, nothing, json!({})] {
        assert!(amendment.is_valid(&right), "{right}");
        let after = fixture.patched(&right).await;
        assert!(detailed.is_valid(&after), "{after}");
        assert!(list.is_valid(&fixture.owner.json("/receipts").await));
    }
    for wrong in
        [json!({ "total": 9 }), json!({ "total": "-1" }), json!({ "currency": "RM" }), json!({ "merchant": "" })]
    {
        assert!(!amendment.is_valid(&wrong), "{wrong}");
        let refused: Value = fixture.patch(&wrong).await.json().await.unwrap();
        assert!(problems.is_valid(&refused), "{refused}");
    }
}
