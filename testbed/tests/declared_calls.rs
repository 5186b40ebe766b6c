//! A program is held to the calls to AWS that it declares.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

use service::AwsCall;
use testbed::Testbed;

const PUBLISH: &[AwsCall<'static>] = &[AwsCall::sns("Publish", "newImage"), AwsCall::sns("Publish", "imageStatus")];

/// Publishes to the topic of new images, as a program with this declaration.
async fn publish(testbed: &Testbed, declared: &'static [AwsCall<'static>]) {
    let sns = aws_sdk_sns::Client::new(&testbed.sdk_of("program", declared));
    let topic = &testbed.aws.resources().new_image_topic;
    sns.publish().topic_arn(topic).message("hello").send().await.unwrap();
}

#[tokio::test]
async fn what_is_declared_is_allowed_and_what_was_not_called_is_known() {
    let testbed = Testbed::start().await;
    publish(&testbed, PUBLISH).await;
    assert_eq!(testbed.unmade_calls("program"), ["sns:Publish on the topic imageStatus"]);
}

#[tokio::test]
#[should_panic(
    expected = "program makes calls that its src/description.rs does not declare: {\"sns:Publish on the topic newImage\"}"
)]
async fn a_call_that_is_not_declared_fails_its_test() {
    let testbed = Testbed::start().await;
    publish(&testbed, &PUBLISH[1..]).await;
}

#[tokio::test]
async fn the_tests_own_calls_are_no_programs() {
    let testbed = Testbed::start().await;
    testbed.sdk_of("program", &[]);
    let topic = &testbed.aws.resources().new_image_topic;
    aws_sdk_sns::Client::new(&testbed.sdk).publish().topic_arn(topic).message("hello").send().await.unwrap();
}
