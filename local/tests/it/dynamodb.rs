//! The table, with its conditions and both of its indexes.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;

use crate::clients::{Clients, stand};

fn s(text: &str) -> AttributeValue {
    AttributeValue::S(text.to_owned())
}

async fn put_image(clients: &Clients, id: &str) {
    let fields = [("pk", id), ("sk", "image"), ("owner", "o"), ("image_id", id), ("unfinished", "0"), ("secret", "x")];
    let mut item: HashMap<_, _> = fields.into_iter().map(|(name, text)| (name.to_owned(), s(text))).collect();
    item.insert("unfinished_since".to_owned(), s("2026-01-01T00:00:00Z"));
    item.insert("version".to_owned(), AttributeValue::N("1".to_owned()));
    let put = clients.dynamodb.put_item().table_name(clients.resources.table).set_item(Some(item));
    put.condition_expression("attribute_not_exists(pk)").send().await.unwrap();
}

#[tokio::test]
async fn an_update_whose_condition_no_longer_holds_is_refused() {
    let stand = stand().await;
    put_image(&stand, "a").await;
    let raise = || {
        let update =
            stand.dynamodb.update_item().table_name(stand.resources.table).key("pk", s("a")).key("sk", s("image"));
        update
            .update_expression("ADD version :one")
            .condition_expression("version = :seen")
            .expression_attribute_values(":one", AttributeValue::N("1".to_owned()))
            .expression_attribute_values(":seen", AttributeValue::N("1".to_owned()))
            .send()
    };
    raise().await.unwrap();
    let error = raise().await.unwrap_err().into_service_error();
    assert!(error.is_conditional_check_failed_exception(), "{error:?}");
}

#[tokio::test]
async fn an_owners_images_are_found_newest_first_without_what_is_not_projected() {
    let stand = stand().await;
    for id in ["a", "c", "b"] {
        put_image(&stand, id).await;
    }
    let query = stand.dynamodb.query().table_name(stand.resources.table).index_name("by_owner");
    let query = query.key_condition_expression("#owner = :owner").expression_attribute_names("#owner", "owner");
    let found = query.expression_attribute_values(":owner", s("o")).scan_index_forward(false).send().await.unwrap();
    let ids: Vec<_> = found.items().iter().map(|item| item["image_id"].as_s().unwrap().as_str()).collect();
    assert_eq!(ids, ["c", "b", "a"]);
    assert!(found.items()[0].contains_key("version") && !found.items()[0].contains_key("secret"));
}

#[tokio::test]
async fn a_finished_image_leaves_the_index_of_the_unfinished() {
    let stand = stand().await;
    put_image(&stand, "a").await;
    let unfinished = async || {
        let query = stand.dynamodb.query().table_name(stand.resources.table).index_name("unfinished");
        let query = query.key_condition_expression("unfinished = :shard AND unfinished_since < :before");
        let query = query.expression_attribute_values(":shard", s("0"));
        query.expression_attribute_values(":before", s("2027")).send().await.unwrap().count()
    };
    assert_eq!(unfinished().await, 1);
    let update = stand.dynamodb.update_item().table_name(stand.resources.table).key("pk", s("a")).key("sk", s("image"));
    update.update_expression("REMOVE unfinished").send().await.unwrap();
    assert_eq!(unfinished().await, 0);
}

#[tokio::test]
async fn items_expire_by_their_attribute() {
    let stand = stand().await;
    let described = stand.dynamodb.describe_time_to_live().table_name(stand.resources.table).send().await.unwrap();
    assert_eq!(described.time_to_live_description().unwrap().attribute_name(), Some("expires_at"));
}
