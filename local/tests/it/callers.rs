//! Whom the port answers.

use reqwest::{Client, StatusCode};

use crate::clients::stand;

#[tokio::test]
async fn a_form_of_another_sites_page_is_refused() {
    let stand = stand().await;
    let post = |name: &'static str, value: &'static str| {
        let form = "Action=ListTopics&Version=2010-03-31";
        let request =
            Client::new().post(stand.aws.endpoint()).header("content-type", "application/x-www-form-urlencoded");
        request.header(name, value).body(form).send()
    };
    for (name, value) in [("origin", "https://evil.example"), ("origin", "null"), ("host", "evil.example")] {
        let refused = post(name, value).await.unwrap();
        assert_eq!(refused.status(), StatusCode::FORBIDDEN, "{name}: {value}");
        assert!(refused.text().await.unwrap().contains("stand-in"));
    }
    assert_eq!(post("accept", "*/*").await.unwrap().status(), StatusCode::NOT_IMPLEMENTED);
}
