//! DynamoDB as far as `api` calls it: items that are put, got and deleted by their key, and indexes that are always
//! empty.
//!
//! Empty, because no worker runs in a benchmark: otherwise `api`'s sweep would announce all images again, and would be
//! measured too.

use std::collections::HashMap;

use axum::{
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::Deserialize;
use serde_json::{Value, json};

/// Items by table, `pk` and `sk`, as the JSON in which they came.
#[derive(Debug, Default)]
pub(super) struct Items(HashMap<String, String>);

/// Far more than a benchmark uploads.
const MOST_ITEMS: usize = 1_000_000;

#[derive(Debug, PartialEq, Eq)]
pub(super) struct Answer(StatusCode, String);

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Call {
    table_name: String,
    item: Option<Value>,
    key: Option<Value>,
}

impl Items {
    pub(super) fn call(&mut self, operation: &str, body: &[u8]) -> Answer {
        if operation == "Query" {
            return Answer(StatusCode::OK, r#"{"Items":[],"Count":0,"ScannedCount":0}"#.to_owned());
        }
        let Ok(call) = serde_json::from_slice::<Call>(body) else { return refusal("ValidationException") };
        let Some(key) = call.item.as_ref().or(call.key.as_ref()).and_then(|key| key_of(&call.table_name, key)) else {
            return refusal("ValidationException");
        };
        match operation {
            "PutItem" if self.0.len() >= MOST_ITEMS => refusal("ProvisionedThroughputExceededException"),
            "PutItem" => {
                self.0.insert(key, call.item.unwrap_or_default().to_string());
                Answer(StatusCode::OK, "{}".to_owned())
            }
            "GetItem" => {
                let item = self.0.get(&key).map(|item| format!(r#"{{"Item":{item}}}"#));
                Answer(StatusCode::OK, item.unwrap_or_else(|| "{}".to_owned()))
            }
            "DeleteItem" => {
                self.0.remove(&key);
                Answer(StatusCode::OK, "{}".to_owned())
            }
            // Conditions hold, and nothing is counted.
            "UpdateItem" => Answer(StatusCode::OK, "{}".to_owned()),
            _ => refusal("UnknownOperationException"),
        }
    }
}

fn key_of(table: &str, attributes: &Value) -> Option<String> {
    let text = |name: &str| attributes[name]["S"].as_str();
    Some(format!("{table}/{}/{}", text("pk")?, text("sk")?))
}

fn refusal(kind: &str) -> Answer {
    let body = json!({ "__type": format!("com.amazonaws.dynamodb.v20120810#{kind}") });
    Answer(StatusCode::BAD_REQUEST, body.to_string())
}

impl IntoResponse for Answer {
    fn into_response(self) -> Response {
        (self.0, [(header::CONTENT_TYPE, "application/x-amz-json-1.0")], self.1).into_response()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn call(items: &mut Items, operation: &str, body: &Value) -> Value {
        let Answer(status, answer) = items.call(operation, body.to_string().as_bytes());
        assert_eq!(status, StatusCode::OK, "{answer}");
        serde_json::from_str(&answer).unwrap()
    }

    #[test]
    fn what_was_put_is_got_until_it_is_deleted() {
        let mut items = Items::default();
        let item = json!({ "pk": { "S": "image#1" }, "sk": { "S": "image" }, "version": { "N": "1" } });
        let key = json!({ "TableName": "t", "Key": { "pk": { "S": "image#1" }, "sk": { "S": "image" } } });
        assert_eq!(call(&mut items, "GetItem", &key), json!({}));
        call(&mut items, "PutItem", &json!({ "TableName": "t", "Item": item }));
        assert_eq!(call(&mut items, "GetItem", &key), json!({ "Item": item }));
        call(&mut items, "DeleteItem", &key);
        assert_eq!(call(&mut items, "GetItem", &key), json!({}));
    }

    #[test]
    fn what_api_does_not_call_is_refused() {
        let key = r#"{"TableName":"t","Key":{"pk":{"S":"a"},"sk":{"S":"b"}}}"#;
        assert_eq!(Items::default().call("Scan", key.as_bytes()).0, StatusCode::BAD_REQUEST);
        assert_eq!(Items::default().call("GetItem", b"{}").0, StatusCode::BAD_REQUEST);
    }
}
